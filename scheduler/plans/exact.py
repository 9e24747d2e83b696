"""Exact arithmetic of a plan's figures: rounding, percentages, apportionment. Fractions and integers only.

>>> from fractions import Fraction
>>> percent(Fraction(1035), Fraction(1984)), percent(Fraction(11), Fraction(14))
('52.2', '78.6')
>>> apportion(10, [1, 1, 1])
[4, 3, 3]
>>> thirds = [Fraction(100, 3)] * 3
>>> [fixed(share, 1) for share in round_together(thirds, 1)]
['33.4', '33.3', '33.3']
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def half_up(value: Fraction, places: int) -> Fraction:
    """Round to a number of decimals, halves away from zero."""
    scale = 10**places
    units = (2 * abs(value) * scale + 1) // 2
    return Fraction(units if value >= 0 else -units, scale)


def fixed(value: Fraction, places: int) -> str:
    """Write a value with exactly so many decimals, rounded half up."""
    units = half_up(value, places) * 10**places
    digits = f"{abs(int(units)):0{places + 1}d}"
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def percent(part: Fraction, whole: Fraction, places: int = 1) -> str:
    """Write part of whole as a percentage; raises `ZeroDivisionError` when the whole is nothing."""
    return fixed(part * 100 / whole, places)


def ceiling_share(count: int, percent_of: int) -> int:
    """Return the smallest whole number that is at least so many percent of a count."""
    return -(-count * percent_of // 100)


def days_text(days: Fraction) -> str:
    """Write person-days as plans do: whole without decimals, else with the one decimal they may have."""
    return fixed(days, 0 if days.denominator == 1 else 1)


def days_figure(days: Fraction) -> int | str:
    """Give person-days as a JSON value: an integer when whole, else text with one decimal."""
    return int(days) if days.denominator == 1 else days_text(days)


def apportion(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Split a whole number in proportion to weights, by largest remainder; ties go to the earlier place.

    Every share is within 1 of its exact quota and the shares add up to the total. When all weights are 0 they
    count as equal. Raises `ValueError` for a negative total or weight, or for no weight at all.
    """
    if total < 0 or not weights or min(weights) < 0:
        raise ValueError("apportion a total of at least 0 over weights of at least 0")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(map(Fraction, weights), Fraction(0))
    quotas = [total * Fraction(weight) / whole for weight in weights]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: (shares[place] - quotas[place], place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def apportion_days(days: Fraction, weights: Sequence[Fraction | int]) -> list[Fraction]:
    """Split person-days in proportion to weights, in whole days, or in tenths when the days are not whole."""
    unit = 1 if days.denominator == 1 else 10
    scaled = days * unit
    if scaled.denominator != 1:
        raise ValueError("person-days have at most one decimal")
    return [Fraction(share, unit) for share in apportion(int(scaled), weights)]


def round_together(values: Sequence[Fraction], places: int) -> list[Fraction]:
    """Round values of a table so that they add up to their sum rounded half up, by largest remainder.

    Each value is rounded up or down to so many decimals; where that is not the nearest one, the sum asks for it. Ties
    go to the earlier place. Raises `ValueError` for a negative value.
    """
    if any(value < 0 for value in values):
        raise ValueError("round values of at least 0 together")
    scale = 10**places
    units = [int(value * scale) for value in values]
    up = int(half_up(sum(values, Fraction(0)), places) * scale) - sum(units)
    for place in sorted(range(len(values)), key=lambda each: (units[each] - values[each] * scale, each))[:up]:
        units[place] += 1
    return [Fraction(unit, scale) for unit in units]


def printed_shares(shares: Sequence[Fraction], places: int = 1) -> list[str]:
    """Write the percentages of a table whose sum is printed beside them, so that they add up to it.

    A share that stands alone is rounded half up (`fixed`); in a table of 52.17, 26.97 and 20.87 that would make 100.1.

    >>> printed_shares([Fraction(103500, 1984), Fraction(53500, 1984), Fraction(41400, 1984)])
    ['52.2', '26.9', '20.9']
    """
    return [fixed(share, places) for share in round_together(shares, places)]
