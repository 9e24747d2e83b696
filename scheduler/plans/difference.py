"""What differs between two versions of a plan: a pure function over their documents, whatever release wrote them.

Figures that are in both and equal are not told. A class, batch, division or rule that stands in one version alone is
told once, with its size; `before` or `after` is then None.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, half_up
from scheduler.plans.month_patterns import MONTHS

SECTIONS = ("calendar", "units", "budget", "rules", "classes", "batches")
_CALENDAR = ("workdays", "counted", "override_reason")
_UNITS = ("key", "general_drawn", "key_percent")
_DAYS = ("staff", "total", "other_enforcement", "non_enforcement", "supervision")
_RULE = ("visits", "cap", "gap", "team", "days", "window")
_CLASS = ("population", "visits", "cap", "workload", "team", "days", "travel", "gap", "window", "months", "division")
_BATCH = ("month", "on", "title", "directed", "items", "strata_by", "share", "resting", "size")


@dataclass(frozen=True)
class Change:
    """One figure that is another: of a division, class, batch or rule (`subject`; empty for the whole bureau)."""

    section: str
    subject: str
    figure: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """`added`, `gone` or `changed`."""
        return "added" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def delta(self) -> str | None:
        """How much more, with its sign; None where a figure is no number or stands on one side alone.

        >>> Change("budget", "mines", "staff", "7.5", 9).delta
        '+1.5'
        """
        before, after = _number(self.before), _number(self.after)
        if before is None or after is None:
            return None
        return signed(after - before)


@dataclass(frozen=True)
class MonthRow:
    """A division's twelve months in both versions: visits, or person-days of capacity."""

    division: str
    before: tuple[Fraction, ...]
    after: tuple[Fraction, ...]

    @property
    def deltas(self) -> tuple[str, ...]:
        """The change of each month with its sign, empty where there is none."""
        return tuple("" if old == new else signed(new - old) for old, new in zip(self.before, self.after, strict=True))


@dataclass(frozen=True)
class PlanDifference:
    """Everything in which two versions differ; `names` are the divisions of both."""

    names: Mapping[str, str]
    changes: tuple[Change, ...]
    visits: tuple[MonthRow, ...]
    capacity: tuple[MonthRow, ...]
    new_warnings: tuple[Mapping[str, Any], ...]
    gone_warnings: tuple[Mapping[str, Any], ...]

    def of(self, section: str) -> tuple[Change, ...]:
        """Return the changes of a section."""
        return tuple(each for each in self.changes if each.section == section)

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same."""
        return not (self.changes or self.visits or self.capacity or self.new_warnings or self.gone_warnings)


def signed(value: Fraction) -> str:
    """Write a change with its sign and at most one decimal."""
    figure = str(days_figure(half_up(value, 1)))
    return figure if value < 0 else f"+{figure}"


def is_number(value: Any) -> bool:
    """Say whether a value of a change is a number."""
    return _number(value) is not None


def _number(value: Any) -> Fraction | None:
    if isinstance(value, bool) or value is None or isinstance(value, tuple):
        return None
    try:
        return Fraction(value)
    except ValueError:
        return None


def compare_documents(before: Mapping[str, Any], after: Mapping[str, Any]) -> PlanDifference:
    """Return in what one version's document differs from another's."""
    old, new = before["warnings"], after["warnings"]
    return PlanDifference(
        names=_division_names(before) | _division_names(after),
        changes=tuple(_changes(before, after)),
        visits=_month_rows(_visits(before), _visits(after)),
        capacity=_month_rows(_capacity(before), _capacity(after)),
        new_warnings=_without(new, old),
        gone_warnings=_without(old, new),
    )


def _division_names(document: Mapping[str, Any]) -> dict[str, str]:
    return {each["id"]: each["name"] for each in document["budget"]["divisions"]}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _fields("calendar", "", before["calendar"], after["calendar"], _CALENDAR)
    yield from _fields("units", "", before["units"], after["units"], _UNITS)
    yield from _fields("units", "", _tiers(before), _tiers(after), ())
    yield from _fields("units", "", _ratios(before), _ratios(after), ())
    yield from _fields("budget", "", _unit(before["budget"]["bureau"]), _unit(after["budget"]["bureau"]), ())
    yield from _listed("budget", _divisions(before), _divisions(after), "staff")
    yield from _listed("rules", _rules(before), _rules(after), "visits", _RULE)
    yield from _listed("classes", _classes(before), _classes(after), "population", _CLASS)
    yield from _listed("batches", _batches(before), _batches(after), "size")


def _fields(
    section: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]
) -> Iterator[Change]:
    """Yield the fields that differ, `names` or, without them, all of either side."""
    for name in names or tuple(dict.fromkeys([*before, *after])):
        if before.get(name) != after.get(name):
            yield Change(section, subject, name, _value(before.get(name)), _value(after.get(name)))


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _listed(
    section: str,
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    size: str,
    names: Sequence[str] = (),
) -> Iterator[Change]:
    """Yield what differs between two lists by id; what stands on one side alone is told by its size."""
    for subject in dict.fromkeys([*before, *after]):
        if subject not in before:
            yield Change(section, subject, size, None, after[subject].get(size))
        elif subject not in after:
            yield Change(section, subject, size, before[subject].get(size), None)
        else:
            yield from _fields(section, subject, before[subject], after[subject], names)


def _divisions(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: _unit(each) for each in document["budget"]["divisions"]}


def _classes(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each for each in document["coverage"]["classes"]}


def _batches(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {str(each["number"]): _batch(each) for each in document["batches"]}


def _tiers(document: Mapping[str, Any]) -> dict[str, Any]:
    return {f"tier.{tier}": count for tier, count in document["tiers"].items()}


def _unit(unit: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a division or of the bureau, one level deep: its days, parts and rows."""
    flat = {name: unit.get(name) for name in _DAYS}
    flat |= {f"part.{name}": value for name, value in unit.get("parts", {}).items()}
    for kind, rows in unit.get("rows", {}).items():
        flat |= {f"{kind}.{row}": value for row, value in rows.items()}
    return flat


