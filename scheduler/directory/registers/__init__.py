"""The registers of the directory, each as the import needs it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from scheduler.directory.registers.absences import Absences
from scheduler.directory.registers.enterprises import Enterprises
from scheduler.directory.registers.facts import Facts
from scheduler.directory.registers.lists import Divisions, Items
from scheduler.directory.registers.people import Experts, Inspectors
from scheduler.directory.registers.register import Register
from scheduler.errors import NotFound

PLURALS = ("divisions", "enterprises", "inspectors", "experts", "items", "absences", "facts")


def register_of(plural: str, session: Session, today: date) -> Register:
    """Return a register by the plural that commands and files use; `today` is the day its rules are applied on."""
    if plural in ("enterprises", "facts"):  # their rules ask for the day
        return Enterprises(session, today) if plural == "enterprises" else Facts(session, today)
    classes: tuple[type[Register], ...] = (Divisions, Inspectors, Experts, Items, Absences)
    others = {each.plural: each for each in classes}
    if plural not in others:
        raise NotFound("register-unknown", register=plural, known=", ".join(PLURALS))
    return others[plural](session)
