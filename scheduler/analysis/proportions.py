"""A share seen in so many trials, and between which bounds the true chance lies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

Z_95 = Fraction(196, 100)  # half the width of a 95 % interval in standard deviations
_SCALE = 10**12


@dataclass(frozen=True)
class Proportion:
    """How often something held, with the 95 % bounds of its chance: exact share, bounds to 12 decimals."""

    held: int
    trials: int
    low: Fraction
    high: Fraction

    @property
    def share(self) -> Fraction:
        """The share of the trials in which it held."""
        return Fraction(self.held, self.trials)


def proportion(held: int, trials: int, z: Fraction = Z_95) -> Proportion:
    """Return a share with its Wilson interval (E. B. Wilson, JASA 22, 1927), which stays within 0 and 1.

    The bounds are (p + z2/2n -+ z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n), z2 = z squared. Needs at least one trial.

    >>> found = proportion(10, 10)
    >>> round(float(found.low), 4), float(found.high)
    (0.7225, 1.0)
    """
    share, square = Fraction(held, trials), z * z
    middle = share + square / (2 * trials)
    spread = z * _root(share * (1 - share) / trials + square / (4 * trials * trials))
    width = 1 + square / trials
    # where nothing or everything held, a bound is exactly 0 or 1: the root must not blur it
    low = Fraction(0) if held == 0 else (middle - spread) / width
    high = Fraction(1) if held == trials else (middle + spread) / width
    return Proportion(held, trials, low, high)


def _root(value: Fraction) -> Fraction:
    return Fraction(isqrt(value.numerator * _SCALE * _SCALE // value.denominator), _SCALE)
