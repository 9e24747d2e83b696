"""What the pages of months lay out: the weeks of a month with the visits of each day, and the months of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.inspections.completion import Completion
from scheduler.inspections.queries import MonthView
from scheduler.inspections.visit_lines import VisitLine


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid: visits that begin on it, and those that go on; a day off has neither."""

    day: date
    workday: bool
    visits: tuple[VisitLine, ...]
    going_on: tuple[VisitLine, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The weeks, Monday to Friday and what is worked of a weekend; the visits without a day; people with their visits.

    `others` are visits whose day lies outside the month: done late.
    """

    weeks: tuple[tuple[Day, ...], ...]
    unplaced: tuple[VisitLine, ...]
    others: tuple[VisitLine, ...]
    people: tuple[tuple[str, str, int], ...]


def month_grid(view: MonthView, division: str = "", inspector: str = "") -> Grid:
    """Lay out a month, of one division or one inspector where asked."""
    chosen = [
        each for each in view.visits if division in ("", each.division) and (not inspector or inspector in each.team)
    ]
    placed = sorted((each for each in chosen if each.day), key=lambda each: (each.day, each.id))
    days = _days(view, placed)
    shown = {day.day.isoformat() for week in days for day in week}
    count = {name: sum(name in each.team for each in view.visits) for name in view.people}
    return Grid(
        weeks=days,
        unplaced=tuple(each for each in chosen if not each.day),
        others=tuple(each for each in placed if each.day not in shown),
        people=tuple((name, words, count[name]) for name, words in view.people.items()),
    )


def _days(view: MonthView, placed: Sequence[VisitLine]) -> tuple[tuple[Day, ...], ...]:
    weeks: list[list[Day]] = []
    day, workdays = date(view.plan.year, view.month, 1), set(view.workdays)
    while day.month == view.month:
        text = day.isoformat()
        begins = tuple(each for each in placed if each.day == text)
        if text in workdays or day.weekday() < 5 or begins:
            if not weeks or day.isocalendar().week != weeks[-1][0].day.isocalendar().week:
                weeks.append([])
            going_on = tuple(each for each in placed if text in each.days[1:])
            weeks[-1].append(Day(day, text in workdays, begins, going_on))
        day += timedelta(days=1)
    return tuple(map(tuple, weeks))


@dataclass(frozen=True, slots=True)
class YearRow:
    """A month of the year over all divisions."""

    month: int
    planned: int
    rolled_in: int
    done: int
    rolled_on: int
    open: int


def year_rows(rows: Sequence[Completion]) -> tuple[YearRow, ...]:
    """Add up the divisions of each month."""
    names = ("planned", "rolled_in", "done", "rolled_on", "open")
    return tuple(
        YearRow(month, *(sum(getattr(each, name) for each in rows if each.month == month) for name in names))
        for month in range(1, 13)
    )
