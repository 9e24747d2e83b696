"""The probabilities behind the tests of fairness, computed by ourselves and kept short enough to be read.

Everything is an ordinary float: these figures describe, they decide nothing. Sources: Kolmogorov (1933); Durbin,
"Distribution theory for tests based on the sample distribution function" (1973); Marsaglia, Tsang and Wang, Journal of
Statistical Software 8(18), 2003; Vrbik, Pioneer Journal of Theoretical and Applied Statistics 15 (2018), for the
correction of the asymptotic series; Holm, Scandinavian Journal of Statistics 6 (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, floor, lgamma, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT_UP_TO = 1000  # beyond, the asymptotic p-value is within 0.0001 of the exact one, and far cheaper
_AS_LIKELY = 1 + 1e-9  # outcomes as likely as the one seen count as no less extreme, whatever the last bits say


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return P(chi-square >= statistic) for whole degrees of freedom of at least 1.

    Even: exp(-h) sum h^i / i!, i < freedom / 2, h = statistic / 2. Odd: erfc(sqrt h) plus the same sum at half steps.
    """
    if freedom < 1 or statistic < 0:
        raise ValueError("degrees of freedom of at least 1 and a statistic of at least 0 are needed")
    half = statistic / 2
    if freedom % 2:
        tail, step, term = erfc(sqrt(half)), 0.5, exp(-half) * sqrt(half) * 2 / sqrt(pi)
    else:
        tail, step, term = 0.0, 0.0, exp(-half)
    while step < freedom / 2:
        tail += term
        step += 1
        term *= half / step
    return min(tail, 1.0)


def uniform_distance(values: Floats) -> float:
    """Return the Kolmogorov distance between values in [0, 1) and the uniform distribution."""
    ordered, count = np.sort(values), len(values)
    steps = np.arange(count + 1) / count
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


def distance_tail(distance: float, count: int) -> float:
    """Return P(distance of `count` uniform values >= distance): exact up to 1000 values, asymptotic beyond."""
    hopeless = count * distance * distance > 18  # below 1e-15: no digit of it would be exact
    exact = count <= EXACT_UP_TO and not hopeless
    tail = 1 - _exact_below(distance, count) if exact else _asymptotic_tail(distance, count)
    return min(max(tail, 0.0), 1.0)


def _exact_below(distance: float, count: int) -> float:
    """Return P(distance < d) by Durbin's matrix: n! / n^n times the middle element of H^n (Marsaglia, Tsang, Wang)."""
    reach = floor(count * distance) + 1
    rest, size = reach - count * distance, 2 * reach - 1
    matrix = (np.subtract.outer(np.arange(size), np.arange(size)) >= -1).astype(float)
    corner = rest ** np.arange(1, size + 1)
    matrix[:, 0] -= corner
    matrix[-1, :] -= corner[::-1]
    matrix[-1, 0] += (2 * rest - 1) ** size if 2 * rest > 1 else 0
    per_faculty = np.cumprod(1 / np.maximum(np.arange(size + 2), 1))
    matrix *= per_faculty[np.maximum(np.subtract.outer(np.arange(size), np.arange(size)) + 1, 0)]
    # n! / n^n is spread evenly over the n factors, so that no power runs over or under
    matrix *= exp(lgamma(count + 1) / count - log(count))
    middle = np.zeros(size)
    middle[reach - 1] = 1
    for _ in range(count):
        middle = middle @ matrix
    return float(middle[reach - 1])


def _asymptotic_tail(distance: float, count: int) -> float:
    """Return Kolmogorov's series 2 sum (-1)^(k-1) exp(-2 k^2 x^2).

    At Vrbik's x = z + 1 / (6 sqrt n) + (z - 1) / 4n, z = d sqrt n.
    """
    scaled = distance * sqrt(count)
    scaled += 1 / (6 * sqrt(count)) + (scaled - 1) / (4 * count)
    if scaled < 0.2:
        return 1.0  # the series needs too many terms here, and its value is 1 to 12 decimals
    return sum((2.0 if k % 2 else -2.0) * exp(-2 * k * k * scaled * scaled) for k in range(1, 101))


def hypergeometric(population: int, marked: int, drawn: int) -> Floats:
    """Return the chances of 0, 1 ... `drawn` marked ones among `drawn` taken from a population without replacement.

    From the likeliest count outwards by the ratio of neighbours, then divided by their sum: nothing runs over or under
    where it matters.
    """
    chances = np.zeros(drawn + 1)
    low, high = max(0, drawn - (population - marked)), min(marked, drawn)
    peak = min(max((drawn + 1) * (marked + 1) // (population + 2), low), high)
    counts = np.arange(low, high)
    ratio = (marked - counts) * (drawn - counts) / ((counts + 1.0) * (population - marked - drawn + counts + 1.0))
    chances[peak] = 1
    chances[peak + 1 : high + 1] = np.cumprod(ratio[peak - low :])
    chances[low:peak] = np.cumprod(1 / ratio[: peak - low][::-1])[::-1]
    return np.asarray(chances / chances.sum())


def total_chances(parts: Sequence[Floats]) -> Floats:
    """Return the chances of the sum of independent counts."""
    total = np.ones(1)
    for part in parts:
        total = np.convolve(total, part)
    return total


def two_sided(chances: Floats, seen: int) -> float:
    """Return the chance of an outcome as unlikely as the one seen, or more unlikely."""
    return float(min(chances[chances <= chances[seen] * _AS_LIKELY].sum(), 1.0))


def normal_tails(deviations: float) -> float:
    """Return the chance of so many standard deviations or more to either side."""
    return erfc(abs(deviations) / sqrt(2))


def holm(chances: Sequence[float]) -> list[float]:
    """Return the p-values raised for having looked at all of them together (Holm's step-down rule)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    raised, largest = [0.0] * len(chances), 0.0
    for step, place in enumerate(order):
        largest = max(largest, min(1.0, (len(chances) - step) * chances[place]))
        raised[place] = largest
    return raised
