"""Key visits over the months: everyone is covered by the rule, loads follow capacity, shortages are named."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendars import calendar
from scheduler.errors import InvalidInput
from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, VisitClass, judge_coverage
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.full_coverage.month_capacity import spread_days
from scheduler.plans.month_patterns import (
    MONTHS,
    Stretch,
    allowed_patterns,
    cheapest_pattern,
    month_patterns,
    most_visits,
)


def flat(division: str, days: int, **more: object) -> DivisionCapacity:
    return replace(DivisionCapacity(division, (Fraction(days),) * 12), **more)  # type: ignore[arg-type]


def one_class(**changes: object) -> VisitClass:
    return replace(VisitClass("c", "d", population=12, visits=1, workload=Fraction(1)), **changes)  # type: ignore[arg-type]


@st.composite
def problems(draw: st.DrawFn) -> CoverageProblem:
    classes = []
    for place in range(draw(st.integers(0, 6))):
        months = tuple(sorted(draw(st.sets(st.sampled_from(MONTHS), min_size=1))))
        gap = draw(st.integers(1, 6))
        classes.append(
            VisitClass(
                id=f"c{place}",
                division=draw(st.sampled_from("de")),
                population=draw(st.integers(0, 9)),
                visits=draw(st.integers(1, most_visits(months, gap))),
                workload=Fraction(draw(st.integers(1, 12)), 2),
                gap=gap,
                months=months,
            )
        )
    room = st.integers(0, 30).map(Fraction)
    capacities = tuple(DivisionCapacity(name, tuple(draw(room) for _ in MONTHS)) for name in "de")
    return CoverageProblem(tuple(classes), capacities)


@given(problems())
def test_every_enterprise_is_visited_as_often_as_its_rule_asks_at_its_gap_in_its_months(
    problem: CoverageProblem,
) -> None:
    plan = spread_visits(problem)
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
def test_the_loads_are_the_visits_added_up_and_every_overload_is_a_shortage(problem: CoverageProblem) -> None:
    plan = spread_visits(problem)
    for load in plan.loads:
        for month in MONTHS:
            expected = sum(
                count * visit_class.workload
                for visit_class, patterns in plan.classes
                for months, count in patterns
                if visit_class.division == load.division and month in months
            )
            assert load.load[month - 1] == expected
            short = [each.short for each in plan.shortages if (each.division, each.month) == (load.division, month)]
            over = expected - load.capacity[month - 1]
            assert short == ([over] if over > 0 else [])


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_no_matter(problem: CoverageProblem, random: object) -> None:
    classes, capacities = list(problem.classes), list(problem.capacities)
    random.shuffle(classes)  # type: ignore[attr-defined]
    random.shuffle(capacities)  # type: ignore[attr-defined]
    assert spread_visits(CoverageProblem(tuple(classes), tuple(capacities))) == spread_visits(problem)


@given(problems())
@settings(max_examples=50)
def test_a_division_is_planned_as_if_the_others_were_not_there(problem: CoverageProblem) -> None:
    alone = CoverageProblem(
        tuple(each for each in problem.classes if each.division == "d"),
        tuple(each for each in problem.capacities if each.division == "d"),
    )
    together = spread_visits(problem)
    assert spread_visits(alone).loads == together.loads[:1]


@given(st.integers(1, 400), st.integers(1, 40))
def test_visits_of_one_size_follow_capacity_within_one_visit(population: int, days_per_month: int) -> None:
    """One visit a year in any month: the best spread puts each month within one visit of its fair share."""
    problem = CoverageProblem((one_class(population=population),), (flat("d", days_per_month),))
    load = spread_visits(problem).loads[0]
    assert max(load.load) - min(load.load) <= 1


def test_loads_follow_the_workdays_of_the_months() -> None:
    months = spread_days(Fraction(960), calendar(2026))
    classes = tuple(
        VisitClass(f"c{n}", "d", population=20, visits=visits, workload=Fraction(days), gap=2)
        for n, (visits, days) in enumerate([(1, 2), (2, 3), (3, 4), (4, 2), (1, 5)])
    )
    load = spread_visits(CoverageProblem(classes, (DivisionCapacity("d", months),))).loads[0]
    fair = [Fraction(sum(load.load) * free, 960) for free in months]
    assert load.overload == 0
    assert all(abs(used - share) <= 2 for used, share in zip(load.load, fair, strict=True))


def test_capacity_that_is_enough_only_when_used_to_the_full_is_used_to_the_full() -> None:
    """Two units of 3 days and two of 2 days in two months of 5: only mixing them fits."""
    room = (Fraction(5), Fraction(5), *(Fraction(0),) * 10)
    classes = (
        one_class(id="a", population=2, workload=Fraction(3), months=(1, 2)),
        one_class(id="b", population=2, workload=Fraction(2), months=(1, 2)),
    )
    plan = spread_visits(CoverageProblem(classes, (DivisionCapacity("d", room),)))
    assert plan.shortages == ()
    assert plan.loads[0].peak == 1


def test_demand_over_capacity_is_covered_all_the_same_and_the_shortage_is_named() -> None:
    """30 visits of 4 days in a year of 12 months of 5 days: 60 days are short, whatever the months."""
    plan = spread_visits(CoverageProblem((one_class(population=30, workload=Fraction(4)),), (flat("d", 5),)))
    assert sum(count for _, count in plan.classes[0][1]) == 30
    assert sum(each.short for each in plan.shortages) >= 30 * 4 - 12 * 5


@given(st.sets(st.sampled_from(MONTHS)), st.integers(1, 12), st.integers(1, 12))
def test_patterns_are_all_ways_to_choose_months_at_the_gap(chosen: set[int], visits: int, gap: int) -> None:
    months = tuple(sorted(chosen))
    expected = [
        way for way in combinations(months, visits) if all(later - month >= gap for month, later in pairwise(way))
    ]
    assert list(month_patterns(months, visits, gap)) == expected
    assert (visits <= most_visits(months, gap)) == bool(expected)


@given(
    st.sets(st.sampled_from(MONTHS), min_size=1),
    st.integers(1, 5),
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
    st.data(),
)
def test_the_cheapest_pattern_is_the_first_of_the_cheapest(
    chosen: set[int], gap: int, costs: list[int], data: st.DataObject
) -> None:
    months = tuple(sorted(chosen))
    visits = data.draw(st.integers(1, most_visits(months, gap)))
    cost = dict(zip(MONTHS, costs, strict=True))
    expected = min((sum(cost[m] for m in way), way) for way in month_patterns(months, visits, gap))
    assert cheapest_pattern(months, visits, gap, cost) == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"months": ()}, "coverage-window-empty"),
        ({"months": (2, 1)}, "coverage-months"),
        ({"months": (1, 13)}, "coverage-months"),
        ({"visits": 3, "months": (1, 2)}, "coverage-visits-do-not-fit"),
        ({"visits": 3, "gap": 6}, "coverage-visits-do-not-fit"),
        ({"visits": 0}, "coverage-class"),
        ({"population": -1}, "coverage-class"),
        ({"workload": Fraction(0)}, "coverage-class"),
        ({"gap": 0}, "coverage-class"),
    ],
)
def test_a_class_whose_visits_cannot_be_kept_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        one_class(**changes)


def test_unknown_and_repeated_names_are_refused() -> None:
    with pytest.raises(InvalidInput, match="coverage-division-unknown"):
        CoverageProblem((one_class(),), (flat("e", 1),))
    with pytest.raises(InvalidInput, match="coverage-class-twice"):
        CoverageProblem((one_class(), one_class()), (flat("d", 1),))
    with pytest.raises(InvalidInput, match="coverage-division-twice"):
        CoverageProblem((), (flat("d", 1), flat("d", 2)))
    with pytest.raises(InvalidInput, match="coverage-capacity"):
        flat("d", -1)


@pytest.mark.parametrize("counts", [{}, {(1,): 11}, {(1,): 13}, {(1,): 13, (2,): -1}, {(1, 2): 12}, {(13,): 12}])
def test_counts_that_do_not_cover_the_class_by_its_rule_are_no_plan(counts: dict[tuple[int, ...], int]) -> None:
    problem = CoverageProblem((one_class(),), (flat("d", 1),))
    with pytest.raises(ValueError, match="c:"):
        judge_coverage(problem, {"c": counts})


def test_a_load_in_a_month_without_capacity_has_no_utilisation() -> None:
    problem = CoverageProblem((one_class(months=(1,)),), (flat("d", 0),))
    load = spread_visits(problem).loads[0]
    assert load.peak is None
    assert load.overload == 12


def test_a_stretch_says_how_many_of_the_visits_fall_into_it() -> None:
    """Four visits, two apart, three of them from May to September: worked out by hand."""
    summer = Stretch(5, 9, 3, 4)
    assert allowed_patterns(MONTHS, 4, 2, (summer,))[0] == (1, 5, 7, 9)
    assert cheapest_pattern(MONTHS, 4, 2, dict.fromkeys(MONTHS, 1), (summer,)) == (4, (1, 5, 7, 9))
    plan = spread_visits(CoverageProblem((one_class(visits=4, gap=2, stretches=(summer,)),), (flat("d", 30),)))
    ((_, patterns),) = plan.classes
    assert sum(count for _, count in patterns) == 12
    assert all(len({5, 6, 7, 8, 9} & set(way)) == 3 for way, _ in patterns)


def test_stretches_that_no_months_can_keep_are_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        one_class(visits=2, gap=6, stretches=(Stretch(6, 8, 2, 2),))
    assert refusal.value.code == "coverage-stretches"


def test_counts_that_leave_a_stretch_are_no_plan() -> None:
    late = one_class(population=1, stretches=(Stretch(9, 12, 1, 1),))
    with pytest.raises(ValueError, match="breaks the rule"):
        judge_coverage(CoverageProblem((late,), (flat("d", 1),)), {"c": {(3,): 1}})
