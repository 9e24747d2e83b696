"""One division's year in whole numbers, so that every goal is an integer and nothing is lost to rounding.

1. Person-days are counted in units small enough to make every workload and every capacity whole.
2. For loads only visits, workload, months, gap and stretches of an enterprise matter: classes that share them form one
   group.
3. How many visits of a group fall into each month says enough. Counts by month, none negative, can be dealt to N
   enterprises with f visits each, every two of one enterprise at least `gap` months apart, exactly when they add up
   to f * N and no `gap` months in a row hold more than N: dealt in turn in the order of time, an enterprise's next
   visit is the N-th after its last (`deal_months`). A stretch of months that holds at least k * N and at most m * N
   visits then gives each enterprise from k to m of them, since those of a stretch are dealt in a row.
4. A month's load is a multiple of the greatest common divisor of the workloads that may fall into it: its `step`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, islice, repeat
from math import gcd, lcm

from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.month_patterns import MONTHS, Pattern, Stretch, Stretches

Row = list[int]
"""Visits of one group by month, January first."""

Trip = tuple[str, int]
"""A district-month: a district, and the place of a month in which it is travelled to."""


@dataclass(frozen=True)
class Group:
    """Enterprises that share visits a year, workload in units, months, gap and stretches; and their classes."""

    population: int
    visits: int
    workload: int
    months: tuple[int, ...]
    gap: int
    members: tuple[VisitClass, ...]
    stretches: Stretches = ()

    def keeps_rules(self, row: Sequence[int]) -> bool:
        """Say whether counts by month can be dealt to the group's enterprises by their rule (rule 3)."""
        allowed = all(not count or month in self.months for month, count in zip(MONTHS, row, strict=True))
        whole = sum(row) == self.visits * self.population and min(row) >= 0
        apart = all(sum(row[at : at + self.gap]) <= self.population for at in range(len(MONTHS)))
        placed = all(
            each.least * self.population <= sum(row[each.first - 1 : each.last]) <= each.most * self.population
            for each in self.stretches
        )
        return allowed and whole and apart and placed

    def can_move(self, row: Sequence[int], source: int, target: int) -> bool:
        """Say whether one visit can move between two places of a row (months less one), rules kept."""
        if not row[source] or target + 1 not in self.months:
            return False
        windows = range(max(0, target - self.gap + 1), target + 1)
        apart = all(at <= source < at + self.gap or sum(row[at : at + self.gap]) < self.population for at in windows)
        return apart and all(self._may_cross(row, source, target, each) for each in self.stretches)

    def _may_cross(self, row: Sequence[int], source: int, target: int, stretch: Stretch) -> bool:
        leaves, enters = (stretch.first <= place + 1 <= stretch.last for place in (source, target))
        if leaves == enters:
            return True
        count = sum(row[stretch.first - 1 : stretch.last])
        return count > stretch.least * self.population if leaves else count < stretch.most * self.population


@dataclass(frozen=True)
class Year:
    """A division's groups in fixed order and its capacity by month, in units of 1 / `unit` person-day."""

    division: str
    unit: int
    capacity: tuple[int, ...]
    groups: tuple[Group, ...]

    @cached_property
    def total(self) -> int:
        """The load of the whole year, in units."""
        return sum(each.population * each.visits * each.workload for each in self.groups)

    @cached_property
    def step(self) -> tuple[int, ...]:
        """By month, what every load of it is a multiple of (rule 4); 1 where nothing may fall."""
        return tuple(gcd(*(each.workload for each in self.groups if month in each.months)) or 1 for month in MONTHS)

    @cached_property
    def most(self) -> tuple[int, ...]:
        """By month, more than which cannot fall into it: every enterprise that may be visited in it, once."""
        return tuple(
            sum(each.population * each.workload for each in self.groups if month in each.months) for month in MONTHS
        )

    def loads(self, rows: Sequence[Sequence[int]]) -> list[int]:
        """Return the load by month of counts by group, in units."""
        return [
            sum(each.workload * row[place] for each, row in zip(self.groups, rows, strict=True))
            for place in range(len(MONTHS))
        ]

    def by_class(self) -> Year:
        """Return the same year with every class a group of its own, ascending by id."""
        single = [
            replace(each, population=member.population, members=(member,))
            for each in self.groups
            for member in each.members
        ]
        return replace(self, groups=tuple(sorted(single, key=lambda each: each.members[0].id)))


def division_years(problem: CoverageProblem) -> list[Year]:
    """Return the year of every division, ascending by its id, whatever the order of classes and capacities."""
    classes = defaultdict(list)
    for each in sorted(problem.classes, key=lambda each: each.id):
        if each.population:
            classes[each.division].append(each)
    capacities = sorted(problem.capacities, key=lambda each: each.division)
    return [_division_year(capacity, classes[capacity.division]) for capacity in capacities]


def _division_year(capacity: DivisionCapacity, classes: Sequence[VisitClass]) -> Year:
    unit = lcm(*(days.denominator for days in (*capacity.months, *(each.workload for each in classes))))
    members = defaultdict(list)
    for each in classes:
        members[each.visits, int(each.workload * unit), each.months, each.gap, each.stretches].append(each)
    groups = tuple(
        Group(sum(each.population for each in found), visits, workload, months, gap, tuple(found), stretches)
        for (visits, workload, months, gap, stretches), found in sorted(members.items(), key=lambda item: item[0])
    )
    return Year(capacity.division, unit, tuple(int(days * unit) for days in capacity.months), groups)


def most_in_month(group: Group, top: int) -> int:
    """Return how many visits of a group a month can hold whose load is at most `top`."""
    return min(group.population, top // group.workload)


def deal_months(group: Group, row: Sequence[int]) -> dict[Pattern, int]:
    """Deal counts by month to the enterprises of a group in turn: how many get which months, ascending by months."""
    visits = [month for month, count in zip(MONTHS, row, strict=True) for _ in range(count)]
    dealt = Counter(tuple(visits[turn :: group.population]) for turn in range(group.population))
    return dict(sorted(dealt.items()))


def part_months(group: Group, row: Sequence[int]) -> dict[str, dict[Pattern, int]]:
    """Part the dealt months of a group among its classes: district by district, each taking the next that are left."""
    dealt = chain.from_iterable(repeat(months, count) for months, count in deal_months(group, row).items())
    members = sorted(group.members, key=lambda each: (each.district, each.id))
    return {each.id: dict(Counter(islice(dealt, each.population))) for each in members}


def month_row(patterns: Sequence[tuple[Pattern, int]]) -> Row:
    """Return the counts by month that patterns and their counts make."""
    row = [0] * len(MONTHS)
    for months, count in patterns:
        for month in months:
            row[month - 1] += count
    return row


def whole_row(group: Group, shares: Sequence[int], parts: int) -> Row:
    """Round counts by month, given in so many parts of a visit: each running total to the nearest whole number.

    Rounded running totals keep what rule 3 asks: two that lie at most, or at least, so many whole visits apart do so
    after rounding.
    """
    rounded = [(2 * total + parts) // (2 * parts) for total in accumulate(shares)]
    rounded[-1] = group.visits * group.population
    return [later - earlier for earlier, later in zip([0, *rounded], rounded, strict=False)]
