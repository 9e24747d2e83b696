"""A computed budget as a reader at the terminal sees it: tables, the staff share, the wrong printed figures."""

from __future__ import annotations

from config.calendars import calendar
from config.messages import render
from config.workdays import Row, WorkdayCatalogue, workday_catalogue
from scheduler.commands.text_table import text_table
from scheduler.plans.exact import days_text, fixed, printed_shares
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS, Budget, DayFigures
from scheduler.plans.workday_budget.budget_file import BudgetDocument
from scheduler.plans.workday_budget.printed import Comparison

_UNKNOWN = "-"


def budget_page(document: BudgetDocument, budget: Budget, comparison: Comparison, language: str) -> str:
    """Return the page of one budget in a language."""
    sections = [
        _heading(document, budget, language),
        _division_table(document, budget, language),
        *_row_tables(document, budget, workday_catalogue(), language),
        *_staff_lines(budget, language),
        *_printed_lines(document, comparison, language),
    ]
    return "\n\n".join(sections)


def _say(name: str, language: str, **params: object) -> str:
    return render(f"page.budget.{name}", language, **params)


def _heading(document: BudgetDocument, budget: Budget, language: str) -> str:
    title = _say("title", language, year=document.year) + (f"  {document.id}" if document.id else "")
    if document.reason is not None:
        known = document.calendar_days
        basis = "override" if known is not None else "override-no-calendar"
        return f"{title}\n" + _say(basis, language, days=budget.statutory_days, calendar=known, reason=document.reason)
    notice = calendar(document.year).notice.number
    return f"{title}\n" + _say("calendar", language, days=budget.statutory_days, notice=notice)


def _division_table(document: BudgetDocument, budget: Budget, language: str) -> str:
    parts = PARTS if budget.bureau.parts or any(division.parts for division in budget.divisions) else ()
    columns = ("division", "staff", "total", *DEDUCTIONS, "supervision", *parts, "percent")
    names = [division.name for division in document.given.divisions]
    units = list(zip(names, budget.divisions, strict=True))
    units.append((_say("bureau", language), budget.bureau))
    rows = [[name, *_unit_cells(unit, parts)] for name, unit in units]
    return text_table([_say(column, language) for column in columns], rows)


def _unit_cells(unit: DayFigures, parts: tuple[str, ...]) -> list[str]:
    days = [unit.total, unit.other_enforcement, unit.non_enforcement, unit.supervision]
    days += [unit.parts.get(part) for part in parts]
    shares = " / ".join(printed_shares(unit.percent)) or _UNKNOWN
    return [str(unit.staff), *(_UNKNOWN if figure is None else days_text(figure) for figure in days), shares]


def _row_tables(document: BudgetDocument, budget: Budget, catalogue: WorkdayCatalogue, language: str) -> list[str]:
    tables = []
    names = [division.name for division in document.given.divisions]
    units = [*zip(names, budget.divisions, strict=True), (_say("bureau", language), budget.bureau)]
    for kind in DEDUCTIONS:
        shown = [(name, unit) for name, unit in units if kind in unit.rows]
        if shown:
            rows: tuple[Row, ...] = getattr(catalogue, kind)
            body = [
                [getattr(row, language), *(days_text(unit.rows[kind][row.id]) for _, unit in shown)] for row in rows
            ]
            tables.append(text_table([_say(kind, language), *(name for name, _ in shown)], body))
    return tables


def _staff_lines(budget: Budget, language: str) -> list[str]:
    share = budget.staff_share
    if share is None:
        return []
    percent = fixed(share.percent, 1)
    if share.floor is None:
        return [_say("staff-share", language, percent=percent)]
    name = "staff-holds" if share.holds(budget.bureau.staff) else "staff-short"
    return [_say(name, language, percent=percent, floor=share.floor, floor_percent=share.floor_percent)]


def _printed_lines(document: BudgetDocument, comparison: Comparison, language: str) -> list[str]:
    lines = []
    if comparison.wrong:
        head = [_say(column, language) for column in ("path", "printed", "computed")]
        rows = [[figure.path, str(figure.printed), str(figure.computed)] for figure in comparison.wrong]
        lines.append(_say("wrong", language, count=len(rows)) + "\n" + text_table(head, rows))
    elif document.printed:
        checked = len(document.printed) - len(comparison.unchecked)
        lines.append(_say("all-right", language, count=checked))
    if comparison.unchecked:
        lines.append(_say("unchecked", language, paths=", ".join(comparison.unchecked)))
    return lines
