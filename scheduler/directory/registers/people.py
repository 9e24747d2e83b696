"""The registers of inspectors and experts: public numbers, skills and recusals as tags of the draw protocol.

Identity and phone numbers are never stored: their columns are dropped, and a number of a person that looks like an
identity number is refused, because the number of a person is published with each draw.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from config.catalogues import load_catalogues
from config.skills import skill_catalogue
from scheduler.directory.models import Division, Expert, Inspector, Recusal
from scheduler.directory.registers.cells import CellReader
from scheduler.directory.registers.register import Register, Values
from scheduler.directory.uscc import check_uscc
from scheduler.errors import InvalidInput

_IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,48}")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_AREA = "area:"


def check_identifier(text: str) -> str:
    """Return a public number of the protocol's grammar; raise `InvalidInput` for any other and for identity numbers."""
    number = unicodedata.normalize("NFKC", text).strip()
    if not _IDENTIFIER.fullmatch(number):
        raise InvalidInput("number-grammar")
    if _IDENTITY.fullmatch(number):
        raise InvalidInput("number-identity")
    return number


class _People(Register):
    """What inspectors and experts share; `recusals` is a field of the person that stands in a table of its own."""

    _lengths: ClassVar[Mapping[str, int]]
    _empty: ClassVar[Values]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        other = Expert.id if self.model is Inspector else Inspector.id
        self._taken = frozenset(session.scalars(select(other)))
        self._areas = _area_codes()

    def read(self, cells: CellReader) -> Values:
        """Read the fields that people have in common."""
        given: Values = {"id": cells.checked("id", check_identifier)}
        if given["id"] in self._taken:
            cells.refuse("id", "number-taken")
        for field, length in self._lengths.items():
            if field in cells:
                given[field] = cells.text(field, length, needed=field == "name")
        if "capacity" in cells:
            given["capacity"] = cells.count("capacity")
        if "skills" in cells:
            given["skills"] = _skills(cells)
        if "recusals" in cells:
            given["recusals"] = _codes(cells)
        if "areas_denied" in cells:
            given["areas"] = self._denied(cells)
        return given

    def _denied(self, cells: CellReader) -> list[str]:
        found = set()
        for name in cells.items("areas_denied"):
            code = self._areas.get(name.removeprefix(_AREA))
            if code is None:
                cells.refuse("areas_denied", "district-unknown", item=name)
            else:
                found.add(_AREA + code)
        return sorted(found)

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered fields over those that stand."""
        old = before or self._empty
        values = {**old, **{name: value for name, value in given.items() if name != "areas"}, "left_on": None}
        if values["capacity"] is None:
            values["capacity"] = skill_catalogue().capacity
        if "areas" in given:
            others = {tag for tag in old["denies"] if not tag.startswith(_AREA)}
            values["denies"] = sorted({*others, *given["areas"]})
        return values

    def load(self, keys: Sequence[str]) -> dict[str, Values]:
        """Return the people of these numbers with their recusals."""
        found = super().load(keys)
        for values in found.values():
            values["recusals"] = []
        asked = select(Recusal.person_id, Recusal.uscc).where(Recusal.person_id.in_(keys)).order_by(Recusal.uscc)
        for person, uscc in self.session.execute(asked):
            if person in found:
                found[person]["recusals"].append(uscc)
        return found

    def write(self, new: list[Values], changed: list[Values]) -> None:
        """Write people and replace their recusals."""
        super().write([_without(values) for values in new], [_without(values) for values in changed])
        people = [*new, *changed]
        recusals = [
            {"person_id": each["id"], "uscc": uscc, "reason": ""} for each in people for uscc in each["recusals"]
        ]
        if changed:
            self.session.execute(delete(Recusal).where(Recusal.person_id.in_([each["id"] for each in changed])))
        if recusals:
            self.session.connection().execute(insert(Recusal), recusals)


class Inspectors(_People):
    """Inspectors under their public badge number."""

    plural, name, model, key = "inspectors", "inspector", Inspector, "id"
    _lengths: ClassVar = {"name": 64, "department": 100, "certificate": 48}
    _empty: ClassVar = {
        "name": "",
        "department": "",
        "division_id": None,
        "certificate": "",
        "certified_until": None,
        "capacity": None,
        "skills": [],
        "denies": [],
        "recusals": [],
    }

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        divisions = session.scalars(select(Division)).all()
        self._divisions = {each.name: each.id for each in divisions} | {each.id: each.id for each in divisions}

    def read(self, cells: CellReader) -> Values:
        """Read an inspector: also the division, which must be known, and the certificate with its last day."""
        given = super().read(cells)
        if "certificate" in cells and _IDENTITY.fullmatch(given["certificate"]):
            cells.refuse("certificate", "number-identity")
        if "certified_until" in cells:
            given["certified_until"] = cells.date("certified_until")
        if "division" in cells:
            name = cells.text("division")
            given["division_id"] = self._divisions.get(name)
            if name and name not in self._divisions:
                cells.refuse("division", "division-unknown", known="、".join(sorted(self._divisions)) or "-")
        return given


class Experts(_People):
    """Experts under a public number."""

    plural, name, model, key = "experts", "expert", Expert, "id"
    _lengths: ClassVar = {"name": 64, "organisation": 200}
    _empty: ClassVar = {"name": "", "organisation": "", "capacity": None, "skills": [], "denies": [], "recusals": []}


def _area_codes() -> dict[str, str]:
    """Return district codes by code, name and short name; a name of two districts names none."""
    codes: dict[str, set[str]] = {}
    for city in load_catalogues().districts.cities:
        for district in city.districts:
            for name in (district.code, *district.names, *district.short):
                codes.setdefault(name, set()).add(district.code)
    return {name: next(iter(found)) for name, found in codes.items() if len(found) == 1}


def _skills(cells: CellReader) -> list[str]:
    found = set()
    for name in cells.items("skills"):
        tag = skill_catalogue().tag_of(name)
        if tag is None:
            cells.refuse("skills", "skill-unknown", item=name, known="、".join(skill_catalogue().first_names))
        else:
            found.add(tag)
    return sorted(found)


def _codes(cells: CellReader) -> list[str]:
    found = set()
    for code in cells.items("recusals"):
        try:
            found.add(check_uscc(code))
        except InvalidInput as fault:
            cells.refuse("recusals", "recusal-code", item=code, length=len(code), fault=fault.code)
    return sorted(found)


def _without(values: Mapping[str, Any]) -> Values:
    return {name: value for name, value in values.items() if name != "recusals"}
