"""The rates of simulated years, read from `simulation.toml` or from an office's own file of the same form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from config.catalogues.faults import Faults, Table, read_file

FILE = Path(__file__).parent / "simulation.toml"
MARKS = ("law", "seen", "default")
ROW_KINDS = ("other_enforcement", "non_enforcement")
_DECIMAL = re.compile(r"(?a:\d{1,6}(\.\d{1,3})?)")


@dataclass(frozen=True)
class Cause:
    """What takes days from visits: `rate` events a year per division or person, `days_each` person-days an event.

    `row` is the deduction and the row of the workday budget that sets days aside for it. `by_division` holds the rates
    of divisions that have their own, in the same unit. `average`, `spread`: see simulation.toml.
    """

    id: str
    zh: str
    en: str
    row: tuple[str, str]
    average: str
    rate: Fraction
    per: str
    days_each: Fraction
    spread: str
    by_division: Mapping[str, Fraction]
    mark: str


@dataclass(frozen=True)
class SimulationCatalogue:
    """The causes in their printed order; the horizons in years and the share in percent of the coverage forecast."""

    causes: tuple[Cause, ...]
    horizons: tuple[int, ...]
    reached_percent: int


@cache
def simulation_catalogue() -> SimulationCatalogue:
    """Return the catalogue of the service, read once."""
    return read_simulation(FILE)


def read_simulation(path: Path) -> SimulationCatalogue:
    """Read a file of rates; raise `CatalogueFault` naming every fault with its key."""
    faults = Faults()
    table = read_file(path, faults)
    table.only("cause", "forecast")
    causes = tuple(_cause(row) for row in table.rows("cause"))
    for name in ("id", "row"):
        listed = [getattr(cause, name) for cause in causes]
        for value in sorted({value for value in listed if listed.count(value) > 1}):
            table.fault("cause", f"{name} {'.'.join(value) if isinstance(value, tuple) else value} stands twice")
    forecast = table.table("forecast")
    forecast.only("horizons", "reached_percent")
    percent = forecast.number("reached_percent", 95)
    if not 0 < percent < 100:
        forecast.fault("reached_percent", "a percentage above 0 and below 100 is needed")
    catalogue = SimulationCatalogue(causes, _horizons(forecast), percent)
    faults.raise_if_any()
    return catalogue


def _cause(row: Table) -> Cause:
    row.only("id", "zh", "en", "row", "average", "rate", "per", "days_each", "spread", "by_division", "mark")
    kind, _, name = row.text("row").partition(".")
    if kind not in ROW_KINDS or not name:
        row.fault("row", f"a row of the workday budget is needed, for example {ROW_KINDS[0]}.licensing")
    days_each = _decimal(row, "days_each")
    if days_each <= 0:
        row.fault("days_each", "must be above 0")
    own = row.table("by_division")
    per = row.text("per", choices=("division", "person"))
    spread = row.text("spread", choices=("poisson", "binomial"))
    if spread == "binomial" and per != "person":
        row.fault("spread", 'binomial counts person-days, so it needs per = "person"')
    return Cause(
        id=row.text("id"),
        zh=row.text("zh"),
        en=row.text("en"),
        row=(kind, name),
        average=row.text("average", choices=("budget", "rate")),
        rate=_decimal(row, "rate"),
        per=per,
        days_each=days_each,
        spread=spread,
        by_division={division: _decimal(own, division) for division in sorted(own.data)},
        mark=row.text("mark", choices=MARKS),
    )


def _decimal(table: Table, key: str) -> Fraction:
    written = table.text(key)
    if not _DECIMAL.fullmatch(written):
        table.fault(key, 'a number of at most 3 decimals is needed, written as a text: "1.5"')
        return Fraction(1)
    return Fraction(written)


def _horizons(table: Table) -> tuple[int, ...]:
    value = table.data.get("horizons")
    whole = isinstance(value, list) and all(type(year) is int and 1 <= year <= 50 for year in value)
    if not isinstance(value, list) or not whole or not value or sorted(set(value)) != value:
        table.fault("horizons", "ascending years from 1 to 50 are needed, none twice")
        return (1,)
    return tuple(value)
