"""Fixtures every test may use: the reference material and the two databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DOUBLE_RANDOM_SHARED", ROOT.parent / "shared"))
_not_run: list[str] = []


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the reference material: draw vectors and real directories."""
    return SHARED


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs the reference material where it is not there, and remember what was left out."""
    if (SHARED / "vectors").is_dir():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"the reference material is not at {SHARED}: set DOUBLE_RANDOM_SHARED")
    left_out = [item for item in items if item.get_closest_marker("shared")]
    _not_run.extend(item.nodeid for item in left_out)
    items[:] = [item for item in items if not item.get_closest_marker("shared")]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None] | None:
    """Say plainly which tests could not run."""
    if _not_run:
        terminalreporter.section("NOT RUN: the reference material is missing")
        terminalreporter.write_line(
            f"{len(_not_run)} tests need it; put it at {SHARED} or name it with DOUBLE_RANDOM_SHARED"
        )
    return None
