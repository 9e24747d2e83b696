"""Where numbers are not exact: programmes handed to HiGHS by SciPy.

What comes back is only proposed. Prices are judged by `price_bound`, counts by their rules and their exact goals; of
a search through whole numbers the solver's word is taken that nothing better is left, which the record says.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock
from typing import Any

import numpy as np

from scheduler.plans.optimiser.costs import Limit
from scheduler.plans.optimiser.prices import Prices, Stage
from scheduler.plans.optimiser.programme import Programme
from scheduler.plans.optimiser.year import Row, Trip, Year

PARTS = 1_000_000
"""Shares of a relaxed solution are told in so many parts of a visit."""

SAFETY_SECONDS = 300
"""No search of a stage needs nearly so long; one that does ends unproven, with its gap."""

SHORT = {"node_limit": 20, "time_limit": 120}
"""When a short search ends: by its work; the clock is there for a case that no one has seen."""

_ONE_AT_A_TIME = Lock()
_SHORTEST = (10**3, 10**6, 10**9, 10**13)


@dataclass(frozen=True)
class Relaxed:
    """An optimum over real numbers: shares of visits by group and month in `PARTS`, and prices, shortest first."""

    shares: tuple[tuple[int, ...], ...]
    prices: tuple[Prices, ...]


@dataclass(frozen=True)
class Searched:
    """What a search through whole numbers found: counts or nothing, and whether nothing better is left."""

    rows: tuple[Row, ...] | None
    finished: bool


def _staged(year: Year, stage: Stage) -> tuple[Programme, Any, list[int]]:
    """Return the programme of a stage, its objective and the rows of its limits."""
    programme = Programme(year, stage.tops)
    goal = programme.add_cost(stage.cost) if any(stage.cost.rise) or any(stage.cost.fall) else []
    limits = [programme.add_limit(limit) for limit in stage.limits]
    return programme, programme.objective(goal), limits


def relax(year: Year, stage: Stage) -> Relaxed | None:
    """Return an optimum of a stage over real numbers; None when there is none or the solver gives up."""
    programme, objective, limits = _staged(year, stage)
    found = _solve(programme, objective)
    if found is None:
        return None
    months, over = _marginals(programme, found, limits)
    return Relaxed(_shares(programme, found), tuple(_prices(stage, months, over, most) for most in _SHORTEST))


def _shares(programme: Programme, found: Any) -> tuple[tuple[int, ...], ...]:
    rows = programme.rows_of([max(0, round(value * PARTS)) for value in found.x.tolist()])
    return tuple(tuple(row) for row in rows)


def _marginals(programme: Programme, found: Any, limits: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return what a unit of load costs in each month, and a unit over each limit."""
    steps = programme.year.step
    links = found.eqlin.marginals[programme.links].tolist()
    over = found.ineqlin.marginals[list(limits)].tolist()
    return [-value / step for value, step in zip(links, steps, strict=True)], [max(0.0, -value) for value in over]


def relaxed_peak(year: Year, limits: Sequence[Limit]) -> Fraction:
    """Return about the largest utilisation that cannot be helped over real numbers, a little less: where to begin."""
    found = _solve(*_peak_programme(year, limits))
    return Fraction(0) if found is None else Fraction(found.fun) * Fraction(PARTS - 1, PARTS)


def _peak_programme(year: Year, limits: Sequence[Limit]) -> tuple[Programme, Any]:
    programme = Programme(year, year.most)
    for limit in limits:
        programme.add_limit(limit)
    peak = len(programme.upper)
    programme.upper.append(np.inf)
    for place, (room, step) in enumerate(zip(year.capacity, year.step, strict=True)):
        if room:
            programme.below.add({programme.visits + place: step / room, peak: -1}, 0)
    return programme, programme.objective([peak])


def _solve(programme: Programme, objective: Any, upper: Sequence[float] | None = None) -> Any:
    """Return the solver's optimum over real numbers, or None."""
    from scipy.optimize import linprog  # only now: it takes long to load, and most commands and pages solve nothing

    size = len(programme.upper)
    found = linprog(
        objective,
        A_ub=programme.below.matrix(size),
        b_ub=np.array(programme.below.right),
        A_eq=programme.equal.matrix(size),
        b_eq=np.array(programme.equal.right),
        bounds=np.array([(0, most) for most in upper or programme.upper]),
        method="highs",
    )
    return found if found.status == 0 else None


def _prices(stage: Stage, months: Sequence[float], limits: Sequence[float], denominator: int) -> Prices:
    """Return prices as fractions, of a unit of load in parts of the cost, of a limit in parts for a part of it."""
    parts = stage.cost.parts
    return Prices(
        tuple(_exactly(value, denominator) * parts for value in months),
        tuple(
            _exactly(value, denominator) * Fraction(parts, limit.cost.parts)
            for value, limit in zip(limits, stage.limits, strict=True)
        ),
    )


def _exactly(value: float, denominator: int) -> Fraction:
    return Fraction(value).limit_denominator(denominator)


