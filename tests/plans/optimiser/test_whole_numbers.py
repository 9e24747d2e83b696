"""The whole-number side of the optimiser: dealing, rounding, moving, pricing. None of it needs a solver."""

from __future__ import annotations

import ast
from collections import Counter
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scheduler.plans.optimiser
from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.month_patterns import MONTHS, Pattern, Stretch, month_patterns, most_visits
from scheduler.plans.optimiser.costs import (
    GOALS,
    GoalValues,
    ceilings,
    ceilings_below,
    deviation_cost,
    excess_cost,
    goal_values,
    overload_cost,
    peak_below,
    peak_from,
    stranded_cost,
)
from scheduler.plans.optimiser.goals import least_peak
from scheduler.plans.optimiser.moves import settle
from scheduler.plans.optimiser.prices import Prices, goal_stage, price_bound, whole_bound
from scheduler.plans.optimiser.year import (
    Group,
    Year,
    deal_months,
    division_years,
    month_row,
    part_months,
    whole_row,
)

# What this test may not lean on is written out again here: windows of months, costs, utilisations.


@st.composite
def groups(draw: st.DrawFn, most_population: int = 12) -> Group:
    months = tuple(sorted(draw(st.sets(st.sampled_from(MONTHS), min_size=1))))
    gap = draw(st.integers(1, 6))
    visits = draw(st.integers(1, most_visits(months, gap)))
    population = draw(st.integers(1, most_population))
    workload = draw(st.integers(1, 9))
    stretches = draw(kept_stretches(list(month_patterns(months, visits, gap))))
    member = VisitClass("c", "d", population, visits, Fraction(workload), gap, months, stretches=stretches)
    return Group(population, visits, workload, months, gap, (member,), stretches)


@st.composite
def kept_stretches(draw: st.DrawFn, ways: list[Pattern]) -> tuple[Stretch, ...]:
    """Return up to two stretches that one of the patterns keeps."""
    way = draw(st.sampled_from(ways))
    found = []
    for _ in range(draw(st.integers(0, 2))):
        first, last = sorted((draw(st.integers(1, 12)), draw(st.integers(1, 12))))
        count = len([month for month in way if first <= month <= last])
        found.append(Stretch(first, last, draw(st.integers(0, count)), draw(st.integers(count, len(way)))))
    return tuple(found)


def kept_ways(group: Group) -> list[Pattern]:
    """Return the patterns that keep gap and stretches, without the code under test."""
    return [
        way
        for way in month_patterns(group.months, group.visits, group.gap)
        if all(
            least <= len([month for month in way if first <= month <= last]) <= most
            for first, last, least, most in group.stretches
        )
    ]


@st.composite
def rows(draw: st.DrawFn, group: Group) -> list[int]:
    ways = kept_ways(group)
    chosen = draw(st.lists(st.sampled_from(ways), min_size=group.population, max_size=group.population))
    return month_row(tuple(Counter(chosen).items()))


@st.composite
def years(draw: st.DrawFn) -> tuple[Year, list[list[int]]]:
    """Return a year of a few groups and counts that keep its rules."""
    classes = []
    for number in range(draw(st.integers(1, 4))):
        group = draw(groups(6))
        classes.append(
            VisitClass(
                f"c{number}",
                "d",
                group.population,
                group.visits,
                Fraction(group.workload, 2),
                group.gap,
                group.months,
                stretches=group.stretches,
            )
        )
    room = tuple(Fraction(draw(st.integers(0, 30))) for _ in MONTHS)
    year = division_years(CoverageProblem(tuple(classes), (DivisionCapacity("d", room),)))[0]
    return year, [draw(rows(group)) for group in year.groups]


@given(st.data())
def test_counts_by_month_can_be_dealt_exactly_when_no_run_of_months_of_the_gap_holds_more_than_the_population(
    data: st.DataObject,
) -> None:
    group = data.draw(groups())
    row = data.draw(rows(group))
    assert group.keeps_rules(row)
    dealt = deal_months(group, row)
    assert sum(dealt.values()) == group.population
    assert month_row(tuple(dealt.items())) == row
    for months in dealt:
        assert len(months) == group.visits
        assert all(later - month >= group.gap for month, later in pairwise(months))
        assert months in kept_ways(group)


@given(st.data())
def test_what_no_deal_can_make_is_told(data: st.DataObject) -> None:
    """Any counts: the rule says yes exactly when some choice of patterns has these counts."""
    group = data.draw(groups(3))
    row = data.draw(st.lists(st.integers(0, 2), min_size=12, max_size=12))
    made: set[tuple[int, ...]] = {(0,) * 12}
    ways = [way for way in kept_ways(group) if all(row[month - 1] for month in way)]
    for _ in range(group.population):
        made = {
            tuple(count + (month in way) for count, month in zip(counts, MONTHS, strict=True))
            for counts in made
            for way in ways
            if all(counts[month - 1] < row[month - 1] for month in way)
        }
    assert group.keeps_rules(row) == (tuple(row) in made)


