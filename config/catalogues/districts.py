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
    """A prefecture-level city with its districts and zones; `traps` look like a district and are none."""

    code: str
    names: tuple[str, ...]
    districts: tuple[District, ...]
    zones: tuple[Zone, ...]
    traps: tuple[str, ...]
    elsewhere: tuple[str, ...]


def _city(row: Table) -> City:
    row.only("code", "names", "district", "zone", "traps", "elsewhere")
    districts = []
    for inner in row.rows("district"):
        inner.only("code", "names", "short", "places")
        code = inner.text("code")
        if len(code) != 6 or not code.isdecimal():
            inner.fault("code", "six digits are needed")
        districts.append(District(code, inner.texts("names"), inner.texts("short"), inner.texts("places")))
    codes = [district.code for district in districts]
    zones = []
    for inner in row.rows("zone"):
        inner.only("names", "candidates", "district", "basis")
        zone = Zone(
            inner.texts("names"),
            inner.texts("candidates", codes),
            inner.text("district", ""),
            inner.text("basis", ""),
        )
        if zone.district and (zone.district not in codes or not zone.basis):
            inner.fault("district", "a district of this city and the basis for it are needed")
        if not zone.district and not zone.candidates:
            inner.fault("candidates", "a zone that lies in no single district names candidates")
        zones.append(zone)
    return City(
        row.text("code"),
        row.texts("names"),
        tuple(districts),
        tuple(zones),
        row.texts("traps"),
        row.texts("elsewhere"),
    )


def read_districts(file: Table) -> tuple[City, ...]:
    """Read districts.toml; a place that stands in two districts of one city is a fault."""
    file.only("city")
    cities = tuple(_city(row) for row in file.rows("city"))
    for city in cities:
        seen: dict[str, str] = {}
        for district in city.districts:
            for name in (*district.names, *district.short, *district.places):
                if seen.setdefault(name, district.code) != district.code:
                    file.fault(f"city {city.code}", f"{name!r}: {seen[name]} and {district.code}")
    return cities
