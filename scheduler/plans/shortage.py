"""What would mend a shortage of key visits: each remedy is meant to do by itself for the division it names.

`general`, `visits`, `days` and `staff` are enough as they stand, spent on the months that are short. `months` says
that the year's capacity is enough and lies in the wrong months: other months or smaller gaps may mend it for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scheduler.plans.coverage import CoveragePlan, CoverageProblem, DivisionCapacity, MonthShortage
from scheduler.plans.month_patterns import MONTHS

KINDS = ("months", "general", "visits", "days", "staff")


@dataclass(frozen=True)
class Remedy:
    """One way to mend a division's shortage, and how much of it.

    months: other months or smaller gaps, person-days to move (the year's capacity is enough); general: person-days to
    take from the general tier; visits: visits to leave out; days: person-days to add; staff: people to add.
    `short_months` are the months that are over capacity.
    """

    division: str
    kind: str
    amount: Fraction
    short_months: tuple[int, ...] = ()


def remedies(problem: CoverageProblem, plan: CoveragePlan) -> list[Remedy]:
    """Return every remedy of every division that is short, by division and in the order of `KINDS`, cheapest first."""
    found = []
    for capacity in sorted(problem.capacities, key=lambda each: each.division):
        shortages = [each for each in plan.shortages if each.division == capacity.division]
        if shortages:
            found += _division_remedies(capacity, shortages, plan)
    return found


def _division_remedies(capacity: DivisionCapacity, shortages: list[MonthShortage], plan: CoveragePlan) -> list[Remedy]:
    short = sum((each.short for each in shortages), Fraction(0))
    load = next(each for each in plan.loads if each.division == capacity.division)
    amounts: dict[str, Fraction | None] = {
        "months": short if sum(load.load) <= sum(load.capacity) else None,
        "general": short if capacity.general is not None and capacity.general >= short else None,
        "visits": Fraction(sum(_fewest_visits(each, plan) for each in shortages)),
        "days": short,
        "staff": _staff_to_add(capacity, shortages),
    }
    months = tuple(each.month for each in shortages)
    return [Remedy(capacity.division, kind, amount, months) for kind in KINDS if (amount := amounts[kind]) is not None]


def _fewest_visits(shortage: MonthShortage, plan: CoveragePlan) -> int:
    """Count the fewest visits whose leaving out brings a month within capacity: the heaviest go first."""
    visits = sorted(
        (
            (visit_class.workload, sum(count for months, count in patterns if shortage.month in months))
            for visit_class, patterns in plan.classes
            if visit_class.division == shortage.division
        ),
        reverse=True,
    )
    left, dropped = shortage.short, 0
    for workload, count in visits:
        needed = min(count, -(-left // workload))
        dropped, left = dropped + needed, left - needed * workload
        if left <= 0:
            break
    return dropped


def _staff_to_add(capacity: DivisionCapacity, shortages: list[MonthShortage]) -> Fraction | None:
    """Return how many more people like the present ones would do; None when nobody works in a month that is short."""
    if not capacity.staff or any(not capacity.months[MONTHS.index(each.month)] for each in shortages):
        return None
    return Fraction(max(-(-each.short * capacity.staff // each.capacity) for each in shortages))
