"""The catalogue of grades: which grades the enterprises of a sector can have, and how other spellings are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogues.faults import Table

UNKNOWN_GRADE = "unknown"


@dataclass(frozen=True)
class GradeCatalogue:
    """The grades of each sector in order, the best first, and aliases; a sector that is not there has no grades."""

    by_sector: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str]

    @property
    def values(self) -> tuple[str, ...]:
        """Every grade there is, whatever the sector."""
        return tuple(dict.fromkeys(grade for grades in self.by_sector.values() for grade in grades))

    def read(self, written: str) -> str | None:
        """Return the grade that a text means, "" for an empty one, None when it means none."""
        folded = unicodedata.normalize("NFKC", written).strip().upper()
        grade = self.aliases.get(folded, folded)
        return grade if not grade or grade in self.values else None

    def grade_in(self, sector: str, grade: str) -> str:
        """Return an enterprise's grade when its sector has such a grade, else "unknown"."""
        return grade if grade in self.by_sector.get(sector, ()) else UNKNOWN_GRADE


def read_grades(file: Table, sectors: Mapping[str, tuple[str, ...]]) -> GradeCatalogue:
    """Read grades.toml; a sector in two scales is a fault, and so is an alias of no grade."""
    file.only("scale", "aliases")
    found: dict[str, tuple[str, ...]] = {}
    for row in file.rows("scale"):
        row.only("sectors", "values")
        values = row.texts("values")
        if not values or UNKNOWN_GRADE in values:
            row.fault("values", f"grades are needed, none of them {UNKNOWN_GRADE!r}")
        for sector in row.texts("sectors", sectors):
            if found.setdefault(sector, values) is not values:
                row.fault("sectors", f"{sector!r} has two scales")
    table = file.table("aliases")
    known = [grade for values in found.values() for grade in values]
    aliases = {
        unicodedata.normalize("NFKC", name).strip().upper(): table.text(name, choices=known) for name in table.data
    }
    return GradeCatalogue(found, aliases)
