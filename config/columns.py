"""The headings under which the columns of a register's file are known, read from catalogues/columns.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "catalogues" / "columns.toml"
REGISTERS = ("enterprises", "inspectors", "experts", "absences", "facts", "items", "divisions")
_WORDS = ("empty", "yes", "no", "separators", "personal", "ours", "ignored", "mojibake")
_NOTE = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$")
_DROPPED = re.compile(r"[\s_*:\-]+")


class ColumnsFault(Exception):
    """columns.toml is wrong; the text lists every fault."""


@dataclass(frozen=True)
class Field:
    """A field of a register: its id, whether a file must have it, and its headings, the usual one first."""

    id: str
    required: bool
    names: tuple[str, ...]


@dataclass(frozen=True)
class ColumnCatalogue:
    """Everything that is known about files: fields by register, and words by what they mean in a cell."""

    fields: Mapping[str, tuple[Field, ...]]
    headings: Mapping[str, Mapping[str, str]]
    empty: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    separators: tuple[str, ...]
    personal: frozenset[str]
    ours: tuple[str, ...]
    ignored: frozenset[str]
    mojibake: tuple[str, ...]
    industry_edition: str

    def field_of(self, register: str, heading: str) -> str | None:
        """Return the field of a register that a heading names, None when it names none."""
        return self.headings[register].get(heading_key(heading))


def heading_key(heading: str) -> str:
    """Return a heading as it is compared: half-width, lower case, no blanks or marks, no note in brackets.

    >>> heading_key(" 统一社会信用代码（必填）* "), heading_key("Risk_Class"), heading_key("E-mail")
    ('统一社会信用代码', 'riskclass', 'email')
    """
    folded = _DROPPED.sub("", unicodedata.normalize("NFKC", heading).casefold())
    return _NOTE.sub("", folded) or folded


def read_columns(path: Path) -> ColumnCatalogue:
    """Read a catalogue of columns; raise `ColumnsFault` naming every fault."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = [f"{name}: a list of texts is needed" for name in _WORDS if not _is_texts(data.get(name))]
    faults += [f"{name}: unknown key" for name in data if name not in (*_WORDS, *REGISTERS, "industry_edition")]
    faults += [
        f"{name}: the register's columns are missing" for name in REGISTERS if not isinstance(data.get(name), dict)
    ]
    if faults:
        raise ColumnsFault("\n".join(faults))
    fields = {register: _fields(register, data[register], faults) for register in REGISTERS}
    headings = {register: _headings(register, fields[register], faults) for register in REGISTERS}
    if faults:
        raise ColumnsFault("\n".join(faults))
    return ColumnCatalogue(
        fields=fields,
        headings=headings,
        empty=frozenset(word.casefold() for word in data["empty"]),
        yes=frozenset(word.casefold() for word in data["yes"]),
        no=frozenset(word.casefold() for word in data["no"]),
        separators=tuple(data["separators"]),
        personal=frozenset(map(heading_key, data["personal"])),
        ours=tuple(data["ours"]),
        ignored=frozenset(map(heading_key, [*data["ignored"], *data["ours"]])),
        mojibake=tuple(data["mojibake"]),
        industry_edition=str(data["industry_edition"]),
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _fields(register: str, table: Mapping[str, Any], faults: list[str]) -> tuple[Field, ...]:
    found = []
    for name, entry in table.items():
        names = entry.get("names") if isinstance(entry, dict) else None
        if not names or not _is_texts(names) or not set(entry) <= {"required", "names"}:
            faults.append(f"{register}.{name}: names (a list of texts) and required (true or false) are needed")
            continue
        found.append(Field(name, bool(entry.get("required", False)), tuple(names)))
    return tuple(found)


def _headings(register: str, fields: tuple[Field, ...], faults: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields:
        for name in (field.id, *field.names):
            other = found.setdefault(heading_key(name), field.id)
            if other != field.id:
                faults += [f"{register}: {name!r} names {other} and {field.id}"]
    return found


@cache
def column_catalogue() -> ColumnCatalogue:
    """Return the catalogue of the service, read once."""
    return read_columns(FILE)
