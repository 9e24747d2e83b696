"""From a plan's batches to drafts of draws: what the plan says of a batch is what its draw is made with.

1. A batch whose draw is sealed stays as it is: a later version of the plan may neither move it nor drop it.
2. What the plan decides of a batch changes with the plan alone, through its review and approval: nobody edits or drops
   the draft of a batch. How its draw is held (randomness, mode, lead, people) stays open until the seal.
3. A batch is sealed once its plan is published and its day has come, never before: whoever could seal it earlier would
   choose the day its list is frozen. A demonstration does not wait for days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.directory.changes import day_of
from scheduler.draws.drafts import discard_draft, draft_draw, open_draft, update_draft
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.sealing import seal_draw
from scheduler.draws.settings import default_settings
from scheduler.errors import Conflict, InvalidInput
from scheduler.plans.document import VersionHead
from scheduler.plans.figures import PlanBasis
from scheduler.plans.general_tier.batches_document import batch_title, rule_json, write_batch
from scheduler.plans.queries import is_published, newest_version
from scheduler.store.base import utc_now

# The settings of a draft that its plan decides (rule 2).
OF_PLAN = ("title", "on", "batch", "demonstration", "items", "filter", "strata", "rules", "cool_down", "repeat")
# What makes a batch the one that was sealed; expected sizes may become others.
_KEPT = ("on", "filter", "strata_by", "items")


def batch_draft_id(plan: str, number: int) -> str:
    """Return the identifier of the draft that stands for a batch until it is sealed."""
    return f"{plan}-batch-{number}"


def draft_batches(session: Session, settings: Settings, head: VersionHead, figures: PlanBasis, actor: str) -> None:
    """Draft a draw for each batch; drafts of an earlier version give way, draws already sealed stay."""
    sealed = _sealed_batches(session, head.plan_id)
    drafts = session.scalars(select(DrawDraft).where(DrawDraft.plan_id == head.plan_id)).all()
    for draft in drafts:
        if draft.settings.get("batch") is not None:
            discard_draft(session, actor, draft.id)
    session.flush()
    for batch in figures.batches.batches:
        if batch.number in sealed:
            continue
        chosen = default_settings(
            settings,
            title=batch_title(figures.inputs.year, batch.number, batch.given.title),
            on=batch.given.on,
            batch=batch.number,
            demonstration=head.demonstration,
            items=list(batch.given.items),
            filter={name: list(values) for name, values in batch.given.scope.items()},
            strata=batch.given.strata,
            rules={name: rule_json(rule) for name, rule in batch.rules.items()},
            cool_down=dict(batch.given.cool_down),
        )
        draft_draw(session, actor, head.plan_id, chosen, batch_draft_id(head.plan_id, batch.number))


def keep_sealed_batches(session: Session, plan: str, figures: PlanBasis) -> None:
    """Refuse a version in which a sealed batch is another than in the last one (`Conflict`, `plan-batch-sealed`).

    Batches are numbered by day, so a new one before a sealed one would take its number and its draw.
    """
    last = newest_version(session, plan)
    if last is None:
        return
    before = {each["number"]: each for each in json.loads(last.document)["batches"]}
    now = {batch.number: write_batch(batch) for batch in figures.batches.batches}
    for number in sorted(_sealed_batches(session, plan) & set(before)):
        was = {name: before[number].get(name) for name in _KEPT if name in before[number]}
        if was != {name: now.get(number, {}).get(name) for name in was}:
            raise Conflict("plan-batch-sealed", number=number, plan=plan)


def _sealed_batches(session: Session, plan: str) -> set[int]:
    found = session.scalars(select(Draw.batch).where(Draw.plan_id == plan, Draw.batch.is_not(None)))
    return {number for number in found if number is not None}


def prepare_draft(
    session: Session, actor: str, plan: str, given: Mapping[str, Any], draft_id: str | None = None
) -> DrawDraft:
    """Prepare a draw beside the plan's batches; raises `InvalidInput` (`draft-batch-by-plan`), see `draft_draw`."""
    if given.get("batch") is not None:
        raise InvalidInput("draft-batch-by-plan")
    return draft_draw(session, actor, plan, given, draft_id)


def change_draft(session: Session, actor: str, draft_id: str, changes: Mapping[str, Any]) -> DrawDraft:
    """Change settings of a draft; raises `Conflict` (`draft-of-plan`) for what its plan decides (rule 2)."""
    stands = open_draft(session, draft_id)
    if is_of_plan(stands):
        others = sorted(name for name in OF_PLAN if name in changes and changes[name] != stands.settings.get(name))
        if others:
            raise Conflict("draft-of-plan", draft=draft_id, settings=", ".join(others), plan=stands.plan_id)
    elif changes.get("batch") is not None:
        raise InvalidInput("draft-batch-by-plan")
    return update_draft(session, actor, draft_id, changes)


def drop_draft(session: Session, actor: str, draft_id: str) -> None:
    """Drop a draft; raises `Conflict` (`draft-of-plan-stays`) for a batch of the plan (rule 2)."""
    draft = open_draft(session, draft_id)
    if is_of_plan(draft):
        raise Conflict("draft-of-plan-stays", draft=draft_id, plan=draft.plan_id)
    discard_draft(session, actor, draft_id)


def seal_draft(
    session: Session, actor: str, draft_id: str, *, now: datetime | None = None, ceremony_seconds: int | None = None
) -> Draw:
    """Seal a draft, see `seal_draw`; a batch of the plan only under rule 3.

    Raises `Conflict`: `batch-plan-unpublished`, `batch-before-day`.
    """
    draft, now = open_draft(session, draft_id), now or utc_now()
    if is_of_plan(draft):
        version = newest_version(session, draft.plan_id)
        if version is None or not is_published(session, version):
            raise Conflict("batch-plan-unpublished", draft=draft_id, plan=draft.plan_id)
        on = date.fromisoformat(draft.settings["on"])
        if day_of(now) < on and not version.demonstration:
            raise Conflict("batch-before-day", draft=draft_id, on=on.isoformat())
    return seal_draw(session, actor, draft_id, now=now, ceremony_seconds=ceremony_seconds)


def is_of_plan(draft: DrawDraft) -> bool:
    """Say whether a draft is a batch of its plan."""
    return draft.settings.get("batch") is not None
