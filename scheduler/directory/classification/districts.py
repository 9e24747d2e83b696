"""The county-level district of an enterprise, from its address alone and never from its credit code.

1. The city is the one the address names; if it names none, the one of the column region. An address in a city that is
   not in the catalogue is left to a person, unless it names a district in full.
2. Names that only look like a district (streets and buildings named after one) are read first and mean nothing.
3. The full name of a district decides; two different ones, or a township of another district beside it (boundaries
   move), leave it undecided.
4. Without a full name, a township or street community that lies in one district decides.
5. A development zone is no district: its candidates are named, unless the catalogue gives a basis for one.
6. The short name of a district decides only at the beginning of an address, where nothing else was found.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from config.catalogues import UNDECIDED, City, DistrictCatalogue
from scheduler.directory.classification.facts import Decision, EnterpriseFacts, Evidence
from scheduler.directory.classification.text import fold, words_pattern

_NOWHERE = Decision(UNDECIDED, "no-place", look_at="district-no-place")


class _Meaning(NamedTuple):
    kind: str
    districts: tuple[str, ...]


_Found = dict[str, list[tuple[_Meaning, Evidence]]]


class _CityRules:
    """The names of one city, compiled once."""

    def __init__(self, city: City, trap_endings: tuple[str, ...]) -> None:
        self._meanings: dict[str, _Meaning] = {}
        self._add("trap", city.traps, ())
        for district in city.districts:
            traps = tuple(short + ending for short in district.short for ending in trap_endings)
            self._add("trap", traps, ())
        for zone in city.zones:
            self._add("zone", zone.names, (zone.district,) if zone.district else zone.candidates)
        for district in city.districts:
            self._add("short", district.short, (district.code,))
            self._add("place", district.places, (district.code,))
            self._add("full", district.names, (district.code,))
        self._pattern = re.compile(words_pattern(self._meanings))
        self._lead = re.compile(rf"^(?:吉林省|[^省市县]{{2,3}}省)?{words_pattern(city.names)}?$")

    def _add(self, kind: str, words: tuple[str, ...], districts: tuple[str, ...]) -> None:
        self._meanings.update((fold(word), _Meaning(kind, districts)) for word in words)

    def decide(self, address: str, folded: str) -> Decision:
        """Decide the district of an address in this city."""
        found: _Found = {}
        for match in self._pattern.finditer(folded):
            meaning = self._meanings[match.group()]
            if meaning.kind == "short" and not self._lead.match(folded[: match.start()]):
                continue
            evidence = Evidence("address", match.start(), address[match.start() : match.end()])
            found.setdefault(meaning.kind, []).append((meaning, evidence))
        if "full" in found:
            return _agreed("district-name", found["full"] + found.get("place", []))
        if "place" in found:
            return _agreed("place-in-one-district", found["place"])
        if "zone" in found:
            return _agreed("zone", found["zone"], "district-zone")
        if "short" in found:
            return _agreed("district-short-name", found["short"])
        return _NOWHERE


def _agreed(rule: str, found: list[tuple[_Meaning, Evidence]], look_at: str = "district-contradiction") -> Decision:
    """Return the district all names agree on; undecided with all of them as candidates where they do not."""
    evidence = tuple(item for _, item in found)
    districts = sorted({code for meaning, _ in found for code in meaning.districts})
    if len(districts) == 1:
        return Decision(districts[0], rule, evidence)
    return Decision(UNDECIDED, rule, evidence, candidates=tuple(districts), look_at=look_at)


class DistrictRules:
    """The catalogue of districts, compiled once."""

    def __init__(self, catalogue: DistrictCatalogue) -> None:
        rules = [(city, _CityRules(city, catalogue.trap_endings)) for city in catalogue.cities]
        self._by_region = {name: found for city, found in rules for name in city.regions}
        self._by_name = {fold(name): found for city, found in rules for name in city.names}
        self._by_district = {fold(name): found for city, found in rules for d in city.districts for name in d.names}
        self._elsewhere = set(map(fold, catalogue.elsewhere))
        self._cities = re.compile(words_pattern({*self._by_name, *self._elsewhere}))
        self._full = re.compile(words_pattern(self._by_district))

    def decide(self, facts: EnterpriseFacts) -> Decision:
        """Decide the district of an enterprise."""
        folded = fold(facts.address)
        named = self._cities.search(folded)
        if named and named.group() in self._elsewhere:
            place = Evidence("address", named.start(), facts.address[slice(*named.span())])
            return Decision(UNDECIDED, "another-city", (place,), look_at="district-another-city")
        rules = self._by_name[named.group()] if named else self._by_region.get(facts.region.strip())
        if rules is None:
            full = self._full.search(folded)
            rules = self._by_district[full.group()] if full else None
        if rules is None:
            evidence = (Evidence("region", 0, facts.region),) if facts.region else ()
            return Decision(UNDECIDED, "city-unknown", evidence, look_at="district-city-unknown")
        return rules.decide(facts.address, folded)
