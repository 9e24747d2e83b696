"""Names of enterprises and people for the codes that records hold."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.directory.models import Enterprise, Expert, Inspector


def enterprise_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Return the name of each enterprise by its credit code; codes not in the directory are left out."""
    rows = session.execute(select(Enterprise.uscc, Enterprise.name).where(Enterprise.uscc.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416 (a row is no pair to the type checker)


def people_names(session: Session, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return (name, department or organisation) of inspectors and experts by their public number."""
    inspectors = select(Inspector.id, Inspector.name, Inspector.department).where(Inspector.id.in_(ids))
    experts = select(Expert.id, Expert.name, Expert.organisation).where(Expert.id.in_(ids))
    rows = [*session.execute(experts), *session.execute(inspectors)]
    return {row[0]: (row[1], row[2]) for row in rows}
