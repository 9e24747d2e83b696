"""Spreading key visits over the months in whole numbers: place one by one, then move while a move helps.

Division by division, since capacity is a division's own. The goal, in this order: least overload (person-days over
capacity), then the smallest sum over months of load squared over capacity, which is least when load is in proportion
to capacity. Both parts add up month by month, so the best months of one more enterprise are found exactly
(`cheapest_pattern`). Enterprises are placed from the least free to the freest, then from the heaviest to the lightest;
classes of equal standing in order of id: neither the order of the input nor anything outside it plays a part.
Integers only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, lcm

from scheduler.plans.full_coverage.coverage import (
    CoveragePlan,
    CoverageProblem,
    DivisionCapacity,
    VisitClass,
    judge_coverage,
)
from scheduler.plans.month_patterns import MONTHS, Pattern, cheapest_pattern

MOST_ROUNDS = 200


def spread_visits(problem: CoverageProblem) -> CoveragePlan:
    """Return a plan that covers every enterprise and keeps gaps and months; shortages are in it, not refused."""
    counts: dict[str, dict[Pattern, int]] = {}
    for capacity in problem.capacities:
        classes = [each for each in problem.classes if each.division == capacity.division and each.population]
        counts |= _spread_division(classes, capacity)
    return judge_coverage(problem, counts)


def _spread_division(classes: list[VisitClass], capacity: DivisionCapacity) -> dict[str, dict[Pattern, int]]:
    year = _Year.empty(classes, capacity)
    order = sorted(classes, key=lambda each: (_freedom(each), -each.workload * each.visits, each.id))
    counts: dict[str, dict[Pattern, int]] = {each.id: {} for each in order}
    for each in order:
        for _ in range(each.population):
            _, months = year.best_months(each)
            year.add(each, months, 1)
            counts[each.id][months] = counts[each.id].get(months, 0) + 1
    for _ in range(MOST_ROUNDS):
        moves = [_improve(each, counts[each.id], year) for each in order]
        if not any(moves):
            break
    return counts


def _freedom(visit_class: VisitClass) -> int:
    """Return how many patterns a class would have if its allowed months stood in one run: a measure, not a count."""
    spare = len(visit_class.months) - (visit_class.visits - 1) * (visit_class.gap - 1)
    return comb(max(spare, visit_class.visits), visit_class.visits)


def _improve(visit_class: VisitClass, counts: dict[Pattern, int], year: _Year) -> bool:
    """Move enterprises of a class to better months one by one while the goal gets strictly smaller."""
    moved = False
    for months in sorted(counts):
        while counts[months]:
            year.add(visit_class, months, -1)
            cost, better = year.best_months(visit_class)
            if cost >= year.cost_of(visit_class, months):
                year.add(visit_class, months, 1)
                break
            year.add(visit_class, better, 1)
            counts[months] -= 1
            counts[better] = counts.get(better, 0) + 1
            moved = True
    return moved


@dataclass
class _Year:
    """The load of one division by month in whole units, and what one more visit would cost."""

    unit: int
    room: dict[int, int]
    weight: dict[int, int]
    overload_weight: int
    load: dict[int, int] = field(default_factory=lambda: dict.fromkeys(MONTHS, 0))

    @classmethod
    def empty(cls, classes: list[VisitClass], capacity: DivisionCapacity) -> _Year:
        """Scale person-days to integers; a weight of a month is in inverse proportion to its capacity."""
        days = [*(each.workload for each in classes), *capacity.months]
        unit = lcm(*(each.denominator for each in days))
        room = {month: int(free * unit) for month, free in zip(MONTHS, capacity.months, strict=True)}
        whole = lcm(*(free for free in room.values() if free))
        weight = {month: whole // free if free else whole for month, free in room.items()}
        demand = sum((each.population * each.visits * each.workload for each in classes), Fraction(0)) * unit
        return cls(unit, room, weight, overload_weight=whole * int(demand) ** 2 + 1)

    def best_months(self, visit_class: VisitClass) -> tuple[int, Pattern]:
        """Return the least cost of one more enterprise of a class, and its months."""
        size = int(visit_class.workload * self.unit)
        cost = {month: self._month_cost(month, size) for month in visit_class.months}
        return cheapest_pattern(visit_class.months, visit_class.visits, visit_class.gap, cost, visit_class.stretches)

    def cost_of(self, visit_class: VisitClass, months: Pattern) -> int:
        """Return the cost of one more enterprise of a class in given months."""
        size = int(visit_class.workload * self.unit)
        return sum(self._month_cost(month, size) for month in months)

    def add(self, visit_class: VisitClass, months: Pattern, count: int) -> None:
        """Put so many enterprises into the given months, or take them out when negative."""
        for month in months:
            self.load[month] += count * int(visit_class.workload * self.unit)

    def _month_cost(self, month: int, size: int) -> int:
        load, room = self.load[month], self.room[month]
        over = max(0, load + size - room) - max(0, load - room)
        return over * self.overload_weight + self.weight[month] * size * (2 * load + size)
