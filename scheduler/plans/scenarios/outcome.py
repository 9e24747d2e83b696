"""What a scenario comes to, and what differs from one to the next: the figures of a plan's document, less its classes.

A stored version and a scenario give the same outcome from the same inputs, for both are read from a document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, fixed, half_up

TYPE = "plan-outcome/1"
_KEPT = ("year", "calendar", "budget", "tiers", "demand", "general", "general_capacity", "batches", "units", "warnings")

Value = int | str | None


def outcome_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome that a plan's document tells; its members stand as they do there."""
    coverage = document["coverage"]
    classes = coverage["classes"]
    return {
        "type": TYPE,
        **{name: document[name] for name in _KEPT if name in document},
        "coverage": {name: value for name, value in coverage.items() if name != "classes"},
        "enterprises": sum(each["population"] for each in classes),
        "visits": sum(each["population"] * each["visits"] for each in classes),
    }


@dataclass(frozen=True)
class Line:
    """One figure of several outcomes: of a division, or of the bureau (`division` empty); the first is the base."""

    name: str
    division: str
    values: tuple[Value, ...]

    @property
    def differs(self) -> tuple[bool, ...]:
        """Say of each value whether it is another than the base's."""
        return tuple(value != self.values[0] for value in self.values)

    @property
    def is_other(self) -> bool:
        """Say whether any value is another than the base's."""
        return any(self.differs)


def compare_outcomes(outcomes: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return the figures of outcomes side by side: the bureau's, then each division's in the order of the base."""
    lines = [Line(name, "", tuple(read(each) for each in outcomes)) for name, read in BUREAU.items()]
    names = list(dict.fromkeys(unit["id"] for each in outcomes for unit in each["budget"]["divisions"]))
    for division in names:
        views = [_division(each, division) for each in outcomes]
        lines += [Line(name, division, tuple(view.get(name) for view in views)) for name in DIVISION]
    return lines


def short_days(outcome: Mapping[str, Any]) -> Fraction:
    """Return the person-days by which key visits exceed capacity."""
    return sum((Fraction(each["short"]) for each in outcome["coverage"]["shortages"]), Fraction(0))


def _peak(outcome: Mapping[str, Any]) -> Value:
    """Return the largest utilisation of a month in percent, None when a month without capacity has load."""
    peaks = [each["peak_percent"] for each in outcome["coverage"]["loads"]]
    return None if None in peaks or not peaks else max(peaks, key=Fraction)


def _used(outcome: Mapping[str, Any]) -> Value:
    loads = outcome["coverage"]["loads"]
    room = sum((Fraction(each["capacity_total"]) for each in loads), Fraction(0))
    return fixed(sum((Fraction(each["total"]) for each in loads), Fraction(0)) * 100 / room, 1) if room else None


def _general(name: str) -> Callable[[Mapping[str, Any]], Value]:
    def read(outcome: Mapping[str, Any]) -> Value:
        return days_figure(half_up(sum((Fraction(each[name]) for each in outcome["general_capacity"]), Fraction(0)), 1))

    return read


def _part(name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda outcome: outcome["budget"]["bureau"]["parts"].get(name)


BUREAU: dict[str, Callable[[Mapping[str, Any]], Value]] = {
    "staff": lambda outcome: outcome["budget"]["bureau"]["staff"],
    "supervision": lambda outcome: outcome["budget"]["bureau"]["supervision"],
    "key": _part("key"),
    "general": _part("general"),
    "reserve": _part("reserve"),
    "enterprises": lambda outcome: outcome["enterprises"],
    "visits": lambda outcome: outcome["visits"],
    "used": _used,
    "peak": _peak,
    "short": lambda outcome: days_figure(half_up(short_days(outcome), 1)),
    "short_months": lambda outcome: len(outcome["coverage"]["shortages"]),
    "drawn": lambda outcome: outcome["units"]["general_drawn"],
    "general_days": _general("expected_days"),
    "general_short": _general("short"),
    "key_percent": lambda outcome: outcome["units"]["key_percent"],
}
"""The figures of the bureau that are compared, in the order in which they are shown."""

DIVISION = ("staff", "key", "load", "used", "peak", "short", "general", "general_days", "general_short")


def _division(outcome: Mapping[str, Any], division: str) -> dict[str, Value]:
    """Return the figures of a division, none when an outcome does not have it."""
    unit = next((each for each in outcome["budget"]["divisions"] if each["id"] == division), None)
    load = next((each for each in outcome["coverage"]["loads"] if each["division"] == division), None)
    general = next((each for each in outcome["general_capacity"] if each["division"] == division), None)
    if unit is None or load is None or general is None:
        return {}
    shortages = outcome["coverage"]["shortages"]
    short = sum((Fraction(each["short"]) for each in shortages if each["division"] == division), Fraction(0))
    return {
        "staff": unit["staff"],
        "key": load["capacity_total"],
        "load": load["total"],
        "used": load["used_percent"],
        "peak": load["peak_percent"],
        "short": days_figure(half_up(short, 1)),
        "general": general["capacity"],
        "general_days": general["expected_days"],
        "general_short": general["short"],
    }
