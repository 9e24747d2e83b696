"""What is done with an entry of a scope: made, extracted, traded, stored, carried, served.

Chinese scopes set the verb behind a list ("汽油、柴油零售"), before it ("经销甲醇、乙醇"), or in a bracket of the list.
The nearest of these is taken: in the entry, behind it in its bracket, before it in its bracket, then the same around
the bracket, out to the clause; last the verb that ends the next clause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scheduler.directory.classification.reading import (
    Reading,
    clause_end,
    clause_start,
    entry_end,
    entry_start,
    innermost,
)
from scheduler.directory.classification.text import fold, words_pattern


class Verb(NamedTuple):
    """An activity word at [start, end); `depth` is where its innermost bracket opens, -1 outside all."""

    start: int
    end: int
    activities: frozenset[str]
    depth: int


class ActivityReader:
    """The activity words, compiled once."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        meanings: dict[str, set[str]] = {}
        for activity, group in words.items():
            for word in group:
                meanings.setdefault(fold(word), set()).add(activity)
        self._meanings = {word: frozenset(found) for word, found in meanings.items()}
        self._pattern = re.compile(words_pattern(meanings))

    def verbs(self, reading: Reading) -> list[Verb]:
        """Return every activity word of a text in order."""
        found = []
        for match in self._pattern.finditer(reading.text):
            bracket = innermost(reading.brackets, match.start())
            found.append(
                Verb(
                    match.start(),
                    match.end(),
                    self._meanings[match.group()],
                    bracket.start if bracket else -1,
                )
            )
        return found

    def of_entry(self, reading: Reading, verbs: list[Verb], start: int, end: int) -> frozenset[str]:
        """Return what is done with the words at [start, end); empty when no activity word governs them."""
        text = reading.text
        inside = [
            verb
            for verb in verbs
            if entry_start(text, start) <= verb.start and verb.end <= entry_end(text, end, len(text))
        ]
        if inside:
            return _all(inside)
        bracket = reading.bracket_at(start)
        low, high = start, end
        while True:
            left = bracket.start + 1 if bracket else clause_start(text, low)
            right = bracket.end if bracket else clause_end(text, high)
            depth = bracket.start if bracket else -1
            level = [verb for verb in verbs if verb.depth == depth and left <= verb.start < right]
            behind = [verb for verb in level if verb.start >= high]
            if behind:
                return _run(text, behind)
            before = [verb for verb in level if verb.end <= low]
            if before:
                return before[-1].activities
            if not bracket:
                break
            low, high = bracket.start, min(bracket.end + 1, len(text))
            bracket = reading.bracket_at(bracket.start)
        later = [verb for verb in verbs if verb.depth == -1 and verb.start >= high]
        return _run(text, later) if later else frozenset()


def _all(verbs: list[Verb]) -> frozenset[str]:
    return frozenset().union(*(verb.activities for verb in verbs))


def _run(text: str, verbs: list[Verb]) -> frozenset[str]:
    """Return the activities of the first verb and of those joined to it ("生产、销售", "批发兼零售")."""
    run = [verbs[0]]
    for verb in verbs[1:]:
        if text[run[-1].end : verb.start].strip("、,/及和与兼或并"):
            break
        run.append(verb)
    return _all(run)
