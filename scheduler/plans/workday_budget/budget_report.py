"""The JSON a computed budget is given out in: the members that its inputs allow, and every wrong printed figure.

Shares in JSON are each rounded half up. A table of them, on a page or in a paper, has a sum beside it: there they are
rounded together (`exact.printed_shares`), so that what is printed adds up to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, fixed, printed_shares
from scheduler.plans.workday_budget.budget import DEDUCTIONS, Budget, DayFigures
from scheduler.plans.workday_budget.budget_file import BudgetDocument
from scheduler.plans.workday_budget.printed import Comparison
from scheduler.plans.workday_budget.proposal import Column, DivisionProposal, propose_division


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


def unit_shares(unit: Mapping[str, Any]) -> list[str]:
    """Return the shares of a unit of a plan's document as a table prints them, none where the total is nothing."""
    if not unit["percent"]:
        return []
    total = Fraction(unit["total"])
    return printed_shares([100 * Fraction(unit[name]) / total for name in (*DEDUCTIONS, "supervision")])


def propose_divisions(document: BudgetDocument) -> tuple[DivisionProposal, ...]:
    """Propose every division's figures from the earlier years its file gives, in the order of the divisions."""
    return tuple(
        propose_division([division.name], division.staff, document.year, document.history)
        for division in document.given.divisions
    )


def report_proposals(document: BudgetDocument) -> list[dict[str, object]]:
    """Return last year's figures, averages and proposals of each division, the members that its history allows."""
    return [
        {
            "name": division.name,
            "staff": division.staff,
            "last_staff": proposal.last_staff,
            **{
                kind: {
                    "years": list(each.years),
                    "last": _column_report(each.last),
                    "average": _column_report(each.average),
                    "proposed": _column_report(each.proposed),
                }
                for kind, each in proposal.kinds.items()
            },
        }
        for division, proposal in zip(document.given.divisions, propose_divisions(document), strict=True)
    ]


def _column_report(column: Column) -> dict[str, object] | None:
    if column.total is None:
        return None
    report: dict[str, object] = {"total": days_figure(column.total)}
    if column.rows is not None:
        report["rows"] = {row: days_figure(days) for row, days in column.rows.items()}
    return report
