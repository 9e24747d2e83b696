"""From a plan's batches to drafts of draws: what the plan says of a batch is what its draw is made with.

A batch whose draw is sealed stays as it is: a later version of the plan may neither move it nor drop it.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.draws.drafts import discard_draft, draft_draw
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.settings import default_settings
from scheduler.errors import Conflict
from scheduler.plans.batches_document import batch_title, rule_json, write_batch
from scheduler.plans.document import VersionHead
from scheduler.plans.figures import PlanBasis
from scheduler.plans.queries import newest_version

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
