"""The catalogue of sectors: term groups, activities, the words of negation, and the ordered rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogues.faults import Table

UNDECIDED = "undecided"
SOURCES = ("name", "name-end", "scope")


@dataclass(frozen=True)
class TermGroup:
    """Words that mean one thing; `benign` are longer words that contain one of them and mean another.

    `whole`: a term counts only as a whole entry of a list, not inside a longer word.
    """

    id: str
    terms: tuple[str, ...]
    benign: tuple[str, ...]
    sources: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class SectorRule:
    """One rule: it holds when a term of `groups` stands affirmed with one of `activities` (any, if empty)."""

    id: str
    sector: str
    kind: str
    groups: frozenset[str]
    activities: frozenset[str]
    lacking: frozenset[str]
    candidates: tuple[str, ...]


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
    """Everything the reading of a sector needs; `sectors` maps each sector to its kinds."""

    sectors: Mapping[str, tuple[str, ...]]
    activities: Mapping[str, tuple[str, ...]]
    groups: tuple[TermGroup, ...]
    words: ReadingWords
    rules: tuple[SectorRule, ...]


def _group(row: Table) -> TermGroup:
    row.only("id", "terms", "benign", "sources", "whole")
    return TermGroup(
        id=row.text("id"),
        terms=row.texts("terms"),
        benign=row.texts("benign"),
        sources=row.texts("sources", SOURCES) or ("scope",),
        whole=row.flag("whole"),
    )


def _rule(
    row: Table, sectors: Mapping[str, tuple[str, ...]], groups: set[str], activities: Mapping[str, object]
) -> SectorRule:
    row.only("id", "sector", "kind", "groups", "activities", "lacking", "candidates")
    sector = row.text("sector", choices=(*sectors, UNDECIDED))
    kind = row.text("kind", "")
    candidates = row.texts("candidates", sectors)
    if kind and kind not in sectors.get(sector, ()):
        row.fault("kind", f"{kind!r} is no kind of {sector}")
    if (sector == UNDECIDED) != bool(candidates):
        row.fault("candidates", "an undecided rule names candidates, and only such a rule")
    return SectorRule(
        id=row.text("id"),
        sector=sector,
        kind=kind,
        groups=frozenset(row.texts("groups", groups)),
        activities=frozenset(row.texts("activities", activities)),
        lacking=frozenset(row.texts("lacking", activities)),
        candidates=candidates,
    )


def _words(table: Table) -> ReadingWords:
    names = tuple(ReadingWords.__dataclass_fields__)
    table.only(*names)
    for name in names:
        if not table.texts(name):
            table.fault(name, "at least one word is needed")
    return ReadingWords(**{name: table.texts(name) for name in names})


def read_sectors(sectors_file: Table, reading_file: Table) -> SectorCatalogue:
    """Read sectors.toml and reading.toml; faults are noted in the tables' collector."""
    sectors_file.only("sector", "activity", "group", "rule")
    sectors = {row.text("id"): row.texts("kinds") for row in sectors_file.rows("sector")}
    activities = {name: table.texts("words") for name, table in sectors_file.table("activity").named_tables()}
    groups = tuple(_group(row) for row in sectors_file.rows("group"))
    known = {group.id for group in groups} | {"substance"}
    rules = tuple(_rule(row, sectors, known, activities) for row in sectors_file.rows("rule"))
    ids = [rule.id for rule in rules]
    for rule_id in sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1}):
        sectors_file.fault("rule", f"{rule_id!r} stands twice")
    return SectorCatalogue(sectors, activities, groups, _words(reading_file), rules)
