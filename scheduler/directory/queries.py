"""Reads of the directory for pages and commands: pages of enterprises by key, single entries, counts, people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.directory.deciding import ASPECTS
from scheduler.directory.models import (
    UNDECIDED,
    Absence,
    DirectoryChange,
    Division,
    Enterprise,
    Expert,
    ImportRun,
    InspectionItem,
    Inspector,
)
from scheduler.directory.uscc import check_uscc, normalise_uscc
from scheduler.errors import InvalidInput, NotFound

PAGE = 50
LARGEST_PAGE = 500


@dataclass(frozen=True)
class EnterpriseFilter:
    """Which enterprises are asked for; an empty text asks for all.

    `undecided` names an aspect that must be undecided, `any` for one at least; `text` is part of a name or the
    beginning of a code; `left` asks for those that left instead of those that are in the directory.
    """

    tier: str = ""
    sector: str = ""
    district: str = ""
    risk: str = ""
    division: str = ""
    undecided: str = ""
    text: str = ""
    left: bool = False


@dataclass(frozen=True)
class EnterprisePage:
    """Some enterprises ascending by code, and the code to ask the next page with, None on the last."""

    rows: Sequence[Enterprise]
    after: str | None


@dataclass(frozen=True)
class EnterpriseView:
    """One enterprise with the division of its sector and its changes, the newest first."""

    enterprise: Enterprise
    division: Division | None
    changes: Sequence[DirectoryChange]


def list_enterprises(
    session: Session, wanted: EnterpriseFilter | None = None, after: str = "", size: int = PAGE
) -> EnterprisePage:
    """Return one page of enterprises, found by key: the millionth page costs what the first does."""
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidInput("page-size", size=size, largest=LARGEST_PAGE)
    chosen = select(Enterprise).where(*_conditions(session, wanted or EnterpriseFilter()))
    if after:
        chosen = chosen.where(Enterprise.uscc > after)
    rows = session.scalars(chosen.order_by(Enterprise.uscc).limit(size + 1)).all()
    return EnterprisePage(rows[:size], rows[size - 1].uscc if len(rows) > size else None)


def count_enterprises(session: Session, wanted: EnterpriseFilter | None = None) -> int:
    """Return how many enterprises a filter finds."""
    counted = select(func.count()).select_from(Enterprise).where(*_conditions(session, wanted or EnterpriseFilter()))
    return session.scalars(counted).one()


def _conditions(session: Session, wanted: EnterpriseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_present(Enterprise.left_on, wanted.left)]
    conditions += [_column(name) == getattr(wanted, name) for name in ASPECTS if getattr(wanted, name)]
    if wanted.division:
        conditions.append(Enterprise.sector.in_(find_division(session, wanted.division).sectors))
    if wanted.undecided == "any":
        conditions.append(or_(*(_column(name) == UNDECIDED for name in ASPECTS)))
    elif wanted.undecided:
        conditions.append(_column(wanted.undecided) == UNDECIDED)
    if text := wanted.text.strip():
        code = normalise_uscc(text)
        named = Enterprise.name.contains(text, autoescape=True)
        conditions.append(or_(named, Enterprise.uscc.startswith(code, autoescape=True)) if code else named)
    return conditions


def _column(aspect: str) -> InstrumentedAttribute[str]:
    if aspect not in ASPECTS:
        raise InvalidInput("aspect-unknown", aspect=aspect, known=", ".join(ASPECTS))
    column: InstrumentedAttribute[str] = getattr(Enterprise, aspect)
    return column


def find_division(session: Session, division_id: str) -> Division:
    """Return a division; raise `NotFound` (`division-unknown`)."""
    division = session.get(Division, division_id)
    if division is None:
        raise NotFound("division-unknown", known=", ".join(session.scalars(select(Division.id).order_by(Division.id))))
    return division


def view_enterprise(session: Session, uscc: str) -> EnterpriseView:
    """Return one enterprise with its changes; raise `NotFound` (`enterprise-unknown`) or `InvalidInput` for no code."""
    code = check_uscc(uscc)
    enterprise = session.get(Enterprise, code)
    if enterprise is None:
        raise NotFound("enterprise-unknown", uscc=code)
    divisions = list_divisions(session)
    division = next((each for each in divisions if enterprise.sector in each.sectors), None)
    return EnterpriseView(enterprise, division, list_changes(session, "enterprise", code))


def list_changes(
    session: Session, register: str = "", subject: str = "", before: int | None = None, size: int = LARGEST_PAGE
) -> Sequence[DirectoryChange]:
    """Return changes of the ledger, the newest first; `before` is the number of the last change of the page before."""
    chosen = select(DirectoryChange)
    if register:
        chosen = chosen.where(DirectoryChange.register == register)
    if subject:
        chosen = chosen.where(DirectoryChange.subject == subject)
    if before is not None:
        chosen = chosen.where(DirectoryChange.id < before)
    return session.scalars(chosen.order_by(DirectoryChange.id.desc()).limit(size)).all()


def list_import_runs(session: Session, size: int = PAGE) -> Sequence[ImportRun]:
    """Return the latest imports, the newest first."""
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(size)).all()


def count_by_aspect(session: Session, aspect: str) -> dict[str, int]:
    """Return how many enterprises of the directory have each value of an aspect, ascending by value."""
    return dict(_counted(session, _column(aspect)))


def count_undecided(session: Session) -> dict[str, int]:
    """Return for each aspect how many enterprises a person has to decide."""
    return {aspect: count_by_aspect(session, aspect).get(UNDECIDED, 0) for aspect in ASPECTS}


def _counted(session: Session, *columns: InstrumentedAttribute[str]) -> list[Any]:
    counted = select(*columns, func.count()).where(Enterprise.left_on.is_(None)).group_by(*columns)
    # in Python, so that the order does not follow the collation of the database
    return sorted(tuple(row) for row in session.execute(counted))


def list_divisions(session: Session) -> Sequence[Division]:
    """Return the divisions ascending by number."""
    # sorted here, so that the order does not follow the collation of the database
    return sorted(session.scalars(select(Division)), key=lambda each: each.id)


def list_inspectors(session: Session, left: bool = False) -> Sequence[Inspector]:
    """Return the inspectors in the pool, or those that left, ascending by number."""
    chosen = select(Inspector).where(_present(Inspector.left_on, left))
    return sorted(session.scalars(chosen), key=lambda each: each.id)


def list_experts(session: Session, left: bool = False) -> Sequence[Expert]:
    """Return the experts in the pool, or those that left, ascending by number."""
    chosen = select(Expert).where(_present(Expert.left_on, left))
    return sorted(session.scalars(chosen), key=lambda each: each.id)


def list_absences(session: Session) -> Sequence[Absence]:
    """Return the absences that stand, by first day and number, the latest first."""
    chosen = select(Absence).where(Absence.left_on.is_(None))
    return sorted(session.scalars(chosen), key=lambda each: (each.first, each.id), reverse=True)


def list_items(session: Session, left: bool = False) -> Sequence[InspectionItem]:
    """Return the inspection items on the list, or those taken off, ascending by number."""
    chosen = select(InspectionItem).where(_present(InspectionItem.left_on, left))
    return sorted(session.scalars(chosen), key=lambda each: each.id)


def _present(column: InstrumentedAttribute[date | None], left: bool) -> ColumnElement[bool]:
    return column.is_not(None) if left else column.is_(None)
