"""The sector of an enterprise: what its name, industry code and scope say, put to the ordered rules of the catalogue.

1. Rules are asked in order; the first that holds on words it accepts decides.
2. A weightier rule that holds only on words in doubt keeps a later rule of another sector from deciding: undecided,
   with both sectors as candidates.
3. Words that are denied or handed over to branches count for no rule; they are shown beside the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from config.catalogues import (
    FORMS,
    SUBSTANCE,
    UNDECIDED,
    SectorCatalogue,
    SectorRule,
    SubstanceCatalogue,
)
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.findings import Finder, Finding, Findings
from scheduler.directory.classification.reading import Status

SHOWN = 6  # pieces of evidence shown with a decision
DANGEROUS = frozenset((SUBSTANCE, "hazardous-chemicals-word"))
_Doubt = tuple[SectorRule, list[Finding]]


@dataclass(frozen=True, slots=True)
class SectorReading:
    """The decision on the sector and the listed chemicals that stand affirmed in the scope, sorted."""

    decision: Decision
    substances: tuple[str, ...]


class SectorRules:
    """The catalogue of sectors, compiled once."""

    def __init__(self, catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> None:
        self._finder = Finder(catalogue, substances)
        self._rules = catalogue.rules
        self._rules_of: dict[str, list[int]] = {}
        for place, rule in enumerate(catalogue.rules):
            for group in rule.groups:
                self._rules_of.setdefault(group, []).append(place)
        in_scope = {g.id for g in catalogue.groups if "scope" in g.sources} | {SUBSTANCE, *FORMS}
        self._first_of_scope = min(
            (place for group in in_scope for place in self._rules_of.get(group, ())),
            default=len(catalogue.rules),
        )

    def decide(self, facts: EnterpriseFacts) -> SectorReading:
        """Decide the sector; a scope is not read where the name already decides."""
        found = Findings(self._finder.in_name_and_code(facts))
        if found.groups:
            by_name = self._ask(found, range(self._first_of_scope))
            if by_name.is_decided:
                return SectorReading(by_name, ())
        found.add(self._finder.in_scope(facts))
        affirmed = {
            finding.meaning.substance
            for finding in found.of(frozenset((SUBSTANCE,)))
            if finding.status is Status.AFFIRMED
        }
        return SectorReading(self._ask(found, range(len(self._rules))), tuple(sorted(affirmed)))

    def _ask(self, found: Findings, places: range) -> Decision:
        doubts: list[_Doubt] = []
        asked = {place for group in found.groups for place in self._rules_of.get(group, ())}
        for rule in (self._rules[place] for place in sorted(asked) if place in places):
            if not _is_asked(rule, found):
                continue
            firm = _holding(rule, found, rule.accepts)
            if firm:
                return _decision(rule, firm, doubts, found)
            if unsure := _holding(rule, found, rule.doubts):
                doubts.append((rule, unsure))
        return _decision(None, [], doubts, found)


def _holding(rule: SectorRule, found: Findings, readings: frozenset[str]) -> list[Finding]:
    """Return the first findings that a rule is about and that are read in one of the ways."""
    if not readings:
        return []
    concerned = (f for f in found.of(rule.groups) if f.status in readings and _concerns(rule, f))
    return list(islice(concerned, SHOWN))


def _concerns(rule: SectorRule, finding: Finding) -> bool:
    if not rule.activities and not rule.lacking:
        return True
    done = finding.activities
    return rule.lacking.isdisjoint(done) and not (rule.activities and rule.activities.isdisjoint(done))


def _is_asked(rule: SectorRule, found: Findings) -> bool:
    def affirmed(groups: frozenset[str]) -> bool:
        return any(finding.status is Status.AFFIRMED for finding in found.of(groups))

    return (not rule.also or affirmed(rule.also)) and not (rule.unless and affirmed(rule.unless))


def _decision(rule: SectorRule | None, firm: list[Finding], doubts: list[_Doubt], found: Findings) -> Decision:
    other = [(asked, why) for asked, why in doubts if rule is None or asked.sector != rule.sector]
    set_aside = [f for f in found.of(DANGEROUS) if f.status in (Status.DENIED, Status.BRANCH)]
    if not other and rule:
        return Decision(rule.sector, rule.id, _shown(firm, set_aside), rule.kind)
    if not other:
        return Decision(UNDECIDED, "no-rule", _shown(set_aside), look_at="sector-no-rule")
    candidates = {asked.sector for asked, _ in other} | ({rule.sector} if rule else set())
    return Decision(
        UNDECIDED,
        other[0][0].id,
        _shown([finding for _, why in other for finding in why], set_aside),
        candidates=tuple(sorted(candidates)),
        look_at=f"sector-{other[0][0].ask}",
    )


def _shown(*groups: list[Finding]) -> tuple[Evidence, ...]:
    """Return the first pieces of evidence of each group, each place once."""
    half = SHOWN // len(groups)
    return tuple(dict.fromkeys(f.evidence() for group in groups for f in group[:half]))
