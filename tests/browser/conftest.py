"""A real Chromium before a running server with the small city."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.api import sample_city
from tests.conftest import CHROMIUM

ROOT = Path(__file__).parents[2]
PASSWORD = sample_city.PASSWORD
Open = Callable[..., Page]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser where there is none; the end of the run says so (tests/conftest.py)."""
    if CHROMIUM:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out and os.environ.get("CI"):
        raise pytest.UsageError("no Chromium: install it, or name it with DOUBLE_RANDOM_CHROMIUM")
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, city_bytes: bytes) -> Iterator[str]:
    """The URL of a server of its own with the small city and an account for each role."""
    data = tmp_path_factory.mktemp("site")
    (data / "double-random.sqlite").write_bytes(city_bytes)
    command = [sys.executable, "-m", "api", "--no-clock", "--port", "0", "--data", str(data)]
    environment = {**os.environ, "DOUBLE_RANDOM_DATABASE": ""}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    yield next(line for line in server.stdout if line.startswith("http://")).strip().rstrip("/")
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Open]:
    """Open an address in a window of its own; any fault a page reports fails the test."""
    faults: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        # a refusal's status is an answer, not a fault of the page
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            faults.append(message.text)

    def open_it(path: str, **options: object) -> Page:
        given = {"viewport": {"width": 1280, "height": 900}, "base_url": site, **options}
        context = chromium.new_context(**given)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(site) else None)
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def log_in(page: Page, role: str) -> None:
    """Log in as the account of a role."""
    page.goto("/login")
    page.fill("#name", role)
    page.fill("#password", PASSWORD)
    page.click("main button")
