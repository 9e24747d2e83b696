"""Tables as a workbook: a sheet each, figures as numbers, dates as dates, header frozen, filtered, repeated."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from scheduler.papers.table import Cell, Row, Share, Table, is_figure, total_of

_FIRST = 2  # rows above the figures: the title, the header
_A3, _A4 = 8, 9
_LINE = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter"}
_TITLE = {"font_name": "黑体", "font_size": 14, "valign": "vcenter"}
_WIDE = 110  # half-width characters that stand on a page set upright
_WIDEST = 200  # and on a page set across
_LINE_HEIGHT, _MOST_LINES = 15, 27  # points; a row is at most 409 points high
_LONGEST = 32767  # characters a cell can hold


def write_workbook(tables: Sequence[Table], *, title: str, author: str, mark: str, created: datetime) -> bytes:
    """Return an xlsx with a sheet for each table; `mark` (may be empty) stands in every title and page header.

    The same tables give the same bytes: the only time in the file is `created`.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    stamp = created.replace(microsecond=0, tzinfo=None)
    book.set_properties({"title": title, "author": author, "comments": mark, "created": stamp})
    formats = _formats(book)
    for table in tables:
        sheet = book.add_worksheet(table.title[:31])
        _lay_out(sheet, table, formats, mark)
        for place, row in enumerate(table.rows):
            _write_row(sheet, table, place, row, formats)
        if table.note:
            sheet.write_string(_FIRST + len(table.rows), 0, table.note)
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    """Return the formats by kind of cell, the bold ones of totals with an asterisk behind."""
    kinds: dict[str, dict[str, object]] = {
        "words": {"text_wrap": True, "align": "left"},
        "whole": {"num_format": "0", "align": "right"},
        "tenth": {"num_format": "0.0", "align": "right"},
        "share": {"num_format": "0.0%", "align": "right"},
        "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    }
    formats = {name: book.add_format({**_LINE, **kind}) for name, kind in kinds.items()}
    formats |= {f"{name}*": book.add_format({**_LINE, **kind, "bold": True}) for name, kind in kinds.items()}
    head = {**_LINE, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#E7EDF4"}
    return formats | {"head": book.add_format(head), "title": book.add_format(_TITLE)}


def _lay_out(sheet: Any, table: Table, formats: dict[str, Any], mark: str) -> None:
    """Set title, header, widths, panes, filter and page of a sheet."""
    sheet.write_string(0, 0, f"{mark}{table.title}", formats["title"])
    sheet.set_row(0, 26)
    sheet.set_row(1, max(30, _height(table, [column.title for column in table.columns])))
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width + 2)
        sheet.write_string(1, place, column.title, formats["head"])
    last = len(table.columns) - 1
    sheet.freeze_panes(_FIRST, 1)
    sheet.autofilter(1, 0, max(len(table.rows), 1) + 1, last)
    sheet.set_paper(_A3 if table.width > _WIDEST else _A4)
    if table.width > _WIDE:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, _FIRST + len(table.rows), last)
    sheet.set_header(f"&C{mark}" if mark else "")
    sheet.set_footer("&C&P / &N")


def _height(table: Table, cells: Sequence[Cell]) -> int:
    """Return the points that the longest wrapped text of a row needs; not every reader works that out itself."""
    pairs = zip(cells, table.columns, strict=True)
    lines = max(-(-_text_width(cell) // column.width) if isinstance(cell, str) else 1 for cell, column in pairs)
    return _LINE_HEIGHT * min(max(lines, 1), _MOST_LINES)


def _text_width(text: str) -> int:
    """Count half-width characters: Chinese ones are two wide."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _write_row(sheet: Any, table: Table, place: int, row: Row, formats: dict[str, Any]) -> None:
    sheet.set_row(_FIRST + place, _height(table, row.cells))
    for column, cell in enumerate(row.cells):
        at = _FIRST + place, column
        style = formats[_kind(cell) + ("*" if row.sums else "")]
        formula = _formula(table, place, column) if is_figure(cell) else ""
        if formula:
            sheet.write_formula(*at, formula, style, cell)
        else:
            _write_cell(sheet, at, cell, style)


def _kind(cell: Cell) -> str:
    if isinstance(cell, Share):
        return "share"
    if isinstance(cell, Decimal):
        return "tenth"
    return "whole" if isinstance(cell, int) else "day" if isinstance(cell, date) else "words"


def _write_cell(sheet: Any, at: tuple[int, int], cell: Cell, style: Any) -> None:
    if cell is None or cell == "":
        sheet.write_blank(*at, None, style)
    elif isinstance(cell, str):
        sheet.write_string(*at, cell[:_LONGEST], style)  # never a formula or a link, whatever it begins with
    elif isinstance(cell, date):
        sheet.write_datetime(*at, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001 (a day has no zone)
    else:
        sheet.write_number(*at, cell / 100 if isinstance(cell, Share) else cell, style)


def _formula(table: Table, place: int, column: int) -> str:
    """Return the sum that gives a total, nothing where the figures do not add up to it (or it is no total)."""
    row, head = table.rows[place], table.columns[column]
    if row.sums:
        first, last = (place - row.sums, column), (place - 1, column)
        parts = [each.cells[column] for each in table.rows[place - row.sums : place]]
    elif head.sums:
        first, last = (place, column - head.sums), (place, column - 1)
        parts = list(row.cells[column - head.sums : column])
    else:
        return ""
    if total_of(parts) != row.cells[column] or not all(part is None or is_figure(part) for part in parts):
        return ""
    cells = (xl_rowcol_to_cell(_FIRST + line, at) for line, at in (first, last))
    return f"=SUM({':'.join(cells)})"
