"""Draw sizes, key shares, caps and results: published cases, exact rounding, agreement with the kernel's rule."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.protocol.manifest import Fixed, Ratio
from scheduler.errors import InvalidInput
from scheduler.plans.quotas import FixedRule, RatioRule, add_results, draw_percent, key_share, visits_left


@pytest.mark.shared
def test_published_draws_come_out(shared: Path) -> None:
    cases = {case["id"]: case for case in json.loads((shared / "data" / "plan_cases.json").read_bytes())["draws"]}
    yuyao = cases["yuyao-2021"]
    assert draw_percent(yuyao["drawn"], yuyao["population"]) == yuyao["computed_percent"]
    for name in ("longyan-2025-mines", "longyan-2025-trade"):
        case = cases[name]
        share = key_share(case["key"], case["drawn_general"], floor_percent=60)
        assert share is not None
        assert {"planned": share.planned, "key_percent": share.key_percent} == case["computed"]
        assert not share.below_floor
    tianning = cases["tianning-2017"]
    added = add_results(tianning["drawn"], tianning["results"])
    assert (added.sum, added.missing) == (tianning["computed"]["sum"], 0)


@pytest.mark.parametrize(
    ("population", "rule", "size"),
    [
        (50, RatioRule(5, 100, "half-up"), 3),  # 2.5
        (50, RatioRule(5, 100), 3),
        (40, RatioRule(3, 100), 2),  # 1.2, "not less than"
        (40, RatioRule(3, 100, "half-up"), 1),
        (3, RatioRule(1, 100, "half-up"), 1),  # at least one
        (0, RatioRule(5, 100), 0),  # never more than there are
        (2, RatioRule(1, 100, minimum=5), 2),
        (100, RatioRule(1, 1), 100),
        (10, FixedRule(3), 3),
        (2, FixedRule(3), 2),
    ],
)
def test_a_draw_has_the_size_its_rule_gives(population: int, rule: RatioRule | FixedRule, size: int) -> None:
    assert rule.take(population) == size


@given(st.integers(0, 10**7), st.integers(1, 10**6), st.data())
def test_sizes_are_those_of_the_kernel(population: int, denominator: int, data: st.DataObject) -> None:
    numerator = data.draw(st.integers(0, denominator))
    rounding = data.draw(st.sampled_from(["ceil", "half-up"]))
    minimum = data.draw(st.integers(0, 10))
    kernel = Ratio(numerator=numerator, denominator=denominator, rounding=rounding, minimum=minimum)
    assert RatioRule(numerator, denominator, rounding, minimum).take(population) == kernel.take(population)
    assert FixedRule(minimum).take(population) == Fixed(count=minimum).take(population)


@given(st.integers(1, 10**6), st.integers(1, 1000), st.data())
def test_not_less_than_is_the_smallest_number_that_reaches_the_ratio(
    population: int, denominator: int, data: st.DataObject
) -> None:
    ratio = Fraction(data.draw(st.integers(0, denominator)), denominator)
    size = RatioRule(ratio.numerator, ratio.denominator, minimum=0).take(population)
    assert size >= ratio * population > size - 1


@pytest.mark.parametrize("rule", [(-1, 10), (11, 10), (0, 0), (1, 10, "floor"), (1, 10, "ceil", -1)])
def test_a_ratio_over_one_or_another_rounding_is_refused(rule: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput, match="draw-ratio"):
        RatioRule(*rule)


def test_a_negative_number_to_draw_is_refused() -> None:
    with pytest.raises(InvalidInput, match="draw-count"):
        FixedRule(-1)


@pytest.mark.parametrize(("key", "general", "below"), [(6, 4, False), (59, 41, True), (0, 1, True), (599, 401, True)])
def test_a_key_share_below_the_floor_is_a_warning(key: int, general: int, below: bool) -> None:
    share = key_share(key, general, floor_percent=60)
    assert share is not None
    assert share.below_floor == below


def test_a_plan_of_nothing_has_no_key_share() -> None:
    assert key_share(0, 0, floor_percent=60) is None


def test_the_annual_cap_leaves_what_is_left() -> None:
    assert [visits_left(done, annual_cap=2) for done in (0, 1, 2, 3)] == [2, 1, 0, 0]


def test_results_that_are_missing_are_counted() -> None:
    assert add_results(97, {"normal": 78}).missing == 19
