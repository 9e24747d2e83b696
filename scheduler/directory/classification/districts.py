"""The county-level district of an enterprise, from its address alone and never from its credit code.

1. Names that only look like a district (streets named after one) are read first, so that they are never taken for it.
2. A full name of a district decides; two different ones leave it undecided.
3. A township or street community that lies in one district decides where no full name stands; against a full name it
   leaves the district undecided (boundaries moved).
4. A development zone is no district: its candidates are named, unless the catalogue gives a basis.
5. An address in another city is no district of this one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from config.catalogues import UNDECIDED, City
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.text import fold, words_pattern


class _Meaning(NamedTuple):
    kind: str
    districts: frozenset[str]


class DistrictRules:
    """The catalogue of cities, compiled once; only cities that the region or the address names are looked into."""

    def __init__(self, cities: tuple[City, ...]) -> None:
        self._meanings: dict[str, _Meaning] = {}
        for city in cities:
            for district in city.districts:
                code = frozenset((district.code,))
                self._add(district.names, "full", code)
                self._add(district.short, "short", code)
                self._add(district.places, "place", code)
            for zone in city.zones:
                one = frozenset((zone.district,)) if zone.district else frozenset(zone.candidates)
                self._add(zone.names, "zone", one)
            self._add(city.traps, "trap", frozenset())
            self._add(city.elsewhere, "elsewhere", frozenset())
        self._pattern = re.compile(words_pattern(self._meanings))

    def _add(self, words: tuple[str, ...], kind: str, districts: frozenset[str]) -> None:
        for word in words:
            old = self._meanings.get(fold(word))
            if old and old.kind == kind:
                districts = districts | old.districts
            self._meanings[fold(word)] = _Meaning(kind, districts)

    def decide(self, facts: EnterpriseFacts) -> Decision:
        """Decide the district of an address."""
        found: dict[str, list[tuple[_Meaning, Evidence]]] = {}
        for match in self._pattern.finditer(fold(facts.address)):
            meaning = self._meanings[match.group()]
            text = facts.address[match.start() : match.end()]
            found.setdefault(meaning.kind, []).append((meaning, Evidence("address", match.start(), text)))
        for kind, rule in _ORDER:
            if kind in found:
                return _decide(kind, rule, found)
        return Decision(UNDECIDED, "no-place", look_at="district-no-place")


_ORDER = (
    ("elsewhere", "another-city"),
    ("full", "district-name"),
    ("place", "place-in-one-district"),
    ("zone", "zone"),
    ("short", "district-short-name"),
)


def _decide(kind: str, rule: str, found: dict[str, list[tuple[_Meaning, Evidence]]]) -> Decision:
    asked = [*found[kind], *(found.get("place", []) if kind == "full" else [])]
    evidence = tuple(item for _, item in asked)
    districts = sorted(frozenset().union(*(meaning.districts for meaning, _ in asked)))
    if kind == "elsewhere":
        return Decision(UNDECIDED, rule, evidence, look_at="district-another-city")
    if len(districts) == 1:
        return Decision(districts[0], rule, evidence)
    look_at = "district-zone" if kind == "zone" else "district-contradiction"
    return Decision(UNDECIDED, rule, evidence, candidates=tuple(districts), look_at=look_at)
