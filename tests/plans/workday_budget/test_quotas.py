"""Draw sizes and key shares: published cases, exact rounding."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.protocol.manifest import Fixed, Ratio
from scheduler.plans.exact import percent
from scheduler.plans.workday_budget.quotas import key_share


@pytest.mark.shared
def test_published_draws_come_out(shared: Path) -> None:
    cases = {case["id"]: case for case in json.loads((shared / "data" / "plan_cases.json").read_bytes())["draws"]}
    yuyao = cases["yuyao-2021"]
    assert percent(Fraction(yuyao["drawn"]), Fraction(yuyao["population"]), places=2) == yuyao["computed_percent"]
    for name in ("longyan-2025-mines", "longyan-2025-trade"):
        case = cases[name]
        share = key_share(case["key"], case["drawn_general"], floor_percent=60)
        assert share is not None
        assert {"planned": share.planned, "key_percent": share.key_percent} == case["computed"]
        assert not share.below_floor


@pytest.mark.parametrize(
    ("population", "rule", "size"),
    [
        (50, Ratio(5, 100, "half-up", 1), 3),  # 2.5
        (50, Ratio(5, 100, "ceil", 1), 3),
        (40, Ratio(3, 100, "ceil", 1), 2),  # 1.2, "not less than"
        (40, Ratio(3, 100, "half-up", 1), 1),
        (3, Ratio(1, 100, "half-up", 1), 1),  # at least one
        (0, Ratio(5, 100, "ceil", 1), 0),  # never more than there are
        (2, Ratio(1, 100, "ceil", 5), 2),
        (100, Ratio(1, 1, "ceil", 1), 100),
        (10, Fixed(3), 3),
        (2, Fixed(3), 2),
    ],
)
def test_a_draw_has_the_size_its_rule_gives(population: int, rule: Ratio | Fixed, size: int) -> None:
    assert rule.take(population) == size


@given(st.integers(1, 10**6), st.integers(1, 1000), st.data())
def test_not_less_than_is_the_smallest_number_that_reaches_the_ratio(
    population: int, denominator: int, data: st.DataObject
) -> None:
    ratio = Fraction(data.draw(st.integers(0, denominator)), denominator)
    size = Ratio(ratio.numerator, ratio.denominator, "ceil", 0).take(population)
    assert size >= ratio * population > size - 1


@pytest.mark.parametrize(("key", "general", "below"), [(6, 4, False), (59, 41, True), (0, 1, True), (599, 401, True)])
def test_a_key_share_below_the_floor_is_a_warning(key: int, general: int, below: bool) -> None:
    share = key_share(key, general, floor_percent=60)
    assert share is not None
    assert share.below_floor == below


def test_a_plan_of_nothing_has_no_key_share() -> None:
    assert key_share(0, 0, floor_percent=60) is None
