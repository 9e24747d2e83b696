"""The sector of an enterprise: terms found in its name and scope, read, and put to the ordered rules."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from config.catalogues import UNDECIDED, SectorCatalogue, SectorRule, SubstanceCatalogue
from scheduler.directory.classification.activities import ActivityReader
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.reading import Reader, Status
from scheduler.directory.classification.text import fold, words_pattern

SUBSTANCE = "substance"
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A term of a group found at a place of a column, how it is read and what is done with it."""

    groups: frozenset[str]
    source: str
    start: int
    text: str
    status: Status
    activities: frozenset[str]
    substance: str = ""

    def evidence(self) -> Evidence:
        """Return the finding as the evidence of a decision."""
        return Evidence(self.source, self.start, self.text, str(self.status))


@dataclass(frozen=True, slots=True)
class _Meaning:
    groups: frozenset[str]
    whole: bool
    substance: str
    from_day: datetime.date | None


class SectorRules:
    """The catalogue of sectors, compiled once."""

    def __init__(self, catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> None:
        self._rules = catalogue.rules
        self._reader = Reader(catalogue.words)
        self._activities = ActivityReader(catalogue.activities)
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._meanings: dict[str, dict[str, _Meaning]] = {}
        for source in ("name", "name-end", "scope"):
            self._compile(source, catalogue, substances)
        self._before = re.compile(f"(?:{words_pattern(substances.before)})$")
        self._after = re.compile(words_pattern(substances.after))

    def _compile(self, source: str, catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> None:
        meanings: dict[str, _Meaning] = {}
        benign: set[str] = set()
        for group in catalogue.groups:
            if source not in group.sources:
                continue
            benign.update(fold(word) for word in group.benign)
            for term in map(fold, group.terms):
                old = meanings.get(term)
                groups = (old.groups if old else frozenset()) | {group.id}
                meanings[term] = _Meaning(groups, group.whole, "", None)
        if source == "scope":
            benign.update(fold(word) for word in substances.benign)
            for entry in substances.substances:
                for term in map(fold, entry.names):
                    old = meanings.get(term)
                    groups = (old.groups if old else frozenset()) | {SUBSTANCE, entry.form}
                    meanings[term] = _Meaning(groups, True, entry.id, entry.from_day)
        tail = "$" if source == "name-end" else ""
        self._meanings[source] = meanings
        self._patterns[source] = re.compile(words_pattern({*meanings, *benign}) + tail)

    def find(self, facts: EnterpriseFacts) -> list[Finding]:
        """Return every term found in the name and in the scope, in the order of the text."""
        name = re.sub(r"\([^()]*\)$", "", fold(facts.name))
        found: list[Finding] = []
        for source in ("name", "name-end"):
            for match in self._patterns[source].finditer(name):
                meaning = self._meanings[source].get(match.group())
                if meaning:
                    found.append(
                        Finding(
                            meaning.groups,
                            "name",
                            match.start(),
                            match.group(),
                            Status.AFFIRMED,
                            frozenset(),
                        )
                    )
        return found + self._find_in_scope(facts)

    def _find_in_scope(self, facts: EnterpriseFacts) -> list[Finding]:
        text = fold(facts.scope)
        matches = []
        for match in self._patterns["scope"].finditer(text):
            meaning = self._meanings["scope"].get(match.group())
            if meaning is None or (meaning.from_day and facts.as_of < meaning.from_day):
                continue
            if meaning.whole and not self._stands_alone(text, match.start(), match.end()):
                continue
            matches.append((match, meaning))
        if not matches:
            return []
        reading = self._reader.read(text)
        verbs = self._activities.verbs(reading)
        return [
            Finding(
                meaning.groups,
                "scope",
                match.start(),
                facts.scope[match.start() : match.end()],
                reading.status(match.start(), match.end()),
                self._activities.of_entry(reading, verbs, match.start(), match.end()),
                meaning.substance,
            )
            for match, meaning in matches
        ]

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        free_before = start == 0 or not _WORD.match(text[start - 1])
        free_after = end == len(text) or not _WORD.match(text[end])
        return (free_before or bool(self._before.search(text[max(0, start - 8) : start]))) and (
            free_after or bool(self._after.match(text, end))
        )

    def decide(self, found: list[Finding]) -> Decision:
        """Put the findings to the rules in order; what is only disclaimed or unclear makes a doubt, not a value."""
        doubts: list[tuple[SectorRule, Finding]] = []
        for rule in self._rules:
            holding = [finding for finding in found if _holds(rule, finding)]
            firm = [finding for finding in holding if finding.status is Status.AFFIRMED]
            if firm:
                decision = Decision(
                    rule.sector,
                    rule.id,
                    tuple(finding.evidence() for finding in firm[:8]),
                    rule.kind,
                    rule.candidates,
                    f"sector-{rule.id}" if rule.sector == UNDECIDED else "",
                )
                return _doubted(decision, doubts)
            if rule.sector != "none":
                doubts.extend(
                    (rule, finding) for finding in holding if finding.status in (Status.DISCLAIMED, Status.UNCLEAR)
                )
        return _doubted(Decision(UNDECIDED, "no-rule", look_at="sector-no-rule"), doubts)


def _holds(rule: SectorRule, finding: Finding) -> bool:
    return (
        bool(rule.groups & finding.groups)
        and finding.status not in (Status.DENIED, Status.BRANCH)
        and (not rule.activities or bool(rule.activities & finding.activities))
        and not rule.lacking & finding.activities
    )


def _doubted(decision: Decision, doubts: list[tuple[SectorRule, Finding]]) -> Decision:
    """Return the decision, or undecided when a rule of higher order hangs on words that are in doubt."""
    other = {rule.sector for rule, _ in doubts if rule.sector not in (decision.value, UNDECIDED)}
    if not other:
        return decision
    candidates = other | ({decision.value} - {UNDECIDED}) | set(decision.candidates)
    return replace(
        decision,
        value=UNDECIDED,
        rule="words-in-doubt",
        kind="",
        evidence=tuple(finding.evidence() for _, finding in doubts[:8]),
        candidates=tuple(sorted(candidates)),
        look_at="sector-words-in-doubt",
    )
