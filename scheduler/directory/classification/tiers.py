"""Key or general, and the risk class: ordered criteria over the sector, its kind and what authorities have stated."""

from __future__ import annotations

import datetime

from config.catalogues import UNDECIDED, RiskCatalogue, TierRule
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.text import fold


def decide_tier(rules: tuple[TierRule, ...], facts: EnterpriseFacts, sector: Decision, key_substance: bool) -> Decision:
    """Decide the tier; an undecided sector still has a tier when a stated fact, or every candidate, says the same."""
    for rule in rules:
        if rule.flag and _is_stated(rule, facts):
            return Decision(rule.tier, rule.id, (Evidence("flag", 0, rule.flag),))
    if sector.value != UNDECIDED:
        return _by_sector(rules, sector.value, sector.kind, key_substance, sector.evidence)
    values = {_by_sector(rules, name, "", key_substance, ()).value for name in sector.candidates}
    if len(values) == 1 and UNDECIDED not in values:
        return Decision(values.pop(), "every-candidate", sector.evidence)
    return Decision(UNDECIDED, "sector-undecided", candidates=("general", "key"), look_at="tier-sector-undecided")


def _by_sector(
    rules: tuple[TierRule, ...], sector: str, kind: str, key_substance: bool, evidence: tuple[Evidence, ...]
) -> Decision:
    for rule in rules:
        if sector not in rule.sectors or (rule.kinds and kind not in rule.kinds):
            continue
        if rule.key_substance and not key_substance:
            continue
        if rule.tier == UNDECIDED:
            return Decision(UNDECIDED, rule.id, evidence, candidates=("general", "key"), look_at=f"tier-{rule.id}")
        return Decision(rule.tier, rule.id, evidence)
    return Decision(UNDECIDED, "no-criterion", candidates=("general", "key"), look_at="tier-no-criterion")


def _is_stated(rule: TierRule, facts: EnterpriseFacts) -> bool:
    if rule.flag != "fatal-accident":
        return rule.flag in facts.flags
    accident = facts.fatal_accident
    if accident is None or accident > facts.as_of:
        return False
    return facts.as_of < _years_later(accident, rule.within_years)


def _years_later(day: datetime.date, years: int) -> datetime.date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)


def decide_risk(catalogue: RiskCatalogue, facts: EnterpriseFacts) -> Decision:
    """Take over the risk class given; without one the class of the unrated, and an unknown spelling is undecided."""
    given = fold(facts.risk).strip()
    if not given:
        return Decision(catalogue.unrated, "risk-not-given")
    evidence = (Evidence("risk", 0, facts.risk),)
    classes = {entry.id for entry in catalogue.classes}
    value = catalogue.aliases.get(given.upper(), given.upper())
    if value in classes:
        return Decision(value, "risk-given", evidence)
    return Decision(UNDECIDED, "risk-unknown", evidence, candidates=tuple(sorted(classes)), look_at="risk-unknown")
