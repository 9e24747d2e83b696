"""What earlier years propose for a budget as a reader at the terminal sees it: a table for each division."""

from __future__ import annotations

from fractions import Fraction

from config.messages import render
from config.workdays import Row, workday_catalogue
from scheduler.commands.text_table import text_table
from scheduler.plans.exact import days_text
from scheduler.plans.workday_budget.budget import DEDUCTIONS, DivisionInput
from scheduler.plans.workday_budget.budget_file import BudgetDocument
from scheduler.plans.workday_budget.budget_report import propose_divisions
from scheduler.plans.workday_budget.proposal import Column, DivisionProposal, KindProposal

_UNKNOWN = "-"


def proposal_page(document: BudgetDocument, language: str) -> str:
    """Return the page of a budget's proposals in a language."""
    if not document.history:
        return _say("none", language)
    pairs = zip(document.given.divisions, propose_divisions(document), strict=True)
    tables = [_division(document.year, *pair, language) for pair in pairs]
    return "\n\n".join([_say("how", language), *tables])


def _say(name: str, language: str, **params: object) -> str:
    return render(f"page.proposal.{name}", language, **params)


def _division(year: int, division: DivisionInput, proposal: DivisionProposal, language: str) -> str:
    last = _UNKNOWN if proposal.last_staff is None else proposal.last_staff
    years = ", ".join(map(str, sorted(proposal.years))) or _UNKNOWN
    head = _say("division", language, division=division.name, staff=division.staff, last=last, years=years)
    columns = [_say("row", language), str(year - 1), *(_say(name, language) for name in ("average", "proposed"))]
    rows = []
    for kind in DEDUCTIONS:
        given, found = division.deductions.get(kind), proposal.kinds[kind]
        catalogue_rows: tuple[Row, ...] = getattr(workday_catalogue(), kind)
        for row in catalogue_rows if found.average.rows or (given and given.rows) else ():
            this = given.rows.get(row.id) if given and given.rows else None
            rows.append([getattr(row, language), *_cells([column.row(row.id) for column in _columns(found)], this)])
        totals = [column.total for column in _columns(found)]
        name = render(f"page.budget.{kind}", language)
        rows.append([name, *_cells(totals, given.total if given else None)])
    return head + "\n" + text_table([*columns, str(year)], rows)


def _columns(found: KindProposal) -> tuple[Column, ...]:
    return found.last, found.average, found.proposed


def _cells(before: list[Fraction | None], this: Fraction | None) -> list[str]:
    return [_UNKNOWN if days is None else days_text(days) for days in (*before, this)]
