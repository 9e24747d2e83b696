"""The register of enterprises: facts as delivered, and the decisions that the rules draw from them.

1. A column that a file does not have changes nothing; a cell that is empty empties the fact.
2. Decisions follow from the facts, the rules and, where a fatal accident is stated, the day. An entry for which these
   are the same is unchanged, so a file read twice changes nothing; after a change of rules it is decided anew.
3. What a person decided stays, whatever a file says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from config.catalogues import load_catalogues
from config.catalogues.tiers import FLAGS
from config.columns import column_catalogue
from scheduler.directory.deciding import (
    ASPECTS,
    FATAL_ACCIDENT,
    decide,
    decided_columns,
    differing,
    facts_of,
    rules_fingerprint,
)
from scheduler.directory.models import Enterprise
from scheduler.directory.registers.cells import CellReader
from scheduler.directory.registers.register import Register, Values
from scheduler.directory.uscc import check_uscc
from scheduler.store.base import canonical_text

FACTS = ("name", "kind", "registered_on", "scope", "region", "address", "industry", "grade")
_LENGTHS = {"name": 200, "kind": 100, "region": 100, "address": 500}
_NOTHING: Values = dict.fromkeys(FACTS, "") | {"registered_on": None, "flags": {}, "decisions": {}}


class Enterprises(Register):
    """Enterprises under their unified social credit code; `today` is the day the rules are applied on."""

    plural, name, model, key = "enterprises", "enterprise", Enterprise, "uscc"

    def __init__(self, session: Session, today: date) -> None:
        super().__init__(session)
        self.today = today

    def read(self, cells: CellReader) -> Values:
        """Read the facts a row delivers; `flags` holds those it says anything about, None for not so."""
        given: Values = {"uscc": cells.checked("uscc", check_uscc)}
        for field in FACTS:
            if field not in cells:
                continue
            if field == "registered_on":
                given[field] = cells.date(field)
                if given[field] and given[field] > self.today:
                    cells.refuse(field, "cell-future", day=given[field].isoformat())
            elif field == "industry":
                given[field] = _industry(cells)
            elif field == "grade":
                given[field] = _grade(cells)
            else:
                given[field] = cells.text(field, _LENGTHS.get(field), needed=field == "name")
        given["flags"] = self._flags(cells)
        return given

    def _flags(self, cells: CellReader) -> dict[str, Any]:
        flags: dict[str, Any] = {}
        for flag in FLAGS:
            if flag in cells and flag != FATAL_ACCIDENT:
                flags[flag] = cells.flag(flag) or None
        if FATAL_ACCIDENT in cells:
            day = cells.date(FATAL_ACCIDENT)
            if day and day > self.today:
                cells.refuse(FATAL_ACCIDENT, "cell-future", day=day.isoformat())
            flags[FATAL_ACCIDENT] = day.isoformat() if day else None
        if "risk" in cells:
            flags["risk"] = cells.text("risk", 12) or None
        if "industry" in cells:
            edition = cells.text("industry_edition", 12) if "industry_edition" in cells else ""
            stated = edition or column_catalogue().industry_edition
            flags["industry-edition"] = stated if cells.text("industry") else None
        return flags

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered facts over those that stand, and decide anew when anything that decides is different."""
        old = before or _NOTHING
        facts = {field: given.get(field, old[field]) for field in FACTS}
        flags = {name: value for name, value in {**old["flags"], **given["flags"]}.items() if value is not None}
        digest = self._digest(facts, flags)
        if before and before["digest"] == digest:
            return {**before, "left_on": None}
        decisions = decide(facts_of(given["uscc"], facts, flags, self.today), old["decisions"])
        return {
            "uscc": given["uscc"],
            **facts,
            "flags": flags,
            **decided_columns(decisions),
            "left_on": None,
            "digest": digest,
        }

    def _digest(self, facts: Mapping[str, Any], flags: Mapping[str, Any]) -> str:
        day = facts["registered_on"]
        told = {**facts, "registered_on": day.isoformat() if day else None, "flags": flags}
        asked = self.today.isoformat() if FATAL_ACCIDENT in flags else None
        return hashlib.sha256(canonical_text([rules_fingerprint(), asked, told]).encode()).hexdigest()

    def differences(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Values, Values]:
        """Return the changed columns, of `decisions` only the changed aspects, and never the digest."""
        was, now = super().differences(before, after)
        decided = differing(before["decisions"], after["decisions"])
        for shown, part in zip((was, now), decided, strict=True):
            for name in ("digest", "decisions", *ASPECTS):
                shown.pop(name, None)
            shown.update(part)
        return was, now

    def first_entry(self, values: Values) -> Values:
        """Return the name and the decided values; the facts stand in the entry, and in the ledger once they change."""
        return {name: values[name] for name in ("name", *ASPECTS)}

    def kind_of(self, before: Values) -> str:
        """Return `decided` where only decisions changed, not the facts."""
        return "decided" if set(before) <= {*ASPECTS, "decisions"} else "changed"


def _industry(cells: CellReader) -> str:
    """Return a GB/T 4754 code: a letter and up to four digits, or the digits alone."""
    code = cells.text("industry").upper()
    letter, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
    if code and not ((letter or digits) and len(digits) <= 4 and letter <= "T" and (not digits or digits.isdecimal())):
        cells.refuse("industry", "cell-no-industry")
    return code


def _grade(cells: CellReader) -> str:
    """Return a grade of the catalogue, "" where none is stated."""
    grades = load_catalogues().grades
    grade = grades.read(cells.text("grade", 12))
    if grade is None:
        cells.refuse("grade", "cell-no-grade", known=", ".join(grades.values))
    return grade or ""
