"""`python -m scheduler draw`: the life of a draw from a terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from scheduler.commands import draw
from scheduler.draws.models import DrawEntry
from scheduler.errors import ServiceError
from scheduler.records.verification import verify_bundle
from scheduler.store.session import reading

Run = Callable[..., Any]


@pytest.fixture
def run(
    city_sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the city and return what it prints, read as JSON where it was asked for."""
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE", str(city_sqlite.url))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Any:
        parser = argparse.ArgumentParser()
        draw.register(parser.add_subparsers())
        args = parser.parse_args(["draw", *arguments, "--data", str(tmp_path / "data")])
        with ExitStack() as args.closing:
            assert args.run(args) == 0
        out = capsys.readouterr().out
        return json.loads(out) if "--json" in arguments else out

    return call


def settings_file(folder: Path, **changes: Any) -> str:
    rule = {"kind": "ratio", "numerator": 1, "denominator": 5, "rounding": "ceil", "minimum": 1}
    given = {"on": "2023-08-25", "rules": dict.fromkeys("ABU", rule), "demonstration": True, **changes}
    path = folder / "draw.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    return str(path)


def test_a_demonstration_from_draft_to_a_verified_bundle(run: Run, tmp_path: Path) -> None:
    drafted = run("draft", "220200-2023", "--settings", settings_file(tmp_path), "--json")
    assert drafted["draft"] == "220200-2023-draft-1"
    assert "220200-2023-draft-1  draft" in run("list")
    sealed = run("seal", drafted["draft"], "--json")
    assert (sealed["draw"], sealed["population"], sealed["take"]) == ("220200-2023-01", 41, 9)
    assert sealed["title"].startswith("演示 (demonstration) ")
    rolled = run("contribute", "220200-2023-01", "dice", "--roll", "--json")
    assert (rolled["source"], len(rolled["value"]), rolled["missing"]) == ("dice", 24, [])
    shown = run("conduct", "220200-2023-01", "--json")
    assert (shown["state"], shown["result"]["unfilled"]) == ("conducted", 0)
    assert "Published 220200-2023-01" in run("publish", "220200-2023-01")
    text = run("show", "220200-2023-01", "--bundle", str(tmp_path / "out.zip"))
    assert "[published]" in text and shown["seed"] in text
    report = verify_bundle(tmp_path / "out.zip")
    assert (report.exit, report.counts["warn"]) == (0, 1)
    assert [each["state"] for each in run("list", "--json")] == ["published"]


def test_a_real_draw_says_what_is_needed_by_when_and_from_where(run: Run, tmp_path: Path) -> None:
    sources = [
        {"id": "dice", "type": "dice/d10", "count": 20},
        {"id": "drand", "type": "drand/quicknet", "round": 40_000_000},
        {"id": "kl8", "type": "lottery/cn-kl8", "issue": "2027001", "time": "2027-06-14T21:30:00+08:00"},
    ]
    given = settings_file(tmp_path, demonstration=False, randomness=sources)
    told = run("seal", "--settings", given, "--plan", "220200-2023")
    dice, drand, kl8 = told.splitlines()[1:]
    # round 40,000,000 is due at 1692803367 + 39,999,999 * 3 = 1812803364 = 2027-06-12 12:29:24 UTC
    assert "by 2027-06-12 20:19:24 (UTC+8)" in dice and "draw contribute 220200-2023-01 dice DIGITS" in dice
    assert "round 40000000" in drand and "2027-06-12 20:29:24 (UTC+8)" in drand and "/public/40000000;" in drand
    assert "issue 2027001, drawn at 2027-06-14 21:30:00 (UTC+8)" in kl8
    assert run("show", "220200-2023-01").splitlines()[-3:] == [dice, drand, kl8]
    run("contribute", "220200-2023-01", "dice", "3" * 20)
    assert run("show", "220200-2023-01").splitlines()[-2:] == [drand, kl8]


