"""The shortages of a plan's document by division, each month with its load, and the texts' keys of what mends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_text
from scheduler.plans.month_patterns import MONTHS


@dataclass(frozen=True)
class ShortMonth:
    """A month over capacity, in person-days as the document writes them."""

    month: int
    load: int | str
    capacity: int | str
    short: int | str


@dataclass(frozen=True)
class Mending:
    """One way to mend a division's shortage: the name of its text and the text's parameters."""

    name: str
    amount: int | str
    percent: str = ""


@dataclass(frozen=True)
class ShortDivision:
    """A division that is short: how much in all, its months, the ways to mend it, cheapest first."""

    division: str
    short: str
    months: tuple[ShortMonth, ...]
    ways: tuple[Mending, ...]


def short_divisions(coverage: Mapping[str, Any]) -> tuple[ShortDivision, ...]:
    """Return the divisions that a document's `coverage` finds short, in its order."""
    found = []
    for load in coverage["loads"]:
        short = {each["month"]: each["short"] for each in coverage["shortages"] if each["division"] == load["division"]}
        months = tuple(
            ShortMonth(month, used, free, short[month])
            for month, used, free in zip(MONTHS, load["load"], load["capacity"], strict=True)
            if month in short
        )
        ways = tuple(_way(each) for each in coverage["remedies"] if each["division"] == load["division"])
        if months:
            total = sum((Fraction(days) for days in short.values()), Fraction(0))
            found.append(ShortDivision(load["division"], days_text(total), months, ways))
    return tuple(found)


def _way(remedy: Mapping[str, Any]) -> Mending:
    percent = remedy.get("ratio_percent")
    name = f"remedy-{remedy['kind']}{'-ratio' if percent is not None else ''}"
    return Mending(name, remedy["amount"], percent or "")
