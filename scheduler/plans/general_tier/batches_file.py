"""The members `ratios` and `batches` of a plan's inputs: how the general tier is drawn this year.

    "ratios": {"A": "1/100", "C": "12.5 %"},
    "batches": [
      {"month": 3},
      {"on": "2026-05-12", "title": "粉尘涉爆专项", "items": ["YJ-01"], "strata": "risk.district",
       "filter": {"sectors": ["dust-explosion"], "districts": [..], "risks": [..], "kinds": [..],
                  "industries": ["C26"]},
       "ratios": {"A": "1/10", ..}, "cool_down": {"penalised-lately": 12, "annual-cap": false}}]

1. A ratio is a fraction "1/20", a percentage "5 %", or a number from 0 to 1; exact. `ratios` change the catalogue's.
2. A batch stands on a workday of the plan's year: a day `on`, or the first workday of a `month`. Batches are taken in
   the order of their days, whatever the order of the file.
3. A batch draws by `ratios` of its own for every class within its filter, or a `share` of the year's. Without either a
   directed batch takes the year's ratio whole; undirected ones part among them what no other undirected one states.
4. Without `batches` the office's months (setting `plan.batches.months`) stand for undirected ones.

A refusal names the path, as in `batches[1].filter.sectors[0]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from config.calendars import Calendar
from config.catalogues import RiskClass, load_catalogues
from config.catalogues.cool_down import cool_down_catalogue
from scheduler.draws.scope import FILTERS, is_industry
from scheduler.draws.settings import STRATA
from scheduler.errors import InvalidInput
from scheduler.plans.deadlines import read_date, statutory_calendar
from scheduler.plans.json_input import Field
from scheduler.plans.month_patterns import MONTHS

MEMBERS = ("ratios", "batches")
LONGEST_TITLE = 120
_MEMBERS = ("month", "on", "title", "items", "filter", "share", "ratios", "strata", "cool_down")
_RATIO = re.compile(r"(?a:(\d{1,9})\s*/\s*(\d{1,9})|(\d{1,3}(?:\.\d{1,6})?)\s*[%％])")


@dataclass(frozen=True)
class BatchInput:
    """A batch as planned: its day, what is inspected, whom it may draw and by which ratio of each risk class.

    `path` is where it stands in the inputs. `scope` is the filter, empty for an undirected batch. `share` is the part
    of the year's ratio, None when `ratios` are its own; in both cases `ratios` are those it draws by.
    """

    path: str
    on: date
    title: str
    items: tuple[str, ...]
    scope: Mapping[str, tuple[str, ...]]
    strata: str
    share: Fraction | None
    ratios: Mapping[str, Fraction]
    cool_down: Mapping[str, int | bool]

    @property
    def directed(self) -> bool:
        """Say whether the batch draws from a part of the directory."""
        return bool(self.scope)


@dataclass(frozen=True)
class BatchInputs:
    """The year's ratio of each risk class, and the batches by day."""

    ratios: Mapping[str, Fraction]
    batches: tuple[BatchInput, ...]


def read_batches(inputs: Field, year: int, months: Sequence[int]) -> BatchInputs:
    """Read both members; `months` are those of the office's batches. Raises `InvalidInput` naming the path."""
    classes = {each.id: each for each in load_catalogues().risk.classes}
    ratios = {name: each.ratio for name, each in classes.items()} | _ratios(inputs.find("ratios"), classes)
    calendar = statutory_calendar(year)
    listed = inputs.find("batches")
    if listed is None:
        read = [_plain(f"batches ({month})", first_workday(calendar, month)) for month in months]
    else:
        read = [_read_batch(each, calendar, classes) for each in listed.items()]
    batches = sorted(_with_ratios(read, ratios), key=lambda batch: batch.on)
    for batch in batches:
        if not any(ratio for name, ratio in batch.ratios.items() if name in batch.scope.get("risks", (name,))):
            raise InvalidInput("batch-ratio-zero", path=batch.path)
    return BatchInputs(ratios, tuple(batches))


