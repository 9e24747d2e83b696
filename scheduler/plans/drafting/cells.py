"""What a planner types into a cell, read exactly: person-days in tenths, staff and other counts whole.

The browser reads cells by the same grammar (api/static/js/budget.js), so both refuse the same texts.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from scheduler.errors import InvalidInput

# More person-days than any bureau has; it keeps a slip of the hand out of sums.
MOST = 9_999_999
_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]+)?")
_NEGATIVE = re.compile(r"[-−][0-9.]+")


def plain(text: str) -> str:
    """Return a typed number with full-width digits made plain and blanks taken out."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_days(text: str) -> Fraction | None:
    """Read person-days with at most one decimal, None for an empty cell; raise `InvalidInput` (`cell-...`)."""
    number = read_number(text)
    if number is not None and (number * 10).denominator != 1:
        raise InvalidInput("cell-decimals", value=text[:20])
    return number


def read_count(text: str) -> int | None:
    """Read a whole number, None for an empty cell; raise `InvalidInput` (`cell-...`)."""
    number = read_number(text)
    if number is not None and number.denominator != 1:
        raise InvalidInput("cell-fractional", value=text[:20])
    return None if number is None else int(number)


def read_number(text: str) -> Fraction | None:
    """Read a number of at least 0, None for an empty cell; raise `InvalidInput` (`cell-...`)."""
    typed = plain(text)
    if not typed:
        return None
    if _NEGATIVE.fullmatch(typed):
        raise InvalidInput("cell-negative", value=text[:20])
    if not _NUMBER.fullmatch(typed) or len(typed) > 20:
        raise InvalidInput("cell-not-number", value=text[:20])
    return Fraction(Decimal(typed))
