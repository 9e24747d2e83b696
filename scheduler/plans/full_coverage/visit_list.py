"""The coverage list of a plan: its key enterprises with the months of their visits, filtered, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from scheduler.directory.models import Enterprise
from scheduler.plans.models import KeyVisit


@dataclass(frozen=True)
class VisitFilter:
    """Which key enterprises are asked for; what is empty asks for all.

    `month` asks for those with a visit in it, `text` is part of a name or the beginning of a credit code.
    """

    division: str = ""
    month: int | None = None
    sector: str = ""
    district: str = ""
    text: str = ""


@dataclass(frozen=True)
class VisitLine:
    """A key enterprise and the months of its visits."""

    uscc: str
    name: str
    division_id: str
    sector: str
    district: str
    months: tuple[int, ...]


EVERYONE = VisitFilter()


def page_of_visits(
    session: Session,
    plan_id: str,
    version: int,
    *,
    after: str = "",
    size: int = 50,
    wanted: VisitFilter = EVERYONE,
) -> Sequence[VisitLine]:
    """Return the next `size` key enterprises after a credit code, with their months; keyset paging."""
    codes = session.scalars(
        _found(plan_id, version, wanted).where(KeyVisit.uscc > after).distinct().order_by(KeyVisit.uscc).limit(size)
    ).all()
    rows = session.execute(
        select(KeyVisit, Enterprise)
        .join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
        .where(KeyVisit.plan_id == plan_id, KeyVisit.version == version, KeyVisit.uscc.in_(codes))
        .order_by(KeyVisit.uscc, KeyVisit.visit)
    )
    lines: dict[str, VisitLine] = {}
    for visit, enterprise in rows:
        before = lines.get(visit.uscc)
        months = (*before.months, visit.month) if before else (visit.month,)
        lines[visit.uscc] = VisitLine(
            visit.uscc, enterprise.name, visit.division_id, enterprise.sector, enterprise.district, months
        )
    return list(lines.values())


def count_visits(session: Session, plan_id: str, version: int, wanted: VisitFilter = EVERYONE) -> int:
    """Return how many key enterprises a filter finds."""
    found = _found(plan_id, version, wanted).distinct().subquery()
    return session.scalars(select(func.count()).select_from(found)).one()


def districts_of_plan(session: Session, plan_id: str, version: int) -> Sequence[str]:
    """Return the districts in which a plan has key enterprises, ascending."""
    of_plan = KeyVisit.plan_id == plan_id, KeyVisit.version == version
    query = select(Enterprise.district).join(KeyVisit, Enterprise.uscc == KeyVisit.uscc).where(*of_plan)
    return session.scalars(query.distinct().order_by(Enterprise.district)).all()


def _found(plan_id: str, version: int, wanted: VisitFilter) -> Select[str]:
    query = select(KeyVisit.uscc).where(KeyVisit.plan_id == plan_id, KeyVisit.version == version)
    if wanted.division:
        query = query.where(KeyVisit.division_id == wanted.division)
    if wanted.month is not None:
        query = query.where(KeyVisit.month == wanted.month)
    if not (wanted.sector or wanted.district or wanted.text):
        return query
    query = query.join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
    if wanted.sector:
        query = query.where(Enterprise.sector == wanted.sector)
    if wanted.district:
        query = query.where(Enterprise.district == wanted.district)
    if wanted.text:
        part, beginning = Enterprise.name.contains, Enterprise.uscc.startswith
        query = query.where(or_(part(wanted.text, autoescape=True), beginning(wanted.text.upper(), autoescape=True)))
    return query
