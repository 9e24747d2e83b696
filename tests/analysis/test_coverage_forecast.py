"""The coverage forecast: closed forms, every way counted for small classes, and the simulation beside them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.analysis.coverage_forecast import (
    ClassYear,
    Question,
    expected_never,
    forecast_coverage,
    needed_number,
    simulate_never,
    variance_never,
    yearly_draws,
)
from scheduler.analysis.random_words import random_words
from scheduler.errors import InvalidInput
from tests.analysis.models import SUBJECT


def every_way(population: int, drawn: int, years: int, cool_down: int) -> Counter[int]:
    """Chances of each number never drawn, by walking through every possible draw of every year."""
    ways: dict[tuple[frozenset[int], ...], Fraction] = {(): Fraction(1)}
    for _ in range(years):
        after: dict[tuple[frozenset[int], ...], Fraction] = {}
        for past, chance in ways.items():
            resting = frozenset().union(*past[len(past) - cool_down :]) if cool_down else frozenset()
            pool = [each for each in range(population) if each not in resting]
            choices = list(combinations(pool, min(drawn, len(pool))))
            for chosen in choices:
                key = (*past, frozenset(chosen))
                after[key] = after.get(key, Fraction(0)) + chance / len(choices)
        ways = after
    counted: Counter[int] = Counter()
    for past, chance in ways.items():
        counted[population - len(frozenset().union(*past))] += chance  # type: ignore[assignment]
    return counted


CASES = [(4, 2, 2, 0), (5, 1, 3, 0), (5, 2, 2, 1), (6, 2, 3, 1), (6, 2, 3, 2), (5, 2, 3, 2), (3, 3, 2, 0), (4, 0, 2, 1)]


@pytest.mark.parametrize(("population", "drawn", "years", "cool_down"), CASES)
def test_mean_variance_and_simulation_agree_with_every_way(
    population: int, drawn: int, years: int, cool_down: int
) -> None:
    given_class, ways = ClassYear("A", population, drawn), every_way(population, drawn, years, cool_down)
    mean = sum((count * chance for count, chance in ways.items()), Fraction(0))
    square = sum((count * count * chance for count, chance in ways.items()), Fraction(0))
    assert sum(ways.values()) == 1
    assert expected_never(given_class, years, cool_down) == mean
    assert variance_never(given_class, years, cool_down) == square - mean**2
    trials = 4000
    seen = simulate_never(given_class, years, cool_down, trials, random_words("x", SUBJECT))[-1]
    for count, chance in ways.items():
        wanted = float(chance)
        assert abs((seen == count).mean() - wanted) <= 4 * sqrt(wanted * (1 - wanted) / trials) + 1e-9


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.integers(1, 6))
def test_without_memory_the_expected_number_is_a_power(sizes: tuple[int, int], years: int) -> None:
    population, drawn = sizes
    expected = population * Fraction(population - drawn, population) ** years
    assert expected_never(ClassYear("A", population, drawn), years) == expected


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.integers(1, 6),
    st.integers(0, 6),
)
def test_a_longer_cool_down_never_leaves_more_unvisited(sizes: tuple[int, int], years: int, cool_down: int) -> None:
    each = ClassYear("A", *sizes)
    assert expected_never(each, years, cool_down + 1) <= expected_never(each, years, cool_down)
    pools = yearly_draws(each, years, cool_down)
    assert all(0 <= size <= pool <= each.population for pool, size in pools)


@given(st.integers(1, 200), st.integers(1, 5), st.integers(1, 99))
def test_the_needed_number_is_the_least_that_does(population: int, years: int, percent: int) -> None:
    def visited(number: int) -> Fraction:
        return 100 * (1 - Fraction(population - number, population) ** years)

    needed = needed_number(population, years, percent)
    assert visited(needed) >= percent
    assert needed == 0 or visited(needed - 1) < percent


@given(st.integers(1, 200), st.integers(1, 6))
def test_the_needed_number_with_a_cool_down_covers_everyone_and_one_less_does_not(population: int, cycle: int) -> None:
    question = Question((1,), cycle, 95, cycle - 1)
    (found,) = forecast_coverage(
        [ClassYear("A", population, 0)], question, trials=1, seed="", subject_sha256=SUBJECT
    ).classes
    assert expected_never(ClassYear("A", population, found.needed_cooled), cycle, cycle - 1) == 0
    assert expected_never(ClassYear("A", population, found.needed_cooled - 1), cycle, cycle - 1) > 0


def test_the_real_distribution_of_classes_is_forecast() -> None:
    """31,107 / 12,044 / 3,682 / 721 enterprises at 1, 3, 10 and 20 %: simulated ranges around the exact means."""
    classes = [
        ClassYear("D", 721, 145),
        ClassYear("A", 31107, 312),
        ClassYear("B", 12044, 362),
        ClassYear("C", 3682, 369),
    ]
    found = forecast_coverage(classes, Question((1, 3, 5), 3, 95, 2), trials=2000, seed="x", subject_sha256=SUBJECT)
    assert [each.given.id for each in found.classes] == ["A", "B", "C", "D"]
    assert [each.pass_years for each in found.classes] == [100, 34, 10, 5]
    assert not any(each.reached or each.reached_cooled for each in found.classes)
    exact = sum(float(each.population * (1 - each.drawn / each.population) ** 5) for each in classes)
    assert float(found.never[2].expected) == pytest.approx(exact)
    for figure in (*found.never[1:], found.never_cooled[2]):
        spread = 1.645 * sqrt(figure.variance)
        assert figure.low == pytest.approx(float(figure.expected) - spread, abs=0.2 * spread + 1)
        assert figure.high == pytest.approx(float(figure.expected) + spread, abs=0.2 * spread + 1)
    # within the cool-down nobody is drawn twice, so nothing is left to chance
    assert found.never_cooled[1].low == found.never_cooled[1].high == found.never_cooled[1].expected


@settings(max_examples=20, deadline=None)
@given(st.permutations("ABCD"))
def test_the_order_of_classes_moves_nothing(order: list[str]) -> None:
    sizes = {"A": (40, 3), "B": (20, 4), "C": (10, 5), "D": (5, 1)}
    question = Question((1, 3), 3, 95, 2)

    def forecast(names: list[str]) -> object:
        classes = [ClassYear(name, *sizes[name]) for name in names]
        return forecast_coverage(classes, question, trials=50, seed="x", subject_sha256=SUBJECT)

    assert forecast(order) == forecast(sorted(sizes))


def test_a_cycle_is_reached_when_the_numbers_allow_it() -> None:
    question = Question((3,), 3, 95, 2)
    classes = [ClassYear("A", 30, 10), ClassYear("B", 30, 30), ClassYear("C", 30, 0), ClassYear("D", 0, 0)]
    found = forecast_coverage(classes, question, trials=10, seed="x", subject_sha256=SUBJECT)
    assert [each.reached for each in found.classes] == [False, True, False, True]
    assert [each.reached_cooled for each in found.classes] == [True, True, False, True]
    assert [each.pass_years for each in found.classes] == [3, 1, None, None]


@pytest.mark.parametrize(
    ("code", "horizons", "cycle", "cool_down", "trials"),
    [
        ("forecast-years", (0,), 3, 2, 10),
        ("forecast-years", (51,), 3, 2, 10),
        ("forecast-years", (1,), 0, 2, 10),
        ("forecast-years", (1,), 3, -1, 10),
        ("simulation-years", (1,), 3, 2, 0),
    ],
)
def test_years_that_cannot_be_are_refused(
    code: str, horizons: tuple[int, ...], cycle: int, cool_down: int, trials: int
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        forecast_coverage([], Question(horizons, cycle, 95, cool_down), trials=trials, seed="", subject_sha256=SUBJECT)
    assert refusal.value.code == code


@pytest.mark.parametrize("drawn", [-1, 11])
def test_a_class_that_draws_more_than_it_has_is_refused(drawn: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ClassYear("A", 10, drawn)
    assert refusal.value.code == "forecast-class"
