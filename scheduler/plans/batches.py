"""The general tier's draw batches of a year: expected sizes, person-days, and the check against capacity.

Each batch draws by ratio in every risk class from the enterprises not yet drawn this year ("inspected this year" is
left out of a later draw). Which division a drawn enterprise falls to is chance: a division's person-days are expected
values, exact fractions, in proportion to its part of the class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.draws.protocol.manifest import Rule
from scheduler.errors import InvalidInput
from scheduler.plans.month_patterns import MONTHS


@dataclass(frozen=True)
class ClassPart:
    """The enterprises of a risk class in one division, and the person-days of one visit there."""

    division: str
    population: int
    workload: Fraction


@dataclass(frozen=True)
class Stratum:
    """A risk class of the general tier: the rule of one batch, and its parts by division."""

    id: str
    rule: Rule
    parts: tuple[ClassPart, ...]

    @property
    def population(self) -> int:
        """How many enterprises the class has."""
        return sum(part.population for part in self.parts)


@dataclass(frozen=True)
class BatchStratum:
    """What a batch draws from a class: from so many still in the pool, so many."""

    id: str
    population: int
    size: int


@dataclass(frozen=True)
class Batch:
    """One draw: number from 1, month, sizes by class, expected person-days by division."""

    number: int
    month: int
    strata: tuple[BatchStratum, ...]
    person_days: Mapping[str, Fraction]

    @property
    def size(self) -> int:
        """How many enterprises the batch draws."""
        return sum(stratum.size for stratum in self.strata)


@dataclass(frozen=True)
class DivisionDemand:
    """A division's expected person-days for all batches, its capacity, and by how much it is short (0 when not)."""

    division: str
    person_days: Fraction
    capacity: Fraction
    short: Fraction


@dataclass(frozen=True)
class BatchPlan:
    """The year's batches and the demand they make on each division, ascending by division."""

    batches: tuple[Batch, ...]
    divisions: tuple[DivisionDemand, ...]


def plan_batches(strata: Sequence[Stratum], months: Sequence[int], capacity: Mapping[str, Fraction]) -> BatchPlan:
    """Plan one batch for each of the months (ascending, a month may hold several); `capacity` is person-days a year.

    Raises `InvalidInput` for a month that is none, a class twice, a part with negative figures, or a division without
    a capacity.
    """
    if any(month not in MONTHS for month in months) or sorted(months) != list(months):
        raise InvalidInput("batch-months", months=", ".join(map(str, months)))
    _check_strata(strata, capacity)
    ordered = sorted(strata, key=lambda stratum: stratum.id)
    left = {stratum.id: stratum.population for stratum in ordered}
    batches = []
    for number, month in enumerate(months, start=1):
        drawn = tuple(BatchStratum(each.id, left[each.id], each.rule.take(left[each.id])) for each in ordered)
        left = {each.id: each.population - each.size for each in drawn}
        batches.append(Batch(number, month, drawn, _expected_days(ordered, drawn, capacity)))
    return BatchPlan(tuple(batches), _demands(batches, capacity))


def _check_strata(strata: Sequence[Stratum], capacity: Mapping[str, Fraction]) -> None:
    ids = [stratum.id for stratum in strata]
    for stratum in strata:
        if ids.count(stratum.id) > 1:
            raise InvalidInput("batch-class-twice", stratum=stratum.id)
        for part in stratum.parts:
            if part.population < 0 or part.workload < 0:
                raise InvalidInput("batch-class", stratum=stratum.id, division=part.division)
            if part.division not in capacity:
                raise InvalidInput("batch-division-unknown", stratum=stratum.id, division=part.division)


def _expected_days(
    strata: Sequence[Stratum], drawn: Sequence[BatchStratum], capacity: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    days = dict.fromkeys(sorted(capacity), Fraction(0))
    for stratum, batch in zip(strata, drawn, strict=True):
        for part in stratum.parts:
            if part.population:
                days[part.division] += part.workload * batch.size * Fraction(part.population, stratum.population)
    return days


def _demands(batches: Sequence[Batch], capacity: Mapping[str, Fraction]) -> tuple[DivisionDemand, ...]:
    demands = []
    for division in sorted(capacity):
        needed = sum((batch.person_days[division] for batch in batches), Fraction(0))
        short = max(needed - capacity[division], Fraction(0))
        demands.append(DivisionDemand(division, needed, capacity[division], short))
    return tuple(demands)
