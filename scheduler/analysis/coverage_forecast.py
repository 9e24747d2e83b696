"""How much of the general tier is never visited in some years, and what "once in the cycle" would take.

A class of N enterprises gives T visits a year by lot, nobody twice within a year, so each has the chance T / N.

1. Without memory (years do not know of each other) an enterprise is never drawn in y years with the chance
   (1 - T/N)^y; N times that is the expected number never visited. No T below N promises everyone.
2. With a cool-down of c years those drawn in the last c years are left out of the pool, the yearly number kept: pool
   P(t) = N - T(t-1) - ... - T(t-c), T(t) = min(T, P(t)). Whoever was never drawn is always in the pool, so the chance
   is the product of (1 - T(t)/P(t)). With c = cycle - 1 and T >= N / cycle nobody is left after a cycle.
3. Two enterprises are both never drawn with the chance prod (P-T)(P-T-1) / (P(P-1)): that gives the exact variance.
4. How the number is distributed is simulated (SIMULATION, seeded): each year's draw hits the u never visited so far
   with the hypergeometric distribution, drawn place by place.

Expectations are exact fractions of enterprises. The directory is taken to stay as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.analysis.random_words import Counts, RandomWords, below, next_words, random_words
from scheduler.errors import InvalidInput

LOW_PLACE, HIGH_PLACE = Fraction(1, 20), Fraction(19, 20)  # nine trials of ten lie from the one to the other
MOST_YEARS, MOST_TRIALS = 50, 100_000


@dataclass(frozen=True)
class ClassYear:
    """A risk class of the general tier: how many enterprises, and how many of them a year's batches draw."""

    id: str
    population: int
    drawn: int

    def __post_init__(self) -> None:
        if not 0 <= self.drawn <= self.population:
            raise InvalidInput("forecast-class", stratum=self.id, drawn=self.drawn, population=self.population)


@dataclass(frozen=True)
class NeverVisited:
    """How many of a class (or of all) are never visited in so many years: exact mean, and 9 simulated trials of 10."""

    years: int
    expected: Fraction
    variance: Fraction
    low: int
    high: int


@dataclass(frozen=True)
class ClassForecast:
    """A class's forecast; `needed` reaches the wanted share without memory, `needed_cooled` everyone with cool-down.

    `visited` is the expected share visited within the cycle without memory; `pass_years` is how long one pass through
    the class takes when nobody is drawn twice before everyone was drawn once (None when nobody is drawn).
    """

    given: ClassYear
    never: tuple[NeverVisited, ...]
    never_cooled: tuple[NeverVisited, ...]
    visited: Fraction
    reached: bool
    reached_cooled: bool
    needed: int
    needed_cooled: int
    pass_years: int | None


@dataclass(frozen=True)
class CoverageForecast:
    """The forecast of the general tier: the question asked, each class, and all classes together."""

    seed: str
    trials: int
    horizons: tuple[int, ...]
    cycle: int
    reached_percent: int
    cool_down: int
    classes: tuple[ClassForecast, ...]
    never: tuple[NeverVisited, ...]
    never_cooled: tuple[NeverVisited, ...]


@dataclass(frozen=True)
class Question:
    """What is asked: horizons and cycle in years, the share that counts as reached, the cool-down in years."""

    horizons: tuple[int, ...]
    cycle: int
    reached_percent: int
    cool_down: int


