"""The divisions of a budget's file: name, staff and deductions, each with its rows where they are given."""

from __future__ import annotations

from fractions import Fraction

from config.workdays import Row, WorkdayCatalogue
from scheduler.plans.json_input import Field
from scheduler.plans.workday_budget.budget import DEDUCTIONS, Deduction, DivisionInput
from scheduler.plans.workday_budget.budget_rows import read_rows
from scheduler.plans.workday_budget.printed import PrintedFigure, read_figure, read_printed

_DIVISION = ("name", "staff", *DEDUCTIONS, *(f"{name}_rows" for name in DEDUCTIONS))


def read_divisions(
    divisions: Field, catalogue: WorkdayCatalogue, printed: list[PrintedFigure], more: tuple[str, ...] = ("printed",)
) -> tuple[DivisionInput, ...]:
    """Read a list of divisions; figures printed beside their inputs are added to `printed`."""
    found: dict[str, DivisionInput] = {}
    for place, division in enumerate(divisions.items()):
        division.check_members((*_DIVISION, *more), required=("name", "staff"))
        name = division.at("name").text()
        if name in found:
            raise division.at("name").fault("budget-division-twice", name=name)
        deductions = {}
        for kind in DEDUCTIONS:
            deduction = _deduction(division, kind, getattr(catalogue, kind), place, printed)
            if deduction is not None:
                deductions[kind] = deduction
        found[name] = DivisionInput(name, division.at("staff").whole(), deductions)
        if shown := division.find("printed"):
            printed += read_printed(shown, catalogue, prefix=f"divisions[{place}].")
    return tuple(found.values())


def _deduction(
    division: Field, kind: str, catalogue_rows: tuple[Row, ...], place: int, printed: list[PrintedFigure]
) -> Deduction | None:
    total, rows = division.find(kind), division.find(f"{kind}_rows")
    if total is not None and isinstance(total.value, dict | list):
        if rows is not None:
            raise rows.fault("budget-rows-twice", other=total.path)
        total, rows = None, total
    if rows is None:
        return None if total is None else Deduction(total.days())
    days = read_rows(rows, catalogue_rows)
    if total is not None:
        total.days()
        printed.append(read_figure(total, f"divisions[{place}].{kind}"))
    return Deduction(sum(days.values(), Fraction(0)), days)
