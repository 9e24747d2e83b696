"""The catalogues of classification, as data: loaded once, checked whole, every fault reported at once.

`load_catalogues()` returns one frozen object; the rules in it are settings of the office (domain.md: whatever is
not law is data), so a bureau changes a TOML file of this folder and no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.catalogues.districts import City, District, DistrictCatalogue, Zone, read_districts
from config.catalogues.faults import CatalogueFault, Faults, read_file
from config.catalogues.grades import UNKNOWN_GRADE, GradeCatalogue, read_grades
from config.catalogues.sectors import (
    SUBSTANCE,
    UNDECIDED,
    Activity,
    ReadingWords,
    SectorCatalogue,
    SectorRule,
    TermGroup,
    read_sectors,
)
from config.catalogues.substances import FORMS, Substance, SubstanceCatalogue, read_substances
from config.catalogues.tiers import (
    RiskCatalogue,
    RiskClass,
    TierRule,
    read_risk,
    read_tiers,
)

FOLDER = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Catalogues:
    """All catalogues of classification; two loads are two objects, so a compiled form can be kept per object."""

    sectors: SectorCatalogue
    substances: SubstanceCatalogue
    districts: DistrictCatalogue
    tiers: tuple[TierRule, ...]
    risk: RiskCatalogue
    grades: GradeCatalogue


def read_catalogues(folder: Path) -> Catalogues:
    """Read the catalogues of a folder; raise `CatalogueFault` naming every fault with its file and key."""
    faults = Faults()
    files = {
        name: read_file(folder / f"{name}.toml", faults)
        for name in ("sectors", "reading", "substances", "districts", "tiers", "risk", "grades")
    }
    sectors = read_sectors(files["sectors"], files["reading"])
    catalogues = Catalogues(
        sectors=sectors,
        substances=read_substances(files["substances"]),
        districts=read_districts(files["districts"]),
        tiers=read_tiers(files["tiers"], sectors.sectors),
        risk=read_risk(files["risk"]),
        grades=read_grades(files["grades"], sectors.sectors),
    )
    faults.raise_if_any()
    return catalogues


@cache
def load_catalogues() -> Catalogues:
    """Return the catalogues of the service, read once."""
    return read_catalogues(FOLDER)


__all__ = [
    "FORMS",
    "SUBSTANCE",
    "UNDECIDED",
    "UNKNOWN_GRADE",
    "Activity",
    "CatalogueFault",
    "Catalogues",
    "City",
    "District",
    "DistrictCatalogue",
    "GradeCatalogue",
    "ReadingWords",
    "RiskCatalogue",
    "RiskClass",
    "SectorCatalogue",
    "SectorRule",
    "Substance",
    "SubstanceCatalogue",
    "TermGroup",
    "TierRule",
    "Zone",
    "load_catalogues",
    "read_catalogues",
]
