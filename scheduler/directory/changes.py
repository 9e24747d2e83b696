"""The ledger of the directory: every change with its date, reason and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.directory.models import DirectoryChange

KINDS = ("entered", "left", "returned", "changed", "decided", "overridden")
# One time zone holds for all of China; a day of the directory is a day there.
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Cause:
    """Why and whence changes come: who made them, when, the reason given, and the source (a file, a person)."""

    actor: str
    at: datetime
    reason: str
    source: str

    @property
    def day(self) -> date:
        """The day of the change in China."""
        return day_of(self.at)


def day_of(at: datetime) -> date:
    """Return the day in China at an instant."""
    return at.astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry; `before` and `after` hold the changed fields alone."""

    subject: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record_changes(session: Session, register: str, changes: Iterable[Change], cause: Cause) -> None:
    """Write changes of one register into the ledger."""
    rows = [
        {
            "register": register,
            "subject": change.subject,
            "kind": change.kind,
            "before": written_values(change.before),
            "after": written_values(change.after),
            "reason": cause.reason[:500],
            "source": cause.source[:200],
            "actor": cause.actor[:64],
            "at": cause.at,
        }
        for change in changes
    ]
    if rows:
        session.connection().execute(insert(DirectoryChange), rows)


def record_change(session: Session, register: str, change: Change, cause: Cause) -> None:
    """Write one change into the ledger."""
    record_changes(session, register, [change], cause)


def written_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as JSON values: a date as its ISO text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
