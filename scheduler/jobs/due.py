"""Due work: what should have happened by now, read from the tables. Nothing here changes anything.

1. `batch`: the day of a published plan's batch has come and its list is not sealed, with the reason. `void`: every draw
   of a batch is void, so it must be drawn again.
2. `contribute`: dice or another contribution can still come, and until when. `late`: it can no more, for a beacon's
   lead has begun; the draw must be declared void. `beacon`: the beacon's value exists and is not here.
3. `conduct`: every value is there. `publish`: the outcome is there; overdue after a day.
4. `reveal`: the day by which a sealed draw had to be revealed is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.directory.changes import CHINA, day_of
from scheduler.draws.models import DrawEvent
from scheduler.draws.queries import DrawSummary, DrawView, list_draws, show_draw
from scheduler.draws.record import COMMIT, CONDUCTED, ENTERPRISES, MONTHS, PUBLISHED
from scheduler.jobs.batches import BatchDue, waiting_batches
from scheduler.plans.queries import newest_version

PUBLISH_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """A piece of due work: its kind, the draft or draw it is about, since when, or with `until` till when.

    `code` and `params` say why it is not done, as an error's do; empty where nothing stands in the way.
    """

    kind: str
    subject: str
    plan_id: str
    title: str
    at: datetime
    overdue: bool
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    is_lottery: bool = False
    until: bool = False


def find_due(session: Session, settings: Settings, now: datetime) -> list[Due]:
    """Return all due work: what is overdue first, then by time."""
    found = [_of_batch(each, now) for each in waiting_batches(session, settings, now)]
    revealed = set(session.scalars(select(DrawEvent.draw_id).where(DrawEvent.kind == "reveal")))
    for draw in list_draws(session):
        if _may_wait(session, draw):
            view = show_draw(session, draw.id, public=False)
            found += _of_draw(draw, view, now, revealed=draw.id in revealed)
    return sorted(found, key=lambda due: (not due.overdue, due.at, due.subject))


def _may_wait(session: Session, draw: DrawSummary) -> bool:
    """Say whether something of a draw can be due; the lottery of a version that another has followed waits no more."""
    if draw.state == "void" or (draw.state == PUBLISHED and draw.mode == "open"):
        return False
    newest = newest_version(session, draw.plan_id) if draw.kind == MONTHS else None
    return newest is None or newest.version == draw.sequence


def midnight(day: date) -> datetime:
    """Return the beginning of a day at the office."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _of_batch(waiting: BatchDue, now: datetime) -> Due:
    return Due(
        kind="void" if waiting.code == "due-void" else "batch",
        subject=waiting.draft_id,
        plan_id=waiting.plan_id,
        title=waiting.title,
        at=midnight(waiting.on),
        overdue=waiting.on < day_of(now) or waiting.tried_at is not None,
        code=waiting.code,
        params=waiting.params,
    )


def _of_draw(draw: DrawSummary, view: DrawView, now: datetime, *, revealed: bool) -> Iterator[Due]:
    if draw.state == "sealed":
        yield from _of_values(draw, view, now)
    if draw.state == CONDUCTED and draw.kind == ENTERPRISES:
        since = view.steps[CONDUCTED]
        yield _due(draw, "publish", since, overdue=now - since > PUBLISH_WITHIN)
    reveal_by = view.manifest.get("reveal_by")
    if reveal_by and draw.state != "sealed" and not revealed and day_of(now).isoformat() > reveal_by:
        yield _due(draw, "reveal", midnight(date.fromisoformat(reveal_by)), overdue=True, day=reveal_by)


def _due(draw: DrawSummary, kind: str, at: datetime, *, overdue: bool, until: bool = False, **params: str) -> Due:
    return Due(
        kind, draw.id, draw.plan_id, draw.title, at, overdue,
        params=params, is_lottery=draw.kind == MONTHS, until=until,
    )  # fmt: skip


def _of_values(draw: DrawSummary, view: DrawView, now: datetime) -> Iterator[Due]:
    """Tell which values a sealed draw waits for; the office's own secret is always there."""
    waits = [source for source in view.sources if source.value is None and source.type != COMMIT]
    dues = [source.due for source in view.sources if source.due is not None]
    last = min(dues) - timedelta(seconds=view.manifest["lead_seconds"]) if dues else None
    people = ", ".join(source.id for source in waits if source.due is None)
    if people and last is not None and now > last:
        yield _due(draw, "late", last, overdue=True, sources=people)
        return
    if people:
        yield _due(draw, "contribute", last or draw.sealed_at, overdue=False, until=last is not None, sources=people)
    for source in waits:
        if source.due is not None and source.due <= now:
            yield _due(draw, "beacon", source.due, overdue=True, sources=source.id)
    if not waits:
        complete = max(each.arrived_at or draw.sealed_at for each in view.sources)
        yield _due(draw, "conduct", complete, overdue=False)
