"""The server: one command starts it, it says where it is, and it refuses in words what it cannot do."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text

from config.settings import load_settings
from scheduler.store.opening import open_store

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "LANG": "en_GB.UTF-8", "LC_ALL": "", "DOUBLE_RANDOM_DATABASE": "", "PYTHONPATH": str(ROOT)}


@contextmanager
def server(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server on any free port and give the process and its URL."""
    command = [sys.executable, "-m", "api", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = next(line for line in process.stdout if line.startswith("http://")).strip()
        yield process, url
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def refused(*arguments: str) -> str:
    """Run the server, which must refuse with exit code 2, and return what it says."""
    command = [sys.executable, "-m", "api", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_starts_on_an_empty_folder_answers_and_stops_when_asked(tmp_path: Path) -> None:
    with server("--data", str(tmp_path / "new")) as (process, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        for path in ("healthz", "", "draws", "api/v1/draws"):
            with urlopen(url + path, timeout=30) as answer:
                assert answer.status == 200
                assert answer.headers["Server"] == "double-random"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert (tmp_path / "new" / "secret_key").is_file()
    held = (tmp_path / "new" / "double-random.sqlite.clock").read_text()
    assert held == f"{process.pid}\n"  # the clock of this process ran, and stopped with it


def test_behind_a_proxy_the_session_cookie_follows_the_readers_connection(tmp_path: Path) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for options, secure in ((["--proxy", "127.0.0.1"], True), ([], False)):
        with server("--data", str(tmp_path), "--no-clock", *options) as (_, url):
            request = Request(url + "login", headers=headers)
            with urlopen(request, timeout=30) as answer:
                assert ("Secure" in answer.headers["Set-Cookie"]) is secure
                assert ("Strict-Transport-Security" in answer.headers) is secure
    assert not (tmp_path / "double-random.sqlite.clock").exists()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        message = refused("--port", port, "--data", str(tmp_path))
    assert port in message and "--port" in message


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", "70000"), ("no.such.host.invalid", "8000")])
def test_a_port_or_address_that_cannot_be_had_is_named(tmp_path: Path, host: str, port: str) -> None:
    assert host in refused("--host", host, "--port", port, "--data", str(tmp_path))


def test_a_database_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    engine = open_store(load_settings(tmp_path, {}))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "9999" in refused("--port", "0", "--data", str(tmp_path))


def test_settings_that_are_wrong_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[draw]\nmode = "ajar"\nslack = "one"\n', encoding="utf-8")
    message = refused("--port", "0", "--data", str(tmp_path))
    assert "draw.mode" in message and "draw.slack" in message


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "double-random.sqlite").write_bytes(b"no database at all" * 100)
    assert "double-random.sqlite" in refused("--port", "0", "--data", str(tmp_path))
