"""The terms found for one enterprise. A scope is searched, read and its verbs sought only when a rule asks for them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator

from config.catalogues import SectorCatalogue, SubstanceCatalogue
from scheduler.directory.classification.activities import ActivityReader, Verb, of_entry
from scheduler.directory.classification.facts import EnterpriseFacts, Evidence
from scheduler.directory.classification.lexicon import NOTHING, Meaning, build_lexicons
from scheduler.directory.classification.reading import Reader, Reading, Status
from scheduler.directory.classification.text import fold


class ScopeText:
    """A scope of business, read when first asked."""

    __slots__ = ("_activities", "_reader", "_reading", "_verbs", "folded", "text")

    def __init__(self, text: str, reader: Reader, activities: ActivityReader) -> None:
        self.text = text
        self.folded = fold(text)
        self._reader = reader
        self._activities = activities
        self._reading: Reading | None = None
        self._verbs: list[Verb] | None = None

    @property
    def reading(self) -> Reading:
        """The stretches that are denied, disclaimed, handed over or unclear."""
        if self._reading is None:
            self._reading = self._reader.read(self.folded)
        return self._reading

    @property
    def verbs(self) -> list[Verb]:
        """The activity words."""
        if self._verbs is None:
            self._verbs = self._activities.verbs(self.reading)
        return self._verbs


class Finding:
    """A term at a place of a column; how it is read and what is done with it is found when first asked."""

    __slots__ = ("_activities", "_scope", "_status", "end", "meaning", "source", "start", "text")

    def __init__(self, meaning: Meaning, source: str, start: int, text: str, scope: ScopeText | None = None) -> None:
        self.meaning = meaning
        self.source = source
        self.start = start
        self.end = start + len(text)
        self.text = text
        self._scope = scope
        self._status: Status | None = None if scope else Status.AFFIRMED
        self._activities: frozenset[str] | None = None if scope else meaning.done

    @property
    def status(self) -> Status:
        """How the term is read; a name and a code are taken at their word."""
        if self._status is None and self._scope:
            self._status = self._scope.reading.status(self.start, self.end)
        return self._status or Status.AFFIRMED

    @property
    def activities(self) -> frozenset[str]:
        """What is done with the term."""
        if self._activities is None and self._scope:
            self._activities = self.meaning.done | of_entry(
                self._scope.reading, self._scope.verbs, self.start, self.end
            )
        return self._activities or NOTHING

    def evidence(self) -> Evidence:
        """Return the finding as evidence of a decision."""
        return Evidence(self.source, self.start, self.text, self.status.value)


class Findings:
    """The findings of one enterprise by group, each group in the order of the text."""

    def __init__(self, first: list[Finding]) -> None:
        self._by_group: dict[str, list[Finding]] = {}
        self.add(first)

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in more findings."""
        for finding in findings:
            for group in finding.meaning.groups:
                self._by_group.setdefault(group, []).append(finding)

    @property
    def groups(self) -> Collection[str]:
        """The groups of which something was found."""
        return self._by_group

    def of(self, groups: frozenset[str]) -> list[Finding]:
        """Return the findings of any of the groups, in the order of the text."""
        if groups.isdisjoint(self._by_group):
            return []
        present = [self._by_group[group] for group in groups if group in self._by_group]
        if len(present) <= 1:
            return present[0]
        merged = {(f.source, f.start): f for found in present for f in found}
        return [merged[place] for place in sorted(merged)]


class Finder:
    """The lexicons and the words of reading, compiled once."""

    def __init__(self, catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> None:
        self._lexicons = build_lexicons(catalogue, substances)
        verbs = [word for a in catalogue.activities if not a.attribute for word in a.words]
        self._reader = Reader(catalogue.words, verbs)
        self._activities = ActivityReader(catalogue.activities, catalogue.activity_benign)
        self._endings = tuple(map(fold, catalogue.name_endings))
        at_end = (group.terms for group in catalogue.groups if "name-end" in group.sources)
        self._last_letters = tuple({fold(term)[-1] for terms in at_end for term in terms})

    def in_name_and_code(self, facts: EnterpriseFacts) -> list[Finding]:
        """Return the terms found in the name, at the end of the name, and in the industry code."""
        name = stem = fold(facts.name)
        while stem.endswith(self._endings):
            for ending in self._endings:
                stem = stem.removesuffix(ending)
        texts = [("name", name, facts.name)]
        if stem.endswith(self._last_letters):
            texts.append(("name-end", stem, facts.name))
        if code := facts.industry.strip():
            texts.append(("industry", fold(code).upper(), code))
        return [
            Finding(meaning, source, start, original[start:end])
            for source, text, original in texts
            for start, end, meaning in self._lexicons[source].find(text, facts.as_of)
        ]

    def scope(self, facts: EnterpriseFacts) -> ScopeText:
        """Return the scope of business, to be read when asked."""
        return ScopeText(facts.scope, self._reader, self._activities)

    def in_scope(self, scope: ScopeText, day: datetime.date, last: bool = False) -> Iterator[Finding]:
        """Yield the terms found in a scope; `last`: the common words that are left to the end."""
        lexicon = self._lexicons["scope-last" if last else "scope"]
        for start, end, meaning in lexicon.find(scope.folded, day):
            yield Finding(meaning, "scope", start, scope.text[start:end], scope)
