"""The completion of a plan's key visits by division and month: planned, rolled, done, open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scheduler.inspections.due_months import YEAR_END
from scheduler.inspections.standing import Standing
from scheduler.plans.month_patterns import MONTHS


@dataclass(frozen=True, slots=True)
class Completion:
    """A division's month: visits the lottery gave it, visits that rolled in, done, rolled on, still open.

    `planned + rolled_in = done + rolled_on + open`; the rolled-on of a month are the rolled-in of the next, and those
    of December are what the year leaves undone.
    """

    division: str
    month: int
    planned: int
    rolled_in: int
    done: int
    rolled_on: int
    open: int

    @property
    def due(self) -> int:
        """The visits that were due."""
        return self.planned + self.rolled_in


def count_completion(standing: Standing) -> tuple[Completion, ...]:
    """Count the completion by division and month."""
    counts: Counter[tuple[str, int, str]] = Counter()
    for visit, (division, first) in standing.visits.items():
        months = standing.months_of(visit)
        for month in months.months:
            if month == YEAR_END:
                continue
            counts[division, month, "planned" if month == first else "rolled_in"] += 1
            ended = "done" if visit in standing.done else "open"
            counts[division, month, "rolled_on" if month < months.now else ended] += 1
    divisions = sorted({division for division, _ in standing.visits.values()})
    names = ("planned", "rolled_in", "done", "rolled_on", "open")
    return tuple(
        Completion(division, month, **{name: counts[division, month, name] for name in names})
        for division in divisions
        for month in MONTHS
    )
