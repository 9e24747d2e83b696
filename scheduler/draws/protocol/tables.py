"""Tables: lines of TAB-separated fields (draw-protocol.md, sections 1, 2, 5 to 8, 13), and their Merkle trees.

1. UTF-8 without BOM; each line ended by LF; no empty line, no CR, no other control characters.
2. Lines strictly ascending: by bytes of the first field or the first two, counts as numbers.
3. Leaf i of a table's tree is line i without LF; its root is the RFC 6962 tree hash.

>>> read_table(b"E1\\tA\\t\\tarea:1\\nE2\\tA\\tskill:fire\\t\\n", POOL)
[['E1', 'E2'], ['A', 'A'], ['', 'skill:fire'], ['area:1', '']]
>>> merkle_root([b"a", b"b", b"c"]).hex()[:16]
'36642e73c2540ab1'
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from operator import lt
from typing import Any

from scheduler.draws.protocol.encoding import HEX_32, IDENTIFIER, INTEGER, LIMIT, TAG, matches, order_fault, split_list
from scheduler.draws.protocol.errors import ProtocolError

ROLES = {"role:inspector", "role:expert"}
LIST = f"(?:{TAG}(?:,{TAG})*)?"
CONTROL = (rb"[\x00-\x08\x0b-\x1f\x7f]", "control-character")
LINE_FAULTS = ((b"^\xef\xbb\xbf", "bom"), (b"^$", "line-empty"), (b"\r", "carriage-return"), CONTROL)


@dataclass(frozen=True, slots=True)
class Field:
    """A kind of field: its grammar, the refusal of a text outside it, and `beyond`, which finds what no grammar can."""

    pattern: str
    code: str
    beyond: Callable[[str], str | None] | None = None

    def fault(self, text: str) -> str | None:
        """The code of the fault in `text`, if there is one."""
        inside = matches(self.pattern, text)
        return self.beyond(text) if self.beyond and inside else None if inside else self.code


def _size_fault(text: str) -> str | None:
    return "integer-too-large" if len(text) > 16 or int(text) >= LIMIT else None


def _list_fault(text: str) -> str | None:
    return order_fault(split_list(text))


def _needs_fault(text: str) -> str | None:
    return "need-role" if re.search("(?:^|,)role:", text) else _list_fault(text)


def _skills_fault(text: str) -> str | None:
    return _list_fault(text) or ("role-missing", None, "role-twice")[len(ROLES.intersection(split_list(text)))]


ID, COUNT = Field(IDENTIFIER, "identifier-grammar"), Field(INTEGER, "integer-grammar", _size_fault)
TAGS, NEEDS, SKILLS = (Field(LIST, "list-grammar", beyond) for beyond in (_list_fault, _needs_fault, _skills_fault))
HEX, EVIDENCE = Field(HEX_32, "hex-grammar"), Field(f"(?:{HEX_32})?", "hex-grammar")
HOLDER, MONTH_LIST = Field(f"(?:{IDENTIFIER})?", "identifier-grammar"), Field("[1-9,][0-9,]*", "months-grammar")
KIND = Field("exclude|recuse|withdraw|enlist|done|void|reveal", "event-kind-unknown")
DETAIL, DONE, DRAWN = (Field(words, "word-unknown") for words in ("[!-~]*", "open|done", "selected|reserve"))


@dataclass(frozen=True, slots=True)
class Table:
    """The shape of a table: the name of its file, its fields, and how many of them, the first ones, are its key."""

    file: str
    fields: tuple[Field, ...]
    keys: int = 1


EXCLUDED, ENTERPRISES = Table("excluded.tsv", (ID, ID)), Table("enterprises.tsv", (ID, ID))
INSPECTORS, POOL = Table("inspectors.tsv", (ID, COUNT, SKILLS, TAGS)), Table("pool.tsv", (ID, ID, NEEDS, TAGS))
RECUSALS, ORDER = Table("recusals.tsv", (ID, ID), 2), Table("order.tsv", (ID, COUNT, ID, HEX, DRAWN), 2)
ASSIGN, STATE = Table("assign.tsv", (ID, COUNT, ID), 2), Table("state.tsv", (ID, COUNT, HOLDER, DONE), 2)
EVENTS, MONTHS = Table("events.tsv", (COUNT, KIND, ID, DETAIL, EVIDENCE, HEX)), Table("months.tsv", (ID, MONTH_LIST))


def read_table(data: bytes, table: Table) -> list[list[str]]:
    """The columns of a table, every field and the order of the lines checked."""
    line, width = "\t".join(f"(?:{field.pattern})" for field in table.fields), len(table.fields)
    if re.search(f"\n(?!{line}\n|\\Z)".encode(), b"\n" + data):  # a line that does not match, or has no end
        raise next(_faults(data, table))
    cells = data.decode().replace("\n", "\t").split("\t")
    columns = [cells[n:-1:width] for n in range(width)]
    parts = [map(int, columns[n]) if table.fields[n] is COUNT else columns[n] for n in range(table.keys)]
    for field, column in zip(table.fields, columns, strict=True):
        if field.beyond and any(map(field.beyond, set(column))):
            raise next(_faults(data, table))
    keys: list[Any] = list(parts[0] if table.keys == 1 else zip(*parts, strict=True))
    if not all(map(lt, keys, keys[1:])):
        at = next(n for n in range(1, len(keys)) if keys[n - 1] >= keys[n])
        code = "line-repeated" if keys[at - 1] == keys[at] else "line-unsorted"
        raise ProtocolError(code, file=table.file, line=at + 1, column=1, value=columns[table.keys - 1][at])
    return columns


def _faults(data: bytes, table: Table) -> Iterator[ProtocolError]:
    """What is wrong with the lines of a table, from the top."""
    *lines, _ = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        at, texts = {"file": table.file, "line": number}, line.decode(errors="replace").split("\t")
        yield from (ProtocolError(code, **at) for pattern, code in LINE_FAULTS if re.search(pattern, line))
        if len(texts) != len(table.fields):
            yield ProtocolError("field-count", **at, found=len(texts), wanted=len(table.fields))
        for column, (field, text) in enumerate(zip(table.fields, texts, strict=False), 1):
            if code := field.fault(text):
                yield ProtocolError(code, **at, column=column, value=text[:80])
    yield ProtocolError("line-not-ended", file=table.file, line=len(lines) + 1)


def write_table(rows: Iterable[Iterable[object]]) -> bytes:
    """The bytes of a table of these rows, in the order given."""
    return "".join(["\t".join(map(str, row)) + "\n" for row in rows]).encode()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The tree hash of the leaves, 32 bytes; an odd hash at the end of a level moves up as it is."""
    level = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0] if level else sha256().digest()


def table_root(table: bytes) -> str:
    """The root of a table as hex."""
    return merkle_root(table.split(b"\n")[:-1]).hex()