def search(year: Year, stage: Stage) -> Searched:
    """Look for the optimum of a stage over whole numbers."""
    programme, objective, _ = _staged(year, stage)
    return _search(programme, objective, {"time_limit": SAFETY_SECONDS})


def search_peak(year: Year, limits: Sequence[Limit]) -> Searched:
    """Look for counts within the limits whose largest utilisation is least."""
    return _search(*_peak_programme(year, limits), {"time_limit": SAFETY_SECONDS})


def fewest_visits_less(year: Year) -> int | None:
    """Return the fewest visits to leave out for a year within capacity, one a year left to all; None when too few go.

    An enterprise's gap stays: what is left of a group's visits can be dealt as they all were.
    """
    within = zip(year.most, year.capacity, year.step, strict=True)
    programme = Programme(year, [min(most, room // step * step) for most, room, step in within])
    found = _search(programme, programme.objective(programme.add_omissions()), {"time_limit": SAFETY_SECONDS})
    if found.rows is None:
        return None
    return sum(group.visits * group.population for group in year.groups) - sum(map(sum, found.rows))


def _search(programme: Programme, objective: Any, ends: Mapping[str, int]) -> Searched:
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = len(programme.upper)
    whole = np.zeros(size)
    whole[programme.whole] = 1
    with _silence():
        found = milp(
            objective,
            integrality=whole,
            bounds=Bounds(np.zeros(size), np.array(programme.upper)),
            constraints=[
                LinearConstraint(programme.equal.matrix(size), programme.equal.right, programme.equal.right),
                LinearConstraint(programme.below.matrix(size), -np.inf, programme.below.right),
            ],
            options={"mip_rel_gap": 0, **ends},
        )
    rows = None if found.x is None else programme.rows_of([round(value) for value in found.x.tolist()])
    return Searched(rows, finished=found.status in (0, 2))


class FixedLoads:
    """Visits of classes by month that make given loads: what the last goal chooses among."""

    def __init__(self, year: Year, loads: Sequence[int]) -> None:
        self.year, self.loads = year, loads
        self.programme = self._programme()
        self.columns = len(self.programme.upper)

    def _programme(self) -> Programme:
        programme = Programme(self.year, self.loads)
        for place, load in enumerate(self.loads):
            programme.equal.add({programme.visits + place: 1}, load // self.year.step[place])
        return programme

    def cheapest(
        self, prices: Sequence[Sequence[int]], allowed: Sequence[Sequence[bool]] | None = None
    ) -> tuple[tuple[int, ...], ...] | None:
        """Return the shares of visits that cost least at a price for each, in the months allowed; None when none do."""
        programme = self.programme
        cost = np.zeros(self.columns)
        for (number, place), column in programme.column.items():
            cost[column] = prices[number][place]
        found = _solve(programme, cost / max(cost.max(), 1.0), self._upper(allowed))
        return None if found is None else _shares(programme, found)

    def whole(self, shares: Sequence[Sequence[int]], allowed: Sequence[Sequence[bool]], *, near: bool) -> Searched:
        """Look for whole counts with as few district-months beyond those allowed as a short search finds.

        Near the shares, a class has in a month allowed at most one visit more than its share rounded up.
        """
        programme = self._programme()
        closed = {key: column for key, column in programme.column.items() if not allowed[key[0]][key[1]]}
        for (number, place), column in programme.column.items():
            if near and allowed[number][place]:
                programme.upper[column] = min(programme.upper[column], -(-shares[number][place] // PARTS) + 1)
        programme.add_trips(closed)
        return _search(programme, programme.objective(programme.trips), SHORT)

    def _upper(self, allowed: Sequence[Sequence[bool]] | None) -> list[float]:
        upper = list(self.programme.upper)
        if allowed is not None:
            for (number, place), column in self.programme.column.items():
                upper[column] *= allowed[number][place]
        return upper


@dataclass(frozen=True)
class JourneyPrices:
    """Prices of loads and limits, and what a visit pays for its district-month: for itself, and for its load."""

    prices: Prices
    visits: dict[tuple[int, int], Fraction]
    loads: dict[Trip, Fraction]


def relax_journeys(year: Year, stage: Stage) -> JourneyPrices | None:
    """Return prices from the fewest district-months over real numbers."""
    programme = Programme(year, stage.tops)
    limits = [programme.add_limit(limit) for limit in stage.limits]
    trips, visits = programme.add_trips(programme.column)
    found = _solve(programme, programme.objective(programme.trips))
    if found is None:
        return None
    months, over = _marginals(programme, found, limits)
    paid = [_exactly(max(0.0, -value), _SHORTEST[-1]) for value in found.ineqlin.marginals.tolist()]
    return JourneyPrices(
        _prices(stage, months, over, _SHORTEST[-1]),
        {key: paid[row] for key, row in visits.items()},
        {trip: paid[row] for trip, row in trips.items()},
    )


@contextmanager
def _silence() -> Iterator[None]:
    """Keep lines that HiGHS writes to standard output behind SciPy's back out of what a command prints."""
    with _ONE_AT_A_TIME:
        sys.stdout.flush()
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        try:
            yield
        finally:
            ctypes.CDLL(None).fflush(None)
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)
