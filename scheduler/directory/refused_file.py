"""The file of refused rows: opened in Excel, corrected there, and imported again as it is.

Each refused row stands once, with the line it had, the column, the value and the reason in Chinese and English, then
its own cells as text under their own headings. Columns of personal data are left out.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from config.columns import column_catalogue
from config.messages import render
from scheduler.directory.files.header import Header
from scheduler.directory.files.table import Fault, Row
from scheduler.directory.report import Refusal
from scheduler.errors import Unavailable

_ROWS_OF_A_SHEET = 1_048_575
_CELL = 32_767
_WIDTHS = (10, 16, 24, 44, 44, 30)


def fault_text(fault: Fault, language: str) -> str:
    """Return the reason of a refusal in a language."""
    return render(f"error.{fault.code}", language, **dict(fault.params))


class RefusedFile:
    """Writes refused rows as they come; nothing is written where no row is refused."""

    def __init__(self, path: Path | None, header: Header) -> None:
        self.path = path
        self._unfinished = Path(f"{path}.unfinished")
        self._header = header
        self._workbook: Any = None
        self._sheet: Any = None
        self._row = 0

    def __enter__(self) -> RefusedFile:
        """Give the file, not yet made; raise `Unavailable` when its folder cannot take it."""
        if self.path is not None and not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise Unavailable("refused-file", file=str(self.path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file; one that a fault interrupted is not left behind."""
        if self._workbook is None or self.path is None:
            return
        try:
            self._workbook.close()
            if fault is None:
                self._unfinished.replace(self.path)
        except (OSError, FileCreateError) as reason:
            raise Unavailable("refused-file", file=str(self.path)) from reason
        finally:
            self._unfinished.unlink(missing_ok=True)

    @property
    def written(self) -> str | None:
        """The path of the file, None where no row was refused."""
        return str(self.path) if self._workbook is not None else None

    def add(self, refusal: Refusal, row: Row) -> None:
        """Write one refused row."""
        if self.path is None:
            return
        if self._sheet is None or self._row > _ROWS_OF_A_SHEET:
            self._begin_sheet()
        first = refusal.faults[0]
        also = "; ".join(f"{fault.column}: {fault_text(fault, 'zh')}" for fault in refusal.faults[1:])
        told = [first.column, first.value, fault_text(first, "zh"), fault_text(first, "en"), also]
        self._sheet.write_number(self._row, 0, refusal.line)
        for place, text in enumerate([*told, *self._own_cells(row)], start=1):
            if text:
                self._sheet.write_string(self._row, place, text[:_CELL])
        self._row += 1

    def _own_cells(self, row: Row) -> list[str]:
        width = len(self._header.headings)
        kept = [row.cells[place] if place < len(row.cells) else "" for place in self._header.kept_places()]
        return [*kept, *row.cells[width:]]

    def _begin_sheet(self) -> None:
        if self._workbook is None:
            options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            self._workbook = xlsxwriter.Workbook(str(self._unfinished), options)
        self._sheet = self._workbook.add_worksheet()
        text = self._workbook.add_format({"num_format": "@"})
        bold = self._workbook.add_format({"bold": True, "num_format": "@"})
        headings = [self._header.headings[place] for place in self._header.kept_places()]
        ours = column_catalogue().ours
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(len(ours), len(ours) + len(headings), 20, text)
        for place, width in enumerate(_WIDTHS):
            self._sheet.set_column(place, place, width)
        for place, heading in enumerate([*ours, *headings]):
            self._sheet.write_string(0, place, heading, bold)
        self._row = 1
