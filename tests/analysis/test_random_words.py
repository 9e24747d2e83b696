"""The words and counts of simulations."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.analysis.random_words import (
    LARGEST_BOUND,
    below,
    binomial_table,
    counts_of,
    poisson_table,
    random_words,
)
from tests.analysis.models import SUBJECT
from tests.analysis.slow_years import binomial, poisson, stream

LAST = 2**64 - 1


def words(*values: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(values, dtype=np.uint64)


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_words_are_pcg64_as_published(seed: str, label: str) -> None:
    mine = random_words(seed, SUBJECT).words(20, "cause", label)
    assert mine.tolist() == list(islice(stream(seed, SUBJECT, "cause", label), 20))


def test_the_stream_of_a_known_seed_never_changes() -> None:
    """Pinned from the slow generator, so that a change of library, platform or key derivation is seen."""
    assert random_words("simulation", "00" * 32).words(2, "a", "b").tolist() == [
        1684561398316514897,
        11492285377075993225,
    ]


def test_labels_do_not_run_together() -> None:
    source = random_words("x", SUBJECT)
    assert source.words(4, "ab", "c").tolist() != source.words(4, "a", "bc").tolist()


@given(st.integers(0, LAST), st.integers(1, LARGEST_BOUND))
def test_a_number_below_a_bound_is_the_word_in_proportion(word: int, bound: int) -> None:
    found = int(below(words(word), bound)[0])
    assert 0 <= found < bound
    assert abs(Fraction(found) - Fraction(word * bound, 2**64)) <= 1 + Fraction(bound, 2**40)


@pytest.mark.parametrize("bound", [0, -1, LARGEST_BOUND + 1])
def test_a_bound_that_cannot_be_held_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match="bound"):
        below(words(1), bound)


@given(st.integers(0, LAST - 1), st.fractions(0, 40, max_denominator=50))
def test_a_poisson_count_inverts_the_distribution(word: int, mean: Fraction) -> None:
    assert int(counts_of(words(word), poisson_table(mean))[0]) == poisson(word, mean)


@given(st.integers(0, LAST), st.integers(0, 40), st.fractions(0, 1, max_denominator=50))
def test_a_binomial_count_inverts_the_distribution(word: int, trials: int, chance: Fraction) -> None:
    assert int(counts_of(words(word), binomial_table(trials, chance))[0]) == binomial(word, trials, chance)


def test_the_first_threshold_of_a_poisson_count_is_its_chance_of_none() -> None:
    assert int(poisson_table(Fraction(1))[0]) == pytest.approx(exp(-1) * 2**64, rel=1e-15)
    assert poisson_table(Fraction(0)).tolist() == []
    third = int(poisson_table(Fraction(2))[2]) / 2**64
    assert third == pytest.approx(exp(-2) * sum(2**k / factorial(k) for k in range(3)))


def test_the_last_word_of_all_ends_at_the_tables_length() -> None:
    """A Poisson count has no largest value; one word in 2^64 gets the largest of the table."""
    table = poisson_table(Fraction(1))
    assert int(counts_of(words(LAST), table)[0]) == len(table) == 21


def test_certain_and_impossible_events() -> None:
    both = words(0, LAST)
    assert counts_of(both, binomial_table(7, Fraction(1))).tolist() == [7, 7]
    assert counts_of(both, binomial_table(7, Fraction(0))).tolist() == [0, 0]
    assert counts_of(both, binomial_table(0, Fraction(1, 2))).tolist() == [0, 0]
    with pytest.raises(ValueError, match="chance"):
        binomial_table(3, Fraction(3, 2))


def test_more_people_are_never_less_sick_under_the_same_word() -> None:
    lots = random_words("x", SUBJECT).words(2000, "people")
    counts = [counts_of(lots, binomial_table(people, Fraction(1, 20))) for people in range(1, 60)]
    assert all((later >= earlier).all() for earlier, later in pairwise(counts))


def test_a_large_mean_neither_runs_over_nor_under() -> None:
    counts = counts_of(random_words("x", SUBJECT).words(4000, "large"), poisson_table(Fraction(2000)))
    assert abs(counts.mean() - 2000) < 4 * (2000 / 4000) ** 0.5
    assert abs(counts.var() / 2000 - 1) < 0.1
