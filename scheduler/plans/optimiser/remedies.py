"""The ways to mend a shortage of key visits, cheapest first; how much of each it takes is found in `mending`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.plans.full_coverage.coverage import DivisionCapacity

KINDS = ("months", "general", "visits", "days", "staff")


@dataclass(frozen=True)
class Remedy:
    """One way to mend a division's shortage, and how much of it.

    months: other months or smaller gaps, person-days to move (the year's capacity is enough); general: person-days to
    take from the general tier, which has them in the months that are short; visits: visits to leave out; days:
    person-days to add; staff: people to add. `short_months` are the months that are over capacity.
    """

    division: str
    kind: str
    amount: Fraction
    short_months: tuple[int, ...] = ()


def general_does(capacity: DivisionCapacity, short: Mapping[int, Fraction]) -> bool:
    """Say whether the general tier has, in each short month, the days that month is short of.

    Its days of the year fall on the months as those of the key tier do: days of another month help nobody.
    """
    year = sum(capacity.months, Fraction(0))
    return capacity.general is not None and all(
        year and days * year <= capacity.general * capacity.months[month - 1] for month, days in short.items()
    )
