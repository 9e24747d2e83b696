"""Drafts: a draw being prepared. Nothing of it is public, all of it may change, until it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.protocol.encoding import IDENTIFIER, matches
from scheduler.draws.record import ENTERPRISES, lock_draws
from scheduler.draws.settings import read_settings
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


def draft_draw(
    session: Session, actor: str, plan_id: str, settings: Mapping[str, Any], draft_id: str | None = None
) -> DrawDraft:
    """Prepare a draw of a plan; without `draft_id` the draft is `<plan>-draft-<n>`.

    Raises `InvalidInput` (`draft-id`, and see `read_settings`) or `Conflict` (`draft-exists`).
    """
    for name in (plan_id, draft_id or plan_id):
        if not matches(IDENTIFIER, name):
            raise InvalidInput("draft-id", value=name[:80])
    read_settings(settings)
    lock_draws(session)
    name = draft_id or _free_id(session, plan_id)
    if _is_taken(session, name):
        raise Conflict("draft-exists", draft=name)
    draft = DrawDraft(
        id=name, plan_id=plan_id, kind=ENTERPRISES, settings=dict(settings), created_at=utc_now(), created_by=actor
    )
    session.add(draft)
    append_entry(session, actor, "draw.draft", name, plan=plan_id, settings=dict(settings))
    return draft


def update_draft(session: Session, actor: str, draft_id: str, changes: Mapping[str, Any]) -> DrawDraft:
    """Change settings of a draft; raise `Conflict` (`draft-sealed`) once it is sealed: nobody edits a sealed draw."""
    lock_draws(session)
    draft = open_draft(session, draft_id)
    settings = {**draft.settings, **changes}
    read_settings(settings)
    draft.settings = settings
    append_entry(session, actor, "draw.draft-changed", draft_id, changes=dict(changes))
    return draft


def discard_draft(session: Session, actor: str, draft_id: str) -> None:
    """Drop a draft; the audit log keeps that it was there."""
    lock_draws(session)
    draft = open_draft(session, draft_id)
    session.delete(draft)
    append_entry(session, actor, "draw.discard", draft_id, plan=draft.plan_id)


def open_draft(session: Session, draft_id: str) -> DrawDraft:
    """Return a draft; raise `Conflict` (`draft-sealed`) when it is a draw now, `NotFound` (`draft-unknown`) else."""
    draft = session.get(DrawDraft, draft_id)
    if draft is not None:
        return draft
    sealed = session.scalars(select(Draw.id).where((Draw.draft_id == draft_id) | (Draw.id == draft_id))).first()
    if sealed is not None:
        raise Conflict("draft-sealed", draft=draft_id, draw=sealed)
    raise NotFound("draft-unknown", draft=draft_id)


def _free_id(session: Session, plan_id: str) -> str:
    number = 1
    while _is_taken(session, f"{plan_id}-draft-{number}"):
        number += 1
    return f"{plan_id}-draft-{number}"


def _is_taken(session: Session, name: str) -> bool:
    if session.get(DrawDraft, name) is not None:
        return True
    return session.scalars(select(Draw.id).where(Draw.draft_id == name)).first() is not None
