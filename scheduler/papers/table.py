"""A table of a paper, written once and set in Word, a workbook and CSV alike, so that the same figures stand in all.

A figure is an integer or a decimal, never a float; a share is percent. `sums` says what a total adds up; a writer
that can hold formulas uses it only where the figures really add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from scheduler.plans.exact import percent


class Share(Decimal):
    """A share in percent, as the plan prints it."""


Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """A column: its title, its width in half-width characters, and how many columns left of it it adds up."""

    title: str
    width: int
    sums: int = 0


@dataclass(frozen=True)
class Row:
    """A row, and how many rows right above it it adds up (0: it is no total)."""

    cells: tuple[Cell, ...]
    sums: int = 0


@dataclass(frozen=True)
class Table:
    """A table: `id` names its file, `title` stands above it, `note` (may be empty) below."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def width(self) -> int:
        """The width of all columns in half-width characters."""
        return sum(column.width for column in self.columns)


def marked(table: Table, title: str, mark: str) -> Table:
    """Return a table whose last column holds a mark in every row, for a form that has no other place for it."""
    columns = (*table.columns, Column(title, len(mark) * 2))
    return replace(table, columns=columns, rows=tuple(Row((*row.cells, mark), row.sums) for row in table.rows))


def figure(value: int | str | None) -> int | Decimal | None:
    """Read a figure of a plan's document: an integer, text with a decimal, or nothing."""
    return Decimal(value) if isinstance(value, str) else value


def share(value: str | None) -> Share | None:
    """Read a share of a plan's document."""
    return None if value is None else Share(value)


def ratio(part: int | Decimal | Fraction, whole: int | Decimal | Fraction) -> Share | None:
    """Return part of whole in percent with one decimal, nothing where the whole is nothing."""
    return Share(percent(Fraction(part), Fraction(whole))) if whole else None


def is_figure(cell: Cell) -> bool:
    """Say whether a cell holds a figure that may be added up; a share may not."""
    return isinstance(cell, int | Decimal) and not isinstance(cell, Share)


def total_of(cells: Iterable[Cell]) -> int | Decimal:
    """Add up the figures among some cells, exactly."""
    found = [cell for cell in cells if isinstance(cell, int | Decimal) and not isinstance(cell, Share)]
    return sum(found, start=0)


def with_total(label: str, rows: Sequence[Row], columns: Sequence[int]) -> tuple[Row, ...]:
    """Return the rows and the one that adds some of their columns up, its label in the first; nothing of nothing."""
    if not rows:
        return ()
    width = len(rows[0].cells)
    totals = [total_of(row.cells[place] for row in rows) if place in columns else None for place in range(width)]
    return (*rows, Row((label, *totals[1:]), sums=len(rows)))


def cell_text(cell: Cell) -> str:
    """Write a cell as text: nothing as nothing, shares with their sign, dates as YYYY-MM-DD."""
    if cell is None:
        return ""
    if isinstance(cell, Share):
        return f"{cell}%"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
