"""Reading the audit log: who did what, newest first, and whether its chain holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.store.audit import AuditEntry


def page_trail(
    session: Session,
    *,
    before: int | None = None,
    actor: str = "",
    action: str = "",
    subject: str = "",
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Return the entries before a number, newest first; `action` also finds what begins with it (`draw.`)."""
    chosen = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(AuditEntry.sequence < before)
    if actor:
        chosen = chosen.where(AuditEntry.actor == actor)
    if action:
        chosen = chosen.where(AuditEntry.action.startswith(action, autoescape=True))
    if subject:
        chosen = chosen.where(AuditEntry.subject == subject)
    return session.scalars(chosen).all()
