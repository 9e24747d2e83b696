"""The person-days that a division spends elsewhere, changed where they stand: a total, or the catalogue's rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from config.workdays import Row, row_key, workday_catalogue
from scheduler.plans.json_input import Field

Reckon = Callable[[Decimal | None], Decimal]
"""From the days that stood before (None: none are given) to the days that stand after."""


def change_days(division: dict[str, Any], deduction: str, change: Field, reckon: Reckon) -> None:
    """Change a deduction of a division in place; with rows given, a row must be named, without them none can be."""
    row = change.find("row")
    holder = _rows_holder(division, deduction)
    if holder is None:
        if row is not None:
            raise row.fault("scenario-no-rows")
        division[deduction] = reckon(division.get(deduction))
        return
    if row is None:
        raise change.at("row").fault("scenario-row-needed", known=", ".join(each.id for each in _catalogue(deduction)))
    wanted = _row(deduction, row)
    rows = division[holder]
    if isinstance(rows, list):
        place = _catalogue(deduction).index(wanted)
        rows[place] = reckon(rows[place])
    else:
        name = next(name for name in rows if row_key(name) in _keys(wanted))
        rows[name] = reckon(rows[name])
    if holder != deduction:
        division.pop(deduction, None)  # the printed sum of the rows as they were


def _rows_holder(division: dict[str, Any], deduction: str) -> str | None:
    """Return the member that holds a deduction's rows, None where only a total is given."""
    names = (deduction, f"{deduction}_rows")
    return next((name for name in names if isinstance(division.get(name), dict | list)), None)


def _row(deduction: str, named: Field) -> Row:
    wanted = row_key(named.text())
    for row in _catalogue(deduction):
        if wanted in _keys(row):
            return row
    raise named.fault("scenario-row-unknown", known=", ".join(row.id for row in _catalogue(deduction)))


def _keys(row: Row) -> set[str]:
    return {row_key(name) for name in (row.id, row.zh, row.en)}


def _catalogue(deduction: str) -> tuple[Row, ...]:
    rows: tuple[Row, ...] = getattr(workday_catalogue(), deduction)
    return rows
