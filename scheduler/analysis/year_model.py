"""What a simulated year is made of: a plan's document and the general tier, read into one frozen value.

Days are whole thousandths of a person-day throughout (`MILLI`), so that a simulation adds integers alone. Lists by
month run from January to December. Divisions stand in the order of their ids, whatever the document's order.

1. Days for visits: the division's supervision days. The key part stands by month in the document; the general part
   and the reserve are parted over the months by their workdays.
2. Key visits are due in the months the plan gives them. General visits are due from the month of their batch on.
3. A cause's days set aside are its row of the budget, parted over the months by workdays, and so are its events.
   Where the budget has no such row, it is taken to set aside what the cause asks for on average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from config.catalogues.simulation import Cause, SimulationCatalogue
from scheduler.errors import InvalidInput
from scheduler.plans.document_types import KNOWN, PROVABLE
from scheduler.plans.exact import apportion
from scheduler.plans.general_tier.batches import Stratum
from scheduler.plans.month_patterns import MONTHS

MILLI = 1000

Months = tuple[int, ...]


@dataclass(frozen=True)
class DivisionCause:
    """A cause in one division: events by month (mean, or person-days and the chance of each), size, days set aside."""

    id: str
    days_each: int
    set_aside: Months
    means: tuple[Fraction, ...] = ()
    trials: Months = ()
    chance: Fraction = Fraction(0)

    def expected(self) -> Fraction:
        """Return the days a year that the cause asks for on average."""
        return self.days_each * (sum(self.means, Fraction(0)) + sum(self.trials) * self.chance)


@dataclass(frozen=True)
class DivisionYear:
    """A division's year: days for visits and days of key visits due, by month, and what may take days away."""

    id: str
    name: str
    staff: int
    visit_days: Months
    key_days: Months
    causes: tuple[DivisionCause, ...]


@dataclass(frozen=True)
class StratumPart:
    """Enterprises of a risk class in one division (its place in the model), and the days of one visit there.

    `directed` are the numbers of the directed batches that may draw them.
    """

    division: int
    population: int
    visit_days: int
    directed: tuple[int, ...] = ()


@dataclass(frozen=True)
class BatchDraw:
    """What one batch draws in one month: how many of each class; a directed one of those that name it alone."""

    number: int
    month: int
    sizes: Mapping[str, int]
    directed: bool = False


@dataclass(frozen=True)
class YearModel:
    """Everything a simulated year depends on."""

    divisions: tuple[DivisionYear, ...]
    strata: Mapping[str, tuple[StratumPart, ...]]
    batches: tuple[BatchDraw, ...]


def read_year(document: Mapping[str, Any], strata: Sequence[Stratum], catalogue: SimulationCatalogue) -> YearModel:
    """Read a plan's document; `strata` say how the general tier lies over the divisions (the document does not).

    Raises `InvalidInput`: `analysis-document` for anything but an annual plan, `analysis-rate` for a rate that no
    year can hold.
    """
    if document.get("type") not in KNOWN:
        raise InvalidInput("analysis-document", found=document.get("type"), wanted=PROVABLE)
    workdays = document["calendar"]["by_month"]
    loads = {load["division"]: load for load in document["coverage"]["loads"]}
    units = sorted(document["budget"]["divisions"], key=lambda unit: str(unit["id"]))
    divisions = tuple(_division(unit, loads[unit["id"]], workdays, catalogue.causes) for unit in units)
    place = {division.id: number for number, division in enumerate(divisions)}
    return YearModel(
        divisions=divisions,
        strata={stratum.id: _parts(stratum, place) for stratum in strata},
        batches=tuple(
            BatchDraw(batch["number"], batch["month"], _sizes(batch["strata"]), bool(batch.get("filter")))
            for batch in document["batches"]
        ),
    )


def _sizes(strata: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add up what a batch draws by risk class; its strata may part a class by district."""
    sizes: dict[str, int] = {}
    for each in strata:
        risk = each["id"].partition(".")[0]
        sizes[risk] = sizes.get(risk, 0) + each["expected_size"]
    return sizes


def milli(days: int | str | Fraction) -> int:
    """Turn person-days as a document writes them into whole thousandths, halves up."""
    return int(Fraction(days) * MILLI + Fraction(1, 2))


def _division(
    unit: Mapping[str, Any], load: Mapping[str, Any], workdays: Sequence[int], causes: Sequence[Cause]
) -> DivisionYear:
    rest = apportion(milli(unit["parts"]["general"]) + milli(unit["parts"]["reserve"]), workdays)
    return DivisionYear(
        id=unit["id"],
        name=unit["name"],
        staff=unit["staff"],
        visit_days=tuple(milli(days) + more for days, more in zip(load["capacity"], rest, strict=True)),
        key_days=tuple(map(milli, load["load"])),
        causes=tuple(_cause(cause, unit, workdays) for cause in causes),
    )


def _cause(cause: Cause, unit: Mapping[str, Any], workdays: Sequence[int]) -> DivisionCause:
    kind, row = cause.row
    written = unit["rows"].get(kind, {}).get(row)
    events = _events(cause, unit, written)
    set_aside = events * cause.days_each if written is None else Fraction(written)
    year, days_each = sum(workdays), milli(cause.days_each)
    aside = tuple(apportion(milli(set_aside), workdays))
    if cause.spread == "poisson":
        return DivisionCause(cause.id, days_each, aside, means=tuple(events * days / year for days in workdays))
    trials = tuple(unit["staff"] * days for days in workdays)
    chance = events / sum(trials) if sum(trials) else Fraction(0)
    if chance > 1:
        raise InvalidInput("analysis-rate", cause=cause.id, division=unit["name"], rate=events / unit["staff"])
    return DivisionCause(cause.id, days_each, aside, trials=trials, chance=chance)


def _events(cause: Cause, unit: Mapping[str, Any], written: int | str | None) -> Fraction:
    """Return the events a year on average: the division's own rate, else the budget's days, else the general rate."""
    scale = unit["staff"] if cause.per == "person" else 1
    if unit["id"] in cause.by_division:
        return cause.by_division[unit["id"]] * scale
    if cause.average == "budget" and written is not None:
        return Fraction(written) / cause.days_each
    return cause.rate * scale


def _parts(stratum: Stratum, place: Mapping[str, int]) -> tuple[StratumPart, ...]:
    for part in stratum.parts:
        if part.division not in place:
            raise InvalidInput("analysis-division", stratum=stratum.id, division=part.division)
    parts = (
        StratumPart(place[part.division], part.population, milli(part.workload), part.directed)
        for part in stratum.parts
    )
    return tuple(sorted(parts, key=lambda part: (part.division, part.directed)))


__all__ = ["MILLI", "MONTHS", "BatchDraw", "DivisionCause", "DivisionYear", "StratumPart", "YearModel", "read_year"]
