"""The statutory calendars: the workdays of every year on file, cross-checked, and the refusal of any other year."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from config.calendars import (
    FOLDER,
    CalendarFault,
    UnknownYear,
    calendar,
    is_workday,
    known_years,
    load_calendar,
    workdays,
    workdays_in_month,
)

# Workdays of each year as published (make-up days counted, amendments of the running year applied).
PUBLISHED = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_the_years_on_file_are_exactly_the_published_ones() -> None:
    assert known_years() == tuple(PUBLISHED)


@pytest.mark.parametrize(("year", "count"), PUBLISHED.items())
def test_a_year_has_the_published_number_of_workdays(year: int, count: int) -> None:
    assert workdays(year) == count
    assert sum(workdays_in_month(year, month) for month in range(1, 13)) == count
    assert sum(is_workday(day) for day in days_of(year)) == count


@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_agrees_with_chinese_calendar(year: int) -> None:
    """The package covers all eight years; where it stops covering one, this test must say so here."""
    for day in days_of(year):
        assert is_workday(day) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_agrees_with_holidays(year: int) -> None:
    """A second package, made from other sources; it covers all eight years, the amendments of 2019 and 2020 too."""
    china = holidays.country_holidays("CN", years=year)
    for day in days_of(year):
        assert is_workday(day) == china.is_working_day(day), day


@pytest.mark.parametrize("year", [0, 2018, 2027, 9999])
def test_a_year_without_a_file_is_refused_and_the_known_years_are_named(year: int) -> None:
    with pytest.raises(UnknownYear) as refused:
        workdays(year)
    assert (refused.value.year, refused.value.known) == (year, tuple(PUBLISHED))


def test_a_day_of_another_year_is_not_answered() -> None:
    with pytest.raises(ValueError, match="2026-01-01 is not in 2025"):
        calendar(2025).is_workday(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2019, 5, 2), False),  # Labour Day 2019 was lengthened in March ...
        (date(2019, 5, 5), True),  # ... against two Sundays
        (date(2020, 1, 31), False),  # Spring Festival 2020 was lengthened to 2 February ...
        (date(2020, 2, 1), False),  # ... so this make-up Saturday fell away
        (date(2020, 2, 3), True),
        (date(2024, 2, 9), True),  # New Year's Eve was no day off in 2024
        (date(2026, 2, 28), True),
    ],
)
def test_amendments_and_make_up_days_count(day: date, works: bool) -> None:
    assert is_workday(day) == works


def test_a_calendar_names_its_notice_and_its_amendments() -> None:
    found = calendar(2020)
    assert (found.notice.number, found.notice.date) == ("国办发明电〔2019〕16号", date(2019, 11, 21))
    assert [amendment.number for amendment in found.amendments] == ["国办发明电〔2020〕1号"]


def changed(tmp_path: Path, old: str, new: str, name: str = "2026.toml") -> Path:
    text = (FOLDER / "2026.toml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("workdays = 248", "workdays = 249", "the days give 248 workdays, workdays says 249"),
        ("2026-02-14", "2026-02-13", "2026-02-13 is worked in exchange but is no Saturday or Sunday"),
        ("last = 2026-01-03", "last = 2025-12-31", "first is after last"),
        ("2026-02-14", "2025-02-15", "2025-02-15 is not in 2026"),
        ("work = [2026-01-04]", "work = [2026-01-04, 2026-01-04]", "2026-01-04 is named twice"),
        ("work = [2026-01-04]", "work = [2026-01-03]", "2026-01-03 is named twice"),
        ("first = 2026-02-15", "first = 2026-01-02", "2026-01-02 is named twice"),
        ('id = "mid-autumn"', 'id = "dragon-boat"', "holiday dragon-boat stands twice"),
        ("国办发明电〔2025〕7号", "7号", "7号 is not the number of a notice"),
        ("2025-11-04", '"2025-11-04"', "notice.date must be a date"),
        ("year = 2026", 'year = "2026"', "year must be a int"),
        ("work = [2026-01-04]", "", "holiday[0].work is missing"),
        ("work = [2026-01-04]", "work = 4", "holiday[0].work must be a list"),
        ("work = [2026-01-04]", "work = [4]", "holiday[0].work[0] must be a date"),
        ('zh = "元旦"', 'zh = "元旦"\nru = "x"', "holiday[0].ru is unknown"),
        ("[notice]", "[notice", "not TOML in UTF-8"),
    ],
)
def test_a_fault_in_a_file_is_reported(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(CalendarFault) as reported:
        load_calendar(changed(tmp_path, old, new))
    assert fault in str(reported.value)


def test_a_file_under_another_years_name_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CalendarFault, match="year is 2026, the file's name says 2027"):
        load_calendar(changed(tmp_path, "2026", "2026", name="2027.toml"))


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, "2026-02-14", "2026-02-13")
    path.write_text(path.read_text(encoding="utf-8").replace("国办发明电〔2025〕7号", "none"), encoding="utf-8")
    with pytest.raises(CalendarFault) as reported:
        load_calendar(path)
    assert len(reported.value.faults) == 2
