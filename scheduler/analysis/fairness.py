"""What past draws show, counted and compared with what chance would do. It describes; it proves nothing by itself.

1. Tickets. Those of one draw should lie evenly from 0 to 1 (as fractions of 2^256): Kolmogorov's distance with its
   exact p-value up to 1,000 tickets, and chi-square over 16 equal parts (the first hex digit) from 80 tickets on.
   Tickets are SHA-256 values: they lie evenly for an honest seed and for a chosen one. An uneven draw is an alarm;
   an even one shows only that the numbers were not tampered with one by one. Honesty of the seed is shown by the order
   in time, which a verifier checks.
2. Districts. Given a draw's pool, how many of a district are drawn from a class is hypergeometric; over the classes of
   one draw the exact distribution is their convolution. Over several draws of a plan the pools depend on what was
   drawn before, so counts, expectations and variances add up (each is conditional on the pool) and the p-value is the
   normal one, given only where at least 5 drawn and 5 not drawn are expected. All p-values of one table are raised for
   having looked at all its lines (Holm).
3. Risk classes. How many of a class are drawn is fixed by its rule, not by chance: shown beside the rule, not tested.
4. Inspectors. Who may visit whom depends on certificates, specialties, recusals and days, so loads are not alike by
   chance; shown are the spread and the level, the smallest largest load with which a draw's teams can be filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from scheduler.analysis.probability import (
    EXACT_UP_TO,
    Floats,
    chi_square_tail,
    distance_tail,
    holm,
    hypergeometric,
    normal_tails,
    total_chances,
    two_sided,
    uniform_distance,
)

PARTS = 16
FEWEST_FOR_PARTS = 5 * PARTS  # chi-square wants 5 expected in every part
FEWEST_EXPECTED = 5
FEWEST_TICKETS = 20
NOTICEABLE = 0.05
_TICKET_BITS, _TICKET_DIGITS = 52, 13  # as much of a ticket as a float holds exactly


@dataclass(frozen=True, slots=True)  # a million of them in a large city
class PoolLine:
    """An enterprise of a draw's frozen pool: its stratum, district (empty when undecided), and whether it was drawn."""

    stratum: str
    district: str
    drawn: bool


@dataclass(frozen=True)
class PastDraw:
    """A conducted draw: the tickets as hex, the pool, the rule's number by stratum, the seats of every inspector.

    A lottery of months has tickets alone. `level` is the smallest largest load with which the teams could be filled.
    """

    id: str
    kind: str
    void: bool
    demonstration: bool
    tickets: tuple[str, ...]
    pool: tuple[PoolLine, ...]
    takes: Mapping[str, int]
    loads: Mapping[str, int]
    level: int | None


@dataclass(frozen=True)
class TicketTest:
    """How evenly a draw's tickets lie; `parts_p` is None where there are too few for parts."""

    draw: str
    tickets: int
    distance: float
    distance_p: float
    exact: bool
    parts_statistic: float | None
    parts_p: float | None

    @property
    def is_small(self) -> bool:
        """Say whether there are so few tickets that only a gross bias could show."""
        return self.tickets < FEWEST_TICKETS


@dataclass(frozen=True)
class DistrictCount:
    """A district over draws: places in the pools, drawn, expected; p-values as seen and raised (None: too few)."""

    district: str
    pool: int
    drawn: int
    expected: float
    p: float | None
    raised_p: float | None

    @property
    def is_small(self) -> bool:
        """Say whether so few drawn, or left, are expected that only a gross bias could show."""
        return min(self.expected, self.pool - self.expected) < FEWEST_EXPECTED


@dataclass(frozen=True)
class RiskCount:
    """A risk class over draws: places in the pools, what its rules take, what was drawn."""

    risk: str
    pool: int
    by_rule: int
    drawn: int


@dataclass(frozen=True)
class LoadSpread:
    """How a draw's seats fell to its inspectors: how many could be given some, how many got none, the loads."""

    draw: str
    inspectors: int
    seats: int
    idle: int
    least: int
    median: float
    most: int
    level: int | None


@dataclass(frozen=True)
class Fairness:
    """What the past draws of a plan show; `hidden` were left out because their lists are still secret."""

    draws: tuple[PastDraw, ...]
    hidden: int
    tickets: tuple[TicketTest, ...]
    districts: tuple[DistrictCount, ...]
    exact_districts: bool
    risks: tuple[RiskCount, ...]
    loads: tuple[LoadSpread, ...]


def judge_fairness(draws: Sequence[PastDraw], hidden: int = 0) -> Fairness:
    """Count and compare; void draws count for tickets alone, since they sent nobody anywhere."""
    standing = [draw for draw in draws if draw.pool and not draw.void]
    return Fairness(
        draws=tuple(draws),
        hidden=hidden,
        tickets=tuple(ticket_test(draw) for draw in draws if draw.tickets),
        districts=count_districts(standing),
        exact_districts=len(standing) == 1,
        risks=count_risks(standing),
        loads=tuple(spread_loads(draw) for draw in standing if draw.loads),
    )


