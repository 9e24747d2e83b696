"""The goals of a division's year, one after the other, each with its value, its bound and its proof.

Overload first (and of what cannot be helped, least in months without capacity, where no utilisation can be told),
then the largest utilisation, then the deviation. First every bound is taken at its word: counts that have the values
of all bounds are proven optimal by prices, and no search was needed. Where whole numbers do not reach a bound, goal
after goal is searched to its end; the bound is then what prices prove, and the proof says that it was a search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scheduler.plans.optimiser.costs import (
    GOALS,
    GoalValues,
    MonthCost,
    ceilings,
    deviation_cost,
    excess_cost,
    goal_values,
    no_cost,
    overload_cost,
    peak_below,
    peak_from,
    stranded_cost,
)
from scheduler.plans.optimiser.moves import approach
from scheduler.plans.optimiser.prices import Prices, Stage, goal_stage, whole_bound
from scheduler.plans.optimiser.solver import PARTS, Relaxed, Searched, relax, relaxed_peak, search, search_peak
from scheduler.plans.optimiser.year import Row, Year, whole_row


@dataclass(frozen=True)
class Bound:
    """What prices prove of a goal, in the measure of `GoalValues`; at least 0 needs no prices."""

    value: int | Fraction
    prices: Prices | None = None
    relaxed: Relaxed | None = None


@dataclass(frozen=True)
class Proof:
    """What is known of one goal: no plan goes below the bound; by what its value is optimal.

    `by` is "prices" when the value is the bound, "search" when the solver left nothing better, "" when neither.
    """

    goal: str
    bound: int | Fraction
    prices: Prices | None
    by: str


@dataclass(frozen=True)
class Settled:
    """Counts by group, the exact values of their goals, the proof of each goal in the order of `GOALS`."""

    year: Year
    rows: tuple[Row, ...]
    values: GoalValues
    proofs: tuple[Proof, ...]


def settle_goals(year: Year, starts: Sequence[Sequence[Row]] = ()) -> Settled:
    """Return the optimum of a division's year; `starts` are counts to begin from, none needed.

    Raises `ArithmeticError` when neither the starts nor the solver give counts that keep the rules.
    """
    best = _Best(year)
    aim, bounds = _take_bounds(year)
    for start in (*starts, *_rounded(year, bounds["deviation"].relaxed)):
        if best.values != aim:
            best.offer(approach(year, start, aimed_costs(year, aim), lambda rows: _has(year, rows, aim)))
    finished = best.values == aim or best.take(search(year, goal_stage(year, "deviation", aim)))
    if best.values is None or _before_deviation(best.values) != _before_deviation(aim):
        return _search_all(year, best)
    proofs = [_proof(goal, bounds[goal], getattr(best.values, goal), finished=finished) for goal in GOALS]
    return Settled(year, best.rows, best.values, tuple(proofs))


def _has(year: Year, rows: Sequence[Row], aim: GoalValues) -> bool:
    return goal_values(year, year.loads(rows)) == aim


def aimed_costs(year: Year, aim: GoalValues) -> tuple[MonthCost, ...]:
    """Return costs that are all at their least exactly when the goals have the values aimed at."""
    return overload_cost(year), stranded_cost(year), excess_cost(ceilings(year, aim.peak)), deviation_cost(year)


class _Best:
    """The best counts seen, none that break a rule."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.rows: tuple[Row, ...] = ()
        self.values = None if year.groups else goal_values(year, year.loads(()))

    def offer(self, rows: Sequence[Row] | None) -> bool:
        """Keep counts that are better than all before; say whether they keep the rules."""
        if rows is None or not all(each.keeps_rules(row) for each, row in zip(self.year.groups, rows, strict=True)):
            return False
        values = goal_values(self.year, self.year.loads(rows))
        if self.values is None or values < self.values:
            self.rows, self.values = tuple(rows), values
        return True

    def take(self, found: Searched) -> bool:
        """Offer what a search found; say whether it came to its end with counts that hold, or without any."""
        return found.finished and (found.rows is None or self.offer(found.rows))


def _before_deviation(values: GoalValues) -> tuple[int, int, Fraction]:
    return values.overload, values.stranded, values.peak


def _proof(goal: str, bound: Bound, value: int | Fraction, *, finished: bool) -> Proof:
    by = "prices" if value == bound.value else "search" if finished else ""
    return Proof(goal, bound.value, bound.prices, by)


