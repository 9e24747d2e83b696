"""The rules of visits: how often an enterprise is visited, in which months, and what a visit costs; visits.toml.

An office may keep a file of the same form at <data>/visits.toml: it then counts instead of the delivered one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from config.catalogues import Catalogues, load_catalogues
from config.catalogues.faults import Faults, Table, read_file
from config.catalogues.grades import UNKNOWN_GRADE
from config.catalogues.sectors import UNDECIDED
from config.catalogues.tiers import FLAGS
from config.catalogues.visit_tables import check_identifier, day_fraction, month_list, whole_number

FILE = Path(__file__).parent / "visits.toml"
MARKS = ("law", "seen", "default")
HOLIDAYS = ("spring-festival",)
MOST_TEAM = 20


@dataclass(frozen=True)
class VisitWindow:
    """Months in which visits may fall: the months named, and so many before the holiday of the statutory calendar."""

    id: str
    zh: str
    en: str
    months: tuple[int, ...]
    holiday: str
    before: int


@dataclass(frozen=True)
class Effort:
    """What one visit takes: people, and days on site of each; travel comes on top by district."""

    team: int
    days: Fraction


@dataclass(frozen=True)
class VisitRule:
    """One rule for key enterprises; an empty condition holds for all. `gap`: months from one visit to the next.

    `cap` is the most visits a year; `window` the id of a window, "" for the whole year; `window_visits` how many of the
    year's visits, a campaign's among them, must fall into it at least; None: all of the rule's own.
    """

    id: str
    zh: str
    en: str
    sectors: frozenset[str]
    kinds: frozenset[str]
    grades: frozenset[str]
    risks: frozenset[str]
    flags: frozenset[str]
    visits: int
    cap: int
    gap: int
    effort: Effort
    window: str
    window_visits: int | None
    mark: str
    basis: str
    basis_en: str

    def holds(self, sector: str, kind: str, grade: str, risk: str, flags: frozenset[str]) -> bool:
        """Say whether the rule is for such an enterprise."""
        return (
            (not self.sectors or sector in self.sectors)
            and (not self.kinds or kind in self.kinds)
            and (not self.grades or grade in self.grades)
            and (not self.risks or risk in self.risks)
            and (not self.flags or not self.flags.isdisjoint(flags))
        )

    def covers(self, other: VisitRule) -> bool:
        """Say whether whatever the other rule is for, this one is for too."""
        return all(
            not mine or (theirs and theirs <= mine)
            for mine, theirs in (
                (self.sectors, other.sectors),
                (self.kinds, other.kinds),
                (self.grades, other.grades),
                (self.risks, other.risks),
                (self.flags, other.flags),
            )
        )


@dataclass(frozen=True)
class VisitCatalogue:
    """Rules in their order: the first that holds decides; the last holds for all. Efforts of drawn visits likewise.

    `travel` holds the days that each of a team travels for one visit, by district; `default_travel` is for the others.
    """

    rules: tuple[VisitRule, ...]
    windows: Mapping[str, VisitWindow]
    drawn: tuple[tuple[frozenset[str], Effort], ...]
    travel: Mapping[str, Fraction]
    default_travel: Fraction

    def rule_for(self, sector: str, kind: str, grade: str, risk: str, flags: frozenset[str]) -> VisitRule:
        """Return the rule of a key enterprise."""
        return next(rule for rule in self.rules if rule.holds(sector, kind, grade, risk, flags))

    def drawn_effort(self, sector: str) -> Effort:
        """Return what a visit to a drawn general enterprise takes."""
        return next(effort for sectors, effort in self.drawn if not sectors or sector in sectors)

    def travel_days(self, district: str) -> Fraction:
        """Return the days of travel to a district and back."""
        return self.travel.get(district, self.default_travel)

    def workload(self, effort: Effort, district: str) -> Fraction:
        """Return the person-days of a visit in a district: team x (days on site + days of travel)."""
        return effort.team * (effort.days + self.travel_days(district))


def load_visits(data: Path | None = None) -> VisitCatalogue:
    """Read the office's own rules, or the delivered ones; raise `CatalogueFault` naming every fault."""
    own = data / FILE.name if data else FILE
    return read_visits(own if own.is_file() else FILE, load_catalogues())


def read_visits(path: Path, catalogues: Catalogues) -> VisitCatalogue:
    """Read a file of rules; raise `CatalogueFault` naming every fault with its key."""
    faults = Faults()
    file = read_file(path, faults)
    file.only("window", "rule", "drawn", "travel")
    windows = [_window(row) for row in file.rows("window")]
    rules = [_rule(row, catalogues, [window.id for window in windows]) for row in file.rows("rule")]
    _refuse_twice(file, "window", [window.id for window in windows])
    _refuse_twice(file, "rule", [rule.id for rule in rules])
    _check_order(file, rules)
    drawn = [_drawn(row, catalogues) for row in file.rows("drawn")]
    if not drawn or drawn[-1][0]:
        file.fault("drawn", "the last entry must be without sectors, for all that are left")
    travel = _travel(file.table("travel"), catalogues)
    default = travel.pop("default", Fraction(0))
    faults.raise_if_any()
    return VisitCatalogue(tuple(rules), {each.id: each for each in windows}, tuple(drawn), travel, default)


