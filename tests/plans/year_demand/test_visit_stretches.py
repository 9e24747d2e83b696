"""Stretches of a class: kept exactly by those choices of months that serve every demand with visits of its own."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.plans.month_patterns import Stretch
from scheduler.plans.year_demand.visit_stretches import Demand, open_months, stretches_of


def serves(months: tuple[int, ...], demands: list[Demand]) -> bool:
    """Try every way to give the visits to the demands."""
    slots = [demand.months for demand in demands for _ in range(demand.visits)]
    return any(all(month in slot for month, slot in zip(order, slots, strict=True)) for order in permutations(months))


@st.composite
def runs(draw: st.DrawFn, closed: frozenset[int]) -> tuple[int, ...]:
    first, length = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    months = {(first + step - 1) % 12 + 1 for step in range(length)} - closed
    return tuple(sorted(months))


@given(st.data())
def test_a_choice_of_months_keeps_the_stretches_exactly_when_it_serves_every_demand(data: st.DataObject) -> None:
    closed = data.draw(st.frozensets(st.integers(1, 12), max_size=4))
    demands = [
        Demand(data.draw(st.integers(1, 2)), months)
        for _ in range(data.draw(st.integers(1, 3)))
        if (months := data.draw(runs(closed)))
    ]
    visits = sum(demand.visits for demand in demands)
    stretches = stretches_of(demands)
    if not demands or stretches is None or visits > 5:
        return
    for months in combinations(open_months(demands), visits):
        assert all(each.holds(months) for each in stretches) == serves(months, demands)


def test_a_campaign_in_the_summer_of_a_rule_for_the_whole_year() -> None:
    year = tuple(range(1, 13))
    assert stretches_of([Demand(2, year)]) == ()
    assert stretches_of([Demand(2, year), Demand(1, (6, 7, 8))]) == (Stretch(6, 8, 1, 3),)


def test_a_window_over_the_turn_of_the_year_is_told_by_the_rest_of_the_year() -> None:
    """Two visits in January, February, November or December and one in June: at most one from March to October."""
    assert stretches_of([Demand(2, (1, 2, 11, 12)), Demand(1, (6,))]) == (Stretch(6, 6, 1, 1),)


def test_overlapping_campaigns_need_visits_of_their_own() -> None:
    """One visit of March to May and one of April to June: April alone serves one of them, not both."""
    found = stretches_of([Demand(1, (3, 4, 5)), Demand(1, (4, 5, 6)), Demand(1, tuple(range(1, 13)))])
    assert found == (Stretch(3, 5, 1, 3), Stretch(3, 6, 2, 3), Stretch(4, 6, 1, 3))


def test_months_that_are_no_run_are_told() -> None:
    year = tuple(range(1, 13))
    assert stretches_of([Demand(1, year), Demand(1, (3, 9))]) is None
    assert stretches_of([Demand(1, (1, 2, 11, 12)), Demand(1, (2, 3))]) is not None
    assert stretches_of([Demand(1, (1, 12)), Demand(1, (3, 9)), Demand(1, (6,))]) is None
