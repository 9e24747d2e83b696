"""Remedies: each does what it says when the year is planned with it, and a little less does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.month_patterns import MONTHS, most_visits
from scheduler.plans.optimiser.mending import least_remedies
from scheduler.plans.optimiser.optimum import optimise
from scheduler.plans.optimiser.remedies import KINDS, Remedy
from scheduler.plans.optimiser.sample import sample_city

# 6 visits of 4 days in January, which has 10 days, 2 people: 14 days short, visits cannot be left out altogether.
JANUARY = VisitClass("c", "d", 6, 1, Fraction(4), months=(1,))
ROOM = (Fraction(10), *(Fraction(0),) * 11)


def remedies(problem: CoverageProblem) -> list[Remedy]:
    return least_remedies(problem, optimise(problem, time_budget_seconds=0).plan)


def overload(problem: CoverageProblem) -> Fraction:
    return sum((load.overload for load in optimise(problem, time_budget_seconds=0).plan.loads), Fraction(0))


def test_what_would_mend_a_month_that_is_short() -> None:
    problem = CoverageProblem((JANUARY,), (DivisionCapacity("d", ROOM, staff=2, general=Fraction(14)),))
    assert remedies(problem) == [
        Remedy("d", "general", Fraction(14), (1,)),
        Remedy("d", "days", Fraction(14), (1,)),
        Remedy("d", "staff", Fraction(3), (1,)),
    ]


def test_other_months_are_a_remedy_when_they_have_the_room() -> None:
    """Ten days in January, four in each other month: whole visits of four days fit into any of them."""
    room = (Fraction(10), *(Fraction(4),) * 11)
    found = remedies(CoverageProblem((JANUARY,), (DivisionCapacity("d", room),)))
    assert [(each.kind, int(each.amount)) for each in found] == [("months", 14), ("days", 14)]
    cramped = (Fraction(10), *(Fraction(3),) * 11)
    kinds = [each.kind for each in remedies(CoverageProblem((JANUARY,), (DivisionCapacity("d", cramped),)))]
    assert kinds == ["days"]


@pytest.mark.parametrize(("days", "fewer"), [(6, 3), (4, 6), (3, None)])
def test_visits_are_left_out_as_few_as_do_and_one_stays_with_everyone(days: int, fewer: int | None) -> None:
    """Four enterprises, three visits of two days each: twelve visits, and room for nine, for six, for only three."""
    thrice = VisitClass("c", "d", 4, 3, Fraction(2), months=(1, 2, 3))
    room = (*(Fraction(days),) * 3, *(Fraction(0),) * 9)
    found = {each.kind: each.amount for each in remedies(CoverageProblem((thrice,), (DivisionCapacity("d", room),)))}
    assert found.get("visits") == fewer


def test_no_shortage_needs_no_remedy() -> None:
    assert remedies(CoverageProblem((JANUARY,), (DivisionCapacity("d", (Fraction(24),) * 12),))) == []


@st.composite
def short_problems(draw: st.DrawFn) -> CoverageProblem:
    classes = []
    for number in range(draw(st.integers(1, 3))):
        months = tuple(sorted(draw(st.sets(st.sampled_from(MONTHS), min_size=1, max_size=5))))
        gap = draw(st.integers(1, 3))
        visits = draw(st.integers(1, most_visits(months, gap)))
        population, workload = draw(st.integers(1, 8)), Fraction(draw(st.integers(1, 6)))
        classes.append(VisitClass(f"c{number}", "d", population, visits, workload, gap, months))
    room = tuple(Fraction(draw(st.integers(0, 8))) for _ in MONTHS)
    general = Fraction(draw(st.integers(0, 60)))
    return CoverageProblem(tuple(classes), (DivisionCapacity("d", room, draw(st.integers(1, 5)), general),))


def _lends(capacity: DivisionCapacity, short: Fraction, plan: CoveragePlan) -> bool:
    """Say whether the general tier's days, spread like the key tier's, lend every short month what it lacks."""
    year = sum(capacity.months)
    share = (capacity.general or 0) / year if year else Fraction(0)
    lent = sum(min(each.short, share * capacity.months[each.month - 1]) for each in plan.shortages)
    return lent == short


@given(short_problems())
@settings(max_examples=15, deadline=None)
def test_every_remedy_is_enough_and_one_person_less_is_not(problem: CoverageProblem) -> None:
    capacity = problem.capacities[0]
    found = {each.kind: each for each in remedies(problem)}
    short = overload(problem)
    assert bool(found) == bool(short)
    assert list(found) == [kind for kind in KINDS if kind in found]
    if not short:
        return
    assert found["days"].amount == short
    assert found["days"].short_months
    assert ("general" in found) == _lends(capacity, short, optimise(problem, time_budget_seconds=0).plan)
    if "staff" in found:
        staff, more = capacity.staff or 0, int(found["staff"].amount)
        enough, less = (
            replace(problem, capacities=(replace(capacity, months=tuple(d * people / staff for d in capacity.months)),))
            for people in (staff + more, staff + more - 1)
        )
        assert not overload(enough)
        assert overload(less)
    free = replace(problem, classes=tuple(replace(each, months=MONTHS, gap=1) for each in problem.classes))
    assert ("months" in found) == (not overload(free))


def test_a_division_of_the_city_is_mended_in_a_second_or_two() -> None:
    found = remedies(sample_city(600))
    assert {each.division for each in found} == {"division-4", "division-5"}
    assert {"days", "visits"} <= {each.kind for each in found}
