"""Small years: the optimum of the proven goals is the one found by trying every plan there is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import combinations, combinations_with_replacement, pairwise
from math import comb, lcm, prod
from operator import add

import pytest

from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, DivisionLoad, VisitClass
from scheduler.plans.month_patterns import Stretch
from scheduler.plans.optimiser.optimum import optimise

MOST_PLANS = 4_000
Loads = tuple[Fraction, ...]
WholeLoads = tuple[int, ...]
Goals = tuple[Fraction, Fraction, Fraction, Fraction]


class Lots:
    """Numbers by hash, the same everywhere."""

    def __init__(self, seed: str) -> None:
        self.seed, self.drawn = seed, 0

    def below(self, bound: int) -> int:
        self.drawn += 1
        return int.from_bytes(sha256(f"{self.seed}:{self.drawn}".encode()).digest()[:8], "big") % bound


def patterns(visit_class: VisitClass) -> list[tuple[int, ...]]:
    ways = combinations(visit_class.months, visit_class.visits)
    apart = [way for way in ways if all(later - month >= visit_class.gap for month, later in pairwise(way))]
    return [
        way
        for way in apart
        if all(
            least <= len(set(range(first, last + 1)) & set(way)) <= most
            for first, last, least, most in visit_class.stretches
        )
    ]


def small_class(lots: Lots, number: int, months_of_year: tuple[int, ...]) -> VisitClass:
    months = tuple(month for month in months_of_year if lots.below(4)) or months_of_year[:1]
    gap = 1 + lots.below(4)
    visits = 1 + lots.below(3)
    while not any(all(later - month >= gap for month, later in pairwise(way)) for way in combinations(months, visits)):
        visits -= 1
    workload = Fraction(1 + lots.below(9), 1 + lots.below(2))
    each = VisitClass(f"c{number}", "d", 1 + lots.below(4), visits, workload, gap, months, f"t{lots.below(2)}")
    return replace(each, stretches=small_stretches(lots, patterns(each)))


def small_stretches(lots: Lots, ways: list[tuple[int, ...]]) -> tuple[Stretch, ...]:
    """Ask half of the classes for what one of their patterns has in some part of the year, or about so much."""
    if lots.below(2):
        return ()
    way = ways[lots.below(len(ways))]
    first = 1 + lots.below(12)
    last = first + lots.below(13 - first)
    count = len(set(range(first, last + 1)) & set(way))
    return (Stretch(first, last, max(0, count - lots.below(2)), min(len(way), count + lots.below(2))),)


def small_problem(seed: int) -> CoverageProblem:
    """One division, up to four classes in two to six months, some without capacity, sometimes far too little of it."""
    lots = Lots(f"brute:{seed}")
    months = tuple(sorted({1 + lots.below(12) for _ in range(2 + lots.below(5))}))
    classes: list[VisitClass] = []
    plans = 1
    for number in range(1 + lots.below(4)):
        each = small_class(lots, number, months)
        ways = len(patterns(each))
        plans *= comb(ways + each.population - 1, each.population)
        if plans > MOST_PLANS:
            break
        classes.append(each)
    room = 1 + lots.below(25)
    capacity = tuple(
        Fraction(lots.below(room * 10), 10) if month in months and lots.below(8) else Fraction(0)
        for month in range(1, 13)
    )
    return CoverageProblem(tuple(classes), (DivisionCapacity("d", capacity),))


@cache
def best_goals(seed: int) -> Goals:
    """Return the optimum that trying every plan finds."""
    problem = small_problem(seed)
    capacity = problem.capacities[0].months
    unit = lcm(*(each.denominator for each in (*capacity, *(each.workload for each in problem.classes))))
    room = tuple(int(free * unit) for free in capacity)
    best = min(every_year(problem, unit), key=lambda loads: whole_goals(loads, room))
    return goals(tuple(Fraction(load, unit) for load in best), capacity)


def every_year(problem: CoverageProblem, unit: int) -> set[WholeLoads]:
    """Return the loads of every plan, counted in parts of a day."""
    found: set[WholeLoads] = {(0,) * 12}
    for each in problem.classes:
        workload = int(each.workload * unit)
        own = {
            tuple(workload * sum(month in way for way in chosen) for month in range(1, 13))
            for chosen in combinations_with_replacement(patterns(each), each.population)
        }
        found = {tuple(map(add, left, right)) for left in found for right in own}
    return found


def whole_goals(loads: WholeLoads, room: WholeLoads) -> tuple[int, ...]:
    """Return the goals in whole numbers, each times what it would otherwise be divided by; the order is theirs."""
    total, free_days = sum(loads), sum(room)
    shares = [(free_days or 1, total * free if free_days else 0) for free in room]
    parts = lcm(*filter(None, room))
    return (
        sum(load - free for load, free in zip(loads, room, strict=True) if load > free),
        sum(load for load, free in zip(loads, room, strict=True) if not free),
        max((load * (parts // free) for load, free in zip(loads, room, strict=True) if free), default=0),
        sum(abs(load * times - share) for load, (times, share) in zip(loads, shares, strict=True)),
    )


def goals(loads: Loads, capacity: Loads) -> Goals:
    total, room = sum(loads), sum(capacity)
    pairs = list(zip(loads, capacity, strict=True))
    return (
        sum((max(load - free, Fraction(0)) for load, free in pairs), Fraction(0)),
        sum((load for load, free in pairs if not free), Fraction(0)),
        max((load / free for load, free in pairs if free), default=Fraction(0)),
        sum((abs(load - (total * free / room if room else 0)) for load, free in pairs), Fraction(0)),
    )


def goals_of_plan(load: DivisionLoad) -> Goals:
    return goals(load.load, load.capacity)


@pytest.mark.parametrize("part", range(10))
def test_two_hundred_small_years_have_the_optimum_that_trying_every_plan_finds(part: int) -> None:
    for seed in range(20 * part, 20 * part + 20):
        problem = small_problem(seed)
        expected = best_goals(seed)
        optimum = optimise(problem, time_budget_seconds=0)
        assert goals_of_plan(optimum.plan.loads[0]) == expected, seed
        record = {goal.goal: goal for goal in optimum.divisions[0].goals}
        values = tuple(record[name].value for name in ("overload", "stranded", "peak", "deviation"))
        assert values == expected, seed
        assert optimum.proven, seed
        assert all(goal.bound <= goal.value for goal in record.values()), seed


def test_goals_in_whole_numbers_are_in_the_order_of_the_goals() -> None:
    lots = Lots("order")
    for _ in range(300):
        room = tuple(lots.below(7) * lots.below(2) for _ in range(12))
        one, other = (tuple(lots.below(4) for _ in range(12)) for _ in range(2))
        in_days = [
            goals(tuple(Fraction(n, 20) for n in each), tuple(Fraction(n, 20) for n in room)) for each in (one, other)
        ]
        assert (in_days[0] < in_days[1]) == (whole_goals(one, room) < whole_goals(other, room))


def test_the_small_years_are_of_every_kind() -> None:
    """Else agreeing with brute force would say little."""
    problems = [small_problem(seed) for seed in range(200)]
    sizes = [
        prod(comb(len(patterns(each)) + each.population - 1, each.population) for each in p.classes) for p in problems
    ]
    optima = [best_goals(seed) for seed in range(200)]
    assert max(sizes) > 1000
    assert sum(bool(best[0]) for best in optima) > 20
    assert sum(not best[0] for best in optima) > 20
    assert sum(bool(best[1]) for best in optima) > 5