def _refuse_twice(file: Table, kind: str, ids: list[str]) -> None:
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        file.fault(kind, f"{twice!r} stands twice")


def _window(row: Table) -> VisitWindow:
    row.only("id", "zh", "en", "months", "holiday", "before")
    window = VisitWindow(
        id=check_identifier(row, "id"),
        zh=row.text("zh"),
        en=row.text("en"),
        months=month_list(row, "months"),
        holiday=row.text("holiday", "", HOLIDAYS),
        before=whole_number(row, "before", 1, 12) if "holiday" in row.data else 0,
    )
    if not window.months and not window.holiday:
        row.fault("months", "months or a holiday are needed")
    return window


def _rule(row: Table, catalogues: Catalogues, windows: Collection[str]) -> VisitRule:
    row.only(
        "id", "zh", "en", "sectors", "kinds", "grades", "risks", "flags", "visits", "cap", "gap", "team", "days",
        "window", "window_visits", "mark", "basis", "basis_en",
    )  # fmt: skip
    sectors = row.texts("sectors", (*catalogues.sectors.sectors, UNDECIDED))
    named = sectors or tuple(catalogues.sectors.sectors)
    kinds = [kind for sector in named for kind in catalogues.sectors.sectors.get(sector, ())]
    grades = [grade for sector in named for grade in catalogues.grades.by_sector.get(sector, ())]
    visits = whole_number(row, "visits", 1, 12)
    rule = VisitRule(
        id=check_identifier(row, "id"),
        zh=row.text("zh"),
        en=row.text("en"),
        sectors=frozenset(sectors),
        kinds=frozenset(row.texts("kinds", kinds or ("",))),
        grades=frozenset(row.texts("grades", (*grades, UNKNOWN_GRADE))),
        risks=frozenset(row.texts("risks", [each.id for each in catalogues.risk.classes])),
        flags=frozenset(row.texts("flags", FLAGS)),
        visits=visits,
        cap=whole_number(row, "cap", 1, 12),
        gap=whole_number(row, "gap", 1, 12),
        effort=_effort(row),
        window=row.text("window", "", windows or ("",)),
        window_visits=whole_number(row, "window_visits", 1, visits) if "window_visits" in row.data else None,
        mark=row.text("mark", choices=MARKS),
        basis=row.text("basis", ""),
        basis_en=row.text("basis_en", ""),
    )
    if rule.visits > rule.cap:
        row.fault("visits", f"{rule.visits} visits are over the cap of {rule.cap}")
    if rule.visits * rule.gap > 11 + rule.gap:
        row.fault("gap", f"{rule.visits} visits at least {rule.gap} months apart do not fit into a year")
    if "window_visits" in row.data and not rule.window:
        row.fault("window_visits", "a window is needed")
    if rule.mark != "default" and not rule.basis:
        row.fault("basis", f"what is marked {rule.mark!r} needs its source")
    return rule


def _effort(row: Table) -> Effort:
    days = day_fraction(row, "days")
    if not days:
        row.fault("days", "must be above 0")
    return Effort(whole_number(row, "team", 2, MOST_TEAM), days)


def _drawn(row: Table, catalogues: Catalogues) -> tuple[frozenset[str], Effort]:
    row.only("sectors", "team", "days")
    return frozenset(row.texts("sectors", (*catalogues.sectors.sectors, UNDECIDED))), _effort(row)


def _check_order(file: Table, rules: list[VisitRule]) -> None:
    """The order is the rule: what could never be reached is a slip, and the last must be for all."""
    for place, rule in enumerate(rules):
        before = next((each.id for each in rules[:place] if each.covers(rule)), None)
        if before is not None:
            file.fault(f"rule {rule.id}", f"is never reached: {before!r} stands before it and holds for all of it")
    last = rules[-1] if rules else None
    if last is None or any((last.sectors, last.kinds, last.grades, last.risks, last.flags)):
        file.fault("rule", "the last rule must be without conditions, for all that are left")


def _travel(table: Table, catalogues: Catalogues) -> dict[str, Fraction]:
    codes = {district.code for city in catalogues.districts.cities for district in city.districts}
    if "default" not in table.data:
        table.fault("default", "the days of travel to any other district are needed")
    for name in table.data:
        if name not in (*codes, "default", UNDECIDED):
            table.fault(name, "is no district of the catalogue")
    return {name: day_fraction(table, name) for name in table.data}