@given(st.data())
def test_a_move_is_allowed_exactly_when_the_rules_hold_after_it(data: st.DataObject) -> None:
    group = data.draw(groups())
    row = data.draw(rows(group))
    for source in range(12):
        for target in range(12):
            moved = list(row)
            moved[source] -= 1
            moved[target] += 1
            if source != target:
                assert group.can_move(row, source, target) == group.keeps_rules(moved)


@given(st.data(), st.integers(1, 50))
def test_rounded_running_totals_keep_the_rules(data: st.DataObject, parts: int) -> None:
    """A mixture of plans is no plan in whole numbers; rounded, it is one, and no running total is off by one."""
    group = data.draw(groups())
    plans = [data.draw(rows(group)) for _ in range(parts if parts < 5 else 5)]
    weights = [parts // len(plans)] * len(plans)
    weights[0] += parts - sum(weights)
    shares = [sum(weight * plan[place] for weight, plan in zip(weights, plans, strict=True)) for place in range(12)]
    rounded = whole_row(group, shares, parts)
    assert group.keeps_rules(rounded)
    for exact, whole in zip(accumulate(shares), accumulate(rounded), strict=True):
        assert abs(2 * (exact - parts * whole)) <= parts


def test_classes_of_a_group_share_its_months_district_by_district() -> None:
    members = tuple(
        VisitClass(name, "d", 2, 1, Fraction(1), district=where) for name, where in [("a", "1"), ("b", "0"), ("c", "1")]
    )
    group = Group(6, 1, 1, MONTHS, 1, members)
    parted = part_months(group, [3, 3, *[0] * 10])
    assert parted == {"b": {(1,): 2}, "a": {(1,): 1, (2,): 1}, "c": {(2,): 2}}


@given(years())
def test_goals_are_whole_and_mean_what_they_say(made: tuple[Year, list[list[int]]]) -> None:
    year, counts = made
    loads = year.loads(counts)
    days = [Fraction(load, year.unit) for load in loads]
    room = [Fraction(each, year.unit) for each in year.capacity]
    values = goal_values(year, loads)
    pairs = list(zip(days, room, strict=True))
    assert Fraction(values.overload, year.unit) == sum(used - free for used, free in pairs if used > free)
    assert Fraction(values.stranded, year.unit) == sum(used for used, free in pairs if not free)
    fair = [sum(days) * free / sum(room) if sum(room) else Fraction(0) for free in room]
    apart = sum(abs(used - share) for used, share in zip(days, fair, strict=True))
    assert Fraction(values.deviation, year.unit * (sum(year.capacity) or 1)) == apart
    for place, load in enumerate(loads):
        assert load % year.step[place] == 0
        assert load <= year.most[place]


@given(years(), st.fractions(0, 3, max_denominator=40))
def test_ceilings_hold_exactly_what_keeps_a_utilisation(made: tuple[Year, list[list[int]]], peak: Fraction) -> None:
    year, counts = made
    loads = year.loads(counts)
    used = [Fraction(load, room) for load, room in zip(loads, year.capacity, strict=True) if room]
    kept = all(load <= top for load, top in zip(loads, ceilings(year, peak), strict=True))
    below = all(load <= top for load, top in zip(loads, ceilings_below(year, peak), strict=True))
    assert kept == (max(used, default=Fraction(0)) <= peak)
    assert below == (not used or max(used) < peak)


@given(years(), st.fractions(0, 3, max_denominator=40))
def test_utilisations_a_month_can_have_follow_one_another(made: tuple[Year, list[list[int]]], peak: Fraction) -> None:
    year, _ = made
    possible = sorted(
        {
            Fraction(load, room)
            for room, step, most in zip(year.capacity, year.step, year.most, strict=True)
            if room and most
            for load in range(0, 4 * room + 2 * step, step)
        }
    )
    if possible:
        assert peak_from(year, peak) == next(each for each in possible if each >= peak)
        assert peak_from(year, peak, above=True) == next(each for each in possible if each > peak)
        assert peak_below(year, peak) == max((each for each in possible if each < peak), default=peak_below(year, peak))


@given(years(), st.integers(0, 60), st.fractions(0, 1, max_denominator=40))
def test_the_least_peak_that_works_is_found_from_any_start_below_it(
    made: tuple[Year, list[list[int]]], steps: int, share: Fraction
) -> None:
    year, _ = made
    wanted = peak_from(year, Fraction(0))
    for _ in range(steps):
        wanted = peak_from(year, wanted, above=True)
    assert least_peak(year, wanted * share, lambda peak: peak >= wanted) == wanted


@given(years())
@settings(deadline=None)
def test_moving_visits_keeps_the_rules_and_never_ends_worse(made: tuple[Year, list[list[int]]]) -> None:
    year, counts = made
    costs = overload_cost(year), stranded_cost(year), excess_cost(year.capacity), deviation_cost(year)
    settled = settle(year, counts, costs)
    assert all(group.keeps_rules(row) for group, row in zip(year.groups, settled, strict=True))
    before = [cost.sum(year.loads(counts)) for cost in costs]
    after = [cost.sum(year.loads(settled)) for cost in costs]
    assert after <= before
    assert settle(year, settled, costs) == settled


prices = st.lists(st.fractions(-3, 3, max_denominator=30), min_size=12, max_size=12)


@given(years(), prices, st.lists(st.fractions(0, 3, max_denominator=30), min_size=3, max_size=3))
@settings(deadline=None)
def test_no_plan_is_below_what_any_prices_prove(
    made: tuple[Year, list[list[int]]], months: list[Fraction], limits: list[Fraction]
) -> None:
    """Prices from nowhere: the bound they give holds for a plan from nowhere, under the limits that plan keeps."""
    year, counts = made
    loads = year.loads(counts)
    values = goal_values(year, loads)
    for goal in GOALS:
        above = values.having("peak", peak_from(year, values.peak, above=True)) if goal == "peak" else values
        stage = goal_stage(year, goal, above)
        given_prices = Prices(tuple(months), tuple(limits[: len(stage.limits)]))
        assert price_bound(year, stage, given_prices) <= stage.cost.sum(loads)
        assert whole_bound(year, stage, given_prices) <= stage.cost.sum(loads)


def test_prices_of_another_shape_prove_nothing() -> None:
    year = division_years(CoverageProblem((), (DivisionCapacity("d", (Fraction(1),) * 12),)))[0]
    stage = goal_stage(year, "stranded", GoalValues())
    for wrong in (Prices((), ()), Prices((Fraction(0),) * 12), Prices((Fraction(0),) * 12, (Fraction(-1),))):
        with pytest.raises(ValueError, match="twelve prices"):
            price_bound(year, stage, wrong)


def test_twelve_prices_prove_a_shortage_that_a_reader_can_follow() -> None:
    """Ten days in two months of three: price both at 1, the rest at 0; ten paid less six of room leave four short."""
    visits = VisitClass("c", "d", 10, 1, Fraction(1), months=(1, 2))
    room = (Fraction(3), Fraction(3), *(Fraction(9),) * 10)
    year = division_years(CoverageProblem((visits,), (DivisionCapacity("d", room),)))[0]
    stage = goal_stage(year, "overload", GoalValues())
    assert price_bound(year, stage, Prices((Fraction(1), Fraction(1), *(Fraction(0),) * 10))) == 4


def test_the_same_counts_of_classes_and_groups_make_the_same_loads() -> None:
    problem = CoverageProblem(
        tuple(VisitClass(f"c{n}", "d", 3, 2, Fraction(3, 2), 3, district=f"t{n}") for n in range(3)),
        (DivisionCapacity("d", (Fraction(7, 10),) * 12),),
    )
    year = division_years(problem)[0]
    assert (year.unit, len(year.groups), len(year.by_class().groups)) == (10, 1, 3)
    counts = {each.id: month_row(patterns) for each, patterns in spread_visits(problem).classes}
    together = [[sum(counts[f"c{n}"][place] for n in range(3)) for place in range(12)]]
    assert year.loads(together) == year.by_class().loads([counts[f"c{n}"] for n in range(3)])


SOLVING = {"programme.py", "solver.py"}


def test_only_two_modules_of_the_plan_touch_a_float_or_a_numerical_library() -> None:
    package = Path(scheduler.plans.optimiser.__file__).parent
    found = []
    for path in sorted(package.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            numerical = any(name.split(".")[0] in {"numpy", "scipy", "random", "time"} for name in names)
            number = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if (numerical or number) and not (path.parent == package and path.name in SOLVING):
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
    assert found == []


def test_a_record_is_checked_without_the_solver() -> None:
    """What `plan verify` imports reaches neither SciPy nor NumPy."""
    package = Path(scheduler.plans.optimiser.__file__).parent
    waiting, seen = ["record"], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for node in ast.walk(ast.parse((package / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scheduler.plans.optimiser."):
                inner = (node.module or "").rsplit(".", 1)[1]
                waiting += [inner] if inner not in seen else []
    assert seen == {"record", "prices", "costs", "year"}
