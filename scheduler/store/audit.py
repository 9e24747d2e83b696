"""The hash-chained audit log, written in the same transaction as the fact it tells.

Entry n's hash = SHA-256 of the canonical JSON of its fields, the hash of entry n - 1 among them. The head row is
locked while an entry is added, so that two writers never continue the same entry.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime, canonical_text, utc_now

GENESIS = "0" * 64


class AuditEntry(Base):
    """One thing that happened: who did what to which subject, chained to what happened before."""

    __tablename__ = "audit_entry"
    append_only = True

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(96), index=True)
    detail: Mapped[Any] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last entry's number and hash: one row, locked by whoever appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def entry_hash(entry: AuditEntry) -> str:
    """Return the hash an entry must carry (64 hex characters)."""
    fields = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    return hashlib.sha256(canonical_text(fields).encode()).hexdigest()


def append_entry(session: Session, actor: str, action: str, subject: str, **detail: Any) -> AuditEntry:
    """Add an entry to the chain in the caller's transaction; `detail` holds JSON values."""
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=utc_now(),
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        previous=head.hash,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    head.sequence, head.hash = entry.sequence, entry.hash
    session.flush()
    return entry


def first_broken_entry(session: Session) -> int | None:
    """Return the number of the first entry that does not follow from the one before, None when all do."""
    previous, expected = GENESIS, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).yield_per(1000):
        if (entry.sequence, entry.previous, entry.hash) != (expected, previous, entry_hash(entry)):
            return expected
        previous, expected = entry.hash, expected + 1
    head = session.get_one(AuditHead, 1)
    return None if (head.sequence, head.hash) == (expected - 1, previous) else expected
