"""From what asks for visits of one enterprise to the stretches that its months must keep.

A demand is a number of visits and the months they may fall into: the rule's own, in its window or all year, and those
that campaigns bring. Visits of different demands are different visits. A choice of months serves all demands exactly
when every run of months holds at least as many visits as the demands whose months lie wholly within it (Hall's
theorem, for months that follow one another; what is closed is left out, and December is followed by January).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scheduler.plans.month_patterns import Stretch, Stretches


class Demand(NamedTuple):
    """So many visits in these months, ascending."""

    visits: int
    months: tuple[int, ...]


def open_months(demands: Sequence[Demand]) -> tuple[int, ...]:
    """Return the months that any demand allows, ascending."""
    return tuple(sorted({month for demand in demands for month in demand.months}))


def stretches_of(demands: Sequence[Demand]) -> Stretches | None:
    """Return the stretches that say what the demands ask; None when their months are no runs of one order of the year.

    A run over the turn of the year is told by the rest of the year: at most what it leaves.
    """
    months = open_months(demands)
    for turn in range(len(months)):
        order = months[turn:] + months[:turn]
        runs = [_run(demand, order) for demand in demands]
        if all(run is not None for run in runs):
            return _stretches([run for run in runs if run is not None], demands, order)
    return None


def _run(demand: Demand, order: Sequence[int]) -> tuple[int, int] | None:
    """Return where in the order a demand's months begin and end, None when they do not follow one another."""
    places = [place for place, month in enumerate(order) if month in demand.months]
    if not places or places[-1] - places[0] + 1 != len(places):
        return None
    return places[0], places[-1]


def _stretches(runs: Sequence[tuple[int, int]], demands: Sequence[Demand], order: Sequence[int]) -> Stretches:
    total = sum(demand.visits for demand in demands)
    found: list[Stretch] = []
    for first in sorted({first for first, _ in runs}):
        for last in sorted({last for _, last in runs if last >= first}):
            within = sorted(
                (start, end, demand.visits)
                for (start, end), demand in zip(runs, demands, strict=True)
                if first <= start and end <= last
            )
            if last - first + 1 < len(order) and _hang_together(within, first, last):
                found.append(_linear(order, first, last, sum(visits for _, _, visits in within), total))
    return merge_stretches(tuple(found), ()) or ()


def merge_stretches(one: Stretches, other: Stretches | None) -> Stretches | None:
    """Return stretches that ask what both ask; None when the other is."""
    if other is None:
        return None
    found: dict[tuple[int, int], Stretch] = {}
    for stretch in (*one, *other):
        before = found.get(stretch[:2], stretch)
        least, most = max(before.least, stretch.least), min(before.most, stretch.most)
        found[stretch[:2]] = Stretch(*stretch[:2], least, most)
    return tuple(sorted(found.values()))


def _hang_together(within: Sequence[tuple[int, int, int]], first: int, last: int) -> bool:
    """Say whether runs, by their beginnings, fill from first to last overlapping: else smaller stretches say it all."""
    if not within or within[0][0] > first:
        return False
    end = within[0][1]
    for start, its_end, _ in within:
        if start > end:
            return False
        end = max(end, its_end)
    return end == last


def _linear(order: Sequence[int], first: int, last: int, least: int, total: int) -> Stretch:
    """Return what a run asks as a stretch of the calendar: itself, or the most that the rest of the year may have."""
    run, rest = order[first : last + 1], [*order[:first], *order[last + 1 :]]
    if list(run) == sorted(run) and not any(run[0] < month < run[-1] for month in rest):
        return Stretch(run[0], run[-1], least, total)
    return Stretch(min(rest), max(rest), 0, total - least)
