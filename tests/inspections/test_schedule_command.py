"""The commands of a month's schedule, as a person types them; the calendar of an inspector."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from scheduler.__main__ import main
from tests.inspections import city


@pytest.fixture
def data(tmp_path: Path, drawn_bytes: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "double-random.sqlite").write_bytes(drawn_bytes)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("DOUBLE_RANDOM_DATABASE", raising=False)
    return ["--data", str(tmp_path)]


def run(data: list[str], *words: str) -> int:
    return main([*words, *data])


def test_a_month_from_the_command_line(data: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(data, "schedule", "make", city.PLAN, "3") == 0
    text = capsys.readouterr().out
    assert "version 1" in text and "for the staff alone" in text
    assert run(data, "schedule", "show", city.PLAN, "3", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    placed = document["outcome"]["placed"]
    assert all(each["id"] in text for each in placed)
    first, second, third = (each["id"] for each in placed[:3])
    assert run(data, "schedule", "mark", city.PLAN, first, "done", "--on", placed[0]["days"][-1]) == 0
    assert run(data, "schedule", "mark", city.PLAN, second, "missed", "--reason", "closed") == 0
    assert run(data, "schedule", "mark", city.PLAN, third, "pin", "--on", placed[2]["days"][0], "--reason", "x") == 0
    capsys.readouterr()
    assert run(data, "schedule", "make", city.PLAN, "3", "--reason", "joint visit", "--from", "2026-03-10") == 0
    assert "version 2" in capsys.readouterr().out
    assert run(data, "schedule", "show", city.PLAN, "3", "--check") == 0
    assert "the outcome is the same" in capsys.readouterr().out
    for version in ("0", "3", "9" * 20):
        assert run(data, "schedule", "show", city.PLAN, "3", "--json", "--version", version) == 2
        assert "not this version" in capsys.readouterr().err
    assert run(data, "schedule", "completion", city.PLAN, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert sum(each["done"] for each in rows) == 1 and sum(each["rolled_on"] for each in rows) == 1
    assert run(data, "schedule", "completion", city.PLAN) == 0
    assert "Done in the year: 1 of" in capsys.readouterr().out


def test_an_inspectors_calendar_has_the_days_and_leaves_the_weekends_free(
    data: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(data, "schedule", "make", city.PLAN, "3")
    capsys.readouterr()
    run(data, "schedule", "show", city.PLAN, "3", "--json")
    placed = json.loads(capsys.readouterr().out)["outcome"]["placed"]
    person = placed[0]["team"][0]
    assert run(data, "schedule", "calendar", city.PLAN, person, "--out", str(tmp_path / "mine.ics")) == 0
    events = Calendar.from_ical((tmp_path / "mine.ics").read_bytes()).walk("VEVENT")
    found: list[date] = []
    for event in events:
        day = event.decoded("DTSTART")
        while day < event.decoded("DTEND"):
            found.append(day)
            day += timedelta(days=1)
    wanted = [date.fromisoformat(day) for each in placed if person in each["team"] for day in each["days"]]
    assert sorted(found) == sorted(wanted) and len({str(event["UID"]) for event in events}) == len(events)
    assert {str(event["TRANSP"]) for event in events} == {"OPAQUE"}
    assert any("示范" in str(event["SUMMARY"]) for event in events)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("make", city.PLAN, "13"), "There is no month 13"),
        (("make", "220200-2031", "3"), "no plan 220200-2031"),
        (("make", city.PLAN, "3", "--from", "2026-04-01"), "only within the month"),
        (("show", city.PLAN, "5", "--json"), "has no schedule"),
        (("mark", city.PLAN, "91220200MA0000000X.1", "missed"), "has no visit"),
        (("mark", city.PLAN, "91220200MA0000000X.1", "done"), "A day is needed"),
        (("mark", city.PLAN, "91220200MA0000000X.1", "done", "--on", "3 March"), "not a date"),
        (("calendar", city.PLAN, "JL999", "--out", "/nowhere/x.ics"), "no inspector with the number JL999"),
    ],
)
def test_wrong_words_are_refused_in_a_sentence(
    data: list[str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run(data, "schedule", *words) == 2
    assert told in capsys.readouterr().err
