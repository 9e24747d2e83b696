"""Draw batches of the general tier: expected sizes, person-days by division, filters, the check against capacity."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.protocol.manifest import Fixed, Ratio, Rule
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier import general_coverage
from scheduler.plans.general_tier.batches import BatchPlan, Cell, plan_batches
from scheduler.plans.general_tier.batches_file import BatchInput
from scheduler.plans.general_tier.general_coverage import cover

ONE = Fraction(1)
CLASSES = ("A", "B")
DISTRICTS = ("220202", "220203", "undecided")
SECTORS = ("chemicals", "trade")


def cell(
    risk: str,
    population: int,
    division: str = "d",
    workload: int = 2,
    sector: str = "trade",
    district: str = "220202",
    resting: frozenset[int] = frozenset(),
) -> Cell:
    aspects = {"risk": risk, "sector": sector, "district": district}
    return Cell(division, risk, aspects, population, Fraction(workload), resting)


def batch(month: int = 3, **scope: tuple[str, ...]) -> BatchInput:
    strata = "risk.district" if scope.pop("by", ()) else "risk"
    return BatchInput(f"batches[{month}]", date(2026, month, 2), "", (), scope, strata, ONE, {}, {})


def percent(share: int, risks: str = "AB") -> Mapping[str, Rule]:
    return {risk: Ratio(share, 100, "ceil", 1) for risk in risks}


def sizes(plan: BatchPlan) -> list[list[tuple[str, int, int]]]:
    return [[(each.id, each.population, each.size) for each in found.strata] for found in plan.batches]


def test_each_batch_draws_its_ratio_from_those_not_drawn_yet() -> None:
    """5 % of 1000, of 950, of 902: 50, 48 (47.5 up), 46 (45.1 up)."""
    plan = plan_batches([cell("A", 1000)], [(batch(month), percent(5)) for month in (3, 6, 9)], {"d": Fraction(300)})
    assert [(found.number, found.month, found.size) for found in plan.batches] == [(1, 3, 50), (2, 6, 48), (3, 9, 46)]
    assert [found.strata[0].population for found in plan.batches] == [1000, 950, 902]
    assert plan.divisions[0].person_days == 2 * (50 + 48 + 46)
    assert plan.divisions[0].short == 0


def test_a_shortage_is_counted_in_person_days_by_division() -> None:
    cells = [cell("A", 300), cell("A", 100, "e", 3)]
    plan = plan_batches(cells, [(batch(), {"A": Fixed(40)})], {"d": Fraction(50), "e": Fraction(50)})
    assert [(each.division, int(each.person_days), int(each.short)) for each in plan.divisions] == [
        ("d", 60, 10),
        ("e", 30, 0),
    ]


def test_a_directed_batch_takes_from_what_a_later_one_draws() -> None:
    """20 of 100 chemical ones, then 10 % of the 380 left of 400; the 80 left there have the chance of all others.

    Chemical: 80 x 38/380 = 8 expected of the 38; so 28 visits of 3 days and 30 of 2 days.
    """
    cells = [cell("A", 100, "c", 3, "chemicals"), cell("A", 300)]
    given_ = [(batch(3, sectors=("chemicals",)), percent(20)), (batch(6), percent(10))]
    plan = plan_batches(cells, given_, {"c": Fraction(100), "d": Fraction(100)})
    assert sizes(plan) == [[("A", 100, 20)], [("A", 380, 38)]]
    assert [each.person_days for each in plan.divisions] == [84, 60]
    assert [(part.division, part.chance) for part in plan.parts] == [("c", Fraction(28, 100)), ("d", Fraction(1, 10))]


def test_where_filters_overlap_in_part_the_population_is_the_expected_one_rounded_up() -> None:
    """10 of 400 in one draw; of its 100 chemical ones 97.5 are expected left, told as 98: half of them is 49."""
    cells = [cell("A", 100, sector="chemicals"), cell("A", 300)]
    given_ = [(batch(3), {"A": Fixed(10)}), (batch(6, sectors=("chemicals",)), percent(50))]
    plan = plan_batches(cells, given_, {"d": Fraction(1000)})
    assert sizes(plan) == [[("A", 400, 10)], [("A", 98, 49)]]
    assert plan.divisions[0].person_days == 2 * (10 + 49)


def test_strata_by_district_leave_out_whose_district_is_undecided() -> None:
    cells = [cell("A", 50), cell("A", 9, district="220203"), cell("A", 7, district="undecided"), cell("B", 1)]
    plan = plan_batches(cells, [(batch(3, by=("yes",)), percent(10))], {"d": Fraction(100)})
    assert sizes(plan) == [[("A.220202", 50, 5), ("A.220203", 9, 1), ("B.220202", 1, 1)]]


def test_who_rests_on_the_day_is_counted_beside_the_pool_and_drawn_another_time() -> None:
    cells = [cell("A", 90), cell("A", 10, resting=frozenset({1}))]
    plan = plan_batches(cells, [(batch(3), percent(10)), (batch(6), percent(10))], {"d": Fraction(100)})
    assert sizes(plan) == [[("A", 90, 9)], [("A", 91, 10)]]  # 9.1 up
    assert [found.resting for found in plan.batches] == [10, 0]


CELL = st.builds(
    lambda risk, population, division, sector, district, resting: cell(
        risk, population, division, 1, sector, district, frozenset(resting)
    ),
    st.sampled_from(CLASSES),
    st.integers(0, 60),
    st.sampled_from("de"),
    st.sampled_from(SECTORS),
    st.sampled_from(DISTRICTS),
    st.sets(st.integers(1, 3), max_size=1),
)
SCOPE = st.fixed_dictionaries(
    {},
    optional={
        "sectors": st.sampled_from([("chemicals",), ("trade",)]),
        "districts": st.sampled_from([("220202",), ("220202", "220203")]),
        "risks": st.sampled_from([("A",), ("B",)]),
        "by": st.just(("yes",)),
    },
)


@given(st.lists(CELL, max_size=8), st.lists(st.tuples(SCOPE, st.integers(1, 100)), min_size=1, max_size=3))
def test_sizes_are_the_kernels_and_days_are_those_expected(
    cells: list[Cell], asked: list[tuple[dict[str, Any], int]]
) -> None:
    """A second way: every single enterprise carries its own chance of being left, batch by batch."""
    given_ = [(batch(month, **dict(scope)), percent(share)) for month, (scope, share) in enumerate(asked, 1)]
    alone = [(each, Fraction(1)) for each in cells for _ in range(each.population)]
    wanted, days = [], {"d": Fraction(0), "e": Fraction(0)}
    try:
        plan = plan_batches(cells, given_, {"d": Fraction(0), "e": Fraction(0)})
    except InvalidInput as refusal:
        assert refusal.code == "batch-nobody"
        return
    for number, (found, rules) in enumerate(given_, 1):
        strata: dict[str, list[int]] = {}
        for place, (each, _) in enumerate(alone):
            inside = all(
                each.aspects[{"sectors": "sector", "districts": "district", "risks": "risk"}[name]] in values
                for name, values in found.scope.items()
            )
            by_district = found.strata != "risk"
            if inside and number not in each.resting and not (by_district and each.aspects["district"] == "undecided"):
                name = f"{each.risk}.{each.aspects['district']}" if by_district else each.risk
                strata.setdefault(name, []).append(place)
        drawn = []
        for name in sorted(strata):
            expected = sum(alone[place][1] for place in strata[name])
            if expected:
                size = rules[name[0]].take(ceil(expected))
                drawn.append((name, ceil(expected), size))
                chance = min(Fraction(1), size / Fraction(expected))
                for place in strata[name]:
                    each, left = alone[place]
                    days[each.division] += left * chance
                    alone[place] = (each, left * (1 - chance))
        wanted.append(drawn)
    assert sizes(plan) == wanted
    assert {each.division: each.person_days for each in plan.divisions} == days
    assert all(each.short == each.person_days for each in plan.divisions)
    assert plan_batches(cells[::-1], given_, {"e": Fraction(0), "d": Fraction(0)}) == plan
    assert sum(part.population for part in plan.parts) == len(alone)
    assert sum(part.population * part.chance for part in plan.parts) == sum(1 - left for _, left in alone)


def test_a_filter_that_lets_nobody_in_is_refused() -> None:
    with pytest.raises(InvalidInput, match="batch-nobody"):
        plan_batches([cell("A", 5)], [(batch(3, sectors=("chemicals",)), percent(5))], {"d": ONE})
    plan = plan_batches([], [(batch(3), percent(5))], {"d": ONE})
    assert plan.batches[0].size == 0  # a whole directory without general enterprises draws nobody


def test_bad_cells_are_refused() -> None:
    with pytest.raises(InvalidInput, match="batch-division-unknown"):
        plan_batches([cell("A", 1, "x")], [], {"d": ONE})
    with pytest.raises(InvalidInput, match="batch-cell"):
        plan_batches([cell("A", -1)], [], {"d": ONE})


def test_coverage_is_the_chance_of_never_being_drawn() -> None:
    """100 at 1 in 10 and 50 at 1 in 2 a year: after two years 81 and 12.5 are still unvisited."""
    assert doctest.testmod(general_coverage).failed == 0
    cells = [cell("A", 100), cell("B", 50, "e")]
    rules = {"A": Ratio(1, 10, "ceil", 1), "B": Ratio(1, 2, "ceil", 1)}
    parts = plan_batches(cells, [(batch(), rules)], {"d": ONE, "e": ONE}).parts
    first, second = cover(parts, lambda part: part.risk, (1, 2))
    assert (first.years, first.never) == (10, ((1, Fraction(90)), (2, Fraction(81))))
    assert (second.years, second.never) == (2, ((1, Fraction(25)), (2, Fraction(25, 2))))
    (everyone,) = cover(parts, lambda part: "all", (2,))
    assert (everyone.population, everyone.drawn, everyone.years) == (150, Fraction(35), 5)
    assert everyone.never == ((2, Fraction(187, 2)),)
    assert [each.id for each in cover(parts, lambda part: part.division, (1,))] == ["d", "e"]
