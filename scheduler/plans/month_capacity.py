"""A division's person-days for key visits, month by month: the key part of its budget over the statutory workdays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from config.calendars import Calendar
from scheduler.errors import InvalidInput
from scheduler.plans.budget import Budget
from scheduler.plans.coverage import DivisionCapacity
from scheduler.plans.exact import apportion_days
from scheduler.plans.month_patterns import MONTHS


def spread_days(days: Fraction, calendar: Calendar) -> tuple[Fraction, ...]:
    """Part a year's person-days over its months in proportion to their workdays, by largest remainder."""
    return tuple(apportion_days(days, [calendar.workdays_in_month(month) for month in MONTHS]))


def key_capacities(divisions: Sequence[str], budget: Budget, calendar: Calendar) -> tuple[DivisionCapacity, ...]:
    """Return the capacity of each division, named in the budget's order.

    Raises `InvalidInput` (`budget-not-parted`) when a division's key days cannot be computed: its deductions or the
    budget's shares are missing.
    """
    capacities = []
    for name, figures in zip(divisions, budget.divisions, strict=True):
        if "key" not in figures.parts:
            raise InvalidInput("budget-not-parted", division=name)
        months = spread_days(figures.parts["key"], calendar)
        capacities.append(DivisionCapacity(name, months, figures.staff, figures.parts["general"]))
    return tuple(capacities)
