"""A division's part of a year's budget draft: its staff, the rows of its deductions, and its notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from config.workdays import WorkdayCatalogue
from scheduler.errors import InvalidInput
from scheduler.plans.drafting.cells import read_count, read_days
from scheduler.plans.exact import days_figure, days_text
from scheduler.plans.workday_budget.budget import (
    DEDUCTIONS,
    BudgetInput,
    DayFigures,
    Deduction,
    DivisionInput,
    Shares,
    compute_budget,
)

STAFF = "staff"
LONGEST_NOTES = 2000
Faults = dict[str, InvalidInput]
Value = TypeVar("Value", int | None, Fraction | None)


@dataclass(frozen=True)
class DivisionPart:
    """What a division states so far; a cell that is not filled in is None or not there."""

    staff: int | None = None
    rows: Mapping[str, Mapping[str, Fraction]] = field(default_factory=lambda: {kind: {} for kind in DEDUCTIONS})
    notes: str = ""

    def spent(self, kind: str) -> Fraction:
        """Return what the rows of a deduction that are filled in add up to."""
        return sum(self.rows[kind].values(), Fraction(0))

    def texts(self) -> dict[str, str]:
        """Return the cells as they would be typed."""
        found = {f"{kind}.{row}": days_text(days) for kind, table in self.rows.items() for row, days in table.items()}
        return {STAFF: "" if self.staff is None else str(self.staff), **found, "notes": self.notes}

    def stated(self, name: str) -> DivisionInput:
        """Return the part as a division of a budget; what is not filled in counts as nothing."""
        deductions = {kind: Deduction(self.spent(kind), self.rows[kind]) for kind in DEDUCTIONS}
        return DivisionInput(name, self.staff or 0, deductions)


def cell_names(catalogue: WorkdayCatalogue) -> Iterator[str]:
    """Yield the names of the cells in the order of the form: staff, then `<deduction>.<row>`."""
    yield STAFF
    for kind in DEDUCTIONS:
        for row in getattr(catalogue, kind):
            yield f"{kind}.{row.id}"


def read_part(texts: Mapping[str, str], catalogue: WorkdayCatalogue) -> tuple[DivisionPart, Faults]:
    """Read the cells of a form; a cell that is wrong has its fault and counts as not filled in."""
    faults: Faults = {}

    def cell(name: str, read: Callable[[str], Value]) -> Value | None:
        try:
            return read(texts.get(name, ""))
        except InvalidInput as fault:
            faults[name] = fault
            return None

    rows = {
        kind: {
            row.id: days
            for row in getattr(catalogue, kind)
            if (days := cell(f"{kind}.{row.id}", read_days)) is not None
        }
        for kind in DEDUCTIONS
    }
    notes = "\n".join(texts.get("notes", "").split("\r\n")).strip()
    if len(notes) > LONGEST_NOTES:
        faults["notes"] = InvalidInput("notes-too-long", most=LONGEST_NOTES)
    return DivisionPart(cell(STAFF, read_count), rows, notes), faults


def check_part(part: DivisionPart, days: int | None) -> Faults:
    """Return what does not fit the year: a row over the division's total, or all rows together (`sum`).

    `days` are the statutory workdays of the year; nothing can be said without them or without staff.
    """
    if days is None or part.staff is None:
        return {}
    total = Fraction(days * part.staff)
    faults: Faults = {
        f"{kind}.{row}": InvalidInput("cell-over-total", value=days_text(value), total=days_text(total))
        for kind, table in part.rows.items()
        for row, value in table.items()
        if value > total
    }
    spent = sum((part.spent(kind) for kind in DEDUCTIONS), Fraction(0))
    if spent > total:
        over = days_text(spent - total)
        faults["sum"] = InvalidInput("draft-over-total", spent=days_text(spent), total=days_text(total), over=over)
    return faults


def missing_cells(part: DivisionPart, catalogue: WorkdayCatalogue) -> list[str]:
    """Return the names of the cells that are not filled in."""
    texts = part.texts()
    return [name for name in cell_names(catalogue) if not texts.get(name)]


def part_figures(part: DivisionPart, days: int | None, shares: Shares | None) -> DayFigures | None:
    """Compute a part's figures by the budget's own arithmetic; None while staff, days or a fit to them lack."""
    if days is None or part.staff is None or check_part(part, days):
        return None
    return compute_budget(BudgetInput(days, (part.stated("-"),), shares=shares), {}).divisions[0]


def part_json(part: DivisionPart) -> dict[str, Any]:
    """Return a part as it is stored."""
    rows = {kind: {row: days_figure(days) for row, days in part.rows[kind].items()} for kind in DEDUCTIONS}
    return {STAFF: part.staff, **rows, "notes": part.notes}


def part_of_json(content: Mapping[str, Any]) -> DivisionPart:
    """Return the part that is stored."""
    rows = {kind: {row: Fraction(days) for row, days in content[kind].items()} for kind in DEDUCTIONS}
    return DivisionPart(content[STAFF], rows, content["notes"])
