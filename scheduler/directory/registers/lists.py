"""The registers of inspection items and of divisions."""

from __future__ import annotations

from typing import Any, ClassVar

from config.skills import skill_catalogue
from scheduler.directory.models import Division, InspectionItem
from scheduler.directory.registers.cells import CellReader
from scheduler.directory.registers.people import check_identifier
from scheduler.directory.registers.register import Register, Values


class Items(Register):
    """The published list of inspection items."""

    plural, name, model, key = "items", "item", InspectionItem, "id"
    _lengths: ClassVar[dict[str, int | None]] = {
        "name": 200,
        "sub_item": 200,
        "basis": None,
        "body": 100,
        "objects": 200,
        "method": 100,
        "ratio": 48,
        "frequency": 48,
        "remark": None,
    }

    def read(self, cells: CellReader) -> Values:
        """Read an item; all but number and name may be empty."""
        given: Values = {"id": cells.checked("id", check_identifier)}
        for field, length in self._lengths.items():
            if field in cells:
                given[field] = cells.text(field, length, needed=field == "name")
        return given | _sectors(cells)

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered fields over those that stand."""
        old = before or dict.fromkeys(self._lengths, "") | {"sectors": []}
        return {**old, **given, "left_on": None}


class Divisions(Register):
    """The divisions of the bureau with their sectors and staff; a division that is not named stays."""

    plural, name, model, key = "divisions", "division", Division, "id"
    leaves = False

    def read(self, cells: CellReader) -> Values:
        """Read a division."""
        given: Values = {"id": cells.checked("id", check_identifier)}
        for field in ("name", "name_en"):
            if field in cells:
                given[field] = cells.text(field, 64, needed=field == "name")
        for field in ("staff", "registered_staff"):
            if field in cells:
                given[field] = cells.count(field) or 0
        if given.get("registered_staff") and given["registered_staff"] < given.get("staff", 0):
            cells.refuse("registered_staff", "staff-over-registered", staff=given["staff"])
        return given | _sectors(cells)

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered fields over those that stand."""
        old = before or {"name": "", "name_en": "", "sectors": [], "staff": 0, "registered_staff": 0}
        return {**old, **given}


def _sectors(cells: CellReader) -> dict[str, Any]:
    """Read the sectors a cell names by id or in words, sorted; nothing where the file has no such column."""
    if "sectors" not in cells:
        return {}
    found: set[str] = set()
    for name in cells.items("sectors"):
        sectors = skill_catalogue().sectors_of(name)
        if not sectors:
            cells.refuse("sectors", "sector-unknown", item=name, known="、".join(sorted(skill_catalogue().needed)))
        found.update(sectors)
    return {"sectors": sorted(found)}
