"""How long the general tier takes to be covered at the year's ratios: "at least once in three years" in exact figures.

A year draws an enterprise with a known chance; years do not know of each other, so it is never drawn in y years with
the chance (1 - p)^y. A class of N of which T are drawn a year is through after N / T years, rounded up, when nobody is
drawn again before everyone was drawn once. Nothing here is simulated.

>>> from fractions import Fraction
>>> from scheduler.plans.general_tier.batches import DrawnPart
>>> (row,) = cover([DrawnPart("trade", "C", 100, Fraction(1, 10))], lambda part: part.risk, (1, 3))
>>> row.years, [(years, str(count)) for years, count in row.never]
(10, [(1, '90'), (3, '729/10')])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scheduler.plans.general_tier.batches import DrawnPart


@dataclass(frozen=True)
class Covered:
    """A risk class or a division: enterprises, expected number drawn a year, years of one pass, expected never visited.

    `years` is None when nobody is drawn. `never` holds (years, expected number never drawn in them).
    """

    id: str
    population: int
    drawn: Fraction
    years: int | None
    never: tuple[tuple[int, Fraction], ...]


def cover(
    parts: Iterable[DrawnPart], named: Callable[[DrawnPart], str], horizons: Sequence[int]
) -> tuple[Covered, ...]:
    """Return the coverage by whatever name `named` gives each part (its class, its division), ascending."""
    grouped: defaultdict[str, list[DrawnPart]] = defaultdict(list)
    for part in parts:
        if part.population:
            grouped[named(part)].append(part)
    return tuple(_covered(name, grouped[name], horizons) for name in sorted(grouped))


def _covered(name: str, parts: Sequence[DrawnPart], horizons: Sequence[int]) -> Covered:
    population = sum(part.population for part in parts)
    drawn = sum((part.population * part.chance for part in parts), Fraction(0))
    never = tuple(
        (years, sum((part.population * (1 - part.chance) ** years for part in parts), Fraction(0)))
        for years in horizons
    )
    return Covered(name, population, drawn, ceil(population / drawn) if drawn else None, never)
