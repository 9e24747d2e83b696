"""What would mend a shortage, and the least of it: every remedy is found by planning anew with it, not by estimate.

In the order of `KINDS`, the cheapest first: other months for nothing; days of the general tier (its ratio falls);
fewer visits (a frequency falls, nobody is left without one); days from elsewhere; staff. Each does by itself, and
less of it does not, as far as a search is finished; where months and gaps stay as they are, as the plan's do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.month_patterns import MONTHS, has_pattern
from scheduler.plans.optimiser.goals import settle_goals
from scheduler.plans.optimiser.remedies import KINDS, Remedy, general_does
from scheduler.plans.optimiser.solver import fewest_visits_less, relaxed_peak
from scheduler.plans.optimiser.year import Year, division_years


def least_remedies(problem: CoverageProblem, plan: CoveragePlan) -> list[Remedy]:
    """Return every remedy of every division that is short in an optimal plan, by division, the cheapest first."""
    found = []
    for capacity in sorted(problem.capacities, key=lambda each: each.division):
        shortages = [each for each in plan.shortages if each.division == capacity.division]
        if shortages:
            classes = [each for each in problem.classes if each.division == capacity.division]
            short = {each.month: each.short for each in shortages}
            amounts = _amounts(classes, capacity, short)
            found += [
                Remedy(capacity.division, kind, amount, tuple(short))
                for kind in KINDS
                if (amount := amounts[kind]) is not None
            ]
    return found


def _amounts(
    classes: Sequence[VisitClass], capacity: DivisionCapacity, shortages: Mapping[int, Fraction]
) -> dict[str, Fraction | None]:
    short = sum(shortages.values(), Fraction(0))
    year = _year(classes, capacity)
    anywhere = _year([replace(each, months=MONTHS, gap=1, stretches=()) for each in classes], capacity)
    visits = fewest_visits_less(year)
    return {
        "months": short if not _overload(anywhere) else None,
        "general": short if general_does(capacity, shortages) else None,
        "visits": None if visits is None else Fraction(visits),
        "days": short,
        "staff": _staff_to_add(classes, capacity, year),
    }


def _year(classes: Sequence[VisitClass], capacity: DivisionCapacity) -> Year:
    return division_years(CoverageProblem(tuple(classes), (capacity,)))[0]


def _overload(year: Year) -> int:
    return settle_goals(year).values.overload


def _staff_to_add(classes: Sequence[VisitClass], capacity: DivisionCapacity, year: Year) -> Fraction | None:
    """Return how many more people like the present ones would do; None where nobody could be there to make a visit."""
    manned = {month for month, room in zip(MONTHS, capacity.months, strict=True) if room}
    if not capacity.staff or not all(
        has_pattern([month for month in each.months if month in manned], each.visits, each.gap, each.stretches)
        for each in classes
    ):
        return None
    more = max(1, ceil(capacity.staff * relaxed_peak(year, ())) - capacity.staff)
    while _overload(_year(classes, _with_staff(capacity, capacity.staff, more))):
        more += 1
    return Fraction(more)


def _with_staff(capacity: DivisionCapacity, staff: int, more: int) -> DivisionCapacity:
    return replace(capacity, months=tuple(days * (staff + more) / staff for days in capacity.months))
