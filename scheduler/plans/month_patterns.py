"""The months in which one enterprise may be visited: ascending, one per visit, a minimum gap apart.

A gap of 1 asks for different months only; a gap of 3 allows January and April. The year does not wrap round:
the gap to next year's first visit is next year's matter. Stretches of the year may be given a least and a most of the
visits: a campaign's visits fall into its months, the others do not all have to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

MONTHS = tuple(range(1, 13))
Pattern = tuple[int, ...]


class Stretch(NamedTuple):
    """From month `first` to month `last`: at least and at most so many of one enterprise's visits."""

    first: int
    last: int
    least: int
    most: int

    def holds(self, months: Sequence[int]) -> bool:
        """Say whether a pattern keeps to it."""
        return self.least <= sum(self.first <= month <= self.last for month in months) <= self.most


Stretches = tuple[Stretch, ...]


def most_visits(months: Sequence[int], gap: int) -> int:
    """Return how many visits fit into ascending months at a gap."""
    count, last = 0, None
    for month in months:
        if last is None or month - last >= gap:
            count, last = count + 1, month
    return count


def month_patterns(months: Sequence[int], visits: int, gap: int) -> Iterator[Pattern]:
    """Give every pattern of so many visits in ascending months at a gap, in ascending order."""
    if visits == 0:
        yield ()
        return
    for place, month in enumerate(months):
        later = [other for other in months[place + 1 :] if other - month >= gap]
        for rest in month_patterns(later, visits - 1, gap):
            yield (month, *rest)


@lru_cache(maxsize=4096)
def allowed_patterns(months: tuple[int, ...], visits: int, gap: int, stretches: Stretches) -> tuple[Pattern, ...]:
    """Return the patterns that keep to all stretches too, in ascending order."""
    return tuple(way for way in month_patterns(months, visits, gap) if all(each.holds(way) for each in stretches))


def has_pattern(months: Sequence[int], visits: int, gap: int, stretches: Stretches = ()) -> bool:
    """Say whether there is a pattern at all."""
    if not stretches:
        return visits <= most_visits(months, gap)
    return bool(allowed_patterns(tuple(months), visits, gap, stretches))


def cheapest_pattern(
    months: Sequence[int], visits: int, gap: int, cost: Mapping[int, int], stretches: Stretches = ()
) -> tuple[int, Pattern]:
    """Return the least cost and the pattern that has it, the first in ascending order among equals.

    Dynamic programming from the last month backwards: for each number of visits still to make, the best way to make
    them from a month on. There must be a pattern (`has_pattern`). Where stretches are to be kept all patterns are
    looked at: no year has more than 924 of them.
    """
    if stretches:
        ways = allowed_patterns(tuple(months), visits, gap, stretches)
        return min((sum(cost[month] for month in way), way) for way in ways)
    ends = len(months)
    reach = [next((n for n in range(p, ends) if months[n] - months[p] >= gap), ends) for p in range(ends)]
    best: list[tuple[int, Pattern] | None] = [(0, ())] * (ends + 1)
    for _ in range(visits):
        row: list[tuple[int, Pattern] | None] = [None] * (ends + 1)
        for place in range(ends - 1, -1, -1):
            rest, later = best[reach[place]], row[place + 1]
            if rest is not None:
                here = (rest[0] + cost[months[place]], (months[place], *rest[1]))
                later = here if later is None else min(here, later)
            row[place] = later
        best = row
    found = best[0]
    if found is None:
        raise ValueError("no pattern fits")
    return found
