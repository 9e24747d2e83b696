"""What every reader gives: a header and rows of text, each with its line and the faults of single cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

# A cell holds at most what a cell of Excel holds; what is longer is no value of a directory.
CELL_LIMIT = 32_767
# What stands behind the beginning of a cell that was cut because it is longer; it occurs in no file that is read.
CUT = "\x00"
SHOWN = 120
# The place of a fault that is no single cell's.
WHOLE_ROW = -1
# Titles and notes may stand above the header, in so many rows with it.
UPPER_ROWS = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused: the column's heading (empty: the row as a whole), the value, an error code with its params.

    The text is `error.<code>` of the message catalogues.
    """

    column: str
    value: str
    code: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(slots=True)
class Row:
    """One row: the line where it begins (1 is the first of the file), its cells, and faults by place of the cell."""

    line: int
    cells: list[str]
    faults: list[tuple[int, str]] = field(default_factory=list)
    pads: bool = False

    def is_blank(self) -> bool:
        """Say whether nothing stands in the row."""
        return not self.faults and not any(cell and not cell.isspace() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """An open file: its name, the SHA-256 of its bytes, its header, and its rows, which can be read once."""

    path: Path
    sha256: str
    header: Row
    rows: Iterator[Row]


def column_letter(place: int) -> str:
    """Return the letters of a column as spreadsheets show them; the first has place 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_header(rows: Iterator[Row], count_headings: Callable[[list[str]], int]) -> Row | None:
    """Return the first of the upper rows with two known headings, for titles may stand above it.

    Where none has, the first row that is not blank is returned, None when there is none.
    """
    upper = islice((row for row in rows if not row.is_blank()), UPPER_ROWS)
    first = None
    for row in upper:
        if count_headings(row.cells) >= 2:
            return row
        first = first or row
    return first
