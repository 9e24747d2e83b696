"""The sector of an enterprise: what its name, industry code and scope say, put to the ordered rules of the catalogue.

1. Rules are asked in order; the first that holds on words it accepts decides.
2. A weightier rule that holds only on words in doubt keeps a later rule of another sector from deciding: undecided,
   with both sectors as candidates.
3. Words that are denied or handed over to branches count for no rule; they are shown beside the decision.
"""

from __future__ import annotations

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

SHOWN = 3  # pieces of evidence of a kind shown with a decision
DANGEROUS = frozenset((SUBSTANCE, "hazardous-chemicals-word"))
_SUBSTANCES = frozenset((SUBSTANCE,))
_SET_ASIDE = (Status.DENIED, Status.BRANCH)
_SPOKEN = (Status.AFFIRMED, Status.DISCLAIMED)
_Firm = tuple[SectorRule, list[Finding]]
_Doubt = tuple[SectorRule, list[Finding]]


class SectorRules:
    """The catalogue of sectors, compiled once."""

    def __init__(self, catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> None:
        self._finder = Finder(catalogue, substances)
        self._rules = catalogue.rules
        self._rules_of: dict[str, list[int]] = {}
        for place, rule in enumerate(catalogue.rules):
            for group in rule.groups:
                self._rules_of.setdefault(group, []).append(place)
        self._in_scope = self._first_rule(catalogue, "scope", {SUBSTANCE, *FORMS})
        self._in_scope_last = self._first_rule(catalogue, "scope-last", set())

    def _first_rule(self, catalogue: SectorCatalogue, source: str, groups: set[str]) -> int:
        """Return the place of the first rule that asks for groups looked for in a source."""
        groups |= {group.id for group in catalogue.groups if source in group.sources}
        places = (place for group in groups for place in self._rules_of.get(group, ()))
        return min(places, default=len(self._rules))

    def decide(self, facts: EnterpriseFacts) -> tuple[Decision, tuple[str, ...]]:
        """Decide the sector, and name the listed chemicals that stand affirmed in the scope, sorted.

        The scope is searched, and searched again for common words, only where nothing before decides.
        """
        found = Findings(self._finder.in_name_and_code(facts))
        doubts: list[_Doubt] = []
        firm = self._ask(found, 0, self._in_scope, doubts)
        if firm:
            return _decision(firm, doubts, found), ()
        scope = self._finder.scope(facts)
        found.add(self._finder.in_scope(scope, facts.as_of))
        affirmed = {finding.meaning.substance for finding in found.of(_SUBSTANCES) if finding.status is Status.AFFIRMED}
        firm = self._ask(found, self._in_scope, self._in_scope_last, doubts)
        if not firm:
            last = self._finder.in_scope(scope, facts.as_of, last=True)
            found.add(islice((f for f in last if f.status in _SPOKEN), SHOWN))
            firm = self._ask(found, self._in_scope_last, len(self._rules), doubts)
        return _decision(firm, doubts, found), tuple(sorted(affirmed))

    def _ask(self, found: Findings, first: int, end: int, doubts: list[_Doubt]) -> _Firm | None:
        """Ask the rules at [first, end) in order; return the one that holds, and note the doubts before it."""
        if not found.groups:
            return None
        asked = {place for group in found.groups for place in self._rules_of.get(group, ())}
        for place in sorted(asked):
            rule = self._rules[place]
            if not first <= place < end or not _is_asked(rule, found):
                continue
            if firm := _holding(rule, found, rule.accepts):
                return rule, firm
            if unsure := _holding(rule, found, rule.doubts):
                doubts.append((rule, unsure))
        return None


def _holding(rule: SectorRule, found: Findings, readings: frozenset[str]) -> list[Finding]:
    """Return the first findings that a rule is about and that are read in one of the ways."""
    holding: list[Finding] = []
    if readings:
        for finding in found.of(rule.groups):
            if finding.status in readings and _concerns(rule, finding):
                holding.append(finding)
                if len(holding) == SHOWN:
                    break
    return holding


def _concerns(rule: SectorRule, finding: Finding) -> bool:
    if not rule.activities and not rule.lacking:
        return True
    done = finding.activities
    return rule.lacking.isdisjoint(done) and not (rule.activities and rule.activities.isdisjoint(done))


def _is_asked(rule: SectorRule, found: Findings) -> bool:
    if not rule.also and not rule.unless:
        return True

    def affirmed(groups: frozenset[str]) -> bool:
        return any(finding.status is Status.AFFIRMED for finding in found.of(groups))

    return (not rule.also or affirmed(rule.also)) and not (rule.unless and affirmed(rule.unless))


def _decision(firm: _Firm | None, doubts: list[_Doubt], found: Findings) -> Decision:
    set_aside = [f for f in found.of(DANGEROUS) if f.status in _SET_ASIDE]
    if firm is None and not doubts:
        rule_id = "only-branches" if any(f.status is Status.BRANCH for f in set_aside) else "no-rule"
        return Decision(UNDECIDED, rule_id, _shown(set_aside), look_at=f"sector-{rule_id}")
    if firm:
        rule, why = firm
        doubts = [doubt for doubt in doubts if doubt[0].sector != rule.sector]
        if not doubts:
            return Decision(rule.sector, rule.id, _shown(why, set_aside), rule.kind)
    candidates = {rule.sector for rule, _ in (*doubts, *([firm] if firm else []))}
    return Decision(
        UNDECIDED,
        doubts[0][0].id,
        _shown([finding for _, why in doubts for finding in why], set_aside),
        candidates=tuple(sorted(candidates)),
        look_at=f"sector-{doubts[0][0].ask}",
    )


def _shown(*kinds: list[Finding]) -> tuple[Evidence, ...]:
    """Return the first pieces of evidence of each kind, each place once."""
    return tuple({finding.evidence(): None for kind in kinds for finding in kind[:SHOWN]})
