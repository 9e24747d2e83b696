"""The register of facts: what an enterprise went through that may keep it out of a draw, each with its day and basis.

1. A fact is known by credit code, kind and day; a file that names another last day or basis changes it.
2. No last day: the rules of cool-down say how long the fact counts. A day in the future is refused.
3. A fact that is withdrawn leaves the register (a full list with `--leave-missing`), never the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from config.catalogues.cool_down import cool_down_catalogue
from scheduler.directory.models import EnterpriseFact
from scheduler.directory.registers.cells import CellReader
from scheduler.directory.registers.register import Register, Values
from scheduler.directory.uscc import check_uscc


class Facts(Register):
    """Facts of enterprises; `today` is the day beyond which nothing can have happened."""

    plural, name, model, key, named = "facts", "fact", EnterpriseFact, "id", "kind"
    _unsaid: ClassVar[dict[str, Any]] = {"until": None, "basis": ""}

    def __init__(self, session: Session, today: date) -> None:
        super().__init__(session)
        self.today = today

    def read(self, cells: CellReader) -> Values:
        """Read a fact: a valid code, a known kind, a day that has come, a last day not before it."""
        uscc, kind, on = cells.checked("id", check_uscc), self._kind(cells), cells.date("on")
        if on is None:
            cells.refuse("on", "cell-missing")
        elif on > self.today:
            cells.refuse("on", "cell-future", day=on.isoformat())
        given: Values = {"id": f"{uscc}.{kind}.{on}", "uscc": uscc, "kind": kind, "on": on}
        if "until" in cells:
            given["until"] = until = cells.date("until")
            if on and until and until < on:
                cells.refuse("until", "fact-reversed", on=on.isoformat(), until=until.isoformat())
        if "basis" in cells:
            given["basis"] = cells.text("basis", 200)
        return given

    def _kind(self, cells: CellReader) -> str:
        word = cells.text("kind", needed=True)
        kind = cool_down_catalogue().fact_of(word)
        if kind is None:
            known = "、".join(names["zh"] for names in cool_down_catalogue().facts.values())
            cells.refuse("kind", "fact-kind", kind=word[:40], known=known)
        return kind or ""

    def complete(self, before: Values | None, given: Values) -> Values:
        """Lay the delivered fields over those that stand."""
        return {**(before or self._unsaid), **given, "left_on": None}
