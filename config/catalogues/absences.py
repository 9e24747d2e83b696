"""The catalogue of absences: why an inspector is not there for visits, and the words files use for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.catalogues.faults import Faults, read_file

FILE = Path(__file__).parent / "absences.toml"


@dataclass(frozen=True, slots=True)
class AbsenceCatalogue:
    """The name of each kind in both languages, and the kind that each word names."""

    kinds: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]

    def kind_of(self, word: str) -> str | None:
        """Return the kind that a word names, None when it names none."""
        return self.words.get(_folded(word))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()


def read_absences(path: Path) -> AbsenceCatalogue:
    """Read a catalogue of absences; raise `CatalogueFault` naming every fault."""
    faults = Faults()
    file = read_file(path, faults)
    file.only("kind")
    kinds: dict[str, Mapping[str, str]] = {}
    words: dict[str, str] = {}
    for row in file.rows("kind"):
        row.only("code", "zh", "en", "names")
        code = row.text("code")
        if code in kinds:
            row.fault("code", f"{code!r} stands twice")
        kinds[code] = {language: row.text(language) for language in ("zh", "en")}
        for word in (code, *row.texts("names")):
            if words.setdefault(_folded(word), code) != code:
                row.fault("names", f"{word!r} names {words[_folded(word)]} too")
    faults.raise_if_any()
    return AbsenceCatalogue(kinds, words)


@cache
def absence_catalogue() -> AbsenceCatalogue:
    """Return the absences of the service, read once."""
    return read_absences(FILE)