def forecast_coverage(
    classes: Sequence[ClassYear], question: Question, *, trials: int, seed: str, subject_sha256: str
) -> CoverageForecast:
    """Forecast every class and all together; `subject_sha256` (hex) names the plan and belongs to the seed.

    Raises `InvalidInput`: `forecast-years` for a horizon, cycle or cool-down over 50 years or below 1 (cool-down: 0),
    `simulation-years` unless 1 <= trials <= 100,000.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise InvalidInput("simulation-years", years=trials, most=MOST_TRIALS)
    asked = (*question.horizons, question.cycle)
    if not all(1 <= years <= MOST_YEARS for years in asked) or not 0 <= question.cool_down <= MOST_YEARS:
        raise InvalidInput("forecast-years", most=MOST_YEARS)
    words = random_words(seed, subject_sha256)
    ordered = sorted(classes, key=lambda each: each.id)
    free, cooled = [
        _never_by_class(ordered, question.horizons, rest, trials, words) for rest in (0, question.cool_down)
    ]
    return CoverageForecast(
        seed=seed,
        trials=trials,
        horizons=question.horizons,
        cycle=question.cycle,
        reached_percent=question.reached_percent,
        cool_down=question.cool_down,
        classes=tuple(_forecast(each, question, free[each.id], cooled[each.id]) for each in ordered),
        never=free[""],
        never_cooled=cooled[""],
    )


def yearly_draws(given: ClassYear, years: int, cool_down: int) -> list[tuple[int, int]]:
    """Return pool and number drawn of each year, from the first on."""
    draws: list[tuple[int, int]] = []
    for year in range(years):
        resting = sum(size for _, size in draws[max(0, year - cool_down) :])
        pool = given.population - resting
        draws.append((pool, min(given.drawn, pool)))
    return draws


def expected_never(given: ClassYear, years: int, cool_down: int = 0) -> Fraction:
    """Return the expected number of a class never drawn in so many years, exactly."""
    return given.population * _chance_never(yearly_draws(given, years, cool_down))


def variance_never(given: ClassYear, years: int, cool_down: int = 0) -> Fraction:
    """Return the variance of the number of a class never drawn in so many years, exactly."""
    draws = yearly_draws(given, years, cool_down)
    one, both = _chance_never(draws), Fraction(1)
    for pool, size in draws:
        both *= Fraction((pool - size) * (pool - size - 1), pool * (pool - 1)) if pool > 1 else 0
    count = given.population
    return count * one + count * (count - 1) * both - (count * one) ** 2


def _chance_never(draws: Sequence[tuple[int, int]]) -> Fraction:
    chance = Fraction(1)
    for pool, size in draws:
        chance *= Fraction(pool - size, pool) if pool else 0
    return chance


def simulate_never(given: ClassYear, years: int, cool_down: int, trials: int, words: RandomWords) -> Counts:
    """Simulate how many of a class are never drawn after each year, (years, trials)."""
    stream = words.stream("never", given.id, str(cool_down))
    never = np.full(trials, given.population, dtype=np.int64)
    after = np.empty((years, trials), dtype=np.int64)
    for year, (pool, size) in enumerate(yearly_draws(given, years, cool_down)):
        for left in range(pool, pool - size, -1):
            never -= below(next_words(stream, trials), left) < never
        after[year] = never
    return after


def needed_number(population: int, years: int, percent: int) -> int:
    """Return the least yearly number that visits so many percent of a class within years on average, without memory.

    That is the least T with 100 (N - T)^years <= (100 - percent) N^years.
    """
    low, high = 0, population
    while low < high:
        middle = (low + high) // 2
        if 100 * (population - middle) ** years <= (100 - percent) * population**years:
            high = middle
        else:
            low = middle + 1
    return low


def _never_by_class(
    classes: Sequence[ClassYear], horizons: Sequence[int], cool_down: int, trials: int, words: RandomWords
) -> Mapping[str, tuple[NeverVisited, ...]]:
    """Return the figures of each class by id, and of all of them under the empty id."""
    years, found = max(horizons), {}
    total = np.zeros((years, trials), dtype=np.int64)
    for given in classes:
        after = simulate_never(given, years, cool_down, trials, words)
        total += after
        found[given.id] = tuple(
            _never(year, expected_never(given, year, cool_down), variance_never(given, year, cool_down), after)
            for year in horizons
        )
    found[""] = tuple(
        _never(
            year,
            sum((found[given.id][place].expected for given in classes), Fraction(0)),
            sum((found[given.id][place].variance for given in classes), Fraction(0)),  # classes are independent
            total,
        )
        for place, year in enumerate(horizons)
    )
    return found


def _never(years: int, expected: Fraction, variance: Fraction, after: Counts) -> NeverVisited:
    ordered = np.sort(after[years - 1])
    low, high = (
        int(ordered[-(-len(ordered) * place.numerator // place.denominator) - 1]) for place in (LOW_PLACE, HIGH_PLACE)
    )
    return NeverVisited(years, expected, variance, low, high)


def _forecast(
    given: ClassYear, question: Question, never: tuple[NeverVisited, ...], cooled: tuple[NeverVisited, ...]
) -> ClassForecast:
    visited = 1 - _chance_never(yearly_draws(given, question.cycle, 0))
    return ClassForecast(
        given=given,
        never=never,
        never_cooled=cooled,
        visited=visited,
        reached=visited * 100 >= question.reached_percent,
        reached_cooled=expected_never(given, question.cycle, question.cool_down) == 0,
        needed=needed_number(given.population, question.cycle, question.reached_percent),
        needed_cooled=-(-given.population // question.cycle),
        pass_years=-(-given.population // given.drawn) if given.drawn else None,
    )
