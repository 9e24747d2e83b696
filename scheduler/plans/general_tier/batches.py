"""The general tier's draw batches of a year: expected sizes, person-days, and the check against capacity.

1. Whoever was drawn is left out of later draws of the plan, so each batch draws from those within its filter that are
   not drawn yet. Who that is chance decides: enterprises of one cell (alike in everything a filter or stratum asks for)
   have the same chance, and the expected number left is kept for each cell, an exact fraction.
2. The population of a stratum is the sum over its cells, rounded up: a whole number wherever a later stratum holds
   whole earlier ones, as without filters; where filters overlap in part, an expected number, never understated.
3. The size is what the kernel's rule takes of that population. Every cell of the stratum gives its proportion.
4. Enterprises that a known fact keeps out on a batch's day rest: they are counted beside the population, not in it.
5. A division's person-days are expected values, in proportion to its part of each stratum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from scheduler.draws.protocol.manifest import Rule
from scheduler.draws.scope import is_within
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batches_file import BatchInput

UNDECIDED = "undecided"


@dataclass(frozen=True)
class ClassPart:
    """Enterprises of a risk class in one division, the person-days of one visit there, and which batches draw them.

    `directed` are the numbers of the directed batches that may draw them; every undirected one may.
    """

    division: str
    population: int
    workload: Fraction
    directed: tuple[int, ...] = ()


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
class Cell:
    """Enterprises alike in all that batches ask for; `aspects` by name, `resting`: in which batches they rest."""

    division: str
    risk: str
    aspects: Mapping[str, str]
    population: int
    workload: Fraction
    resting: frozenset[int] = frozenset()


@dataclass(frozen=True)
class BatchStratum:
    """What a batch draws from a stratum: from so many still in the pool, so many."""

    id: str
    population: int
    size: int


@dataclass(frozen=True)
class Batch:
    """One draw: number from 1, what is asked of it, rules by risk class, sizes by stratum, person-days by division.

    `resting` is how many within its filter a fact keeps out on its day, as far as is known.
    """

    number: int
    given: BatchInput
    rules: Mapping[str, Rule]
    strata: tuple[BatchStratum, ...]
    person_days: Mapping[str, Fraction]
    resting: int

    @property
    def month(self) -> int:
        """The month of the draw."""
        return self.given.on.month

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
class DrawnPart:
    """Enterprises of a risk class in a division with one chance to be drawn in the year."""

    division: str
    risk: str
    population: int
    chance: Fraction


@dataclass(frozen=True)
class BatchPlan:
    """The year's batches, the demand they make on each division (ascending), and the chances by class and division."""

    batches: tuple[Batch, ...]
    divisions: tuple[DivisionDemand, ...]
    parts: tuple[DrawnPart, ...]


@dataclass
class _Group:
    """Cells that take part in the same strata of the same batches, and the part of them not drawn yet."""

    cells: list[Cell] = field(default_factory=list)
    left: Fraction = Fraction(1)

    @property
    def expected(self) -> Fraction:
        return self.left * sum(cell.population for cell in self.cells)


def plan_batches(
    cells: Iterable[Cell],
    given: Sequence[tuple[BatchInput, Mapping[str, Rule]]],
    capacity: Mapping[str, Fraction],
) -> BatchPlan:
    """Plan the batches in the order given, each with its rules by risk class; `capacity` is person-days a year.

    Raises `InvalidInput`: `batch-cell` for negative figures, `batch-division-unknown` for a division without a
    capacity, `batch-nobody` for a filter that lets nobody in.
    """
    groups = _grouped(cells, [batch for batch, _ in given], capacity)
    batches = []
    for number, (batch, rules) in enumerate(given, start=1):
        inside = [cell for group in groups.values() for cell in group.cells if stratum_of(batch, cell)]
        if batch.scope and not inside:
            raise InvalidInput("batch-nobody", path=batch.path)
        taking = {key: group for key, group in groups.items() if key[number]}
        strata, days = _draw(taking, number, rules, capacity)
        resting = sum(cell.population for cell in inside if number in cell.resting)
        batches.append(Batch(number, batch, rules, strata, days, resting))
    return BatchPlan(tuple(batches), _demands(batches, capacity), _parts(groups.values()))


def stratum_of(batch: BatchInput, cell: Cell) -> str:
    """Return the stratum of a batch that a cell is in, empty when it is outside or waits for a decision."""
    if not is_within(batch.scope, cell.aspects):
        return ""
    if batch.strata == "risk.district":
        district = cell.aspects["district"]
        return "" if district == UNDECIDED else f"{cell.risk}.{district}"
    return cell.risk


def _grouped(
    cells: Iterable[Cell], batches: Sequence[BatchInput], capacity: Mapping[str, Fraction]
) -> dict[tuple[str, ...], _Group]:
    """Group cells by risk class and by their stratum in each batch, empty where they take no part; ascending."""
    groups: defaultdict[tuple[str, ...], _Group] = defaultdict(_Group)
    for cell in cells:
        if cell.population < 0 or cell.workload < 0:
            raise InvalidInput("batch-cell", division=cell.division, risk=cell.risk)
        if cell.division not in capacity:
            raise InvalidInput("batch-division-unknown", stratum=cell.risk, division=cell.division)
        strata = (
            "" if number in cell.resting else stratum_of(batch, cell) for number, batch in enumerate(batches, start=1)
        )
        groups[cell.risk, *strata].cells.append(cell)
    return dict(sorted(groups.items()))


def _draw(
    groups: Mapping[tuple[str, ...], _Group], number: int, rules: Mapping[str, Rule], capacity: Mapping[str, Fraction]
) -> tuple[tuple[BatchStratum, ...], dict[str, Fraction]]:
    """Draw one batch from the groups that take part in it: what is left of them shrinks by its proportion."""
    days = dict.fromkeys(sorted(capacity), Fraction(0))
    strata = []
    for stratum in sorted({key[number] for key in groups}):
        members = [group for key, group in groups.items() if key[number] == stratum]
        expected = sum((group.expected for group in members), Fraction(0))
        if not expected:
            continue
        population = ceil(expected)
        size = rules[stratum.partition(".")[0]].take(population)
        share = min(Fraction(size) / expected, Fraction(1))
        for group in members:
            for cell in group.cells:
                days[cell.division] += cell.workload * cell.population * group.left * share
            group.left *= 1 - share
        strata.append(BatchStratum(stratum, population, size))
    return tuple(strata), days


def _demands(batches: Sequence[Batch], capacity: Mapping[str, Fraction]) -> tuple[DivisionDemand, ...]:
    demands = []
    for division in sorted(capacity):
        needed = sum((batch.person_days[division] for batch in batches), Fraction(0))
        short = max(needed - capacity[division], Fraction(0))
        demands.append(DivisionDemand(division, needed, capacity[division], short))
    return tuple(demands)


def _parts(groups: Iterable[_Group]) -> tuple[DrawnPart, ...]:
    counted: defaultdict[tuple[str, str, Fraction], int] = defaultdict(int)
    for group in groups:
        for cell in group.cells:
            counted[cell.division, cell.risk, 1 - group.left] += cell.population
    return tuple(DrawnPart(*key[:2], counted[key], key[2]) for key in sorted(counted))
