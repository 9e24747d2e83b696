"""Wilson's interval."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from scheduler.analysis.proportions import proportion


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_are_those_of_another_program(counts: tuple[int, int]) -> None:
    held, trials = counts
    found, other = proportion(held, trials), binomtest(held, trials).proportion_ci(0.95, "wilson")
    assert float(found.low) == pytest.approx(other.low, abs=2e-5)  # z is 1.96 here and 1.959964 there
    assert float(found.high) == pytest.approx(other.high, abs=2e-5)
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_all_and_nothing_keep_their_sharp_bound() -> None:
    """n = 10, 0 held: high is z2 / (n + z2)."""
    square = Fraction(196, 100) ** 2
    none = proportion(0, 10)
    assert none.low == 0
    assert float(none.high) == pytest.approx(float(square / (10 + square)), abs=1e-11)
    assert proportion(10, 10).high == 1
