"""Reading catalogue tables strictly: every fault of every file is collected and reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import cast


class CatalogueFault(Exception):
    """Catalogue files are wrong; the text lists every fault, each with its file and key."""


@dataclass
class Faults:
    """The faults found so far, in the order of reading."""

    found: list[str] = field(default_factory=list)

    def raise_if_any(self) -> None:
        """Raise `CatalogueFault` naming every fault, or do nothing."""
        if self.found:
            raise CatalogueFault("\n".join(self.found))


@dataclass(frozen=True)
class Table:
    """One TOML table with the place where it stands; a getter notes a fault and returns a neutral value."""

    data: Mapping[str, object]
    place: str
    faults: Faults

    def fault(self, key: str, what: str) -> None:
        """Note a fault of a key of this table."""
        self.faults.found.append(f"{self.place}: {key}: {what}")

    def only(self, *keys: str) -> None:
        """Note every key that is not expected here: a mistyped key must not be ignored in silence."""
        for key in self.data:
            if key not in keys:
                self.fault(key, "unknown key")

    def text(self, key: str, default: str | None = None, choices: Iterable[str] = ()) -> str:
        """Return a string; without a default it must be there and not empty."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.fault(key, "a text is needed")
            return ""
        allowed = tuple(choices)
        if allowed and value and value not in allowed:
            self.fault(key, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, false when absent."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, "true or false is needed")
            return False
        return value

    def number(self, key: str, default: int) -> int:
        """Return a whole number, not negative."""
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fault(key, "a whole number, not negative, is needed")
            return default
        return value

    def texts(self, key: str, choices: Iterable[str] = ()) -> tuple[str, ...]:
        """Return a list of different, non-empty strings, empty when absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fault(key, "a list of texts is needed")
            return ()
        items = tuple(cast("list[str]", value))
        for item in sorted({item for item in items if items.count(item) > 1}):
            self.fault(key, f"{item!r} stands twice")
        allowed = tuple(choices)
        for item in items:
            if allowed and item not in allowed:
                self.fault(key, f"{item!r} is not one of {', '.join(allowed)}")
        return items

    def ratio(self, key: str) -> Fraction:
        """Return an exact share, written "numerator/denominator", above 0 and at most 1."""
        written = self.text(key)
        numerator, slash, denominator = written.partition("/")
        if not (slash and numerator.isdecimal() and denominator.isdecimal() and int(denominator)):
            self.fault(key, 'a share is written "numerator/denominator"')
            return Fraction(1)
        share = Fraction(int(numerator), int(denominator))
        if not 0 < share <= 1:
            self.fault(key, "a share lies above 0 and at most at 1")
        return share

    def table(self, key: str) -> Table:
        """Return an inner table, empty when absent."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.fault(key, "a table is needed")
            value = {}
        return Table(cast("dict[str, object]", value), f"{self.place}: {key}", self.faults)

    def named_tables(self) -> Iterator[tuple[str, Table]]:
        """Yield every inner table with its name, in the order of the file."""
        for name in self.data:
            yield name, self.table(name)

    def rows(self, key: str) -> Iterator[Table]:
        """Yield each table of an array of tables, in the order of the file; its place names its id if it has one."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fault(key, "an array of tables is needed")
            return
        for position, row in enumerate(cast("list[dict[str, object]]", value), start=1):
            label = row.get("id") or row.get("code") or row.get("name") or position
            yield Table(row, f"{self.place}: {key} {label}", self.faults)


def read_file(path: Path, faults: Faults) -> Table:
    """Read one TOML file; a file that is missing or broken is a fault, not an exception."""
    try:
        data: Mapping[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.found.append(f"{path.name}: cannot be read: {error}")
        data = {}
    return Table(data, path.name, faults)
