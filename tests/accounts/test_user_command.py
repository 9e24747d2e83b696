"""The user command: accounts from a terminal or a script, refusals in words."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scheduler.__main__ import main

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return tmp_path / "data"


def run(data: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    return main(["user", *arguments, "--data", str(data)])


def test_accounts_are_made_listed_and_changed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ("add", "wang", "--role", "planner", "--role", "operator", "--display-name", "王芳", "--password-stdin")
    assert run(data, monkeypatch, *add) == 0
    assert capsys.readouterr().out == "wang: operator, planner\n"
    assert run(data, monkeypatch, "roles", "wang", "--role", "auditor") == 0
    assert run(data, monkeypatch, "password", "wang", "--password-stdin", password=PASSWORD + "2") == 0
    assert run(data, monkeypatch, "disable", "wang") == 0
    capsys.readouterr()
    assert run(data, monkeypatch, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "wang", "display_name": "王芳", "roles": ["auditor"], "division": None, "active": False}
    ]
    assert run(data, monkeypatch, "enable", "wang") == 0
    assert run(data, monkeypatch, "list") == 0
    assert "disabled" not in capsys.readouterr().out


def test_refusals_are_words_and_exit_2(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data, monkeypatch, "add", "wang", "--role", "king", "--password-stdin") == 2
    assert "“king” is no role" in capsys.readouterr().err
    assert run(data, monkeypatch, "add", "wang", "--role", "admin") == 2
    assert "--password-stdin" in capsys.readouterr().err
    assert run(data, monkeypatch, "add", "wang", "--role", "admin", "--password-stdin", password="short") == 2
    assert "10 to 200" in capsys.readouterr().err
    assert run(data, monkeypatch, "disable", "nobody") == 2
    assert "nobody" in capsys.readouterr().err
