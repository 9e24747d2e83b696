"""The rows of the workday budget and the office's settings for it, read from `catalogues/workdays.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "catalogues" / "workdays.toml"
ROWS = {"other_enforcement": 10, "non_enforcement": 7}


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
    """The 10 + 7 rows in printed order; floors and shares in whole percent."""

    other_enforcement: tuple[Row, ...]
    non_enforcement: tuple[Row, ...]
    staff_floor_percent: Mapping[str, int]
    reserve_percent: int
    key_floor_percent: int


@cache
def workday_catalogue() -> WorkdayCatalogue:
    """Return the catalogue of the service, read once."""
    return load_workdays(FILE)


def load_workdays(path: Path) -> WorkdayCatalogue:
    """Read a catalogue file; raise `WorkdayCatalogueFault` naming every fault at once."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkdayCatalogueFault(f"{path.name}: not TOML in UTF-8: {error}") from error
    faults: list[str] = []
    names = {*ROWS, "staff_floor_percent", "reserve", "key_share"}
    faults += [f"{name} is unknown" for name in sorted(table.keys() - names)]
    faults += [f"{name} is missing" for name in sorted(names - table.keys())]
    rows = {part: _rows(table.get(part), part, count, faults) for part, count in ROWS.items()}
    floors = _percents(table.get("staff_floor_percent"), "staff_floor_percent", faults)
    reserve = _percents(table.get("reserve"), "reserve", faults).get("percent")
    key_floor = _percents(table.get("key_share"), "key_share", faults).get("floor_percent")
    if faults or reserve is None or key_floor is None:
        raise WorkdayCatalogueFault("\n".join(f"{path.name}: {fault}" for fault in faults))
    return WorkdayCatalogue(
        other_enforcement=rows["other_enforcement"],
        non_enforcement=rows["non_enforcement"],
        staff_floor_percent=floors,
        reserve_percent=reserve,
        key_floor_percent=key_floor,
    )


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
    names = [name for row in rows for name in (row.id, row.zh, row.en)]
    faults += [f"{part}: {name} stands twice" for name in sorted(names) if names.count(name) > 1]
    return tuple(rows)


def _percents(table: object, where: str, faults: list[str]) -> dict[str, int]:
    if not isinstance(table, dict):
        return {}
    for name, value in table.items():
        if type(value) is not int or not 0 <= value <= 100:
            faults.append(f"{where}.{name} must be a whole number from 0 to 100")
    wanted = {"reserve": {"percent"}, "key_share": {"floor_percent"}}.get(where, table.keys())
    if table.keys() != wanted:
        faults.append(f"{where} needs exactly {', '.join(sorted(wanted))}")
    return table
