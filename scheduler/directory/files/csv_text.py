"""Reading CSV as a stream: which encoding, which separator, and no cell or line larger than memory allows.

1. The encoding is decided over the whole file before a row is read: a byte order mark, else strict UTF-8, else strict
   GB18030. A file that is none of these, or holds zero bytes, is no text.
2. The separator is the one of comma, tab, semicolon that gives one of the upper rows the most known headings.
3. A cell longer than `CELL_LIMIT` is cut while it is read and marked, so that its row is refused and the rest is read.
4. Quotes are read strictly. A quoted cell that goes on behind its quote has most likely swallowed rows up to the next
   quote: its lines are refused as one row. A quote that is never closed refuses the file.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import BinaryIO

from scheduler.directory.files.table import CELL_LIMIT, CUT, SHOWN, UPPER_ROWS, WHOLE_ROW, Row
from scheduler.errors import InvalidInput

DELIMITERS = (",", "\t", ";")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20
_LINE_LIMIT = 64 * CELL_LIMIT
# A run without separator, quote or line end that no sound cell holds.
_RUN = re.compile(rf"[^,;\t\"\r\n]{{{CELL_LIMIT + 1},}}")
_LINE_ENDS = re.compile(r"\r\n|\n|\r(?!\Z)")
# Most likely a quote that is never closed: such a cell swallows the rest of the file, so the reader gives up.
_CELL_LIMIT_OF_READER = 32 * CELL_LIMIT


def detect_encoding(stream: BinaryIO, name: str) -> str:
    """Return the Python name of a text's encoding; raise `InvalidInput` when it is no text."""
    stream.seek(0)
    start = stream.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            line = _fault_line(stream, encoding, name)
            if line is not None:
                raise InvalidInput("file-encoding-marked", file=name, encoding=encoding, line=line)
            return encoding
    faults = {}
    for encoding in ("utf-8", "gb18030"):
        faults[encoding] = _fault_line(stream, encoding, name)
        if faults[encoding] is None:
            return encoding
    raise InvalidInput("file-encoding", file=name, utf_8=faults["utf-8"], gb18030=faults["gb18030"])


def _fault_line(stream: BinaryIO, encoding: str, name: str) -> int | None:
    """Return the line on which a text is not valid in an encoding, None when it is valid to the end."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    while True:
        chunk = stream.read(_CHUNK)
        if b"\x00" in chunk and encoding != "utf-16":
            raise InvalidInput("file-binary", file=name)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as fault:
            return line + chunk[: fault.start].count(b"\n")
        if CUT in text:
            raise InvalidInput("file-binary", file=name)
        if not chunk:
            return None
        line += text.count("\n")


def read_rows(stream: BinaryIO, encoding: str, count_headings: Callable[[list[str]], int], name: str) -> Iterator[Row]:
    """Yield every row of a CSV text, blank ones included; `count_headings` says how many cells are known headings."""
    lines = _lines(stream, encoding, name)
    head = list(islice(lines, UPPER_ROWS))
    delimiter = max(
        DELIMITERS, key=lambda each: max(map(count_headings, csv.reader(head, delimiter=each, strict=False)), default=0)
    )
    csv.field_size_limit(_CELL_LIMIT_OF_READER)
    taken = _Taken(chain(head, lines))
    reader = csv.reader(taken, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        taken.text.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if taken.ended or sum(map(len, taken.text)) > _CELL_LIMIT_OF_READER:
                raise InvalidInput("file-cell-endless", file=name, line=line) from fault
            yield Row(line, ["".join(taken.text)], [(WHOLE_ROW, "row-quote")])
            continue
        row = Row(line, cells)
        for place, cell in enumerate(cells):
            if len(cell) > CELL_LIMIT or CUT in cell:
                row.faults.append((place, "cell-too-long"))
                cells[place] = cell[:SHOWN].partition(CUT)[0]
        yield row


class _Taken:
    """The lines that a reader takes, remembered until `text` is cleared, and whether it asked for one too many."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.text: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        """Give the lines themselves."""
        return self

    def __next__(self) -> str:
        """Give the next line."""
        for line in self._lines:
            self.text.append(line)
            return line
        self.ended = True
        raise StopIteration


def _lines(stream: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    """Yield lines with their ends; a line that grows too long has its over-long runs cut while it is read."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    pending, number = "", 1
    while True:
        chunk = stream.read(_CHUNK)
        pending += decoder.decode(chunk, final=not chunk)
        start = 0
        for end in _LINE_ENDS.finditer(pending):
            yield _cut(pending[start : end.end()])
            start = end.end()
            number += 1
        pending = _cut(pending[start:])
        if len(pending) > _LINE_LIMIT:
            raise InvalidInput("file-line-endless", file=name, line=number)
        if not chunk:
            if pending:
                yield pending
            return


def _cut(line: str) -> str:
    return _RUN.sub(lambda run: run.group()[:SHOWN] + CUT, line) if len(line) > CELL_LIMIT else line