def test_a_conducted_draw_shows_who_visits_whom_and_what_events_change(run: Run, tmp_path: Path) -> None:
    run("seal", "--settings", settings_file(tmp_path), "--plan", "220200-2023")
    run("contribute", "220200-2023-01", "dice", "314159265358979323846264")
    before = run("conduct", "220200-2023-01")
    assert "?" not in before
    teams = [line for line in before.splitlines() if line.startswith("91220200")]
    assert len(teams) == 9 and all(line.count("检查员") == 2 and line.endswith("open") for line in teams)
    gone = teams[0].split()[0]
    run("event", "220200-2023-01", "exclude", gone, "moved")
    after = [line for line in run("show", "220200-2023-01").splitlines() if line.startswith("91220200")]
    assert len(after) == 9 and not any(line.startswith(gone) for line in after)


def test_events_carry_the_hash_of_their_evidence(run: Run, city_sqlite: Engine, tmp_path: Path) -> None:
    run("seal", "--settings", settings_file(tmp_path), "--plan", "220200-2023")
    run("contribute", "220200-2023-01", "dice", "314159265358979323846264")
    run("conduct", "220200-2023-01")
    with reading(city_sqlite) as session:
        entry = session.scalars(select(DrawEntry.entry_id).where(DrawEntry.selected.is_(True))).first()
    assert entry is not None
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"notice")
    told = run("event", "220200-2023-01", "exclude", entry, "moved", "--evidence", str(paper), "--json")
    assert told == {"draw": "220200-2023-01", "sequence": 1, "kind": "exclude", "subject": entry}
    event = run("show", "220200-2023-01", "--json")["events"][0]
    assert event["evidence"] == "9368a7d21e018f64ae3327d2f25cd4d7693b2d85328e4bb680bcfcbd4c26b90e"  # printf notice
    assert f"event 1: exclude {entry} moved" in run("show", "220200-2023-01")


def test_a_pulse_comes_from_a_file_or_from_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    run("seal", "--settings", settings_file(tmp_path), "--plan", "220200-2023")
    digits = tmp_path / "digits.txt"
    digits.write_text("31415 92653 58979 32384 6264\n", encoding="utf-8")
    told = run("contribute", "220200-2023-01", "dice", "--file", str(digits), "--json")
    assert told["value"] == "314159265358979323846264"
    run("seal", "--settings", settings_file(tmp_path, repeat=True), "--plan", "220200-2023")
    monkeypatch.setattr("sys.stdin", io.StringIO("1" * 24))
    assert run("contribute", "220200-2023-02", "dice", "-", "--json")["value"] == "1" * 24


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["seal"], "seal-what"),
        (["seal", "x", "--settings", "y", "--plan", "z"], "seal-what"),
        (["seal", "nothing"], "draft-unknown"),
        (["contribute", "d", "dice"], "contribute-what"),
        (["contribute", "d", "dice", "1", "--roll"], "contribute-what"),
        (["contribute", "d", "dice", "1"], "draw-unknown"),
        (["contribute", "d", "dice", "--file", "/nowhere/at/all"], "file-unreadable"),
        (["conduct", "d"], "draw-unknown"),
        (["publish", "d"], "draw-unknown"),
        (["show", "d"], "draw-unknown"),
        (["event", "d", "void"], "draw-unknown"),
    ],
)
def test_what_cannot_be_done_is_a_refusal(run: Run, arguments: list[str], code: str) -> None:
    with pytest.raises(ServiceError) as refused:
        run(*arguments)
    assert refused.value.code == code


def test_settings_that_are_no_json_object_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    for content, code in ((b"[1]", "settings-json"), (b"{", "settings-json"), (b"\xff\xfe", "value-not-text")):
        path.write_bytes(content)
        with pytest.raises(ServiceError) as refused:
            run("seal", "--settings", str(path), "--plan", "220200-2023")
        assert refused.value.code == code


def test_an_empty_installation_says_so(run: Run) -> None:
    assert run("list") == "There are no draws and no drafts yet.\n"
    assert run("list", "--json") == []
