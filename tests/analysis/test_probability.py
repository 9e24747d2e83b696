"""The probabilities behind the tests of fairness, against scipy and by counting."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scheduler.analysis.probability import (
    chi_square_tail,
    distance_tail,
    holm,
    hypergeometric,
    normal_tails,
    total_chances,
    two_sided,
    uniform_distance,
)


@given(st.floats(0, 200), st.integers(1, 60))
def test_the_chi_square_tail_is_that_of_another_program(statistic: float, freedom: int) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), abs=1e-12)


@pytest.mark.parametrize(("statistic", "freedom"), [(-1.0, 3), (1.0, 0)])
def test_a_chi_square_that_cannot_be_is_refused(statistic: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="needed"):
        chi_square_tail(statistic, freedom)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.floats(0.02, 3))
def test_the_exact_distance_tail_is_that_of_another_program(count: int, scaled: float) -> None:
    distance = min(scaled / sqrt(count), 1.0)
    assert distance_tail(distance, count) == pytest.approx(stats.kstwo.sf(distance, count), abs=1e-5)


@pytest.mark.parametrize("count", [1001, 20_000])
def test_the_asymptotic_distance_tail_is_close_to_the_exact_one(count: int) -> None:
    for scaled in np.linspace(0.1, 3, 30):
        distance = float(scaled) / sqrt(count)
        assert distance_tail(distance, count) == pytest.approx(stats.kstwo.sf(distance, count), abs=3e-5)


def test_one_value_lies_as_far_off_as_it_should() -> None:
    """For one value the distance is max(v, 1 - v), so P(distance >= d) = 2 (1 - d) from 1/2 on."""
    for distance in (0.5, 0.6, 0.75, 0.99, 1.0):
        assert distance_tail(distance, 1) == pytest.approx(2 * (1 - distance))


def test_the_distance_of_values_worked_by_hand() -> None:
    """Values 0.1 and 0.9: the steps reach 0.5 at 0.1, so 0.4 apart."""
    assert uniform_distance(np.array([0.9, 0.1])) == pytest.approx(0.4)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_hypergeometric_chances_are_the_counts_of_ways(case: tuple[int, int, int]) -> None:
    population, marked, drawn = case
    ways = [
        Fraction(comb(marked, k) * comb(population - marked, drawn - k), comb(population, drawn))
        for k in range(drawn + 1)
    ]
    assert hypergeometric(population, marked, drawn) == pytest.approx([float(each) for each in ways], abs=1e-12)


def test_large_hypergeometric_chances_do_not_run_over() -> None:
    found = hypergeometric(31_107, 9_000, 1_500)
    assert found == pytest.approx(stats.hypergeom(31_107, 9_000, 1_500).pmf(np.arange(1_501)), abs=1e-10)


def test_the_sum_of_counts_has_the_chances_of_all_pairs() -> None:
    parts = [hypergeometric(5, 2, 2), hypergeometric(4, 1, 3)]
    by_hand = np.zeros(6)
    for (a, p), (b, q) in product(enumerate(parts[0]), enumerate(parts[1])):
        by_hand[a + b] += p * q
    assert total_chances(parts) == pytest.approx(by_hand)


@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1), st.integers(1, n - 1))))
def test_a_two_sided_chance_is_fishers(case: tuple[int, int, int]) -> None:
    """One stratum, one district: Fisher's exact test of a table of two by two."""
    population, marked, drawn = case
    low = max(0, drawn - (population - marked))
    for seen in {low, min(marked, drawn), (low + min(marked, drawn)) // 2}:
        table = [[seen, marked - seen], [drawn - seen, population - marked - drawn + seen]]
        fisher = stats.fisher_exact(table).pvalue
        assert two_sided(hypergeometric(population, marked, drawn), seen) == pytest.approx(fisher, abs=1e-9)


def test_normal_tails_at_the_usual_place() -> None:
    assert normal_tails(-1.959963985) == pytest.approx(0.05)
    assert normal_tails(0) == 1


def test_p_values_are_raised_for_looking_often() -> None:
    """Holm (1979): sorted p times 4, 3, 2, 1, never falling, never over 1; an example by hand."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
