"""Key or general, and the risk class: ordered criteria over the sector, its kind and what authorities have stated."""

from __future__ import annotations

import datetime

from config.catalogues import UNDECIDED, RiskCatalogue, TierRule
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.text import fold

TIERS = ("general", "key")
_UNDECIDED = Decision(UNDECIDED, "sector-undecided", candidates=TIERS, look_at="tier-sector-undecided")


class TierRules:
    """The criteria of the tiers, those on stated facts apart from those on sectors."""

    def __init__(self, rules: tuple[TierRule, ...]) -> None:
        self._stated = tuple(rule for rule in rules if rule.flag)
        self._of_sector: dict[str, list[TierRule]] = {}
        for rule in rules:
            for sector in sorted(rule.sectors):
                self._of_sector.setdefault(sector, []).append(rule)

    def decide(self, facts: EnterpriseFacts, sector: Decision, key_substance: bool) -> Decision:
        """Decide the tier: stated facts first, then the sector.

        An undecided sector still has a tier when every candidate has the same.
        """
        if facts.flags or facts.fatal_accident:
            for rule in self._stated:
                if _is_stated(rule, facts):
                    return Decision(rule.tier, rule.id, (Evidence("flag", 0, rule.flag),))
        if sector.is_decided:
            return self._by_sector(sector.value, sector.kind, key_substance, sector.evidence)
        values = {self._by_sector(name, "", key_substance, ()).value for name in sector.candidates}
        if len(values) == 1 and UNDECIDED not in values:
            return Decision(values.pop(), "every-candidate", sector.evidence)
        return _UNDECIDED

    def _by_sector(self, sector: str, kind: str, key_substance: bool, evidence: tuple[Evidence, ...]) -> Decision:
        for rule in self._of_sector.get(sector, ()):
            if (rule.kinds and kind not in rule.kinds) or (rule.key_substance and not key_substance):
                continue
            if rule.tier == UNDECIDED:
                return Decision(UNDECIDED, rule.id, evidence, candidates=TIERS, look_at=f"tier-{rule.id}")
            return Decision(rule.tier, rule.id, evidence)
        return Decision(UNDECIDED, "no-criterion", candidates=TIERS, look_at="tier-no-criterion")


def decide_tier(rules: tuple[TierRule, ...], facts: EnterpriseFacts, sector: Decision, key_substance: bool) -> Decision:
    """Decide the tier of one enterprise by the criteria; for many, keep one `TierRules`."""
    return TierRules(rules).decide(facts, sector, key_substance)


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


class RiskRules:
    """The risk classes; an enterprise without one has the class of the unrated."""

    def __init__(self, catalogue: RiskCatalogue) -> None:
        self._classes = tuple(sorted(entry.id for entry in catalogue.classes))
        self._aliases = catalogue.aliases
        self._unrated = Decision(catalogue.unrated, "risk-not-given")

    def decide(self, facts: EnterpriseFacts) -> Decision:
        """Take over the class given; a spelling that is none of the classes is undecided."""
        if not facts.risk:
            return self._unrated
        given = fold(facts.risk).strip().upper()
        if not given:
            return self._unrated
        evidence = (Evidence("risk", 0, facts.risk),)
        value = self._aliases.get(given, given)
        if value in self._classes:
            return Decision(value, "risk-given", evidence)
        return Decision(UNDECIDED, "risk-unknown", evidence, candidates=self._classes, look_at="risk-unknown")
