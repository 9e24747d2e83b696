"""A made-up city's year to measure the optimiser with: every number by hash, so the same instance everywhere.

Six divisions of unequal tightness, one far over capacity in its season; nine districts at their own travel times;
kinds of enterprise with their own visits a year, gap, workload and months (before the Spring Festival, flood season,
heat, not in winter, all year).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256

from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.month_patterns import MONTHS, most_visits

DISTRICTS = 9
KINDS = 18
WORKDAYS = (20, 16, 22, 21, 18, 21, 23, 21, 22, 18, 21, 23)
WINDOWS = (MONTHS, MONTHS, (3, 4, 5, 6, 7, 8, 9, 10, 11), (1, 2, 10, 11, 12), (5, 6, 7, 8, 9), (4, 5, 6, 9, 10, 11))
RULES = ((1, 1), (1, 1), (2, 3), (2, 3), (3, 3), (4, 2))
"""Visits a year and gap of the kinds; the first kind of a division, in two districts only, has its own."""
PERCENT_USED = (70, 85, 92, 97, 100, 106)


def sample_city(enterprises: int, divisions: int = 6) -> CoverageProblem:
    """Return a year of so many key enterprises; with 2,000 about 800 classes and 4,400 visits."""
    population: Counter[tuple[int, int, int]] = Counter()
    for number in range(enterprises):
        kind = _lot(KINDS, "kind", number)
        district = _lot(2 if kind == 0 else DISTRICTS, "district", number)
        population[_lot(divisions, "division", number), district, kind] += 1
    classes = tuple(_visit_class(*key, count) for key, count in sorted(population.items()))
    return CoverageProblem(classes, tuple(_capacity(division, classes) for division in range(divisions)))


def _visit_class(division: int, district: int, kind: int, count: int) -> VisitClass:
    months = WINDOWS[_lot(len(WINDOWS), "window", division, kind)] if kind else MONTHS
    rules: Sequence[tuple[int, int]] = [rule for rule in RULES if most_visits(months, rule[1]) >= rule[0]]
    if kind == 0:
        rules = [((6, 2), (12, 1))[division % 2]]
    visits, gap = rules[_lot(len(rules), "rule", division, kind)]
    workload = Fraction(4 + _lot(9, "workload", division, kind) + _lot(4, "travel", district), 2)
    name = f"division-{division}"
    return VisitClass(f"{name}.{district}.{kind}", name, count, visits, workload, gap, months, f"district-{district}")


def _capacity(division: int, classes: Sequence[VisitClass]) -> DivisionCapacity:
    """Give a division, in tenths of person-days, what makes its use of the year that of `PERCENT_USED`."""
    name = f"division-{division}"
    demand = sum(each.population * each.visits * each.workload for each in classes if each.division == name)
    percent = PERCENT_USED[division % len(PERCENT_USED)]
    days = (demand * 1000 * share // (percent * sum(WORKDAYS)) for share in WORKDAYS)
    return DivisionCapacity(name, tuple(Fraction(int(tenths), 10) for tenths in days))


def _lot(bound: int, *seed: object) -> int:
    """Return a number below a bound by the hash of the seed."""
    return int.from_bytes(sha256(":".join(map(str, seed)).encode()).digest()[:8], "big") % bound
