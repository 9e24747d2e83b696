"""Exact arithmetic: halves go up, shares are apportioned whole, ties go to the earlier place."""

from __future__ import annotations

import doctest
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.plans import deadlines, exact
from scheduler.plans.exact import apportion, apportion_days, ceiling_share, days_figure, fixed, half_up, percent
from scheduler.plans.full_coverage import shortage
from scheduler.plans.life_cycle import binding

WEIGHTS = st.lists(st.fractions(0, 1000, max_denominator=20), min_size=1, max_size=14)


@pytest.mark.parametrize("module", [binding, deadlines, exact, shortage])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried.attempted
    assert not tried.failed


@given(st.integers(-(10**9), 10**9), st.sampled_from([1, 2, 4, 5, 8, 20, 1000]), st.integers(0, 4))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int, places: int) -> None:
    """These denominators have finite decimals, so Decimal is an exact second opinion."""
    expected = (Decimal(numerator) / denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert half_up(Fraction(numerator, denominator), places) == Fraction(expected)
    assert fixed(Fraction(numerator, denominator), places).lstrip("-") == f"{abs(expected):f}"


@pytest.mark.parametrize(
    ("part", "whole", "places", "text"),
    [(1035, 1984, 1, "52.2"), (414, 1984, 1, "20.9"), (1, 2000, 1, "0.1"), (1, 2001, 1, "0.0"), (280, 5185, 2, "5.40")],
)
def test_a_percentage_is_rounded_half_up(part: int, whole: int, places: int, text: str) -> None:
    assert percent(Fraction(part), Fraction(whole), places) == text


@pytest.mark.parametrize(("registered", "floor"), [(28, 20), (10, 7), (0, 0), (1, 1)])
def test_a_floor_is_the_smallest_number_that_reaches_the_share(registered: int, floor: int) -> None:
    assert ceiling_share(registered, 70) == floor


@given(st.integers(0, 10**9), WEIGHTS)
def test_apportioned_shares_add_up_and_are_within_one_of_their_quota(total: int, weights: list[Fraction]) -> None:
    shares = apportion(total, weights)
    whole = sum(weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        quota = total * weight / whole if whole else Fraction(total, len(weights))
        assert abs(share - quota) < 1


@given(st.integers(0, 10**6), WEIGHTS)
def test_a_larger_weight_never_gets_less(total: int, weights: list[Fraction]) -> None:
    shares = apportion(total, weights)
    for share, weight in zip(shares, weights, strict=True):
        assert all(share <= other for other, heavier in zip(shares, weights, strict=True) if heavier > weight)


def test_ties_go_to_the_earlier_place() -> None:
    assert apportion(2, [1, 1, 1]) == [1, 1, 0]
    assert apportion(1, [1, 3, 3, 1]) == [0, 1, 0, 0]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [1, -1])])
def test_nothing_is_apportioned_to_negative_weights_or_to_nobody(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="apportion"):
        apportion(total, weights)


@given(st.integers(0, 10**6), WEIGHTS)
def test_days_are_parted_in_tenths_only_when_they_are_not_whole(tenths: int, weights: list[Fraction]) -> None:
    days = Fraction(tenths, 10)
    parts = apportion_days(days, weights)
    assert sum(parts) == days
    assert all((part * (1 if tenths % 10 == 0 else 10)).denominator == 1 for part in parts)


def test_days_with_more_than_one_decimal_are_not_parted() -> None:
    with pytest.raises(ValueError, match="one decimal"):
        apportion_days(Fraction(1, 3), [1, 2])


def test_person_days_are_integers_in_json_unless_halves_occur() -> None:
    assert [days_figure(Fraction(days, 2)) for days in (0, 3, 4)] == [0, "1.5", 2]
