"""What the goals of a plan charge for the load of a month, in whole numbers, and the values of the goals.

Every goal is a sum over the months of a cost that rises by a constant for each unit of load over a mark and falls by
a constant below it:

- overload: units of load over capacity;
- stranded: units of load in months without capacity, where no utilisation can be told;
- excess: units of load over given ceilings, none exactly when a largest utilisation is kept;
- deviation: the distance between the load and the year's load parted in proportion to capacity, times the year's
  capacity, which makes it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.optimiser.year import Year

PLACES = range(len(MONTHS))
GOALS = ("overload", "stranded", "peak", "deviation")


@dataclass(frozen=True)
class MonthCost:
    """By month: `rise` for each part of a unit by which the load passes `start` parts, `fall` for each below.

    A unit of load has `parts` parts.
    """

    parts: int
    start: tuple[int, ...]
    rise: tuple[int, ...]
    fall: tuple[int, ...]

    def at(self, place: int, load: int) -> int:
        """Return the cost of a load in one month."""
        over = self.parts * load - self.start[place]
        return self.rise[place] * over if over > 0 else -self.fall[place] * over

    def sum(self, loads: Sequence[int]) -> int:
        """Return the cost of a year's loads."""
        return sum(self.at(place, load) for place, load in enumerate(loads))

    def bend(self, place: int) -> int:
        """Return the largest whole load before the mark: the cost bends between it and the next."""
        return self.start[place] // self.parts


@dataclass(frozen=True)
class Limit:
    """The most that a cost may add up to."""

    cost: MonthCost
    most: int


def overload_cost(year: Year) -> MonthCost:
    """Charge every unit over capacity."""
    return _over(year.capacity, (1,) * len(MONTHS))


def stranded_cost(year: Year) -> MonthCost:
    """Charge every unit in a month without capacity."""
    return _over((0,) * len(MONTHS), tuple(int(not room) for room in year.capacity))


def excess_cost(ceilings: Sequence[int]) -> MonthCost:
    """Charge every unit over the ceilings."""
    return _over(tuple(ceilings), (1,) * len(MONTHS))


def no_cost() -> MonthCost:
    """Charge nothing: the limits alone count."""
    return _over((0,) * len(MONTHS), (0,) * len(MONTHS))


def _over(start: tuple[int, ...], rise: tuple[int, ...]) -> MonthCost:
    return MonthCost(1, start, rise, (0,) * len(MONTHS))


def deviation_cost(year: Year) -> MonthCost:
    """Charge every part of a unit away from the load in proportion to capacity; a unit has `deviation_parts`."""
    ones = (1,) * len(MONTHS)
    return MonthCost(deviation_parts(year), tuple(year.total * room for room in year.capacity), ones, ones)


def deviation_parts(year: Year) -> int:
    """Return the year's capacity in units; 1 where there is none, for then the fair share of every month is 0."""
    return sum(year.capacity) or 1


@dataclass(frozen=True, order=True)
class GoalValues:
    """The values of the proven goals, smaller is better in this order: units, units, a ratio, parts of a unit.

    `peak` is the largest load over capacity among the months that have capacity.
    """

    overload: int = 0
    stranded: int = 0
    peak: Fraction = Fraction(0)
    deviation: int = 0

    def having(self, goal: str, value: int | Fraction) -> GoalValues:
        """Return the values with another one for a goal."""
        changed: dict[str, Any] = {goal: value}
        return replace(self, **changed)


def goal_values(year: Year, loads: Sequence[int]) -> GoalValues:
    """Return the exact values of the goals for a year's loads."""
    used = [Fraction(load, room) for load, room in zip(loads, year.capacity, strict=True) if room]
    return GoalValues(
        overload_cost(year).sum(loads),
        stranded_cost(year).sum(loads),
        max(used, default=Fraction(0)),
        deviation_cost(year).sum(loads),
    )


def ceilings(year: Year, peak: Fraction) -> tuple[int, ...]:
    """Return the largest loads whose utilisation is at most `peak`; months without capacity have no ceiling."""
    return tuple(
        min(most, peak * room // step * step) if room else most
        for room, step, most in zip(year.capacity, year.step, year.most, strict=True)
    )


def ceilings_below(year: Year, peak: Fraction) -> tuple[int, ...]:
    """Return the largest loads whose utilisation is below `peak`; may be negative, which nothing keeps."""
    return tuple(
        min(most, (-(-peak * room // step) - 1) * step) if room else most
        for room, step, most in zip(year.capacity, year.step, year.most, strict=True)
    )


def peak_below(year: Year, peak: Fraction) -> Fraction:
    """Return the largest utilisation below `peak` that a month can have; negative below 0."""
    return max(
        (
            Fraction((-(-peak * room // step) - 1) * step, room)
            for room, step, most in zip(year.capacity, year.step, year.most, strict=True)
            if room and most
        ),
        default=Fraction(-1),
    )


def peak_from(year: Year, peak: Fraction, *, above: bool = False) -> Fraction:
    """Return the smallest utilisation that a month can have, at least `peak`, or above it."""
    return min(
        (
            Fraction((peak * room // step + 1 if above else -(-peak * room // step)) * step, room)
            for room, step, most in zip(year.capacity, year.step, year.most, strict=True)
            if room and most
        ),
        default=Fraction(0),
    )
