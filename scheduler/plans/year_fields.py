"""Fields that several members of a plan's inputs have: months, and values of a catalogue."""

from __future__ import annotations

from collections.abc import Collection

from scheduler.plans.json_input import Field
from scheduler.plans.month_patterns import MONTHS


def read_months(field: Field) -> tuple[int, ...]:
    """Return months of the year, at least one, ascending, none twice."""
    months: list[int] = []
    for item in field.items():
        month = item.whole()
        if month not in MONTHS:
            raise item.fault("plan-month", value=month)
        if months and month <= months[-1]:
            raise item.fault("plan-months-ascending", value=month, before=months[-1])
        months.append(month)
    return tuple(months)


def read_choices(field: Field | None, known: Collection[str]) -> tuple[str, ...]:
    """Return values of a catalogue, none when the member is missing; none twice."""
    found: list[str] = []
    for item in field.items() if field is not None else ():
        value = item.text()
        if value not in known:
            raise item.fault("plan-choice-unknown", value=value, known=", ".join(known))
        if value in found:
            raise item.fault("plan-choice-twice", value=value)
        found.append(value)
    return tuple(found)
