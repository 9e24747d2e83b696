"""What a plan's document says of a division's year: loads and capacities by month, and the months that are short."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, fixed, half_up, percent
from scheduler.plans.full_coverage.coverage import DivisionLoad, MonthShortage


def write_load(load: DivisionLoad) -> dict[str, Any]:
    """Return a division's person-days by month, January first, and how much of its capacity they take."""
    total, room = sum(load.load, Fraction(0)), sum(load.capacity, Fraction(0))
    return {
        "division": load.division,
        "load": [days_figure(value) for value in load.load],
        "capacity": [days_figure(value) for value in load.capacity],
        "total": days_figure(total),
        "capacity_total": days_figure(room),
        "used_percent": percent(total, room) if room else None,
        "peak_percent": None if load.peak is None else fixed(load.peak * 100, 1),
    }


def write_shortages(shortages: Iterable[MonthShortage]) -> list[dict[str, Any]]:
    """Return every division and month over capacity, with the person-days short."""
    return [
        {"division": each.division, "month": each.month, "short": days_figure(half_up(each.short, 1))}
        for each in shortages
    ]
