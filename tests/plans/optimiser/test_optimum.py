"""The optimum as a planner gets it: rules kept, goals proven, records that hold, the same whatever the order."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InvalidInput
from scheduler.plans.full_coverage.coverage import (
    CoveragePlan,
    CoverageProblem,
    DivisionCapacity,
    VisitClass,
    judge_coverage,
)
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.month_patterns import MONTHS, most_visits
from scheduler.plans.optimiser.optimum import Optimum, check_optimum, optimise
from scheduler.plans.optimiser.record import ALL_GOALS, check_record, read_record, write_record
from scheduler.plans.optimiser.sample import sample_city


@st.composite
def problems(draw: st.DrawFn) -> CoverageProblem:
    """Two divisions, up to six classes of all kinds, months without capacity, too little of it as often as enough."""
    classes = []
    for place in range(draw(st.integers(0, 6))):
        months = tuple(sorted(draw(st.sets(st.sampled_from(MONTHS), min_size=1))))
        gap = draw(st.integers(1, 6))
        classes.append(
            VisitClass(
                id=f"c{place}",
                division=draw(st.sampled_from("de")),
                population=draw(st.integers(0, 30)),
                visits=draw(st.integers(1, most_visits(months, gap))),
                workload=Fraction(draw(st.integers(1, 12)), draw(st.sampled_from([1, 2, 10]))),
                gap=gap,
                months=months,
                district=draw(st.sampled_from(["north", "south", ""])),
            )
        )
    room = st.integers(0, 60).map(Fraction)
    capacities = tuple(DivisionCapacity(name, tuple(draw(room) for _ in MONTHS)) for name in "de")
    return CoverageProblem(tuple(classes), capacities)


def figures(plan: CoveragePlan) -> list[tuple[Fraction, Fraction, Fraction, Fraction]]:
    """Return the proven goals of every division's loads, computed here and not by the optimiser."""
    return [
        (
            load.overload,
            sum((used for used, free in zip(load.load, load.capacity, strict=True) if not free), Fraction(0)),
            max(
                (used / free for used, free in zip(load.load, load.capacity, strict=True) if free), default=Fraction(0)
            ),
            load.deviation,
        )
        for load in plan.loads
    ]


@given(problems())
@settings(max_examples=12, deadline=None)
def test_every_enterprise_is_visited_as_often_as_its_rule_asks_at_its_gap_in_its_months(
    problem: CoverageProblem,
) -> None:
    plan = optimise(problem, time_budget_seconds=1).plan
    populated = sorted((each for each in problem.classes if each.population), key=lambda each: each.id)
    assert [visit_class for visit_class, _ in plan.classes] == populated
    for visit_class, patterns in plan.classes:
        assert sum(count for _, count in patterns) == visit_class.population
        assert list(patterns) == sorted(set(patterns))
        for months, count in patterns:
            assert count > 0
            assert len(set(months)) == visit_class.visits
            assert set(months) <= set(visit_class.months)
            assert all(later - month >= visit_class.gap for month, later in pairwise(months))


@given(problems())
@settings(max_examples=15, deadline=None)
def test_the_record_tells_the_plan_s_figures_proves_its_bounds_and_survives_being_written(
    problem: CoverageProblem,
) -> None:
    optimum = optimise(problem, time_budget_seconds=0)
    assert optimum.proven
    for record, expected in zip(optimum.divisions, figures(optimum.plan), strict=True):
        assert tuple(goal.value for goal in record.goals[:4]) == expected
        assert tuple(goal.goal for goal in record.goals) == ALL_GOALS
    written = json.loads(json.dumps(write_record(optimum.divisions)))
    read = read_record(written)
    assert read == optimum.divisions
    checks = check_record(problem, optimum.plan, read)
    assert {check.fault for check in checks} <= {""}
    assert len(checks) == 2 * len(ALL_GOALS)


