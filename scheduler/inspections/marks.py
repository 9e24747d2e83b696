"""Marks on visits: done on a day, pinned to a day, missed. Each is one more row; none is ever changed.

Whatever makes a visit come at another time than the lot gave it needs a reason: a pin, a visit missed, and a visit
made on another day than the planned one.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from scheduler.directory.changes import day_of
from scheduler.draws.record import lock_draws
from scheduler.errors import Conflict, InvalidInput
from scheduler.inspections.due_months import YEAR_END
from scheduler.inspections.gathering import month_workdays
from scheduler.inspections.making import checked_reason
from scheduler.inspections.models import VisitMark
from scheduler.inspections.standing import DONE, MISSED, PIN, Standing, check_open, read_standing, visit_efforts
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


def mark_done(session: Session, plan_id: str, visit: str, day: date, *, actor: str, reason: str = "") -> VisitMark:
    """Mark a visit as done on a day of the plan's year; on any other day than those planned for it with a reason.

    A visit that no schedule has placed yet may be made on any day of the month it is due in.

    Raises `NotFound` (`plan-unknown`, `visit-unknown`), `InvalidInput` (`visit-day`, `visit-day-future`,
    `visit-other-day`), `Conflict` (`plan-not-drawn`, `plan-closed`, `visit-done`).
    """
    standing, month = _open_visit(session, plan_id, visit)
    if day.year != standing.plan.year:
        raise InvalidInput("visit-day", day=day.isoformat(), year=standing.plan.year)
    if day > day_of(utc_now()):
        raise InvalidInput("visit-day-future", visit=visit, day=day.isoformat())
    planned = _planned_days(standing, visit, month)
    fits = day.isoformat() in planned if planned else day.month == month
    if not fits and not checked_reason(reason):
        due = "-" if month == YEAR_END else f"{day.year}-{month:02}"
        told = {"visit": visit, "day": day.isoformat(), "planned": ", ".join(planned) or due}
        raise InvalidInput("visit-other-day", **told)
    return _mark(session, standing, visit, DONE, month, day, reason, actor)


def pin_visit(session: Session, plan_id: str, visit: str, day: date, *, actor: str, reason: str) -> VisitMark:
    """Pin a visit to a workday of the month it is due in; the next version of the schedule keeps to it.

    Raises what `mark_done` raises, and `InvalidInput` (`reason-missing`, `visit-pin-day`, `visit-pin-end`).
    """
    standing, month = _open_visit(session, plan_id, visit)
    if not checked_reason(reason):
        raise InvalidInput("reason-missing")
    workdays = () if month == YEAR_END else month_workdays(standing.plan.year, month)
    if day.isoformat() not in workdays:
        raise InvalidInput("visit-pin-day", visit=visit, day=day.isoformat(), month=month)
    _, days = visit_efforts(session, standing.plan)[visit.rpartition(".")[0]]
    left = len(workdays) - workdays.index(day.isoformat())
    if days > left:
        raise InvalidInput("visit-pin-end", visit=visit, day=day.isoformat(), days=days, left=left)
    return _mark(session, standing, visit, PIN, month, day, reason, actor)


def mark_missed(session: Session, plan_id: str, visit: str, *, actor: str, reason: str) -> VisitMark:
    """Mark a planned visit as not made: it rolls on to the next month, and is counted.

    Raises what `mark_done` raises, `InvalidInput` (`reason-missing`), and `Conflict` (`visit-not-planned`) when no
    schedule has a day for it now.
    """
    standing, month = _open_visit(session, plan_id, visit)
    if visit not in standing.placed.get(month, {}):
        raise Conflict("visit-not-planned", visit=visit)
    if not checked_reason(reason):
        raise InvalidInput("reason-missing")
    return _mark(session, standing, visit, MISSED, month, None, reason, actor)


def _planned_days(standing: Standing, visit: str, month: int) -> tuple[str, ...]:
    placed = standing.placed.get(month, {}).get(visit)
    return placed.days if placed else ()


def _open_visit(session: Session, plan_id: str, visit: str) -> tuple[Standing, int]:
    """Return how the plan stands and the month an open visit is due in."""
    lock_draws(session)
    standing = read_standing(session, plan_id)
    check_open(session, plan_id)
    month = standing.months_of(visit).now
    if visit in standing.done:
        raise Conflict("visit-done", visit=visit, day=standing.done[visit])
    return standing, month


def _mark(
    session: Session,
    standing: Standing,
    visit: str,
    kind: str,
    month: int,
    day: date | None,
    reason: str,
    actor: str,
) -> VisitMark:
    plan = standing.plan.plan_id
    mark = VisitMark(
        plan_id=plan,
        visit=visit,
        sequence=1 + sum(each.visit == visit for each in standing.marks),
        kind=kind,
        month=month,
        day=day,
        reason=checked_reason(reason),
        at=utc_now(),
        actor=actor,
    )
    session.add(mark)
    session.flush()
    given = {"day": day.isoformat() if day else "", "planned": next(iter(_planned_days(standing, visit, month)), "")}
    told = {name: value for name, value in given.items() if value}
    append_entry(session, actor, f"visit.{kind}", plan, visit=visit, month=month, reason=mark.reason, **told)
    return mark
