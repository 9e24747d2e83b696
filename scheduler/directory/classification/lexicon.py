"""The terms of the catalogues with their meanings, one lexicon per column they are looked for in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.catalogues import SUBSTANCE, SectorCatalogue, SubstanceCatalogue
from scheduler.directory.classification.text import fold, words_pattern

NOTHING: frozenset[str] = frozenset()
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term means: its groups, and the activities it says itself.

    `whole`: only as a whole entry; `from_day`: only from this day on.
    """

    groups: frozenset[str]
    whole: bool = False
    done: frozenset[str] = NOTHING
    substance: str = ""
    from_day: datetime.date | None = None


class Lexicon:
    """Terms with their meanings; the longest term at a place counts, and a benign one means nothing."""

    def __init__(self, before: Iterable[str] = (), after: Iterable[str] = ()) -> None:
        self._meanings: dict[str, Meaning | None] = {}
        self._pattern = re.compile(r"(?!)")
        self._before = re.compile(f"(?:{words_pattern(before)})$")
        self._after = re.compile(words_pattern(after))

    def add(self, terms: Iterable[str], meaning: Meaning) -> None:
        """Add terms; a term of several groups has them all, and stands whole only if each asks for it."""
        for term in map(fold, terms):
            old = self._meanings.get(term)
            self._meanings[term] = Meaning(
                meaning.groups | (old.groups if old else NOTHING),
                meaning.whole and (old is None or old.whole),
                meaning.done | (old.done if old else NOTHING),
                meaning.substance or (old.substance if old else ""),
                meaning.from_day,
            )

    def compile(self, benign: Iterable[str], lead: str = "", tail: str = "") -> None:
        """Compile the terms, and the benign words that are no terms, between two patterns."""
        for word in map(fold, benign):
            self._meanings.setdefault(word, None)
        self._pattern = re.compile(f"{lead}(?:{words_pattern(self._meanings)}){tail}")

    def find(self, text: str, day: datetime.date) -> Iterator[tuple[int, int, Meaning]]:
        """Yield the place and the meaning of each term of a folded text that counts on a day."""
        for match in self._pattern.finditer(text):
            meaning = self._meanings[match.group()]
            if (
                meaning is None
                or (meaning.from_day and day < meaning.from_day)
                or (meaning.whole and not self._is_whole(text, *match.span()))
            ):
                continue
            yield match.start(), match.end(), meaning

    def _is_whole(self, text: str, start: int, end: int) -> bool:
        free_before = start == 0 or not _WORD.match(text[start - 1])
        free_after = end == len(text) or not _WORD.match(text[end])
        return (free_before or bool(self._before.search(text[max(0, start - 8) : start]))) and (
            free_after or bool(self._after.match(text, end))
        )


def build_lexicons(catalogue: SectorCatalogue, substances: SubstanceCatalogue) -> dict[str, Lexicon]:
    """Return the lexicon of each source; listed chemicals are looked for in the scope."""
    lexicons = {
        "name": Lexicon(),
        "name-end": Lexicon(),
        "industry": Lexicon(),
        "scope": Lexicon(substances.before, substances.after),
        "scope-last": Lexicon(),
    }
    benign: dict[str, set[str]] = {source: set() for source in lexicons}
    benign["scope"].update(substances.benign)
    for group in catalogue.groups:
        for source in group.sources:
            meaning = Meaning(frozenset((group.id,)), group.whole, group.done)
            lexicons[source].add(group.terms, meaning)
            benign[source].update(group.benign)
    for entry in substances.substances:
        groups = frozenset((SUBSTANCE, entry.form))
        meaning = Meaning(groups, True, NOTHING, entry.id, entry.from_day)
        lexicons["scope"].add(entry.names, meaning)
    lexicons["name"].compile(benign["name"])
    lexicons["name-end"].compile(benign["name-end"], tail="$")
    lexicons["industry"].compile(benign["industry"], lead=r"(?:(?<=^[A-Z])|^)")
    lexicons["scope"].compile(benign["scope"])
    lexicons["scope-last"].compile(benign["scope-last"])
    return lexicons
