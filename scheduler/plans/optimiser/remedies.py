"""The ways to mend a shortage of key visits, cheapest first; how much of each it takes is found in `mending`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

KINDS = ("months", "general", "visits", "days", "staff")


@dataclass(frozen=True)
class Remedy:
    """One way to mend a division's shortage, and how much of it.

    months: other months or smaller gaps, person-days to move (the year's capacity is enough); general: person-days to
    take from the general tier; visits: visits to leave out; days: person-days to add; staff: people to add.
    `short_months` are the months that are over capacity.
    """

    division: str
    kind: str
    amount: Fraction
    short_months: tuple[int, ...] = ()
