"""Lower bounds that anyone can check: a price for the load of each month proves that no plan does better.

Give every month a price for a unit of load and every limit a price for a unit over it. A plan's cost is then at least

    the sum over enterprises of the cheapest months for their visits at these prices
    + the sum over months of the least of (cost of a load + priced limits of it - price of it), over all its loads
    - the sum over limits of price times what the limit allows,

because the prices of what is visited and of what is loaded cancel, and what a plan keeps below a limit only lowers
the last two. Nothing here trusts a solver: prices may come from anywhere, wrong ones prove less (Lagrangian
duality). Exact fractions, standard library only; twelve prices stand for a search through all plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

from scheduler.plans.month_patterns import MONTHS, cheapest_pattern
from scheduler.plans.optimiser.costs import (
    PLACES,
    GoalValues,
    Limit,
    MonthCost,
    ceilings,
    ceilings_below,
    deviation_cost,
    excess_cost,
    no_cost,
    overload_cost,
    stranded_cost,
)
from scheduler.plans.optimiser.year import Group, Year


@dataclass(frozen=True)
class Prices:
    """A price for a unit of load in each month, and for a unit of cost over each limit (at least 0)."""

    months: tuple[Fraction, ...]
    limits: tuple[Fraction, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One goal to be made least: its cost, the limits that goals before it set, the largest load of each month."""

    cost: MonthCost
    limits: tuple[Limit, ...]
    tops: tuple[int, ...]


def goal_stage(year: Year, goal: str, before: GoalValues) -> Stage:
    """Return the stage of a goal when the goals before it have the values given.

    That of the peak asks whether all loads can stay below the utilisation `before.peak`; after the deviation only
    the limits are left.
    """
    overload, stranded = Limit(overload_cost(year), before.overload), Limit(stranded_cost(year), before.stranded)
    if goal == "overload":
        return Stage(overload_cost(year), (), year.most)
    if goal == "stranded":
        return Stage(stranded_cost(year), (overload,), year.most)
    if goal == "peak":
        return Stage(excess_cost(ceilings_below(year, before.peak)), (overload, stranded), year.most)
    deviation = deviation_cost(year)
    if goal == "deviation":
        return Stage(deviation, (overload, stranded), ceilings(year, before.peak))
    limits = (overload, stranded, Limit(deviation, before.deviation))
    return Stage(no_cost(), limits, ceilings(year, before.peak))


def price_bound(year: Year, stage: Stage, prices: Prices) -> Fraction:
    """Return the least cost that a plan within the limits can have, as far as these prices prove it.

    Raises `ValueError` for prices of another shape or a negative price of a limit.
    """
    if (
        len(prices.months) != len(MONTHS)
        or len(prices.limits) != len(stage.limits)
        or min(prices.limits, default=0) < 0
    ):
        raise ValueError("twelve prices, and one of at least 0 for each limit")
    scale = lcm(*(price.denominator for price in prices.months))
    whole = {month: int(price * scale) for month, price in zip(MONTHS, prices.months, strict=True)}
    visits = Fraction(sum(each.workload * cheapest_visits(each, whole) for each in year.groups), scale)
    return visits + loads_bound(year, stage, prices)


def cheapest_visits(group: Group, cost: Mapping[int, int]) -> int:
    """Return the least that the visits of a group can cost at a price for a visit in each month."""
    return group.population * cheapest_pattern(group.months, group.visits, group.gap, cost, group.stretches)[0]


def loads_bound(year: Year, stage: Stage, prices: Prices) -> Fraction:
    """Return the part of the bound that loads and limits make up, whatever the visits are."""
    loads = sum((_least_of_month(year, stage, prices, place) for place in PLACES), Fraction(0))
    allowed = sum((price * limit.most for price, limit in zip(prices.limits, stage.limits, strict=True)), Fraction(0))
    return loads - allowed


def whole_bound(year: Year, stage: Stage, prices: Prices) -> int:
    """Return the bound rounded up, since every cost is a whole number, and at least 0."""
    return max(0, ceil(price_bound(year, stage, prices)))


def _least_of_month(year: Year, stage: Stage, prices: Prices, place: int) -> Fraction:
    """Return the least cost less price of a month's loads: convex, hence least at a bend or at an end."""
    step, top = year.step[place], stage.tops[place]
    limits = zip((each.cost for each in stage.limits), prices.limits, strict=True)
    parts = ((stage.cost, Fraction(1)), *limits)
    bends = (cost.bend(place) // step * step for cost, _ in parts)
    loads = {0, top // step * step, *(load for bend in bends for load in (bend, bend + step) if 0 <= load <= top)}
    return min(
        sum((weight * cost.at(place, load) for cost, weight in parts), Fraction(0)) - prices.months[place] * load
        for load in loads
    )