def first_workday(calendar: Calendar, month: int) -> date:
    """Return the first workday of a month."""
    day = date(calendar.year, month, 1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def read_ratio(field: Field) -> Fraction:
    """Return a ratio from 0 to 1; refuse any other (`batch-ratio`, `batch-ratio-over-one`)."""
    if isinstance(field.value, str):
        found = _RATIO.fullmatch(field.value.strip())
        if found is None or found[2] in ("0", "00"):
            raise field.fault("batch-ratio", value=field.value[:40])
        ratio = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(found[3]) / 100
    else:
        ratio = Fraction(field.number())
    if ratio > 1:
        raise field.fault("batch-ratio-over-one", value=str(field.value)[:40])
    return ratio


def _ratios(given: Field | None, classes: Mapping[str, RiskClass]) -> dict[str, Fraction]:
    if given is None:
        return {}
    for name, field in given.members():
        if name not in classes:
            raise field.fault("batch-class-unknown", known=", ".join(classes))
    return {name: read_ratio(field) for name, field in given.members()}


def _plain(path: str, on: date) -> BatchInput:
    return BatchInput(path, on, "", (), {}, "risk", None, {}, {})


def _read_batch(batch: Field, calendar: Calendar, classes: Mapping[str, RiskClass]) -> BatchInput:
    batch.check_members(_MEMBERS)
    scope = _scope(batch.find("filter"))
    title, share, own, strata = (batch.find(name) for name in ("title", "share", "ratios", "strata"))
    if share is not None and own is not None:
        raise own.fault("batch-ratio-twice", other=share.path)
    if strata is not None and strata.text() not in STRATA:
        raise strata.fault("batch-value-unknown", value=strata.text()[:40], known=", ".join(STRATA))
    ratios = _ratios(own, classes)
    missing = [name for name in scope.get("risks", tuple(classes)) if own is not None and name not in ratios]
    if own is not None and missing:
        raise own.fault("batch-ratio-missing", classes=", ".join(missing))
    if title is not None and len(title.text()) > LONGEST_TITLE:
        raise title.fault("batch-title-long", most=LONGEST_TITLE)
    return BatchInput(
        path=batch.path,
        on=_day(batch, calendar),
        title="" if title is None else title.text(),
        items=_texts(batch.find("items")),
        scope=scope,
        strata="risk" if strata is None else strata.text(),
        share=None if share is None else read_ratio(share),
        ratios=ratios,
        cool_down=_cool_down(batch.find("cool_down")),
    )


def _day(batch: Field, calendar: Calendar) -> date:
    month, on = batch.find("month"), batch.find("on")
    if (month is None) == (on is None):
        raise batch.fault("batch-when")
    if on is None:
        if batch.at("month").whole() not in MONTHS:
            raise batch.at("month").fault("batch-month", month=batch.at("month").value)
        return first_workday(calendar, batch.at("month").whole())
    try:
        day = read_date(on.text())
    except InvalidInput:
        raise on.fault("batch-day", value=on.text()[:40]) from None
    if day.year != calendar.year:
        raise on.fault("batch-year", on=day.isoformat(), year=calendar.year)
    if not calendar.is_workday(day):
        raise on.fault("batch-no-workday", on=day.isoformat())
    return day


def _scope(given: Field | None) -> dict[str, tuple[str, ...]]:
    if given is None:
        return {}
    given.check_members(FILTERS)
    catalogues = load_catalogues()
    known: dict[str, Callable[[str], bool]] = {
        "sectors": catalogues.sectors.sectors.__contains__,
        "districts": {each.code for city in catalogues.districts.cities for each in city.districts}.__contains__,
        "risks": {each.id for each in catalogues.risk.classes}.__contains__,
        "kinds": bool,
        "industries": is_industry,
    }
    for name, field in given.members():
        for value in field.items():
            if not known[name](value.text()):
                raise value.fault(f"batch-{FILTERS[name]}", value=value.text()[:40])
    return {name: tuple(sorted(_texts(field))) for name, field in given.members()}


def _texts(given: Field | None) -> tuple[str, ...]:
    """Return the texts of a list, none twice."""
    found: list[str] = []
    for field in given.items() if given is not None else ():
        if field.text() in found:
            raise field.fault("batch-value-twice", value=field.text()[:40])
        found.append(field.text())
    return tuple(found)


def _cool_down(given: Field | None) -> dict[str, int | bool]:
    catalogue, found = cool_down_catalogue(), {}
    for name, field in given.members() if given is not None else ():
        change = field.value if isinstance(field.value, bool) else field.whole()
        if not catalogue.takes(name, change):
            raise field.fault("batch-cool-down", known=", ".join(rule.reason for rule in catalogue.rules))
        found[name] = change
    return found


def _with_ratios(batches: Sequence[BatchInput], year: Mapping[str, Fraction]) -> list[BatchInput]:
    """Give every batch the ratios it draws by; refuse undirected shares of more than the whole."""
    undirected = [batch for batch in batches if not batch.directed and not batch.ratios]
    stated = sum((batch.share for batch in undirected if batch.share is not None), Fraction(0))
    open_ones = sum(batch.share is None for batch in undirected)
    if stated > 1 or (stated == 1 and open_ones):
        raise InvalidInput("batch-shares-over-one", path="batches", share=stated, open=open_ones)
    found = []
    for batch in batches:
        if batch.ratios:
            found.append(batch)
            continue
        default = Fraction(1) if batch.directed else (1 - stated) / max(open_ones, 1)
        share = default if batch.share is None else batch.share
        found.append(replace(batch, share=share, ratios={name: ratio * share for name, ratio in year.items()}))
    return found
