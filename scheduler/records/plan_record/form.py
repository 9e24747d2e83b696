"""The form of a plan's document, as far as the checks read it: which members there must be, and of what kind.

A kind is a function that says whether a value is one of its own; [kind] is a list, {name: kind} an object with at least
these members, {"*": kind} an object of any names, a tuple a choice. Members that no check reads are free: the hash
that the lottery carries covers them.
"""

from __future__ import annotations

import re
from typing import Any

from scheduler.draws.protocol.encoding import IDENTIFIER, matches
from scheduler.plans.month_patterns import MONTHS
from scheduler.records.checks import Difference, shown
from scheduler.records.plan_record.layout import DOCUMENT

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,14})\.[0-9]")
_FRACTION = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:/[1-9][0-9]{0,14})?")


def text(value: object) -> bool:
    """Any text."""
    return isinstance(value, str)


def identifier(value: object) -> bool:
    """An identifier of the protocol."""
    return matches(IDENTIFIER, value)


def count(value: object) -> bool:
    """A whole number from 0."""
    return type(value) is int and value >= 0


def positive(value: object) -> bool:
    """A whole number from 1."""
    return count(value) and value != 0


def month(value: object) -> bool:
    """A month."""
    return type(value) is int and value in MONTHS


def truth(value: object) -> bool:
    """True or false."""
    return type(value) is bool


def nothing(value: object) -> bool:
    """Null."""
    return value is None


def decimal(value: object) -> bool:
    """A number with one decimal, as text."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def days(value: object) -> bool:
    """Person-days: whole, or text with one decimal."""
    return count(value) or decimal(value)


def exact(value: object) -> bool:
    """An exact number from 0 as text, `60` or `125/2`."""
    return isinstance(value, str) and _FRACTION.fullmatch(value) is not None


UNIT = {
    "staff": count,
    "total": days,
    "other_enforcement": (days, nothing),
    "non_enforcement": (days, nothing),
    "supervision": (days, nothing),
    "percent": [decimal],
    "parts": {"*": days},
    "rows": {"*": {"*": days}},
}
STAFF_SHARE = {
    "registered": positive,
    "percent": decimal,
    "floor_percent": (count, nothing),
    "floor": (count, nothing),
    "holds": (truth, nothing),
}
CLASS = {
    "id": identifier,
    "rule": text,
    "division": text,
    "sector": text,
    "district": text,
    "population": count,
    "visits": count,
    "cap": count,
    "workload": days,
    "team": count,
    "days": days,
    "travel": days,
    "gap": count,
    "window": (text, nothing),
    "campaigns": [text],
    "months": [month],
    "stretches": [{"first": month, "last": month, "least": count, "most": count}],
    "patterns": [{"months": [month], "count": count}],
}
RULE = {
    "id": text,
    "population": count,
    "visits": count,
    "cap": count,
    "gap": count,
    "team": count,
    "days": days,
    "window": ({"id": text, "months": [month], "visits": (count, nothing)}, nothing),
}
CLOSED = {"months": [month], "divisions": [text], "sectors": [text], "reason": text}
CAMPAIGN = {
    "id": text,
    "months": [month],
    "reason": text,
    "days": [{"division": text, "total": days, "by_month": [days]}],
    "visits": (
        {
            "extra": positive,
            "months": [month],
            "sectors": [text],
            "districts": [text],
            "grades": [text],
            "enterprises": count,
            "visits": count,
        },
        nothing,
    ),
}
LOAD = {
    "division": text,
    "load": [days],
    "capacity": [days],
    "total": days,
    "capacity_total": days,
    "used_percent": (decimal, nothing),
    "peak_percent": (decimal, nothing),
}
REMEDY = {
    "division": text,
    "kind": text,
    "amount": days,
    "months": [month],
    "ratio_percent": (decimal, nothing),
}
BATCH = {
    "number": count,
    "month": month,
    "on": text,
    "filter": {"*": [text]},
    "strata_by": text,
    "directed": truth,
    "share": (exact, nothing),
    "rules": {"*": {"kind": text}},
    "resting": count,
    "size": count,
    "strata": [{"id": text, "population": count, "expected_size": count}],
    "expected_days": {"*": days},
}
COVERED = {
    "id": text,
    "population": count,
    "expected_drawn": days,
    "years": (positive, nothing),
    "never": [{"years": count, "expected": decimal, "percent": decimal}],
}
PLAN_DOCUMENT: dict[str, Any] = {
    "type": text,
    "plan": identifier,
    "version": count,
    "year": count,
    "agency": identifier,
    "demonstration": truth,
    "calendar": {
        "notice": text,
        "amendments": [text],
        "workdays": count,
        "by_month": [count],
        "counted": count,
        "override_reason": (text, nothing),
    },
    "budget": {
        "shares": ({"key": exact, "general": exact, "reserve": exact}, nothing),
        "bureau": UNIT,
        "divisions": [{"id": text, "name": text, **UNIT}],
        "staff_share": (STAFF_SHARE, nothing),
    },
    "tiers": {"*": count},
    "coverage": {
        "classes": [CLASS],
        "rules": [RULE],
        "closed_months": [CLOSED],
        "campaigns": [CAMPAIGN],
        "left_out": [{"uscc": identifier, "level": text, "reason": text}],
        "loads": [LOAD],
        "goals": [{"division": text, "goals": [{}]}],
        "journey_seconds": count,
        "shortages": [{"division": text, "month": month, "short": days}],
        "remedies": [REMEDY],
    },
    "batches": [BATCH],
    "general": {"ratios": {"*": exact}, "classes": [COVERED], "divisions": [COVERED], "all": [COVERED]},
    "general_capacity": [{"division": text, "expected_days": days, "capacity": days, "short": days}],
    "units": {
        "key": count,
        "left_out": count,
        "general_drawn": count,
        "key_percent": (decimal, nothing),
        "key_floor_percent": count,
        "below_floor": truth,
    },
    "warnings": [{"code": text}],
}


def check_form(value: object, kind: Any, member: str = "") -> None:
    """Raise `Difference` (`plan-record.form`) with the first member that is missing or not of its kind."""
    if isinstance(kind, tuple):
        plain = [each for each in kind if callable(each)]
        if any(each(value) for each in plain):
            return
        kind = next((each for each in kind if not callable(each)), plain[0])
    if isinstance(kind, dict) and isinstance(value, dict):
        _check_members(value, kind, member)
    elif isinstance(kind, list) and isinstance(value, list):
        for place, item in enumerate(value):
            check_form(item, kind[0], f"{member}[{place}]")
    elif not callable(kind) or not kind(value):
        raise Difference(
            "plan-record.form", file=DOCUMENT, found=shown(repr(value).encode()), params={"member": member}
        )


def _check_members(value: dict[str, object], kind: dict[str, Any], member: str) -> None:
    inside = f"{member}." if member else ""
    any_name = kind.get("*")
    for name in value if any_name else kind:
        if name not in value:
            raise Difference("plan-record.form", file=DOCUMENT, params={"member": inside + name})
        check_form(value[name], any_name or kind[name], inside + name)
