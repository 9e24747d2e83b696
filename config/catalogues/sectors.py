"""The catalogue of sectors: term groups, activities, the words of negation, and the ordered rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.catalogues.faults import Table
from config.catalogues.substances import FORMS

UNDECIDED = "undecided"
SOURCES = ("name", "name-end", "industry", "scope", "scope-last")
READINGS = ("affirmed", "disclaimed", "unclear")
SUBSTANCE = "substance"


@dataclass(frozen=True)
class TermGroup:
    """Words that mean one thing; `benign` are longer words that contain one of them and mean another.

    `whole`: a term counts only as a whole entry of a list, not inside a longer word. `done`: the activities that
    the word itself says.
    """

    id: str
    terms: tuple[str, ...]
    benign: tuple[str, ...]
    sources: tuple[str, ...]
    whole: bool
    done: frozenset[str]


@dataclass(frozen=True)
class Activity:
    """Words for one thing that is done with goods; an attribute qualifies a whole list ("无储存批发")."""

    id: str
    words: tuple[str, ...]
    attribute: bool


@dataclass(frozen=True)
class SectorRule:
    """One rule; sectors.toml says at its head what each field asks for."""

    id: str
    sector: str
    kind: str
    groups: frozenset[str]
    activities: frozenset[str]
    lacking: frozenset[str]
    also: frozenset[str]
    unless: frozenset[str]
    accepts: frozenset[str]
    doubts: frozenset[str]
    ask: str


@dataclass(frozen=True)
class ReadingWords:
    """The words by which a scope of business denies, releases, refers and hands over."""

    denies_after: tuple[str, ...]
    denies_before: tuple[str, ...]
    denies_next: tuple[str, ...]
    releases: tuple[str, ...]
    others: tuple[str, ...]
    back: tuple[str, ...]
    forth: tuple[str, ...]
    disclaimed: tuple[str, ...]
    branch: tuple[str, ...]
    branch_not_after: tuple[str, ...]


@dataclass(frozen=True)
class SectorCatalogue:
    """Everything the reading of a sector needs; `sectors` maps each sector to its kinds.

    `activity_benign`: words that only contain an activity word. `name_endings`: forms of company, left out where
    the end of a name is looked at.
    """

    sectors: Mapping[str, tuple[str, ...]]
    activities: tuple[Activity, ...]
    activity_benign: tuple[str, ...]
    groups: tuple[TermGroup, ...]
    words: ReadingWords
    rules: tuple[SectorRule, ...]
    name_endings: tuple[str, ...]


def _group(row: Table, activities: Collection[str]) -> TermGroup:
    row.only(*TermGroup.__dataclass_fields__)
    group = TermGroup(
        id=row.text("id"),
        terms=row.texts("terms"),
        benign=row.texts("benign"),
        sources=row.texts("sources", SOURCES) or ("scope",),
        whole=row.flag("whole"),
        done=frozenset(row.texts("done", activities)),
    )
    if not group.terms:
        row.fault("terms", "at least one word is needed")
    return group


def _rule(
    row: Table,
    sectors: Mapping[str, tuple[str, ...]],
    groups: Collection[str],
    activities: Collection[str],
) -> SectorRule:
    row.only(*SectorRule.__dataclass_fields__)
    sector = row.text("sector", choices=sectors)
    kind = row.text("kind", "")
    if kind and kind not in sectors.get(sector, ()):
        row.fault("kind", f"{kind!r} is no kind of {sector}")
    accepts = row.texts("accepts", READINGS) if "accepts" in row.data else READINGS[:1]
    doubts = row.texts("doubts", READINGS)
    for reading in sorted(set(accepts) & set(doubts)):
        row.fault("doubts", f"{reading!r} is accepted and doubted")
    if not row.texts("groups"):
        row.fault("groups", "at least one group is needed")
    return SectorRule(
        id=row.text("id"),
        sector=sector,
        kind=kind,
        groups=frozenset(row.texts("groups", groups)),
        activities=frozenset(row.texts("activities", activities)),
        lacking=frozenset(row.texts("lacking", activities)),
        also=frozenset(row.texts("also", groups)),
        unless=frozenset(row.texts("unless", groups)),
        accepts=frozenset(accepts),
        doubts=frozenset(doubts),
        ask=row.text("ask", "words-in-doubt"),
    )


def _activity(name: str, table: Table) -> Activity:
    table.only("words", "attribute")
    return Activity(name, table.texts("words"), table.flag("attribute"))


def _words(table: Table) -> ReadingWords:
    names = tuple(ReadingWords.__dataclass_fields__)
    table.only(*names)
    for name in names:
        if not table.texts(name):
            table.fault(name, "at least one word is needed")
    return ReadingWords(**{name: table.texts(name) for name in names})


def read_sectors(sectors_file: Table, reading_file: Table) -> SectorCatalogue:
    """Read sectors.toml and reading.toml; faults are noted in the tables' collector."""
    sectors_file.only("activity_benign", "name_endings", "sector", "activity", "group", "rule")
    sectors: dict[str, tuple[str, ...]] = {}
    for row in sectors_file.rows("sector"):
        row.only("id", "kinds")
        sectors[row.text("id")] = row.texts("kinds")
    activities = tuple(_activity(name, table) for name, table in sectors_file.table("activity").named_tables())
    done = [activity.id for activity in activities]
    groups = tuple(_group(row, done) for row in sectors_file.rows("group"))
    known = [*(group.id for group in groups), SUBSTANCE, *FORMS]
    rules = tuple(_rule(row, sectors, known, done) for row in sectors_file.rows("rule"))
    for kind, ids in (("group", known), ("rule", [rule.id for rule in rules])):
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            sectors_file.fault(kind, f"{twice!r} stands twice")
    return SectorCatalogue(
        sectors,
        activities,
        sectors_file.texts("activity_benign"),
        groups,
        _words(reading_file),
        rules,
        sectors_file.texts("name_endings"),
    )
