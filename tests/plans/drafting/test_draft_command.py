"""`plan draft` and `plan merge` as their users run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import load_settings
from scheduler.__main__ import main
from scheduler.store.engine import open_engine
from scheduler.store.session import writing
from tests.plans.drafting.conftest import SECTORS, settle, stated


@pytest.fixture
def data(tmp_path: Path, sqlite_template: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with three divisions."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("DOUBLE_RANDOM_DATABASE", raising=False)
    settings = load_settings(tmp_path, {})
    (tmp_path / "double-random.sqlite").write_bytes(sqlite_template)
    engine = open_engine(settings.database_url)
    with writing(engine) as session:
        settle(session)
    engine.dispose()
    return tmp_path


def test_drafts_are_filled_from_a_file_shown_and_merged(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each division: 5 x 248 = 1240 less 17 rows of 10 leaves 1070."""
    file, merged = data / "year.json", data / "merged.json"
    file.write_text(json.dumps({"year": 2026, "divisions": [stated(f"{name}处") for name in SECTORS]}))

    def run(*words: str) -> int:
        return main(["plan", *words, "--data", str(data)])

    assert run("draft", "2026", "--file", str(file), "--division", "mines", "--hand-in", "--json") == 0
    shown = {each["division"]: each for each in json.loads(capsys.readouterr().out)["divisions"]}
    assert shown["mines"] == {
        "division": "mines", "state": "handed-in", "revision": 2, "staff": 5, "missing": 0, "supervision": 1070,
    }  # fmt: skip
    assert (shown["chem"]["state"], shown["chem"]["revision"], shown["chem"]["missing"]) == ("drafting", 0, 18)
    assert run("merge", "2026", "--out", str(merged)) == 2
    assert "chem处、trade处" in capsys.readouterr().err
    for name in ("chem", "trade"):
        assert run("draft", "2026", "--file", str(file), "--division", name, "--hand-in") == 0
    assert "handed-in" in capsys.readouterr().out
    assert run("merge", "2026", "--out", str(data / "no" / "where.json")) == 2
    assert run("merge", "2026", "--out", str(merged)) == 0
    assert json.loads(merged.read_text())["divisions"] == [stated(name) for name in SECTORS]
    capsys.readouterr()
    assert run("merge", "2026", "--demonstration") == 0
    assert "220200-2026 version 1" in capsys.readouterr().out
    for name, longest in (("--reason", 500), ("--title", 200)):  # what PostgreSQL could not store
        build = ("build", "2026", "--budget", str(merged), "--demonstration")
        assert run(*build, name, "长" * (longest + 1)) == 2
        assert f"{name[2:]} is a text of {longest + 1} characters" in capsys.readouterr().err
    assert run("draft", "2026", "--hand-in") == 2
    assert "--hand-in goes with --file" in capsys.readouterr().err
    assert run("draft", "2026", "--file", str(file), "--division", "tea") == 2
    assert run("draft", "2026", "--file", str(file), "--division", "mines") == 2  # handed in: it stands still
    assert "take it back" in capsys.readouterr().err.lower()