@given(problems())
@settings(max_examples=15, deadline=None)
def test_it_is_never_worse_than_spreading_and_no_plan_beats_its_record(problem: CoverageProblem) -> None:
    spread, optimum = spread_visits(problem), optimise(problem, time_budget_seconds=0)
    for best, other in zip(figures(optimum.plan), figures(spread), strict=True):
        assert best <= other
    if figures(spread) != figures(optimum.plan):
        assert "optimum-value" in {check.fault for check in check_record(problem, spread, optimum.divisions)}


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_input_is_no_matter(problem: CoverageProblem, lots: random.Random) -> None:
    classes, capacities = list(problem.classes), list(problem.capacities)
    lots.shuffle(classes)
    lots.shuffle(capacities)
    shuffled = CoverageProblem(tuple(classes), tuple(capacities))
    ours, theirs = optimise(problem, time_budget_seconds=1), optimise(shuffled, time_budget_seconds=1)
    assert ours.plan == theirs.plan
    assert ours.divisions == theirs.divisions


@given(problems())
@settings(max_examples=6, deadline=None)
def test_fewer_journeys_cost_nothing_of_the_goals_before_them(problem: CoverageProblem) -> None:
    without, within = optimise(problem, time_budget_seconds=0), optimise(problem, time_budget_seconds=1)
    assert figures(within.plan) == figures(without.plan)
    for less, more in zip(within.divisions, without.divisions, strict=True):
        assert less.goals[4].bound <= less.goals[4].value <= more.goals[4].value
        assert less.goals[:4] == more.goals[:4]


@pytest.fixture(scope="module")
def city() -> tuple[CoverageProblem, Optimum, int]:
    """Return the measured instance, its optimum and the whole seconds the proven goals and a few journeys took."""
    problem = sample_city(2000)
    began = time.monotonic()
    optimum = optimise(problem, time_budget_seconds=2)
    return problem, optimum, int(time.monotonic() - began)


def test_two_thousand_key_enterprises_are_proven_in_seconds(city: tuple[CoverageProblem, Optimum, int]) -> None:
    problem, optimum, seconds = city
    assert len(problem.classes) > 790
    assert sum(each.population for each in problem.classes) == 2000
    assert sum(each.population * each.visits for each in problem.classes) > 4000
    assert len(problem.capacities) == 6
    assert optimum.proven
    assert seconds < 30
    ours, spread = figures(optimum.plan), figures(spread_visits(problem))
    assert all(best <= other for best, other in zip(ours, spread, strict=True))
    assert sum(best < other for best, other in zip(ours, spread, strict=True)) >= 4
    assert all(division.goals[4].value < 108 for division in optimum.divisions)


def test_the_city_s_record_holds_and_a_touched_one_does_not(city: tuple[CoverageProblem, Optimum, int]) -> None:
    problem, optimum, _ = city
    assert {check.fault for check in check_record(problem, optimum.plan, optimum.divisions)} == {""}
    first = optimum.divisions[0]
    peak = first.goals[2]
    touched = {
        "optimum-value": replace(peak, value=peak.value - Fraction(1, 1000)),
        "optimum-bound": replace(peak, bound=peak.bound + Fraction(1, 100), value=peak.value),
        "optimum-claim": replace(peak, bound=peak.bound - Fraction(1, 100)),
    }
    for code, goal in touched.items():
        record = replace(first, goals=(*first.goals[:2], goal, *first.goals[3:]))
        checks = check_record(problem, optimum.plan, (record, *optimum.divisions[1:]))
        assert [(c.division, c.goal, c.fault) for c in checks if c.fault] == [(first.division, "peak", code)]
    without = replace(peak, prices=None)
    record = replace(first, goals=(*first.goals[:2], without, *first.goals[3:]))
    checks = check_record(problem, optimum.plan, (record, *optimum.divisions[1:]))
    assert [c.fault for c in checks if c.fault] == ["optimum-bound"]


def test_missing_divisions_and_goals_are_named(city: tuple[CoverageProblem, Optimum, int]) -> None:
    problem, optimum, _ = city
    fewer = check_record(problem, optimum.plan, optimum.divisions[1:])
    assert [(check.division, check.fault) for check in fewer] == [(optimum.divisions[0].division, "optimum-goals")]
    turned = check_record(problem, optimum.plan, optimum.divisions[::-1])
    assert [check.fault for check in turned] == ["optimum-goals"]
    short = replace(optimum.divisions[0], goals=optimum.divisions[0].goals[:3])
    checks = check_record(problem, optimum.plan, (short, *optimum.divisions[1:]))
    assert [check.division for check in checks if check.fault] == [short.division]


