"""The catalogues of tier criteria (key or general) and of risk classes with their draw ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from config.catalogues.faults import Table
from config.catalogues.sectors import UNDECIDED

TIERS = ("key", "general")
FLAGS = (
    "named-by-authority",
    "dishonesty-list",
    "major-accident-hazard",
    "trial-production",
    "major-hazard-source",
    "fatal-accident",
)
ROUNDINGS = ("up", "half-up")


@dataclass(frozen=True)
class TierRule:
    """One criterion: a flag of the enterprise, or a sector with kinds; `within_years` dates a fatal accident."""

    id: str
    tier: str
    flag: str
    within_years: int
    sectors: frozenset[str]
    kinds: frozenset[str]
    key_substance: bool
    mark: str


@dataclass(frozen=True)
class RiskClass:
    """A risk class with its draw ratio; `up`: the ratio is a floor, a fraction of an enterprise counts as one."""

    id: str
    ratio: Fraction
    rounding: str


@dataclass(frozen=True)
class RiskCatalogue:
    """The risk classes in order, how other spellings are read, and the class of an enterprise without one."""

    classes: tuple[RiskClass, ...]
    aliases: Mapping[str, str]
    unrated: str


def _tier_rule(row: Table, sectors: Mapping[str, tuple[str, ...]]) -> TierRule:
    row.only("id", "tier", "flag", "within_years", "sectors", "kinds", "key_substance", "mark")
    kinds = {kind for names in sectors.values() for kind in names}
    rule = TierRule(
        id=row.text("id"),
        tier=row.text("tier", choices=(*TIERS, "none", UNDECIDED)),
        flag=row.text("flag", "", FLAGS),
        within_years=row.number("within_years", 0),
        sectors=frozenset(row.texts("sectors", sectors)),
        kinds=frozenset(row.texts("kinds", kinds)),
        key_substance=row.flag("key_substance"),
        mark=row.text("mark", choices=("law", "seen", "default")),
    )
    if bool(rule.flag) == bool(rule.sectors):
        row.fault("flag", "a criterion rests on a flag or on sectors, on one of the two")
    return rule


def read_tiers(file: Table, sectors: Mapping[str, tuple[str, ...]]) -> tuple[TierRule, ...]:
    """Read tiers.toml: the ordered criteria."""
    file.only("rule")
    return tuple(_tier_rule(row, sectors) for row in file.rows("rule"))


def read_risk(file: Table) -> RiskCatalogue:
    """Read risk.toml: the classes and their ratios."""
    file.only("class", "unrated", "aliases")
    classes = []
    for row in file.rows("class"):
        row.only("id", "ratio", "rounding")
        classes.append(RiskClass(row.text("id"), row.ratio("ratio"), row.text("rounding", choices=ROUNDINGS)))
    ids = [entry.id for entry in classes]
    aliases = file.table("aliases")
    return RiskCatalogue(
        tuple(classes),
        {name: aliases.text(name, choices=ids) for name in aliases.data},
        file.text("unrated", choices=ids),
    )
