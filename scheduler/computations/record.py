"""The record of computations under way: begun, told about, cancelled, ended, and read by whoever waits.

The work itself runs elsewhere (`api.computing`); these functions take a session and never commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, undefer

from scheduler.computations.models import Computation
from scheduler.errors import Conflict, NotFound
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

STATES = ("running", "done", "failed", "cancelled", "lost")
PHASES = ("waiting", "reading", "goals", "journeys", "mending", "storing")
LOST_AFTER = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)
MOST_OF_ONE = 6  # computations of one person under way; whoever asks for more waits, and so does nobody else


@dataclass(frozen=True)
class ComputationView:
    """A computation as it stands. `shown` counts its results so far: 1 may be a first one, still to be refined."""

    id: str
    kind: str
    subject: str
    state: str
    phase: str
    division: str
    done: int
    total: int
    given: Mapping[str, Any]
    result: Mapping[str, Any] | None
    shown: int
    error: Mapping[str, Any] | None
    started_at: datetime
    actor: str

    @property
    def is_running(self) -> bool:
        """Say whether there is anything to wait for."""
        return self.state == "running"


def begin_computation(
    session: Session, kind: str, subject: str, given: Mapping[str, Any], *, actor: str, alone: bool
) -> str:
    """Record the begin of a computation and return its identifier; what is long over is forgotten.

    `alone`: raise `Conflict` (`computation-running`) while another of its kind and subject runs. Raises `Conflict`
    (`computation-too-many`) while one person has `MOST_OF_ONE` of them under way, not counting those asked to stop.
    """
    now = utc_now()
    mine = (Computation.state == "running") & (Computation.actor == actor) & Computation.cancel_asked.is_(False)
    alive = select(func.count()).where(mine, Computation.touched_at > now - LOST_AFTER)
    if (session.scalar(alive) or 0) >= MOST_OF_ONE:
        raise Conflict("computation-too-many", most=MOST_OF_ONE)
    if alone:
        # The entry comes first: it makes writers wait for one another, so that of two at once one sees the other.
        append_entry(session, actor, "computation.begun", subject, kind=kind)
        for other in running_computations(session, kind, subject):
            raise Conflict("computation-running", subject=subject, actor=other.actor)
    session.execute(delete(Computation).where(Computation.touched_at < now - KEPT_FOR))
    row = Computation(
        id=secrets.token_hex(16),
        kind=kind,
        subject=subject,
        state="running",
        phase=PHASES[0],
        division="",
        done=0,
        total=0,
        given=dict(given),
        result=None,
        shown=0,
        error=None,
        cancel_asked=False,
        started_at=now,
        touched_at=now,
        actor=actor,
    )
    session.add(row)
    session.flush()
    return row.id


def tell_progress(session: Session, computation_id: str, **progress: Any) -> bool:
    """Record how far a computation is (any of phase, division, done, total); return whether it may go on."""
    _change(session, computation_id, **progress)
    asked = select(Computation.cancel_asked).where(Computation.id == computation_id)
    return session.scalar(asked) is False


def show_result(session: Session, computation_id: str, result: Mapping[str, Any]) -> None:
    """Record a first result of a computation that goes on."""
    _change(session, computation_id, result=dict(result), shown=Computation.shown + 1)


def end_computation(
    session: Session,
    computation_id: str,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> None:
    """Record the end of a computation; a result replaces the one shown before."""
    outcome = {} if result is None else {"result": dict(result), "shown": Computation.shown + 1}
    _change(session, computation_id, state=state, error=error, **outcome)


def _change(session: Session, computation_id: str, **values: Any) -> None:
    stated = update(Computation).where(Computation.id == computation_id)
    session.execute(stated.values(touched_at=utc_now(), **values))


def ask_cancel(session: Session, computation_id: str) -> None:
    """Ask whoever computes to stop at the next opportunity; nothing of it will be stored. Too late is no fault."""
    stated = update(Computation).where(Computation.id == computation_id, Computation.state == "running")
    session.execute(stated.values(cancel_asked=True))


def view_computation(session: Session, computation_id: str, kind: str | None = None) -> ComputationView:
    """Return a computation with its result; raises `NotFound` (`computation-unknown`), also for another kind."""
    row = session.get(Computation, computation_id, options=[undefer(Computation.result)])
    if row is None or kind not in (None, row.kind):
        raise NotFound("computation-unknown")
    return _view(row, row.result)


def running_computations(session: Session, kind: str, subject: str | None = None) -> list[ComputationView]:
    """Return what of a kind is being computed now, the oldest first, without results."""
    query = select(Computation).where(Computation.kind == kind, Computation.state == "running")
    if subject is not None:
        query = query.where(Computation.subject == subject)
    views = [_view(row, None) for row in session.scalars(query.order_by(Computation.started_at))]
    return [view for view in views if view.is_running]


def _view(row: Computation, result: Any) -> ComputationView:
    lost = row.state == "running" and utc_now() - row.touched_at > LOST_AFTER
    return ComputationView(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        state="lost" if lost else row.state,
        phase=row.phase,
        division=row.division,
        done=row.done,
        total=row.total,
        given=row.given,
        result=result,
        shown=row.shown,
        error={"code": "computation-lost", "params": {}} if lost else row.error,
        started_at=row.started_at,
        actor=row.actor,
    )
