"""The scope of a directed draw: which enterprises its filter lets in. A filter maps a name to the values it allows.

Sectors, districts, risk classes and kinds are compared whole. Industries are GB/T 4754 codes by their beginning; the
letter of the section is left aside, for directories write codes with and without it.

>>> [is_within({"industries": ("26", "C2911")}, {"industry": code}) for code in ("C2614", "2911", "2912", "")]
[True, True, False, False]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# The name of a filter and the aspect of an enterprise it asks for.
FILTERS = {
    "sectors": "sector",
    "districts": "district",
    "risks": "risk",
    "kinds": "kind",
    "industries": "industry",
}
Filter = Mapping[str, Sequence[str]]
_INDUSTRY = re.compile(r"[A-T]?(?a:\d{2,4})")


def is_industry(code: str) -> bool:
    """Say whether a code can stand in a filter: two to four digits, the letter of their section before them or not."""
    return bool(_INDUSTRY.fullmatch(code))


def is_within(scope: Filter, aspects: Mapping[str, str]) -> bool:
    """Say whether an enterprise lies within a filter; `aspects` are those the filter asks for (`FILTERS`)."""
    return all(_allows(name, allowed, aspects[FILTERS[name]]) for name, allowed in scope.items())


def _allows(name: str, allowed: Sequence[str], value: str) -> bool:
    if name == "industries":
        digits = _digits(value)
        return any(digits.startswith(_digits(code)) for code in allowed)
    return value in allowed


def _digits(industry: str) -> str:
    return industry.lstrip("ABCDEFGHIJKLMNOPQRST")
