"""The rows of the workday budget's two deductions, read from `catalogues/workdays.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "catalogues" / "workdays.toml"
ROW_COUNTS = {"other_enforcement": 10, "non_enforcement": 7}


class WorkdayCatalogueFault(Exception):
    """The catalogue is wrong; the text names every fault."""


@dataclass(frozen=True)
class Row:
    """One row of the budget: id, and its name in both languages."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class WorkdayCatalogue:
    """The 10 rows of other enforcement and the 7 of non-enforcement, in printed order."""

    other_enforcement: tuple[Row, ...]
    non_enforcement: tuple[Row, ...]


@cache
def workday_catalogue() -> WorkdayCatalogue:
    """Return the catalogue of the service, read once."""
    return load_workdays(FILE)


def row_key(name: str) -> str:
    """Reduce a row's id or name to its letters and digits, so that spelling of spaces and case is no matter."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def load_workdays(path: Path) -> WorkdayCatalogue:
    """Read a catalogue file; raise `WorkdayCatalogueFault` naming every fault at once."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkdayCatalogueFault(f"{path.name}: not TOML in UTF-8: {error}") from error
    faults = [f"{name} is unknown" for name in sorted(table.keys() - ROW_COUNTS.keys())]
    rows = {part: _rows(table.get(part), part, count, faults) for part, count in ROW_COUNTS.items()}
    if faults:
        raise WorkdayCatalogueFault("\n".join(f"{path.name}: {fault}" for fault in faults))
    return WorkdayCatalogue(**rows)


def _rows(table: object, part: str, count: int, faults: list[str]) -> tuple[Row, ...]:
    items = table if isinstance(table, list) else []
    if len(items) != count:
        faults.append(f"{part} needs {count} rows, has {len(items)}")
    rows = []
    for item in items:
        texts = isinstance(item, dict) and all(isinstance(text, str) for text in item.values())
        if not texts or item.keys() != {"id", "zh", "en"}:
            faults.append(f"{part}: a row is exactly id, zh, en, all texts: {item}")
            continue
        rows.append(Row(**item))
    for row in rows:
        names = {row_key(row.id), row_key(row.zh), row_key(row.en)}
        others = {row_key(name) for other in rows if other is not row for name in (other.id, other.zh, other.en)}
        faults += [f"{part}: {name} names two rows" for name in sorted(names & others)]
    return tuple(rows)