def test_solving_anew_finds_a_plan_that_is_not_at_its_least() -> None:
    """Twelve visits of a day, twelve equal months: all in January is over capacity, one a month is the optimum."""
    visits = VisitClass("c", "d", 12, 1, Fraction(1))
    problem = CoverageProblem((visits,), (DivisionCapacity("d", (Fraction(2),) * 12),))
    best = optimise(problem).plan
    assert best.loads[0].load == (Fraction(1),) * 12
    assert check_optimum(problem, best) == ()
    january = judge_coverage(problem, {"c": {(1,): 12}})
    found = check_optimum(problem, january)
    assert [(each.division, each.goal, int(each.planned), int(each.least)) for each in found] == [
        ("d", "overload", 10, 0)
    ]


def test_visits_of_two_districts_are_not_mixed_over_the_months_without_need() -> None:
    """Two districts of six visits a year each, one in every month: twelve district-months at least, and reached."""
    classes = tuple(VisitClass(name, "d", 6, 1, Fraction(1), district=name) for name in ("north", "south"))
    problem = CoverageProblem(classes, (DivisionCapacity("d", (Fraction(1),) * 12),))
    journeys = optimise(problem).divisions[0].goals[4]
    assert (int(journeys.value), int(journeys.bound), journeys.proven) == (12, 12, True)


def test_a_year_without_classes_or_capacity_is_planned_too() -> None:
    nothing = optimise(CoverageProblem((), (DivisionCapacity("d", (Fraction(3),) * 12),)))
    assert nothing.plan.classes == ()
    assert nothing.proven
    bare = CoverageProblem(
        (VisitClass("c", "d", 3, 2, Fraction(2), gap=6),), (DivisionCapacity("d", (Fraction(0),) * 12),)
    )
    optimum = optimise(bare)
    assert [goal.value for goal in optimum.divisions[0].goals[:4]] == [12, 12, 0, 12]
    assert optimum.proven


def test_progress_is_told_division_by_division_goals_first() -> None:
    told: list[tuple[str, str, int, int]] = []
    capacities = tuple(DivisionCapacity(name, (Fraction(3),) * 12) for name in "ba")
    optimise(CoverageProblem((), capacities), progress=lambda *step: told.append(step))
    assert told == [("goals", "a", 1, 2), ("goals", "b", 2, 2), ("journeys", "a", 1, 2), ("journeys", "b", 2, 2)]


@pytest.fixture(scope="module")
def record() -> list[dict[str, object]]:
    """Return the record of a small city's optimum."""
    return write_record(optimise(sample_city(30, divisions=1), time_budget_seconds=0).divisions)


def spoil(record: list[dict[str, object]], path: list[object], value: object) -> object:
    spoilt = json.loads(json.dumps(record))
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return spoilt


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ([0, "division"], 7),
        ([0, "goals"], {}),
        ([0, "goals", 0], []),
        ([0, "goals", 0, "goal"], None),
        ([0, "goals", 0, "value"], 0.5),
        ([0, "goals", 0, "value"], "2/4"),
        ([0, "goals", 0, "value"], "1/0"),
        ([0, "goals", 0, "bound"], "1e9"),
        ([0, "goals", 0, "by"], "faith"),
        ([0, "goals", 2, "prices"], {"months": ["1"], "limits": []}),
        ([0, "goals", 2, "prices"], {"months": ["0"] * 12, "limits": ["-1", "0"]}),
        ([0, "goals", 2, "prices"], {"months": ["0"] * 12}),
    ],
)
def test_a_record_in_another_form_is_refused_with_its_place(
    record: list[dict[str, object]], path: list[object], value: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_record(spoil(record, path, value))
    assert refused.value.code == "optimum-record"
    with pytest.raises(InvalidInput):
        read_record({"division": "d"})


def test_a_search_that_is_stopped_leaves_a_plan_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all for searches: rules kept, figures told, the gap open, and no claim of the least."""
    monkeypatch.setattr("scheduler.plans.optimiser.solver.SAFETY_SECONDS", 0)
    problem = sample_city(60)
    optimum = optimise(problem, time_budget_seconds=0)
    assert not optimum.proven
    gaps = [goal for each in optimum.divisions for goal in each.goals[:4] if not goal.proven]
    assert gaps
    assert all(goal.bound <= goal.value for goal in gaps)
    assert {check.fault for check in check_record(problem, optimum.plan, optimum.divisions)} == {""}
