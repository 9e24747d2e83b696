"""Tables: lines of TAB-separated fields.

Rules (draw-protocol.md, sections 1.1 to 1.3 and 2):

1. Text is UTF-8 without BOM; each line is ended by LF; no empty line, no CR, no other control
   characters. An empty file is a table of no lines. A table's hash is H of its bytes.
2. The four input tables are strictly ascending by bytes of the first field, which is unique
   (`recusals.tsv`: of both fields).
3. `pool.tsv`: id, stratum, needs, tags. `inspectors.tsv`: id, capacity, skills, denies.
   `recusals.tsv`: inspector id, entry id. `excluded.tsv`: id, reason code.

A table is read by columns: one pattern over the whole text says whether it is well formed, and
only a table that is not is searched line by line for the first fault.

>>> read_table(b"E1\\tA\\t\\tarea:1\\nE2\\tA\\tskill:fire\\t\\n", POOL)
[['E1', 'E2'], ['A', 'A'], ['', 'skill:fire'], ['area:1', '']]
>>> read_table(b"E1\\tclosed\\nE1\\tclosed\\n", EXCLUDED)
Traceback (most recent call last):
scheduler.draws.protocol.errors.ProtocolError: excluded.tsv:2:1: line-repeated(value='E1')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import lt
from typing import Any

from scheduler.draws.protocol.encoding import (
    HEX_32,
    IDENTIFIER,
    INTEGER,
    TAG,
    matches,
    order_fault,
    read_integer,
    split_list,
)
from scheduler.draws.protocol.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class Field:
    """A kind of field: its grammar, the refusal of what breaks it, and what a grammar cannot say.

    `beyond` gives the code of a fault in a text that is in the grammar, or None.
    """

    pattern: str
    code: str
    beyond: Callable[[str], str | None] | None = None

    def fault(self, text: str) -> str | None:
        """The code of the fault in `text`, or None."""
        if not matches(self.pattern, text):
            return self.code
        return self.beyond(text) if self.beyond else None


def _too_large(text: str) -> str | None:
    return "integer-too-large" if read_integer(text) is None else None


def _list_order(text: str) -> str | None:
    return order_fault(split_list(text))


ID = Field(IDENTIFIER, "identifier-grammar")
COUNT = Field(INTEGER, "integer-grammar", _too_large)
TAGS = Field(f"(?:{TAG}(?:,{TAG})*)?", "list-grammar", _list_order)
HEX = Field(HEX_32, "hex-grammar")
HEX_OR_EMPTY = Field(f"(?:{HEX_32})?", "hex-grammar")


@dataclass(frozen=True, slots=True)
class Table:
    """The shape of a table: its file's name, its fields, and how many of them are its key."""

    file: str
    fields: tuple[Field, ...]
    keys: int = 1

    @property
    def pattern(self) -> str:
        """The pattern of the whole text, written so that it never backtracks."""
        return "(?:" + "\t".join(f"(?>{field.pattern})" for field in self.fields) + "\n)*+"


POOL = Table("pool.tsv", (ID, ID, TAGS, TAGS))
INSPECTORS = Table("inspectors.tsv", (ID, COUNT, TAGS, TAGS))
RECUSALS = Table("recusals.tsv", (ID, ID), keys=2)
EXCLUDED = Table("excluded.tsv", (ID, ID))
ENTERPRISES = Table("enterprises.tsv", (ID, ID))
ORDER = Table("order.tsv", (ID, COUNT, ID, HEX, Field("selected|reserve", "status-grammar")), keys=2)
ASSIGN = Table("assign.tsv", (ID, COUNT, ID), keys=2)
STATE = Table(
    "state.tsv", (ID, COUNT, Field(f"(?:{IDENTIFIER})?", ID.code), Field("open|done", "status-grammar")), keys=2
)
MONTHS = Table("months.tsv", (ID, Field("[1-9][0-9]?(?:,[1-9][0-9]?)*", "months-grammar")))


def read_table(data: bytes, table: Table) -> list[list[str]]:
    """The columns of a table whose lines are strictly ascending by its key."""
    columns = read_columns(data, table)
    keys: list[Any] = (
        columns[0]
        if table.keys == 1
        else list(zip(columns[0], map(int, columns[1]) if table.fields[1] is COUNT else columns[1], strict=True))
    )
    if not all(map(lt, keys, keys[1:])):
        at = next(n for n in range(1, len(keys)) if keys[n - 1] >= keys[n])
        code = "line-repeated" if keys[at - 1] == keys[at] else "line-unsorted"
        raise ProtocolError(code, file=table.file, line=at + 1, column=1, value=columns[0][at])
    return columns


def read_columns(data: bytes, table: Table) -> list[list[str]]:
    """The columns of a table in any order of lines, each field checked."""
    if re.fullmatch(table.pattern.encode(), data) is None:
        raise _first_fault(data, table)
    width = len(table.fields)
    cells = data.decode("ascii").replace("\n", "\t").split("\t")
    columns = [cells[n : len(cells) - 1 : width] for n in range(width)]
    for number, (field, column) in enumerate(zip(table.fields, columns, strict=True), 1):
        if field.beyond is None:
            continue
        for text in sorted(set(column)):
            if code := field.beyond(text):
                at = {"line": column.index(text) + 1, "column": number}
                raise ProtocolError(code, file=table.file, **at, value=text)
    return columns


def write_table(rows: Iterable[Iterable[object]]) -> bytes:
    """The bytes of a table of these rows, in the order given."""
    return "".join(["\t".join(map(str, row)) + "\n" for row in rows]).encode()


def _first_fault(data: bytes, table: Table) -> ProtocolError:
    """The refusal of the first thing that is wrong with a table that is not well formed."""
    if data.startswith(b"\xef\xbb\xbf"):
        return ProtocolError("bom", file=table.file)
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        at = {"file": table.file, "line": number}
        if number == len(lines):
            return ProtocolError("line-not-ended", **at)
        if fault := _line_fault(line, table, at):
            return fault
    raise AssertionError("a table without a fault matches its pattern")


def _line_fault(line: bytes, table: Table, at: dict[str, object]) -> ProtocolError | None:
    if not line:
        return ProtocolError("line-empty", **at)
    if b"\r" in line:
        return ProtocolError("carriage-return", **at)
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line):
        return ProtocolError("control-character", **at)
    try:
        texts = line.decode().split("\t")
    except UnicodeDecodeError:
        return ProtocolError("not-utf8", **at)
    if len(texts) != len(table.fields):
        return ProtocolError("field-count", **at, found=len(texts), wanted=len(table.fields))
    for number, (field, text) in enumerate(zip(table.fields, texts, strict=True), 1):
        if code := field.fault(text):
            return ProtocolError(code, **at, column=number, value=text[:80])
    return None
