"""Tables as CSV for spreadsheets: UTF-8 with a mark, so that Chinese is read right, and no cell that could act.

A CSV has no types, so a spreadsheet guesses. Text that it would take for a formula gets an apostrophe in front; text
of digits that it would round to 15 places (a credit code may be all digits) gets a tab behind. Figures are left alone,
a negative one too. Programs read the JSON, where nothing is changed.
"""

from __future__ import annotations

import csv
import io

from scheduler.papers.table import Cell, Table, cell_text

# Full-width forms too: a spreadsheet set to Chinese reads them as the ASCII ones.
_ACTS = frozenset("=+-@\t\r\n＝＋－＠")
_EXACT_DIGITS = 15


def write_csv(table: Table) -> bytes:
    """Return a table as CSV: the header, then the rows; lines end as RFC 4180 says."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    writer.writerows([_written(cell) for cell in row.cells] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str:
    return guarded(cell) if isinstance(cell, str) else cell_text(cell)


def guarded(text: str) -> str:
    """Return a text that a spreadsheet shows as text.

    >>> guarded("=1+1"), guarded("912202010000000000"), guarded("2 处")
    ("'=1+1", '912202010000000000\\t', '2 处')
    """
    if text and (text[0] in _ACTS or text.lstrip()[:1] in _ACTS):
        return f"'{text}"
    if text.isascii() and text.isdigit() and len(text) > _EXACT_DIGITS:
        return f"{text}\t"
    return text
