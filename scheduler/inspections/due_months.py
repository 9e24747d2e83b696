"""In which month a visit is due: the month the lottery gave it, or a later one when it rolled on.

1. A visit rolls on to the next month when the newest schedule of its month could not place it, or when it was marked
   as missed in that month. It may roll on again; beyond December it is left at the end of the year (month 13).
2. A month without a schedule holds its visits: nothing rolls out of it until it has one.
3. A visit that is done rolls no further than the month it was done in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

YEAR_END = 13


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """What the newest schedule of a month says: visits placed, visits without a place; visits missed in the month."""

    placed: frozenset[str] = frozenset()
    unplaced: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitMonths:
    """The months a visit was due in, ascending; the last is where it is now, the others it left without being made."""

    months: tuple[int, ...]

    @property
    def now(self) -> int:
        """The month the visit is due in, or was done in; `YEAR_END` when the year is over for it."""
        return self.months[-1]


@dataclass(frozen=True)
class DueRule:
    """The records of the months there are, and the month each done visit was done in."""

    records: Mapping[int, MonthRecord]
    done: Mapping[str, int] = field(default_factory=dict)

    def months_of(self, visit: str, first: int) -> VisitMonths:
        """Return the months of a visit that the lottery put into month `first`."""
        return VisitMonths(tuple(self._walk(visit, first)))

    def _walk(self, visit: str, month: int) -> Iterator[int]:
        yield month
        while month < YEAR_END and self._leaves(visit, month):
            month += 1
            yield month

    def _leaves(self, visit: str, month: int) -> bool:
        record = self.records.get(month)
        if record is None or self.done.get(visit, YEAR_END) <= month:
            return False
        return visit in record.missed or visit in record.unplaced
