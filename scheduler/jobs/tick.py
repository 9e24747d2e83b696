"""One tick of the clock: the due work that needs nobody is done, each piece in a transaction of its own.

1. Whatever a tick does is asked of the tables again inside the transaction that does it, so that two ticks, or a tick
   and a person, never do it twice.
2. A refusal is kept with its reason until the work is done or no longer due. A fault of the program is logged and kept
   as one; neither ends the tick.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.draws.conducting import conduct_draw
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import ServiceError
from scheduler.jobs.batches import RETRY, waiting_batches
from scheduler.jobs.due import find_due
from scheduler.jobs.models import ClockRefusal
from scheduler.plans.general_tier.batch_drafts import seal_draft
from scheduler.store.base import utc_now
from scheduler.store.session import reading, writing

ACTOR = "clock"
_log = logging.getLogger("scheduler.jobs")


@dataclass(frozen=True)
class Done:
    """What a tick did: `sealed` or `conducted`, the draft and the draw; or `refused` with code and parameters."""

    outcome: str
    subject: str
    draw: str = ""
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def tick(engine: Engine, settings: Settings, now: datetime | None = None, *, again: bool = False) -> list[Done]:
    """Do the due work and return what was done; `again` also tries what was refused a moment ago."""
    now = now or utc_now()
    with reading(engine) as session:
        waiting = waiting_batches(session, settings, now)
        ready = [each.draft_id for each in waiting if each.may_be_tried(now, again=again)]
        stale = set(session.scalars(select(ClockRefusal.subject))) - {each.draft_id for each in waiting}
        draws = _to_conduct(session, settings, now, again=again)
    seal = partial(_seal, settings=settings, now=now)
    done = [
        *(_try(engine, draft, "sealed", partial(seal, draft_id=draft), now) for draft in ready),
        *(_try(engine, draw, "conducted", partial(_conduct, draw_id=draw), now) for draw in draws),
    ]
    if stale - set(draws):
        with writing(engine) as session:
            session.execute(delete(ClockRefusal).where(ClockRefusal.subject.in_(sorted(stale - set(draws)))))
    return [each for each in done if each is not None]


def _to_conduct(session: Session, settings: Settings, now: datetime, *, again: bool) -> list[str]:
    """Return the draws of enterprises that have every value, where the office lets the clock draw them."""
    if not settings.draw.conduct_when_complete:
        return []
    tried = dict(session.execute(select(ClockRefusal.subject, ClockRefusal.tried_at)).all())
    complete = [due.subject for due in find_due(session, settings, now) if due.kind == "conduct" and not due.is_lottery]
    return [draw for draw in complete if again or draw not in tried or now - tried[draw] >= RETRY]


def _seal(session: Session, *, settings: Settings, draft_id: str, now: datetime) -> str | None:
    """Seal a batch that still waits, None when it does no more."""
    waits = [each for each in waiting_batches(session, settings, now) if each.draft_id == draft_id]
    if not any(each.may_be_tried(now, again=True) for each in waits):
        return None
    return seal_draft(session, ACTOR, draft_id, now=now, ceremony_seconds=settings.draw.ceremony_minutes * 60).id


def _conduct(session: Session, *, draw_id: str) -> str:
    conduct_draw(session, ACTOR, draw_id)
    return draw_id


def _try(
    engine: Engine, subject: str, outcome: str, work: Callable[[Session], str | None], now: datetime
) -> Done | None:
    """Do one piece of work, or keep why it was refused; None when there was nothing left to do."""
    try:
        with writing(engine) as session:
            draw = work(session)
            session.execute(delete(ClockRefusal).where(ClockRefusal.subject == subject))
        return None if draw is None else Done(outcome, subject, draw)
    except (ServiceError, ProtocolError) as refusal:
        code, params = refusal.code, {name: _plain(value) for name, value in refusal.params.items()}
        _log.info("the clock was refused %s: %s", subject, code)
    except Exception:  # a fault of the program must not stop the clock; the log has it whole
        code, params = "due-failed", {}
        _log.exception("the clock failed on %s", subject)
    with writing(engine) as session:
        _keep(session, subject, code, params, now)
    return Done("refused", subject, code=code, params=params)


def _plain(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)


def _keep(session: Session, subject: str, code: str, params: dict[str, Any], now: datetime) -> None:
    """Keep a refusal; a repeated one keeps since when."""
    row = session.get(ClockRefusal, subject)
    if row is None:
        session.add(ClockRefusal(subject=subject, code=code, params=params, since=now, tried_at=now))
        return
    row.since = row.since if row.code == code else now
    row.code, row.params, row.tried_at = code, params, now
