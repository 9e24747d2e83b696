"""The settings of one installation: read once, checked whole, handed down as one immutable object."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.catalogues.faults import CatalogueFault
from config.catalogues.visits import FILE as VISITS
from config.catalogues.visits import VisitCatalogue, load_visits

DEFAULTS = Path(__file__).parent / "default.toml"
LEVELS = ("county", "city", "province")
_TIME = re.compile(r"(?a:[01]\d|2[0-3]):[0-5]\d")
_IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,48}")


class SettingsFault(Exception):
    """The settings are wrong; the text lists every fault with its key."""


@dataclass(frozen=True, slots=True)
class Office:
    """Whose service this is."""

    agency: str
    name_zh: str
    name_en: str
    district: str
    level: str


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What the plan is made with: shares in percent, the rules of visits, the months of the general tier's draws."""

    reserve_percent: int
    key_percent: int
    key_share_floor_percent: int
    general_cycle_years: int
    staff_floor_percent: Mapping[str, int]
    visits: VisitCatalogue
    batch_months: tuple[int, ...]
    journey_seconds: int


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """What a draw is made with where its draft says nothing else, and what the clock does of it."""

    mode: str
    lead_seconds: int
    slack: int
    seal_on_day: bool
    seal_from: str
    seal_until: str
    ceremony_minutes: int
    conduct_when_complete: bool


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """What the days and teams of a month are drawn with: visits a person makes a day at most."""

    visits_a_day: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation decides."""

    data: Path
    database_url: str
    office: Office
    plan: PlanSettings
    draw: DrawSettings
    schedule: ScheduleSettings


def load_settings(data: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read default.toml, then <data>/settings.toml over it, and the rules of visits; raise `SettingsFault` with all
    faults of the settings, or of the rules.

    The data folder is `data`, else DOUBLE_RANDOM_DATA, else `var`; the database is DOUBLE_RANDOM_DATABASE, else a
    SQLite file in the data folder.
    """
    folder = data or Path(environ.get("DOUBLE_RANDOM_DATA") or "var")
    values = _read(DEFAULTS)
    own = folder / "settings.toml"
    faults: list[str] = []
    if own.is_file():
        faults += _unknown_keys(_read(own), values, "")
        values = _merge(values, _read(own))
    url = environ.get("DOUBLE_RANDOM_DATABASE") or f"sqlite:///{(folder / 'double-random.sqlite').resolve()}"
    reader = _Reader(values, faults)
    settings = Settings(folder, url, _office(reader), _plan(reader, _visits(folder)), _draw(reader), _schedule(reader))
    if faults:
        raise SettingsFault("\n".join(f"{own}: {fault}" for fault in faults))
    return settings


def _visits(folder: Path) -> VisitCatalogue:
    try:
        return load_visits(folder)
    except CatalogueFault as fault:
        raise SettingsFault(f"{folder / VISITS.name}: {fault}") from fault


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault(f"{path}: no valid TOML: {fault}") from fault


def _unknown_keys(own: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> list[str]:
    faults: list[str] = []
    for key, value in own.items():
        name = f"{prefix}{key}"
        if key not in known:
            faults.append(f"{name} is no setting")
        elif isinstance(value, dict) and isinstance(known[key], dict):
            faults += _unknown_keys(value, known[key], f"{name}.")
    return faults


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both_tables = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merge(base[key], value) if both_tables else value
    return merged


class _Reader:
    """Takes values out of the tables and notes each fault, so that all are reported at once."""

    def __init__(self, values: Mapping[str, Any], faults: list[str]) -> None:
        self.values = values
        self.faults = faults

    def get(self, name: str) -> Any:
        value: Any = self.values
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def text(self, name: str, accepts: Callable[[str], object] = bool, wanted: str = "a text") -> str:
        value = self.get(name)
        if isinstance(value, str) and accepts(value):
            return value
        self.faults.append(f"{name} must be {wanted}, not {value!r}")
        return ""

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            self.faults.append(f"{name} must be true or false, not {value!r}")
        return bool(value)

    def number(self, name: str, low: int, high: int) -> int:
        return self.check_number(name, self.get(name), low, high)

    def check_number(self, name: str, value: object, low: int, high: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.faults.append(f"{name} must be a whole number from {low} to {high}, not {value!r}")
        return low

    def numbers(self, name: str, required: Iterable[str], low: int, high: int) -> dict[str, int]:
        table = self.get(name)
        if not isinstance(table, dict):
            self.faults.append(f"{name} must be a table")
            return {}
        self.faults += [f"{name}.{key} is missing" for key in required if key not in table]
        return {key: self.check_number(f"{name}.{key}", value, low, high) for key, value in sorted(table.items())}


def _office(reader: _Reader) -> Office:
    return Office(
        agency=reader.text("office.agency", _IDENTIFIER.fullmatch, "an identifier of 1 to 48 letters and digits"),
        name_zh=reader.text("office.name_zh"),
        name_en=reader.text("office.name_en"),
        district=reader.text("office.district", re.compile(r"\d{6}").fullmatch, "a GB/T 2260 code of six digits"),
        level=reader.text("office.level", LEVELS.__contains__, "one of " + ", ".join(LEVELS)),
    )


def _plan(reader: _Reader, visits: VisitCatalogue) -> PlanSettings:
    months = reader.get("plan.batches.months")
    if not isinstance(months, list) or not months:
        reader.faults.append("plan.batches.months must be a list of months")
        months = []
    checked = [reader.check_number("plan.batches.months", month, 1, 12) for month in months]
    if sorted(set(checked)) != checked:
        reader.faults.append("plan.batches.months must ascend, none twice")
    reserve = reader.number("plan.reserve_percent", 0, 99)
    key = reader.number("plan.key_percent", 0, 100)
    if key + reserve > 100:
        reader.faults.append("plan.key_percent and plan.reserve_percent are over 100 together")
    return PlanSettings(
        reserve_percent=reserve,
        key_percent=key,
        key_share_floor_percent=reader.number("plan.key_share_floor_percent", 0, 100),
        general_cycle_years=reader.number("plan.general_cycle_years", 1, 10),
        staff_floor_percent=reader.numbers("plan.staff_floor_percent", LEVELS, 0, 100),
        visits=visits,
        batch_months=tuple(checked),
        journey_seconds=reader.number("plan.journey_seconds", 0, 3600),
    )


def _draw(reader: _Reader) -> DrawSettings:
    return DrawSettings(
        mode=reader.text("draw.mode", ("open", "sealed").__contains__, "open or sealed"),
        lead_seconds=reader.number("draw.lead_seconds", 0, 30 * 86400),
        slack=reader.number("draw.slack", 0, 1000),
        seal_on_day=reader.flag("draw.seal_on_day"),
        seal_from=reader.text("draw.seal_from", _TIME.fullmatch, "a time HH:MM"),
        seal_until=reader.text("draw.seal_until", _TIME.fullmatch, "a time HH:MM"),
        ceremony_minutes=reader.number("draw.ceremony_minutes", 0, 7 * 1440),
        conduct_when_complete=reader.flag("draw.conduct_when_complete"),
    )


def _schedule(reader: _Reader) -> ScheduleSettings:
    return ScheduleSettings(visits_a_day=reader.number("schedule.visits_a_day", 1, 10))
