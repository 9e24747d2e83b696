"""The catalogue of county-level districts: names, the places inside them, and the names that mislead."""

from __future__ import annotations

from dataclasses import dataclass

from config.catalogues.faults import Table


@dataclass(frozen=True)
class District:
    """A county-level district: GB/T 2260 code, full names, short forms, and places that lie in it alone."""

    code: str
    names: tuple[str, ...]
    short: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Zone:
    """A development zone: it is no district; `candidates` are the districts it reaches into.

    `district` is set only where the zone lies in one district by the `basis` given.
    """

    names: tuple[str, ...]
    candidates: tuple[str, ...]
    district: str
    basis: str


@dataclass(frozen=True)
class City:
    """A prefecture-level city with its districts and zones; `regions` is how the column region writes it.

    `traps` look like a district and are none.
    """

    code: str
    names: tuple[str, ...]
    regions: tuple[str, ...]
    traps: tuple[str, ...]
    districts: tuple[District, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class DistrictCatalogue:
    """The cities; `trap_endings` make a street or a building of a district's short name ("舒兰" + "大街").

    `elsewhere`: cities that are not in the catalogue, to be known when an address names one.
    """

    cities: tuple[City, ...]
    trap_endings: tuple[str, ...]
    elsewhere: tuple[str, ...]


def _district(row: Table) -> District:
    row.only("code", "names", "short", "places")
    code = row.text("code")
    if len(code) != 6 or not code.isdecimal():
        row.fault("code", "six digits are needed")
    if not row.texts("names"):
        row.fault("names", "at least one name is needed")
    return District(code, row.texts("names"), row.texts("short"), row.texts("places"))


def _zone(row: Table, codes: list[str]) -> Zone:
    row.only("names", "candidates", "district", "basis")
    zone = Zone(
        row.texts("names"),
        row.texts("candidates", codes),
        row.text("district", ""),
        row.text("basis", ""),
    )
    if zone.district and (zone.district not in codes or not zone.basis):
        row.fault("district", "a district of this city and the basis for it are needed")
    if bool(zone.district) == bool(zone.candidates):
        row.fault("candidates", "a zone lies in one district, or names the candidates")
    return zone


def _city(row: Table) -> City:
    row.only("code", "names", "regions", "traps", "district", "zone")
    districts = tuple(_district(inner) for inner in row.rows("district"))
    codes = [district.code for district in districts]
    seen: dict[str, str] = {}
    for district in districts:
        for name in (*district.names, *district.short, *district.places):
            if seen.setdefault(name, district.code) != district.code:
                row.fault("district", f"{name!r} stands for {seen[name]} and {district.code}")
    return City(
        row.text("code"),
        row.texts("names"),
        row.texts("regions"),
        row.texts("traps"),
        districts,
        tuple(_zone(inner, codes) for inner in row.rows("zone")),
    )


def read_districts(file: Table) -> DistrictCatalogue:
    """Read districts.toml; a place that stands in two districts of one city is a fault."""
    file.only("city", "trap_endings", "elsewhere")
    cities = tuple(_city(row) for row in file.rows("city"))
    return DistrictCatalogue(cities, file.texts("trap_endings"), file.texts("elsewhere"))
