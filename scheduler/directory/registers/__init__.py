"""The registers of the directory, each as the import needs it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from scheduler.directory.registers.enterprises import Enterprises
from scheduler.directory.registers.register import Register


def register_of(plural: str, session: Session, today: date) -> Register:
    """Return a register by the plural that commands use."""
    return {"enterprises": Enterprises}[plural](session, today)