def _take_bounds(year: Year) -> tuple[GoalValues, dict[str, Bound]]:
    """Return the bound of every goal, those before it taken to have the values of theirs."""
    aim, bounds = GoalValues(), {}
    for goal in GOALS:
        value, bounds[goal] = _bound(year, goal, aim)
        aim = aim.having(goal, value)
    return aim, bounds


def _bound(year: Year, goal: str, before: GoalValues) -> tuple[int | Fraction, Bound]:
    """Return the least value that prices leave to a goal, and the bound that they prove."""
    if goal == "peak":
        return _peak_bound(year, before)
    stage = goal_stage(year, goal, before)
    relaxed = relax(year, stage) if year.groups else None
    value, prices = _strongest(year, stage, relaxed)
    return value, Bound(value, prices, relaxed)


def _strongest(year: Year, stage: Stage, relaxed: Relaxed | None) -> tuple[int, Prices | None]:
    """Return the highest bound that the relaxation's prices prove, and the shortest prices that prove it."""
    if relaxed is None or not whole_bound(year, stage, relaxed.prices[-1]):
        return 0, None
    bounds = [(whole_bound(year, stage, prices), prices) for prices in relaxed.prices]
    value = max(bound for bound, _ in bounds)
    return value, next(prices for bound, prices in bounds if bound == value)


def _peak_bound(year: Year, before: GoalValues) -> tuple[Fraction, Bound]:
    overload = goal_stage(year, "peak", before)

    def works(peak: Fraction) -> bool:
        stage = replace(overload, cost=excess_cost(ceilings(year, peak)))
        return not _strongest(year, stage, relax(year, stage))[0]

    value = least_peak(year, relaxed_peak(year, overload.limits), works) if year.groups else Fraction(0)
    stage = goal_stage(year, "peak", before.having("peak", value))
    prices = _strongest(year, stage, relax(year, stage))[1] if value else None
    return value, Bound(value if prices else Fraction(0), prices)


def _rounded(year: Year, relaxed: Relaxed | None) -> list[list[Row]]:
    if relaxed is None:
        return []
    rows = [whole_row(each, shares, PARTS) for each, shares in zip(year.groups, relaxed.shares, strict=True)]
    return [rows] if all(each.keeps_rules(row) for each, row in zip(year.groups, rows, strict=True)) else []


def _search_all(year: Year, best: _Best) -> Settled:
    """Search goal after goal, each under what the goals before it turned out to be."""
    proofs: list[Proof] = []
    before = GoalValues()
    for goal in GOALS:
        value, bound = _bound(year, goal, before)
        if goal == "peak":
            finished = _search_peak(year, best, before, Fraction(value))
        else:
            known = best.values is not None and _up_to(best.values, goal) == _up_to(before.having(goal, value), goal)
            finished = known or best.take(search(year, goal_stage(year, goal, before)))
        if best.values is None:
            raise ArithmeticError(f"{year.division}: the solver found no counts that keep the rules")
        before = before.having(goal, getattr(best.values, goal))
        proofs.append(_proof(goal, bound, getattr(best.values, goal), finished=finished))
    return Settled(year, best.rows, before, tuple(proofs))


def _up_to(values: GoalValues, goal: str) -> tuple[int | Fraction, ...]:
    return tuple(getattr(values, each) for each in GOALS[: GOALS.index(goal) + 1])


def _search_peak(year: Year, best: _Best, before: GoalValues, start: Fraction) -> bool:
    """Find the smallest utilisation that whole counts can keep; say whether every search came to its end.

    What the search for it finds is made sure of by asking for less until nothing less is left.
    """
    limits = goal_stage(year, "peak", before).limits
    finished = best.take(search_peak(year, limits))
    while finished and best.values is not None and (less := peak_below(year, best.values.peak)) >= start:
        aimed = replace(before, peak=less, deviation=0)
        finished = best.take(search(year, replace(goal_stage(year, "deviation", aimed), cost=no_cost())))
        if _before_deviation(best.values) > _before_deviation(aimed):
            break
    return finished


def least_peak(year: Year, start: Fraction, works: Callable[[Fraction], bool]) -> Fraction:
    """Return the smallest utilisation from `start` on that works, where all above one that works do too."""
    high = peak_from(year, start)
    if works(high):
        return high
    low, stride = high, peak_from(year, high, above=True) - high
    while not works(high := peak_from(year, low + stride)):
        low, stride = high, 2 * stride
    end = high
    while (following := peak_from(year, low, above=True)) < high:
        middle = max(following, peak_from(year, (low + end) / 2))
        if middle >= high:
            end = (low + end) / 2
        elif works(middle):
            high = end = middle
        else:
            low = middle
    return high
