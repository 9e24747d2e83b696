"""How many are drawn, and what share of a plan is key (domain 2, 3): exact integers and fractions.

"Not less than x %" rounds up (`ceil`), any other ratio half up, and at least the minimum is drawn:

>>> RatioRule(5, 100, "half-up").take(50), RatioRule(3, 100).take(40)
(3, 2)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from scheduler.errors import InvalidInput
from scheduler.plans.exact import percent

ROUNDINGS = ("ceil", "half-up")


class SizeRule(Protocol):
    """Whatever says how many of a population are drawn."""

    def take(self, population: int) -> int:
        """Return how many of so many are drawn, never more than there are."""


@dataclass(frozen=True)
class RatioRule:
    """Draw a ratio, at least `minimum`; 0 <= numerator <= denominator. Refuses a ratio over 1 with `draw-ratio`."""

    numerator: int
    denominator: int
    rounding: str = "ceil"
    minimum: int = 1

    def __post_init__(self) -> None:
        within = 0 <= self.numerator <= self.denominator and self.denominator >= 1 and self.minimum >= 0
        if not within or self.rounding not in ROUNDINGS:
            raise InvalidInput(
                "draw-ratio",
                numerator=self.numerator,
                denominator=self.denominator,
                rounding=self.rounding,
                minimum=self.minimum,
            )

    def take(self, population: int) -> int:
        """Return how many of so many are drawn."""
        exact = population * self.numerator
        if self.rounding == "ceil":
            rounded = -(-exact // self.denominator)
        else:
            rounded = (2 * exact + self.denominator) // (2 * self.denominator)
        return min(population, max(self.minimum, rounded))


@dataclass(frozen=True)
class FixedRule:
    """Draw a fixed number. Refuses a negative one with `draw-count`."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise InvalidInput("draw-count", count=self.count)

    def take(self, population: int) -> int:
        """Return how many of so many are drawn."""
        return min(population, self.count)


@dataclass(frozen=True)
class KeyShare:
    """The units a plan covers and the percentage of key units among them; `below_floor` is a warning, no refusal."""

    planned: int
    key_percent: str
    below_floor: bool


def key_share(key: int, drawn_general: int, floor_percent: int) -> KeyShare | None:
    """Return the key share of the units planned, None when nothing is planned; the floor is the office's setting."""
    planned = key + drawn_general
    if planned == 0:
        return None
    below = 100 * key < floor_percent * planned
    return KeyShare(planned, percent(Fraction(key), Fraction(planned)), below)


def draw_percent(drawn: int, population: int) -> str:
    """Write what was drawn of a population as a percentage with two decimals."""
    return percent(Fraction(drawn), Fraction(population), places=2)


def visits_left(visits_this_year: int, annual_cap: int) -> int:
    """Return how many more visits a unit's annual cap allows this year; 0 leaves the unit out of a draw."""
    return max(0, annual_cap - visits_this_year)


@dataclass(frozen=True)
class ResultSum:
    """The results of a draw added up; `missing` is how many drawn units have none (negative: more than were drawn)."""

    sum: int
    missing: int


def add_results(drawn: int, results: Mapping[str, int]) -> ResultSum:
    """Add up the results of a draw by kind and compare with the number drawn."""
    total = sum(results.values())
    return ResultSum(total, drawn - total)