def _rules(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the rules with their window as the list of its months; plans before there were rules hold none."""
    return {
        rule["id"]: {**rule, "window": rule["window"]["months"] if rule.get("window") else None}
        for rule in document["coverage"].get("rules", [])
    }


def _batch(batch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a batch, one level deep; the first release knew month, size and strata alone."""
    flat = {name: batch.get(name) for name in _BATCH}
    for name in ("filter", "cool_down"):
        flat |= {f"{name}.{each}": value for each, value in batch.get(name, {}).items()}
    flat |= {f"rule.{stratum}": _rule_text(rule) for stratum, rule in batch.get("rules", {}).items()}
    for stratum in batch["strata"]:
        flat |= {f"stratum.{stratum['id']}": stratum["expected_size"]}
        flat |= {f"population.{stratum['id']}": stratum["population"]}
    return flat


def _rule_text(rule: Mapping[str, Any]) -> str:
    """Write the rule of a stratum: a number, or a ratio and what is drawn at least."""
    if rule["kind"] == "fixed":
        return str(rule["count"])
    return f"{rule['numerator']}/{rule['denominator']} (>={rule['minimum']}, {rule['rounding']})"


def _ratios(document: Mapping[str, Any]) -> dict[str, Any]:
    return {f"ratio.{risk}": ratio for risk, ratio in document.get("general", {}).get("ratios", {}).items()}


def _visits(document: Mapping[str, Any]) -> dict[str, list[Fraction]]:
    """Count the key visits of each division and month out of the month patterns of its classes."""
    found: dict[str, list[Fraction]] = {}
    for each in document["coverage"]["classes"]:
        row = found.setdefault(each["division"], [Fraction(0)] * len(MONTHS))
        for pattern in each["patterns"]:
            for month in pattern["months"]:
                row[month - 1] += pattern["count"]
    return found


def _capacity(document: Mapping[str, Any]) -> dict[str, list[Fraction]]:
    return {load["division"]: [Fraction(value) for value in load["capacity"]] for load in document["coverage"]["loads"]}


def _month_rows(before: Mapping[str, list[Fraction]], after: Mapping[str, list[Fraction]]) -> tuple[MonthRow, ...]:
    nothing = [Fraction(0)] * len(MONTHS)
    rows = (
        MonthRow(division, tuple(before.get(division, nothing)), tuple(after.get(division, nothing)))
        for division in dict.fromkeys([*before, *after])
    )
    return tuple(row for row in rows if row.before != row.after)


def _without(warnings: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    known = {json.dumps(each, sort_keys=True) for each in others}
    return tuple(each for each in warnings if json.dumps(each, sort_keys=True) not in known)


def write_difference(difference: PlanDifference) -> dict[str, Any]:
    """Return a difference as a JSON value."""
    return {
        "changes": [
            {
                "section": each.section,
                "subject": each.subject,
                "figure": each.figure,
                "before": each.before,
                "after": each.after,
            }
            for each in difference.changes
        ],
        "visits": [_write_row(row) for row in difference.visits],
        "capacity": [_write_row(row) for row in difference.capacity],
        "new_warnings": [dict(each) for each in difference.new_warnings],
        "gone_warnings": [dict(each) for each in difference.gone_warnings],
    }


def _write_row(row: MonthRow) -> dict[str, Any]:
    return {
        "division": row.division,
        "before": [days_figure(value) for value in row.before],
        "after": [days_figure(value) for value in row.after],
    }
