"""What is done with an entry of a scope: made, extracted, traded, stored, carried, served.

Chinese scopes set the verb behind a list ("汽油、柴油零售"), before it ("经销甲醇、乙醇"), or around the bracket
in which the list stands ("化工产品(仅限甲醇、苯)无储存批发"). The nearest verb governs: in the entry itself, then
behind it and before it in its bracket or clause, then the same around that bracket, last the verb of a later clause.
Attributes ("无储存") are gathered from all these places, for they qualify the verb and do not replace it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from config.catalogues import Activity
from scheduler.directory.classification.lexicon import NOTHING
from scheduler.directory.classification.reading import (
    Bracket,
    Reading,
    Status,
    clause_end,
    clause_start,
    entry_end,
    entry_start,
)
from scheduler.directory.classification.text import fold, words_pattern

_LIST_END = re.compile(r"[,;。:()\[\]{}]")
_JOINTS = "、,/及和与兼或并的 "


class Verb(NamedTuple):
    """An activity word at [start, end); `bracket` is the innermost one around it."""

    start: int
    end: int
    activities: frozenset[str]
    is_attribute: bool
    bracket: Bracket | None


class ActivityReader:
    """The activity words, compiled once."""

    def __init__(self, activities: Iterable[Activity], benign: Iterable[str]) -> None:
        meanings: dict[str, set[str]] = {fold(word): set() for word in benign}
        for activity in activities:
            for word in activity.words:
                meanings.setdefault(fold(word), set()).add(activity.id)
        self._meanings = {word: frozenset(found) for word, found in meanings.items()}
        self._attributes = {fold(w) for a in activities if a.attribute for w in a.words}
        self._pattern = re.compile(words_pattern(meanings))

    def verbs(self, reading: Reading) -> list[Verb]:
        """Return every activity word of a text that is not denied, in order."""
        return [
            Verb(
                match.start(),
                match.end(),
                self._meanings[match.group()],
                match.group() in self._attributes,
                reading.bracket_at(match.start()),
            )
            for match in self._pattern.finditer(reading.text)
            if self._meanings[match.group()] and reading.status(match.start(), match.end()) is not Status.DENIED
        ]


def of_entry(reading: Reading, verbs: list[Verb], start: int, end: int) -> frozenset[str]:
    """Return what is done with the words at [start, end); empty when no activity word governs them."""
    found = _attached(reading, verbs, end)
    bracket = reading.bracket_at(start)
    low, high = start, end
    governing = NOTHING
    while True:
        left, right = _bounds(reading.text, bracket, low, high)
        level = [v for v in verbs if v.bracket is bracket and left <= v.start and v.end <= right]
        found |= _attributes(level)
        governing = governing or _nearest(reading.text, level, low, high)
        if not bracket:
            break
        low, high = bracket.start, bracket.end + 1
        bracket = reading.bracket_at(bracket.start)
    if not governing:
        later = [v for v in verbs if not v.bracket and v.start >= high and not v.is_attribute]
        governing = _run(reading.text, later)
    return found | governing


def _bounds(text: str, bracket: Bracket | None, low: int, high: int) -> tuple[int, int]:
    if bracket:
        return bracket.start + 1, bracket.end
    return clause_start(text, low), clause_end(text, min(high, len(text)))


def _attached(reading: Reading, verbs: list[Verb], end: int) -> frozenset[str]:
    """Return the attributes in a bracket right behind the list in which the entry stands."""
    stop = _LIST_END.search(reading.text, end)
    if not stop or stop.group() not in "([{":
        return NOTHING
    return _attributes([v for v in verbs if v.bracket and v.bracket.start == stop.start()])


def _attributes(verbs: list[Verb]) -> frozenset[str]:
    return NOTHING.union(*[verb.activities for verb in verbs if verb.is_attribute])


def _nearest(text: str, level: list[Verb], low: int, high: int) -> frozenset[str]:
    verbs = [verb for verb in level if not verb.is_attribute]
    first, last = entry_start(text, low), entry_end(text, high, len(text))
    inside = [verb for verb in verbs if first <= verb.start and verb.end <= last]
    if inside:
        joined = _run(text, [verb for verb in verbs if verb.start >= inside[-1].start])
        return joined.union(*(verb.activities for verb in inside))
    behind = [verb for verb in verbs if verb.start >= high]
    before = [verb for verb in verbs if verb.end <= low]
    return _run(text, behind) or _run(text, before[::-1])


def _run(text: str, verbs: list[Verb]) -> frozenset[str]:
    """Return the activities of the first verb and of those joined to it ("生产、销售", "批发兼零售").

    The verbs come in the order of their distance, on one side of the entry.
    """
    if not verbs:
        return NOTHING
    run = [verbs[0]]
    for verb in verbs[1:]:
        first, second = (run[-1], verb) if run[-1].start < verb.start else (verb, run[-1])
        if text[first.end : second.start].strip(_JOINTS):
            break
        run.append(verb)
    return NOTHING.union(*(verb.activities for verb in run))
