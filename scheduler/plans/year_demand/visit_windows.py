"""Windows of the rules of visits as months of one year, by its statutory calendar."""

from __future__ import annotations

from datetime import date, timedelta

from config.calendars import Calendar
from config.catalogues.visits import VisitWindow
from scheduler.errors import InvalidInput
from scheduler.plans.month_patterns import MONTHS


def window_months(window: VisitWindow | None, calendar: Calendar) -> tuple[int, ...]:
    """Return the months of a window, ascending; every month when there is none.

    Raises `InvalidInput` (`plan-holiday-unknown`) when the year's calendar lacks the window's holiday.
    """
    if window is None:
        return MONTHS
    months = set(window.months)
    if window.holiday:
        last = _last_month_before(window.holiday, calendar)
        months |= {month for month in range(last - window.before + 1, last + 1) if month in MONTHS}
    return tuple(sorted(months))


def _last_month_before(holiday: str, calendar: Calendar) -> int:
    """Return the month of a holiday's first day when a workday of that month lies before it, else the month before."""
    first = next((each.first for each in calendar.holidays if each.id == holiday), None)
    if first is None:
        raise InvalidInput("plan-holiday-unknown", holiday=holiday, year=calendar.year)
    days = (date(first.year, first.month, 1) + timedelta(days=place) for place in range(first.day - 1))
    return first.month if any(calendar.is_workday(day) for day in days) else first.month - 1
