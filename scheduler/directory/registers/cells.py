"""Reading the cells of one row: text, dates, numbers, yes or no, lists; every fault of the row is noted.

A cell that is a formula, too long, or garbled by a wrong encoding is a fault wherever it stands in a column that is
read. A row of which the code stands in another column is shifted, which is said first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from config.columns import ColumnCatalogue
from scheduler.directory.files.header import Header
from scheduler.directory.files.table import SHOWN, Fault, Row
from scheduler.errors import InvalidInput

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+00?:00(?::00(?:\.0+)?)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[\t\r\n\u2028\u2029]+")
# The replacement character, characters for private use, C1 controls: never written, only left by a wrong decoding.
_GARBLED = "[\ufffd\ue000-\uf8ff\x80-\x9f\U000f0000-\U0010ffff]"
_LATIN = re.compile("[\x00-\xff]*")
_ASCII = re.compile("[\x00-\x7f]+")
MOST = 2**31 - 1


class CellReader:
    """The cells of one row by field; a getter notes the fault of its cell and returns a neutral value."""

    def __init__(self, reading: CellRules, header: Header, row: Row) -> None:
        self._rules = reading
        self._header = header
        self.faults: list[Fault] = []
        self._cells: dict[str, str] = {}
        broken = dict(row.faults)
        for field, place in header.places.items():
            value = row.cells[place] if place < len(row.cells) else ""
            code = broken.get(place) or reading.fault_of(value)
            if code:
                self.faults.append(Fault(header.headings[place], value[:SHOWN], code))
                self._cells[field] = ""
            else:
                self._cells[field] = reading.clean(value)

    def __contains__(self, field: str) -> bool:
        """Say whether the file has a column for the field."""
        return field in self._cells

    def refuse(self, field: str, code: str, **params: object) -> None:
        """Note a fault of the field's cell, unless it has one already."""
        column = self._header.heading(field)
        if all(fault.column != column for fault in self.faults):
            self.faults.append(Fault(column, self._cells[field][:SHOWN], code, tuple(params.items())))

    def text(self, field: str, longest: int | None = None, needed: bool = False) -> str:
        """Return a text of at most `longest` characters."""
        value = self._cells[field]
        if not value and needed:
            self.refuse(field, "cell-missing")
        if longest is not None and len(value) > longest:
            self.refuse(field, "cell-over-length", length=len(value), longest=longest)
        return value

    def date(self, field: str) -> date | None:
        """Return a day, None where the cell says nothing."""
        value = unicodedata.normalize("NFKC", self._cells[field]).strip()
        if not value:
            return None
        match = _DATE.fullmatch(value) or _COMPACT_DATE.fullmatch(value)
        try:
            if match:
                return date(*map(int, match.groups()))
        except ValueError:
            pass
        self.refuse(field, "cell-no-date")
        return None

    def flag(self, field: str) -> bool | None:
        """Return yes or no, None where the cell says nothing."""
        value = unicodedata.normalize("NFKC", self._cells[field]).strip().casefold()
        if not value:
            return None
        if value in self._rules.catalogue.yes:
            return True
        if value not in self._rules.catalogue.no:
            self.refuse(field, "cell-no-flag")
        return False

    def count(self, field: str) -> int | None:
        """Return a whole number, not negative, None where the cell says nothing."""
        value = unicodedata.normalize("NFKC", self._cells[field]).strip()
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > MOST:
            self.refuse(field, "cell-no-count")
            return None
        return int(value)

    def items(self, field: str) -> list[str]:
        """Return the items of a list in one cell, in its order, none empty."""
        return [item.strip() for item in self._rules.separator.split(self._cells[field]) if item.strip()]

    def checked(self, field: str, check: Callable[[str], str]) -> str:
        """Return the normal form that `check` gives of the cell; its `InvalidInput` becomes the cell's fault."""
        value = self._cells[field]
        if not value:
            self.refuse(field, "cell-missing")
            return ""
        try:
            return check(value)
        except InvalidInput as fault:
            params = {name: given for name, given in fault.params.items() if name != "value"}
            self.refuse(field, fault.code, **params)
            return ""


class CellRules:
    """What the catalogue of columns says about cells, compiled once."""

    def __init__(self, catalogue: ColumnCatalogue) -> None:
        self.catalogue = catalogue
        self.separator = re.compile("|".join(map(re.escape, catalogue.separators)))
        self._garbled = re.compile("|".join([_GARBLED, *map(re.escape, catalogue.mojibake)]))

    def fault_of(self, value: str) -> str | None:
        """Return the code of what makes a value no sound text, None when it is sound."""
        if self._garbled.search(value) or _is_chinese_read_as_latin(value):
            return "cell-garbled"
        return "cell-control" if _CONTROL.search(value) else None

    def clean(self, value: str) -> str:
        """Return a value without blanks around it and line ends in it, empty where it says nothing."""
        value = _BLANKS.sub(" ", value).strip()
        return "" if value.casefold() in self.catalogue.empty else value


def _is_chinese_read_as_latin(value: str) -> bool:
    """Say whether every letter beyond ASCII is Latin, and their bytes are at least two Han characters of GB 2312.

    >>> _is_chinese_read_as_latin("¼ªÁÖ"), _is_chinese_read_as_latin("Noël, 25 °C"), _is_chinese_read_as_latin("吉林")
    (True, False, False)
    """
    if value.isascii() or not _LATIN.fullmatch(value):
        return False
    try:
        found = _ASCII.sub("", value.encode("latin-1").decode("gb2312"))
    except UnicodeDecodeError:
        return False
    return len(found) >= 2 and all("\u4e00" <= each <= "\u9fff" for each in found)
