"""The rows of a deduction in a planner's file: by id or name, or as a list in the order of the catalogue."""

from __future__ import annotations

from fractions import Fraction

from config.workdays import Row, row_key
from scheduler.plans.json_input import Field


def read_rows(rows: Field, catalogue_rows: tuple[Row, ...]) -> dict[str, Fraction]:
    """Read the person-days of every row of a deduction, by row id in the catalogue's order."""
    if isinstance(rows.value, list):
        items = rows.items()
        if len(items) != len(catalogue_rows):
            raise rows.fault("budget-rows-count", count=len(items), wanted=len(catalogue_rows))
        return {row.id: item.days() for row, item in zip(catalogue_rows, items, strict=True)}
    ids = {row_key(name): row.id for row in catalogue_rows for name in (row.id, row.zh, row.en)}
    known = ", ".join(row.id for row in catalogue_rows)
    found: dict[str, Fraction] = {}
    for name, item in rows.members():
        row_id = ids.get(row_key(name))
        if row_id is None:
            raise item.fault("json-member-unknown", known=known)
        if row_id in found:
            raise item.fault("budget-row-twice", row=row_id)
        found[row_id] = item.days()
    for row in catalogue_rows:
        if row.id not in found:
            raise rows.at(row.id).fault("budget-row-missing")
    return {row.id: found[row.id] for row in catalogue_rows}
