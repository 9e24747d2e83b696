"""The parts of an xlsx workbook, read as streams: elements, shared strings in a temporary file, formats of dates."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from types import TracebackType
from xml.parsers import expat

from scheduler.directory.files.table import CELL_LIMIT

Begin = Callable[[str, dict[str, str]], None]
Styles = frozenset[str]
_CHUNK = 1 << 18
_CACHED = 4096
# Built-in number formats that show a date or a time, those of East Asian versions included (ECMA-376, 18.8.30).
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class ElementReader:
    """Reads an XML part by its local names; `collect` gathers the text that follows, as much as a cell may hold."""

    def __init__(self, begin: Begin, end: Callable[[str], None] = lambda tag: None) -> None:
        self._begin, self._end = begin, end
        self._parts: list[str] | None = None
        self._length = 0

    def read(self, archive: zipfile.ZipFile, path: str) -> None:
        """Read a whole part."""
        with archive.open(path) as part:
            for _ in self.feed(part.read):
                pass

    def feed(self, read: Callable[[int], bytes]) -> Iterator[None]:
        """Read a part piece by piece, giving way after each; a document type is refused as no part has one."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._on_begin
        parser.EndElementHandler = lambda tag: self._end(tag.rpartition(" ")[2])
        parser.CharacterDataHandler = self._on_text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        while chunk := read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield

    def collect(self) -> None:
        """Begin to gather text."""
        self._parts, self._length = [], 0

    def collected(self) -> str:
        """Return the text gathered since `collect`; of a longer one only what proves that it is too long."""
        parts, self._parts = self._parts or [], None
        return "".join(parts)

    def _on_begin(self, tag: str, attributes: dict[str, str]) -> None:
        named = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        self._begin(tag.rpartition(" ")[2], named)

    def _on_text(self, text: str) -> None:
        if self._parts is not None and self._length <= CELL_LIMIT:
            self._parts.append(text)
            self._length += len(text)


def _refuse_doctype(*_declared: object) -> None:
    raise ValueError("a part with a document type")


class SharedStrings:
    """The shared strings of a workbook by number, kept in a temporary file so that a million need little memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed on leaving the with block)
        self._ends = array("Q", [0])
        self._cache: OrderedDict[int, str] = OrderedDict()

    def __enter__(self) -> SharedStrings:
        """Give the strings, none yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the temporary file."""
        self._file.close()

    def read(self, archive: zipfile.ZipFile, path: str) -> None:
        """Read the part that holds them; phonetic readings (`rPh`) are no part of a text."""
        text: list[str] = []
        phonetic = 0

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal phonetic
            if tag == "si":
                text.clear()
            elif tag == "rPh":
                phonetic += 1
            elif tag == "t":
                reader.collect()

        def end(tag: str) -> None:
            nonlocal phonetic
            if tag == "t":
                found = reader.collected()
                if not phonetic and sum(map(len, text)) <= CELL_LIMIT:
                    text.append(found)
            elif tag == "rPh":
                phonetic -= 1
            elif tag == "si":
                self._ends.append(self._ends[-1] + self._file.write("".join(text).encode()))

        reader = ElementReader(begin, end)
        reader.read(archive, path)
        self._file.flush()

    def __getitem__(self, number: int) -> str:
        """Return a string; raise `ValueError` for a number that is not there."""
        if number in self._cache:
            self._cache.move_to_end(number)
            return self._cache[number]
        if not 0 <= number < len(self._ends) - 1:
            raise ValueError(f"no shared string {number}")
        start, end = self._ends[number], self._ends[number + 1]
        text = os.pread(self._file.fileno(), end - start, start).decode()
        self._cache[number] = text
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return text


def date_styles(archive: zipfile.ZipFile, path: str) -> Styles:
    """Return the cell styles, by their number as cells write it, that show a date."""
    custom: dict[str, str] = {}
    formats: list[str] = []
    inside = [False]

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            custom[attributes["numFmtId"]] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            formats.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = False

    ElementReader(begin, end).read(archive, path)
    return frozenset(str(place) for place, number in enumerate(formats) if _is_date(number, custom))


def _is_date(number: str, custom: dict[str, str]) -> bool:
    if number in custom:
        shown = _NOT_SHOWN.sub("", custom[number]).casefold()
        return "general" not in shown and any(letter in shown for letter in "ymdhs年月日")
    return number.isdecimal() and int(number) in _DATE_FORMATS
