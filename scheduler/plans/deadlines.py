"""Deadlines in statutory workdays: the first day counted is the day after (domain: results within 20, penalties 7).

>>> from datetime import date
>>> due_date(date(2025, 4, 25), 20)
datetime.date(2025, 5, 27)
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from config.calendars import Calendar, UnknownYear, calendar
from scheduler.errors import InvalidInput, NotFound

MOST_WORKDAYS = 10_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,5}")


def statutory_calendar(year: int) -> Calendar:
    """Return the calendar of a year; refuse a year without a calendar file with `calendar-missing`."""
    try:
        return calendar(year)
    except UnknownYear as error:
        known = ", ".join(map(str, error.known))
        raise NotFound("calendar-missing", year=error.year, known=known) from None


def due_date(formed: date, workdays: int) -> date:
    """Return the day on which the given number of workdays after `formed` ends.

    The day itself never counts, whether it is a workday or not. Raises `InvalidInput` for a count below 1 or
    absurdly large, `NotFound` (`calendar-missing`) as soon as the count reaches a year without a calendar.
    """
    if not 1 <= workdays <= MOST_WORKDAYS:
        raise InvalidInput("deadline-workdays", workdays=workdays, most=MOST_WORKDAYS)
    day, left = formed, workdays
    while left:
        if day == date.max:
            raise NotFound("calendar-missing", year=day.year + 1, known="")
        day += timedelta(days=1)
        left -= statutory_calendar(day.year).is_workday(day)
    return day


def read_date(text: str) -> date:
    """Read `YYYY-MM-DD`; refuse anything else, and days that no calendar has, with `date-form`."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidInput("date-form", value=text)


def read_workdays(text: str) -> int:
    """Read a whole number of workdays from 1; refuse anything else with `deadline-workdays`."""
    if not _COUNT.fullmatch(text):
        raise InvalidInput("deadline-workdays", workdays=text, most=MOST_WORKDAYS)
    return int(text)
