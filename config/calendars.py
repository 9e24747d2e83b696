"""Statutory workdays: one dated file per year in `config/calendars/`, each with the State Council's notice.

A file says which days a notice makes holidays (`first` to `last`) and which Saturdays and Sundays it makes
workdays (`work`); an amendment of the running year replaces the holiday of the same id. A year without a file
is refused, never guessed: the make-up days follow no formula. `workdays` is the control total of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent / "calendars"
SATURDAY = 5
_NUMBER = re.compile(r"国办发明电〔\d{4}〕[1-9]\d*号")
_ONE_DAY = timedelta(days=1)


class UnknownYear(LookupError):
    """No calendar file covers the year; `known` lists the years that have one."""

    def __init__(self, year: int, known: tuple[int, ...]) -> None:
        super().__init__(f"no statutory calendar for {year}; known: {', '.join(map(str, known))}")
        self.year = year
        self.known = known


class CalendarFault(Exception):
    """A calendar file is wrong; `faults` names every fault found."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Notice:
    """A notice of the General Office of the State Council: number, date it was signed, title."""

    number: str
    date: date
    title: str


@dataclass(frozen=True)
class Holiday:
    """A run of days off, both ends included, with the Saturdays and Sundays worked in exchange."""

    id: str
    zh: str
    en: str
    first: date
    last: date
    work: tuple[date, ...]

    def days(self) -> list[date]:
        """Return the days off, in order."""
        return [self.first + _ONE_DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Calendar:
    """The statutory calendar of one year, amendments applied."""

    year: int
    notice: Notice
    amendments: tuple[Notice, ...]
    holidays: tuple[Holiday, ...]
    days_off: frozenset[date]
    make_up_days: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Say whether a day of this year is a workday; raise `ValueError` for a day of another year."""
        if day.year != self.year:
            raise ValueError(f"{day} is not in {self.year}")
        if day in self.make_up_days:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def workdays_in_month(self, month: int) -> int:
        """Count the workdays of a month, 1 to 12."""
        day = date(self.year, month, 1)
        count = 0
        while day.month == month:
            count += self.is_workday(day)
            day += _ONE_DAY
        return count

    def workdays(self) -> int:
        """Count the workdays of the year."""
        return sum(self.workdays_in_month(month) for month in range(1, 13))


def known_years(folder: Path = FOLDER) -> tuple[int, ...]:
    """Return the years that have a calendar file, ascending."""
    return tuple(sorted(int(path.stem) for path in folder.glob("[0-9][0-9][0-9][0-9].toml")))


@cache
def calendar(year: int) -> Calendar:
    """Return the calendar of a year; raise `UnknownYear` when no file covers it."""
    if year not in known_years():
        raise UnknownYear(year, known_years())
    return load_calendar(FOLDER / f"{year}.toml")


def workdays(year: int) -> int:
    """Count the statutory workdays of a year; raise `UnknownYear` when no file covers it."""
    return calendar(year).workdays()


def workdays_in_month(year: int, month: int) -> int:
    """Count the statutory workdays of a month; raise `UnknownYear` when no file covers the year."""
    return calendar(year).workdays_in_month(month)


def is_workday(day: date) -> bool:
    """Say whether a day is a statutory workday; raise `UnknownYear` when no file covers its year."""
    return calendar(day.year).is_workday(day)


def load_calendar(path: Path) -> Calendar:
    """Read one calendar file; raise `CalendarFault` naming every fault at once."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalendarFault(path.name, [f"not TOML in UTF-8: {error}"]) from error
    faults: list[str] = []
    _check_form(table, _FILE, "", faults)
    if faults:
        raise CalendarFault(path.name, faults)
    found = _assemble(table)
    faults = _repeated_ids(table) + _calendar_faults(found, path.stem, table["workdays"])
    if faults:
        raise CalendarFault(path.name, faults)
    return found


_NOTICE: Mapping[str, object] = {"number": str, "date": date, "title": str}
_HOLIDAY: Mapping[str, object] = {
    "id": str, "zh": str, "en": str, "first": date, "last": date, "work": [date],
}  # fmt: skip
_FILE: Mapping[str, object] = {
    "year": int,
    "workdays": int,
    "notice": _NOTICE,
    "holiday": [_HOLIDAY],
    "amendment": [{**_NOTICE, "holiday": [_HOLIDAY]}],
}
_OPTIONAL = {"amendment"}


def _check_form(value: object, form: object, where: str, faults: list[str]) -> None:
    """Compare a value of the file with its form: a type, a table of forms, or a list of one form."""
    if isinstance(form, list):
        if not isinstance(value, list):
            faults.append(f"{where} must be a list")
            return
        for position, item in enumerate(value):
            _check_form(item, form[0], f"{where}[{position}]", faults)
    elif isinstance(form, Mapping):
        if not isinstance(value, dict):
            faults.append(f"{where} must be a table")
            return
        faults += [f"{where}.{name} is unknown".lstrip(".") for name in value.keys() - form.keys()]
        missing = form.keys() - value.keys() - _OPTIONAL
        faults += [f"{where}.{name} is missing".lstrip(".") for name in sorted(missing)]
        for name in sorted(form.keys() & value.keys()):
            _check_form(value[name], form[name], f"{where}.{name}".lstrip("."), faults)
    elif type(value) is not form:
        faults.append(f"{where} must be a {cast(type, form).__name__}")


def _repeated_ids(table: dict[str, object]) -> list[str]:
    groups = [table, *cast(list[dict[str, object]], table.get("amendment", []))]
    faults = []
    for group in groups:
        ids = [item.id for item in _holidays(group["holiday"])]
        faults += [f"holiday {id_} stands twice" for id_ in sorted({i for i in ids if ids.count(i) > 1})]
    return faults


def _assemble(table: dict[str, object]) -> Calendar:
    notice = cast(dict[str, object], table["notice"])
    holidays = {item.id: item for item in _holidays(table["holiday"])}
    amendments = cast(list[dict[str, object]], table.get("amendment", []))
    for amendment in amendments:
        holidays |= {item.id: item for item in _holidays(amendment["holiday"])}
    ordered = tuple(sorted(holidays.values(), key=lambda item: (item.first, item.id)))
    return Calendar(
        year=cast(int, table["year"]),
        notice=_notice(notice),
        amendments=tuple(_notice(amendment) for amendment in amendments),
        holidays=ordered,
        days_off=frozenset(day for item in ordered for day in item.days()),
        make_up_days=frozenset(day for item in ordered for day in item.work),
    )


def _notice(table: dict[str, object]) -> Notice:
    return Notice(cast(str, table["number"]), cast(date, table["date"]), cast(str, table["title"]))


def _holidays(tables: object) -> list[Holiday]:
    return [
        Holiday(
            id=cast(str, table["id"]),
            zh=cast(str, table["zh"]),
            en=cast(str, table["en"]),
            first=cast(date, table["first"]),
            last=cast(date, table["last"]),
            work=tuple(cast(list[date], table["work"])),
        )
        for table in cast(list[dict[str, object]], tables)
    ]


def _calendar_faults(found: Calendar, stem: str, declared: object) -> list[str]:
    faults = []
    if str(found.year) != stem:
        faults.append(f"year is {found.year}, the file's name says {stem}")
    numbers = [notice.number for notice in (found.notice, *found.amendments)]
    faults += [
        f"{number} is not the number of a notice (国办发明电〔YYYY〕N号)"
        for number in numbers
        if not _NUMBER.fullmatch(number)
    ]
    seen: set[date] = set()
    for item in found.holidays:
        faults += [f"{item.id}: {fault}" for fault in _holiday_faults(item, found)]
        mentioned = [*item.days(), *item.work]
        twice = {day for day in mentioned if day in seen or mentioned.count(day) > 1}
        faults += [f"{item.id}: {day} is named twice" for day in sorted(twice)]
        seen.update(mentioned)
    if not faults and found.workdays() != declared:
        faults.append(f"the days give {found.workdays()} workdays, workdays says {declared}")
    return faults


def _holiday_faults(item: Holiday, found: Calendar) -> list[str]:
    faults = []
    if item.first > item.last:
        faults.append("first is after last")
    outside = {day for day in (item.first, item.last, *item.work) if day.year != found.year}
    faults += [f"{day} is not in {found.year}" for day in sorted(outside)]
    weekdays = [day for day in item.work if day.weekday() < SATURDAY]
    faults += [f"{day} is worked in exchange but is no Saturday or Sunday" for day in weekdays]
    return faults
