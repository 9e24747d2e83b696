"""The JSON a computed budget is given out in: the members that its inputs allow, and every wrong printed figure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from scheduler.plans.budget import Budget, DayFigures
from scheduler.plans.budget_file import BudgetDocument
from scheduler.plans.exact import days_figure, fixed
from scheduler.plans.printed import Comparison


def report_budget(document: BudgetDocument, budget: Budget, comparison: Comparison) -> dict[str, object]:
    """Return the report of one budget: person-days as integers (text with one decimal when not whole), shares as text.

    `divisions` is there when at least one division's supervision days can be computed, `unchecked` when a printed
    figure has no computed counterpart.
    """
    report: dict[str, object] = {} if document.id is None else {"id": document.id}
    report |= _unit_report(budget.bureau)
    if any(division.supervision is not None for division in budget.divisions):
        report["divisions"] = [_division_report(division) for division in budget.divisions]
    share = budget.staff_share
    if share is not None:
        report["staff_percent"] = fixed(share.percent, 1)
        if share.floor is not None:
            report |= {"staff_floor": share.floor, "holds": share.holds(budget.bureau.staff)}
    report["wrong"] = [
        {"path": figure.path, "printed": figure.printed, "computed": figure.computed} for figure in comparison.wrong
    ]
    if comparison.unchecked:
        report["unchecked"] = list(comparison.unchecked)
    return report


def _unit_report(unit: DayFigures) -> dict[str, object]:
    report: dict[str, object] = {"total": days_figure(unit.total)}
    for name in ("other_enforcement", "non_enforcement", "supervision"):
        if (days := getattr(unit, name)) is not None:
            report[name] = days_figure(days)
    if unit.percent:
        report["percent"] = [fixed(share, 1) for share in unit.percent]
    report |= {name: days_figure(days) for name, days in unit.parts.items()}
    return report | _rows_report(unit.rows)


def _rows_report(rows: Mapping[str, Mapping[str, Fraction]]) -> dict[str, object]:
    return {f"{kind}_rows": {row: days_figure(days) for row, days in table.items()} for kind, table in rows.items()}


def _division_report(unit: DayFigures) -> dict[str, object]:
    report: dict[str, object] = {"total": days_figure(unit.total)}
    if unit.supervision is not None:
        report["supervision"] = days_figure(unit.supervision)
    report |= {name: days_figure(days) for name, days in unit.parts.items()}
    for kind in unit.rows:
        report[kind] = days_figure(getattr(unit, kind))
    return report
