"""From a row of a file to an entry of a register, or to the faults for which the row is refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from config.columns import ColumnCatalogue
from scheduler.directory.changes import written_values
from scheduler.directory.files.header import Header
from scheduler.directory.files.table import SHOWN, WHOLE_ROW, Fault, Row
from scheduler.directory.registers.cells import CellReader, CellRules
from scheduler.directory.registers.register import Register, Values
from scheduler.directory.uscc import check_uscc
from scheduler.errors import InvalidInput
from scheduler.store.base import canonical_text


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sound row says: its key, the fields given, and a digest of them by which repeated rows are known."""

    row: Row
    key: str
    given: Values
    digest: bytes


class EntryReader:
    """Reads the rows of one file for one register."""

    def __init__(self, catalogue: ColumnCatalogue, header: Header, register: Register) -> None:
        self._rules = CellRules(catalogue)
        self._header = header
        self._register = register

    def read(self, row: Row) -> Entry | list[Fault]:
        """Return the entry of a row, or its faults, the weightiest first."""
        misshapen = self._misshapen(row)
        if misshapen:
            return [misshapen]
        cells = CellReader(self._rules, self._header, row)
        given = self._register.read(cells)
        if cells.faults:
            shifted = self._shifted(row, cells)
            return [shifted, *cells.faults] if shifted else cells.faults
        told = canonical_text(written_values(given))
        return Entry(row, given[self._register.key], given, hashlib.sha256(told.encode()).digest()[:16])

    def _misshapen(self, row: Row) -> Fault | None:
        """Return the fault of a row with stray quotes, or with more or fewer cells than the header."""
        for place, code in row.faults:
            if place == WHOLE_ROW:
                return Fault("", " ".join(row.cells)[:SHOWN], code)
        wanted = len(self._header.headings)
        while len(row.cells) > wanted and not row.cells[-1].strip():
            row.cells.pop()
        if len(row.cells) == wanted or (row.pads and len(row.cells) < wanted):
            return None
        code = "row-cells-over" if len(row.cells) > wanted else "row-cells-under"
        shown = " | ".join(row.cells)[:SHOWN]
        return Fault("", shown, code, (("cells", len(row.cells)), ("wanted", wanted)))

    def _shifted(self, row: Row, cells: CellReader) -> Fault | None:
        """Return the fault of a row whose code stands in another column: its columns are shifted."""
        if self._register.key != "uscc":
            return None
        column = self._header.heading("uscc")
        if all(fault.column != column for fault in cells.faults):
            return None
        for place, cell in enumerate(row.cells[: len(self._header.headings)]):
            if place != self._header.places["uscc"] and _is_code(cell):
                found = self._header.headings[place]
                return Fault(found, cell[:SHOWN], "row-shifted", (("column", column), ("found", found)))
        return None


def _is_code(text: str) -> bool:
    try:
        check_uscc(text)
    except InvalidInput:
        return False
    return True
