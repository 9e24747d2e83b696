"""Deadlines in statutory workdays: published cases, the first day counted, years end, years without a calendar."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendars import is_workday
from scheduler.commands import deadline
from scheduler.errors import InvalidInput, NotFound
from scheduler.plans.deadlines import due_date, read_date


@pytest.mark.shared
def test_published_deadlines_come_out(shared: Path) -> None:
    cases = json.loads((shared / "data" / "plan_cases.json").read_text(encoding="utf-8"))["deadlines"]
    for case in cases:
        assert due_date(date.fromisoformat(case["formed"]), case["workdays"]).isoformat() == case["due"]


@pytest.mark.parametrize(
    ("formed", "workdays", "due"),
    [
        ("2025-04-25", 20, "2025-05-27"),
        ("2026-02-09", 20, "2026-03-13"),
        ("2025-04-25", 1, "2025-04-27"),  # a make-up Sunday
        ("2025-05-01", 1, "2025-05-06"),  # formed in a holiday
        ("2024-12-31", 1, "2025-01-02"),  # over New Year
        ("2019-12-31", 20, "2020-02-05"),  # over the lengthened Spring Festival of 2020
    ],
)
def test_the_first_day_counted_is_the_next_day(formed: str, workdays: int, due: str) -> None:
    assert due_date(date.fromisoformat(formed), workdays).isoformat() == due


@given(st.dates(date(2019, 1, 1), date(2025, 12, 31)), st.integers(1, 200))
def test_the_due_day_is_a_workday_and_closes_the_count(formed: date, workdays: int) -> None:
    due = due_date(formed, workdays)
    between = [formed + timedelta(days=n) for n in range(1, (due - formed).days + 1)]
    assert is_workday(due)
    assert sum(map(is_workday, between)) == workdays


@pytest.mark.parametrize(("formed", "workdays", "year"), [("2026-12-15", 20, 2027), ("2017-03-01", 5, 2017)])
def test_a_count_that_reaches_a_year_without_a_calendar_is_refused(formed: str, workdays: int, year: int) -> None:
    with pytest.raises(NotFound) as refused:
        due_date(date.fromisoformat(formed), workdays)
    assert (refused.value.code, refused.value.params["year"]) == ("calendar-missing", year)


@pytest.mark.parametrize("workdays", [0, -1, 10_001])
def test_a_count_below_one_or_absurd_is_refused(workdays: int) -> None:
    with pytest.raises(InvalidInput, match="deadline-workdays"):
        due_date(date(2025, 1, 1), workdays)


@pytest.mark.parametrize(
    "text", ["", "2025-4-25", "2025-02-30", "25.04.2025", "２０２５-04-25", "20250425", "2025-W10-1"]
)
def test_a_date_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="date-form"):
        read_date(text)


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    deadline.register(parser.add_subparsers())
    args = parser.parse_args(["deadline", *words])
    code: int = args.run(args)
    return code


def test_the_command_prints_the_date_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("2025-04-25", "20") == 0
    assert capsys.readouterr().out == "2025-05-27\n"


def test_the_command_prints_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("2025-04-25", "20", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"formed": "2025-04-25", "workdays": 20, "due": "2025-05-27"}


@pytest.mark.parametrize("words", [("2025-04-25", "x"), ("2025-04-25", "1.5"), ("2025-04-25", "٣"), ("april", "20")])
def test_the_command_refuses_other_words(words: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        call(*words)
