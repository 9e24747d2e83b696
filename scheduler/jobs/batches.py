"""Batches of published plans whose day has come and whose list is not sealed, each with what stands in the way.

1. The plan is what was published last; a newer version that is not published yet holds its batches up, for the drafts
   are that version's.
2. A draft that asks for dice and a beacon is sealed in office hours alone: the beacon's time is named at the seal, and
   people must be there to roll before it.
3. A batch whose year is over is never sealed any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.calendars import Calendar
from config.settings import DrawSettings, Settings
from scheduler.directory.changes import CHINA, day_of
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.record import is_void
from scheduler.jobs.models import ClockRefusal
from scheduler.plans.deadlines import statutory_calendar
from scheduler.plans.general_tier.batch_drafts import batch_draft_id
from scheduler.plans.general_tier.batches_document import batch_title
from scheduler.plans.queries import PlanSummary, list_plans, newest_version, view_plan

BEACONS = ("drand/quicknet", "nist/2.0")
DICE = "dice/d10"
# What was refused is tried again after so long; most refusals need a person first.
RETRY = timedelta(minutes=10)


@dataclass(frozen=True)
class BatchDue:
    """A batch to be sealed: its day, and the code and parameters of what stands in the way, empty when nothing does.

    `tried_at` is when the seal was refused last, None when it was not tried.
    """

    plan_id: str
    number: int
    draft_id: str
    title: str
    on: date
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    tried_at: datetime | None = None

    def may_be_tried(self, now: datetime, *, again: bool = False) -> bool:
        """Say whether the seal may be tried: nothing stands in the way, or it was refused some time ago."""
        if self.tried_at is not None:
            return again or now - self.tried_at >= RETRY
        return not self.code


def waiting_batches(session: Session, settings: Settings, now: datetime) -> list[BatchDue]:
    """Return the batches whose day has come and whose list is not sealed, by day."""
    found = []
    for plan in list_plans(session, published_only=True):
        if plan.state == "closed":
            continue
        document = view_plan(session, plan.plan_id, plan.version, published_only=True).document
        draws = draws_by_batch(session, plan.plan_id)
        for batch in document["batches"]:
            sealed = draws.get(batch["number"], ())
            if all(is_void(session, draw) for draw in sealed):
                waiting = _wait(session, settings, now, plan, batch, was_void=bool(sealed))
                found += [waiting] if waiting is not None else []
    return sorted(found, key=lambda each: (each.on, each.plan_id, each.number))


def draws_by_batch(session: Session, plan_id: str) -> dict[int | None, list[str]]:
    """Return the draws of each batch of a plan."""
    found: dict[int | None, list[str]] = {}
    for draw_id, batch in session.execute(select(Draw.id, Draw.batch).where(Draw.plan_id == plan_id)):
        found.setdefault(batch, []).append(draw_id)
    return found


def _wait(
    session: Session,
    settings: Settings,
    now: datetime,
    plan: PlanSummary,
    batch: Mapping[str, Any],
    *,
    was_void: bool,
) -> BatchDue | None:
    """Return a batch that waits, None before its day; plans of earlier versions have the day in the draft alone."""
    draft_id = batch_draft_id(plan.plan_id, batch["number"])
    draft = session.get(DrawDraft, draft_id)
    written = batch.get("on") or (draft.settings["on"] if draft else f"{plan.year}-{batch['month']:02}-01")
    on = date.fromisoformat(written)
    if on > day_of(now):
        return None
    title = batch_title(plan.year, batch["number"], batch.get("title", ""))
    newest = newest_version(session, plan.plan_id)
    pending = newest.version if newest is not None and newest.version > plan.version else None
    refusal = session.get(ClockRefusal, draft_id)
    code, tried_at = "", None
    params: Mapping[str, Any] = {}
    if was_void:
        code = "due-void"
    elif day_of(now).year > on.year:
        code = "due-year-over"
    elif pending is not None:
        code, params = "due-version-pending", {"version": pending, "published": plan.version}
    elif draft is None:
        code = "due-no-draft"
    elif not settings.draw.seal_on_day:
        code = "due-by-hand"
    elif not may_seal_now(draft.settings["randomness"], settings.draw, statutory_calendar(on.year), now):
        code, params = "due-office-hours", {"first": settings.draw.seal_from, "last": settings.draw.seal_until}
    elif refusal is not None:
        code, params, tried_at = refusal.code, refusal.params, refusal.tried_at
    return BatchDue(plan.plan_id, batch["number"], draft_id, title, on, code, params, tried_at)


def may_seal_now(
    sources: Sequence[Mapping[str, Any]], settings: DrawSettings, calendar: Calendar, now: datetime
) -> bool:
    """Say whether a draft with these sources may be sealed at this time; see rule 2."""
    kinds = {source["type"] for source in sources}
    if DICE not in kinds or not kinds.intersection(BEACONS):
        return True
    local = now.astimezone(CHINA)
    return calendar.is_workday(local.date()) and settings.seal_from <= f"{local:%H:%M}" <= settings.seal_until
