"""Reading the first visible sheet of an xlsx workbook as a stream, cell by cell, in memory that does not grow.

1. Values come from the cells themselves. A formula is a fault of its cell, because its value is only what some program
   last computed; so is an error value, and a number of more than 15 digits, because a spreadsheet has lost the rest.
2. Dates are numbers whose format is a date; they become ISO text. Other numbers become their plain digits.
3. A text longer than `CELL_LIMIT` is cut while it is read. Shared strings are kept in a temporary file.
4. What is no zip file to its end, no workbook, or no sound XML is refused as a whole.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from io import BufferedReader
from xml.parsers.expat import ExpatError

from scheduler.directory.files.parts import ElementReader, SharedStrings, Styles, date_styles
from scheduler.directory.files.table import CELL_LIMIT, SHOWN, Row
from scheduler.errors import InvalidInput

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]*")
_SAFE_DIGITS = 15
# A million rows of long scopes unpack to less than one gigabyte; what unpacks to more was made to do harm.
_LARGEST = 4 << 30
_LAST_COLUMN = 16_384
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


def read_rows(stream: BufferedReader, name: str) -> Iterator[Row]:
    """Yield the rows of the first visible sheet; raise `InvalidInput` when the file is no sound workbook."""
    try:
        with zipfile.ZipFile(stream) as archive:
            if _WORKBOOK not in archive.namelist():
                raise InvalidInput("file-no-workbook", file=name)
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                raise InvalidInput("file-expands", file=name, gigabytes=_LARGEST >> 30)
            yield from _read_sheet(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise InvalidInput("file-truncated", file=name) from fault
    except (ExpatError, KeyError, ValueError, NotImplementedError, RuntimeError) as fault:
        raise InvalidInput("file-broken-workbook", file=name) from fault


def _read_sheet(archive: zipfile.ZipFile, name: str) -> Iterator[Row]:
    sheet, is_1904 = _first_sheet(archive)
    if sheet is None:
        raise InvalidInput("file-no-sheet", file=name)
    relations = _relations(archive)
    styles: Styles = frozenset()
    with _shared_strings(archive, relations) as strings:
        if path := relations.get("styles"):
            styles = date_styles(archive, path)
        reader = _SheetReader(strings, styles, _EPOCHS[is_1904])
        with archive.open(relations[sheet]) as part:
            yield from reader.rows(part.read)


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str | None, bool]:
    """Return the relation of the first visible sheet, and whether its days count from 1904."""
    found: list[str] = []
    is_1904 = False

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_1904
        if tag == "workbookPr":
            is_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            found.append(attributes["id"])

    ElementReader(begin).read(archive, _WORKBOOK)
    return (found[0] if found else None), is_1904


def _relations(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the path of each part of the workbook by relation id, and of shared strings and styles by their kind."""
    found: dict[str, str] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
            found[attributes["Id"]] = path
            found.setdefault(attributes["Type"].rpartition("/")[2], path)

    ElementReader(begin).read(archive, _RELATIONS)
    return found


@contextmanager
def _shared_strings(archive: zipfile.ZipFile, relations: dict[str, str]) -> Iterator[SharedStrings]:
    with SharedStrings() as strings:
        path = relations.get("sharedStrings")
        if path is not None and path in archive.namelist():
            strings.read(archive, path)
        yield strings


class _SheetReader:
    """Turns the elements of one sheet into rows."""

    def __init__(self, strings: SharedStrings, styles: Styles, epoch: date) -> None:
        self._strings = strings
        self._styles = styles
        self._epoch = epoch
        self._done: deque[Row] = deque()
        self._row = Row(0, [], pads=True)
        self._place = -1
        self._kind = self._style = ""
        self._value = self._text = ""
        self._formula: str | None = None
        self._elements = ElementReader(self._begin, self._end)

    def rows(self, read: Callable[[int], bytes]) -> Iterator[Row]:
        """Yield each row as soon as it is complete."""
        for _ in self._elements.feed(read):
            while self._done:
                yield self._done.popleft()

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            line = attributes.get("r", "")
            self._row = Row(int(line) if line.isdecimal() else self._row.line + 1, [], pads=True)
            self._place = -1
        elif tag == "c":
            place = _place_of(attributes.get("r", ""))
            self._place = self._place + 1 if place is None else place
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value = self._text = ""
            self._formula = None
        elif tag in ("v", "f", "t"):
            self._elements.collect()

    def _end(self, tag: str) -> None:
        if tag == "v":
            self._value = self._elements.collected()
        elif tag == "t":
            self._text += self._elements.collected()
        elif tag == "f":
            self._formula = self._elements.collected()
        elif tag == "c":
            self._finish_cell()
        elif tag == "row":
            self._done.append(self._row)

    def _finish_cell(self) -> None:
        text, fault = self._read_cell()
        if len(text) > CELL_LIMIT:
            text, fault = text[:SHOWN], "cell-too-long"
        if not text and not fault:
            return
        cells = self._row.cells
        cells.extend([""] * (self._place + 1 - len(cells)))
        cells[self._place] = text
        if fault:
            self._row.faults.append((self._place, fault))

    def _read_cell(self) -> tuple[str, str | None]:
        if self._formula is not None:
            return "=" + self._formula if self._formula else self._value, "cell-formula"
        if self._kind == "s":
            return _unescape(self._strings[int(self._value)]) if self._value else "", None
        if self._kind == "inlineStr":
            return _unescape(self._text), None
        if self._kind == "n":
            return self._number()
        if self._kind == "b":
            return _BOOLEANS.get(self._value, self._value), None
        return _unescape(self._value), "cell-error" if self._kind == "e" else None

    def _number(self) -> tuple[str, str | None]:
        if not self._value:
            return "", None
        try:
            number = Decimal(self._value)
        except InvalidOperation:
            return self._value, "cell-error"
        if not number.is_finite():
            return self._value, "cell-error"
        if self._style in self._styles:
            return _date_text(number, self._epoch), None
        if number == number.to_integral_value() and number.adjusted() < 40:
            digits = str(int(number))
            return digits, "cell-number-long" if len(digits.lstrip("-")) > _SAFE_DIGITS else None
        return format(number.normalize(), "f") if number.adjusted() < 40 else self._value, None


def _place_of(reference: str) -> int | None:
    """Return the place of a cell's column, None for a cell without reference.

    >>> _place_of("A1"), _place_of("AA7"), _place_of("")
    (0, 26, None)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    place = 0
    for letter in match.group(1):
        place = place * 26 + ord(letter) - ord("A") + 1
    if place > _LAST_COLUMN:
        raise ValueError(reference)
    return place - 1


def _unescape(text: str) -> str:
    """Replace the escapes of characters that XML cannot hold; surrogates stay as they are written."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda m: m[0] if 0xD800 <= int(m[1], 16) <= 0xDFFF else chr(int(m[1], 16)), text)


def _date_text(serial: Decimal, epoch: date) -> str:
    """Return a spreadsheet's day number as ISO text; the 1900 system counts a 29 February 1900 that never was."""
    days = int(serial)
    if days < 0 or days > 2_958_465:
        return str(serial)
    shift = 1 if epoch.year == 1899 and days < 60 else 0
    day = (epoch + timedelta(days=days + shift)).isoformat()
    seconds = int((serial - days) * 86_400)
    return day if not seconds else f"{day} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
