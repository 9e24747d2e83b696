"""The values of the rules of visits: identifiers, whole numbers between bounds, days with one decimal, months."""

from __future__ import annotations

import re
from fractions import Fraction

from config.catalogues.faults import Table

_IDENTIFIER = re.compile(r"[0-9a-z][0-9a-z-]{0,31}")
_DAYS = re.compile(r"(?a:\d{1,3}(\.\d)?)")


def check_identifier(row: Table, key: str) -> str:
    """Return an id that fits into the id of a class: lower-case letters, digits and hyphens, at most 32."""
    value = row.text(key)
    if value and not _IDENTIFIER.fullmatch(value):
        row.fault(key, f"{value!r} is no id of at most 32 lower-case letters, digits and hyphens")
    return value


def whole_number(row: Table, key: str, low: int, high: int) -> int:
    """Return a whole number between bounds; it must be there."""
    value = row.data.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    row.fault(key, f"a whole number from {low} to {high} is needed")
    return low


def day_fraction(row: Table, key: str) -> Fraction:
    """Return days: a whole number, or a text with one decimal, "1.5"; nothing that a float would round."""
    value = row.data.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 365:
        return Fraction(value)
    if isinstance(value, str) and _DAYS.fullmatch(value):
        return Fraction(value)
    row.fault(key, 'days are a whole number, or a text with one decimal: "1.5"')
    return Fraction(1)


def month_list(row: Table, key: str) -> tuple[int, ...]:
    """Return ascending months, none twice; empty when absent."""
    value = row.data.get(key, [])
    whole = isinstance(value, list) and all(type(month) is int and 1 <= month <= 12 for month in value)
    if not isinstance(value, list) or not whole or sorted(set(value)) != value:
        row.fault(key, "ascending months from 1 to 12 are needed, none twice")
        return ()
    return tuple(value)
