"""The register of absences: on which days an inspector is not there for visits (leave, duty, training and so on).

1. An absence is known by the inspector's public number and its first day; a file that names another last day or kind
   changes it.
2. The last day is included; where the file says none, the absence is one day long.
3. An absence that is called off leaves the register (a full list with `--leave-missing`), never the ledger.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogues.absences import absence_catalogue
from scheduler.directory.models import Absence, Inspector
from scheduler.directory.registers.cells import CellReader
from scheduler.directory.registers.people import check_identifier
from scheduler.directory.registers.register import Register, Values

MOST_DAYS = 1096  # three years: whoever is away for longer has left; a year mistyped is longer


class Absences(Register):
    """Absences of inspectors."""

    plural, name, model, key, named = "absences", "absence", Absence, "id", "kind"
    _unsaid: ClassVar[dict[str, Any]] = {"kind": "other", "note": ""}

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._inspectors = frozenset(session.scalars(select(Inspector.id)))

    def read(self, cells: CellReader) -> Values:
        """Read an absence: a known inspector, a first day, a last day not before it."""
        person = cells.checked("id", check_identifier)
        if person and person not in self._inspectors:
            cells.refuse("id", "absence-inspector", inspector=person)
        first, last = cells.date("first"), cells.date("last")
        if first is None:
            cells.refuse("first", "cell-missing")
        if first and last and last < first:
            cells.refuse("last", "absence-reversed", first=first.isoformat(), last=last.isoformat())
        if first and last and (last - first).days >= MOST_DAYS:
            cells.refuse("last", "absence-too-long", days=(last - first).days + 1, most=MOST_DAYS)
        given: Values = {"id": f"{person}.{first}", "person_id": person, "first": first, "last": last or first}
        if "kind" in cells:
            given["kind"] = self._kind(cells)
        if "note" in cells:
            given["note"] = cells.text("note", 200)
        return given

    def _kind(self, cells: CellReader) -> str:
        word = cells.text("kind")
        kind = absence_catalogue().kind_of(word) if word else "other"
        if kind is None:
            known = "、".join(names["zh"] for names in absence_catalogue().kinds.values())
            cells.refuse("kind", "absence-kind", kind=word[:40], known=known)
        return kind or "other"

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered fields over those that stand."""
        return {**(before or self._unsaid), **given, "left_on": None}