def ticket_test(draw: PastDraw) -> TicketTest:
    """Compare a draw's tickets with the uniform distribution."""
    count = len(draw.tickets)
    whole = np.fromiter((int(ticket[:_TICKET_DIGITS], 16) for ticket in draw.tickets), dtype=np.int64, count=count)
    values = whole / 2.0**_TICKET_BITS
    distance = uniform_distance(values)
    statistic = None
    if count >= FEWEST_FOR_PARTS:
        seen = np.bincount(whole >> (_TICKET_BITS - 4), minlength=PARTS)
        statistic = float(((seen - count / PARTS) ** 2).sum() * PARTS / count)
    return TicketTest(
        draw=draw.id,
        tickets=count,
        distance=distance,
        distance_p=distance_tail(distance, count),
        exact=count <= EXACT_UP_TO,
        parts_statistic=statistic,
        parts_p=None if statistic is None else chi_square_tail(statistic, PARTS - 1),
    )


def count_districts(draws: Sequence[PastDraw]) -> tuple[DistrictCount, ...]:
    """Count every district over the draws and compare with chance; see the module for which p-value is given."""
    names = sorted({line.district for draw in draws for line in draw.pool})
    tables = [_tables(draw) for draw in draws]
    counted = [_count_district(name, tables) for name in names]
    judged = [each.p for each in counted if each.p is not None]
    raised = iter(holm(judged))
    return tuple(
        each
        if each.p is None
        else DistrictCount(each.district, each.pool, each.drawn, each.expected, each.p, next(raised))
        for each in counted
    )


@dataclass(frozen=True)
class _Table:
    """A stratum of a draw: its population and number drawn, and both by district."""

    population: int
    drawn: int
    population_of: Mapping[str, int]
    drawn_of: Mapping[str, int]

    def chances(self, district: str) -> Floats:
        return hypergeometric(self.population, self.population_of.get(district, 0), self.drawn)


def _tables(draw: PastDraw) -> list[_Table]:
    everyone: dict[str, Counter[str]] = {}
    chosen: dict[str, Counter[str]] = {}
    for line in draw.pool:
        everyone.setdefault(line.stratum, Counter())[line.district] += 1
        chosen.setdefault(line.stratum, Counter())[line.district] += line.drawn
    return [
        _Table(everyone[name].total(), chosen[name].total(), everyone[name], chosen[name]) for name in sorted(everyone)
    ]


def _count_district(district: str, draws: Sequence[Sequence[_Table]]) -> DistrictCount:
    tables = [table for draw in draws for table in draw]
    pool = sum(table.population_of.get(district, 0) for table in tables)
    drawn = sum(table.drawn_of.get(district, 0) for table in tables)
    moments = [_moments(table, district) for table in tables]
    expected, variance = (sum(each) for each in zip(*moments, strict=True))
    chance = None
    if len(draws) == 1:
        chances = total_chances([table.chances(district) for table in tables])
        # a district of which nothing, or everything, happens anyway could never look unusual
        chance = two_sided(chances, drawn) if chances[chances > 0].min() < NOTICEABLE else None
    elif min(expected, pool - expected) >= FEWEST_EXPECTED and variance > 0:
        chance = normal_tails((drawn - expected) / sqrt(variance))
    return DistrictCount(district, pool, drawn, expected, chance, None)


def _moments(table: _Table, district: str) -> tuple[float, float]:
    """Return mean and variance of the hypergeometric count of a district in one stratum."""
    share = table.population_of.get(district, 0) / table.population
    mean = table.drawn * share
    rest = (table.population - table.drawn) / (table.population - 1) if table.population > 1 else 0.0
    return mean, mean * (1 - share) * rest


def count_risks(draws: Sequence[PastDraw]) -> tuple[RiskCount, ...]:
    """Count what every risk class was to give by its rule, and what was drawn; a stratum begins with its class."""
    pool, rule, drawn = Counter[str](), Counter[str](), Counter[str]()
    for draw in draws:
        for stratum, take in draw.takes.items():
            rule[_risk(stratum)] += take
        for line in draw.pool:
            pool[_risk(line.stratum)] += 1
            drawn[_risk(line.stratum)] += line.drawn
    return tuple(RiskCount(risk, pool[risk], rule[risk], drawn[risk]) for risk in sorted(pool))


def _risk(stratum: str) -> str:
    return stratum.partition(".")[0]


def spread_loads(draw: PastDraw) -> LoadSpread:
    """Return how the seats of a draw fell to the inspectors who could be given any."""
    loads = np.array(sorted(draw.loads.values()), dtype=np.int64)
    return LoadSpread(
        draw=draw.id,
        inspectors=len(loads),
        seats=int(loads.sum()),
        idle=int((loads == 0).sum()),
        least=int(loads[0]),
        median=float(np.median(loads)),
        most=int(loads[-1]),
        level=draw.level,
    )
