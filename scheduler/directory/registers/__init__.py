"""The registers of the directory, each as the import needs it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from scheduler.directory.registers.enterprises import Enterprises
from scheduler.directory.registers.lists import Divisions, Items
from scheduler.directory.registers.people import Experts, Inspectors
from scheduler.directory.registers.register import Register
from scheduler.errors import NotFound

PLURALS = ("divisions", "enterprises", "inspectors", "experts", "items")


def register_of(plural: str, session: Session, today: date) -> Register:
    """Return a register by the plural that commands and files use; `today` is the day its rules are applied on."""
    if plural == "enterprises":
        return Enterprises(session, today)
    others: dict[str, type[Register]] = {each.plural: each for each in (Divisions, Inspectors, Experts, Items)}
    if plural not in others:
        raise NotFound("register-unknown", register=plural, known=", ".join(PLURALS))
    return others[plural](session)
