"""The drafts of a year's parts: saved, handed in, taken back and returned, each with the revision that was seen.

Two people may have the same part open. Whoever saves second is told who saved before, and nothing of either is lost:
a save carries the revision it started from, and one that another has overtaken is refused (`draft-stale`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.models import PlanDraft
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

BUREAU = "bureau"
LONGEST_NOTE = 500
DRAFTING, HANDED_IN, RETURNED = "drafting", "handed-in", "returned"


def division_part_id(division_id: str) -> str:
    """Return the name of a division's part."""
    return f"division/{division_id}"


def find_draft(session: Session, plan_id: str, part: str) -> PlanDraft | None:
    """Return a part's draft as it stands, None before its first save."""
    query = select(PlanDraft).where(PlanDraft.plan_id == plan_id, PlanDraft.part == part)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def list_drafts(session: Session, plan_id: str) -> dict[str, PlanDraft]:
    """Return the drafts of a plan's parts by part."""
    return {draft.part: draft for draft in session.scalars(select(PlanDraft).where(PlanDraft.plan_id == plan_id))}


def draft_years(session: Session) -> list[int]:
    """Return the years that have drafts, the latest first."""
    return list(session.scalars(select(PlanDraft.year).distinct().order_by(PlanDraft.year.desc())))


def save_draft(
    session: Session, plan_id: str, year: int, part: str, content: Any, *, seen: int, actor: str
) -> PlanDraft:
    """Save a part over the revision that was seen (0: there was none).

    Raises `Conflict`: `draft-stale` when another has saved since, `draft-handed-in` after the part was handed in.
    """
    stands = find_draft(session, plan_id, part)
    if stands is None and seen == 0:
        _begin(session, plan_id, year, part, content, actor)
    else:
        _need_open(stands)
        _change(session, plan_id, part, seen, actor, content=content)
    return _told(session, plan_id, part, actor, "saved")


def hand_in_draft(session: Session, plan_id: str, part: str, *, seen: int, actor: str) -> PlanDraft:
    """Hand a part in: from then on it stands still until it is taken back or returned."""
    _need_open(_standing(session, plan_id, part))
    _change(session, plan_id, part, seen, actor, state=HANDED_IN, note="")
    return _told(session, plan_id, part, actor, "handed-in")


def take_back_draft(session: Session, plan_id: str, part: str, *, seen: int, actor: str) -> PlanDraft:
    """Take a part back that was handed in, to go on with it."""
    _need_handed_in(_standing(session, plan_id, part))
    _change(session, plan_id, part, seen, actor, state=DRAFTING)
    return _told(session, plan_id, part, actor, "taken-back")


def return_draft(session: Session, plan_id: str, part: str, note: str, *, seen: int, actor: str) -> PlanDraft:
    """Return a part that was handed in to its division, with what is to be mended."""
    _need_handed_in(_standing(session, plan_id, part))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("plan-note-long", most=LONGEST_NOTE)
    _change(session, plan_id, part, seen, actor, state=RETURNED, note=note)
    return _told(session, plan_id, part, actor, "returned", note=note)


def _begin(session: Session, plan_id: str, year: int, part: str, content: Any, actor: str) -> None:
    try:
        with session.begin_nested():
            draft = PlanDraft(plan_id=plan_id, part=part, year=year, content=content, revision=1, state=DRAFTING)
            draft.note, draft.updated_by, draft.updated_at = "", actor, utc_now()
            session.add(draft)
    except IntegrityError:
        raise _stale(session, plan_id, part) from None


def _change(session: Session, plan_id: str, part: str, seen: int, actor: str, **values: Any) -> None:
    """Change the row if it is still the revision that was seen; the database decides between two at once."""
    found = session.execute(
        update(PlanDraft)
        .where(PlanDraft.plan_id == plan_id, PlanDraft.part == part, PlanDraft.revision == seen)
        .values(revision=seen + 1, updated_by=actor, updated_at=utc_now(), **values)
        .execution_options(synchronize_session=False)
        .returning(PlanDraft.revision)
    ).all()
    if not found:
        raise _stale(session, plan_id, part)


def _told(session: Session, plan_id: str, part: str, actor: str, step: str, **detail: Any) -> PlanDraft:
    draft = _standing(session, plan_id, part)
    append_entry(session, actor, f"plan.draft-{step}", f"{plan_id}/{part}"[:96], revision=draft.revision, **detail)
    return draft


def _standing(session: Session, plan_id: str, part: str) -> PlanDraft:
    draft = find_draft(session, plan_id, part)
    if draft is None:
        raise NotFound("draft-nothing-saved", plan=plan_id)
    return draft


def _stale(session: Session, plan_id: str, part: str) -> Conflict:
    draft = _standing(session, plan_id, part)
    return Conflict("draft-stale", by=draft.updated_by, revision=draft.revision)


def _need_open(draft: PlanDraft | None) -> None:
    if draft is not None and draft.state == HANDED_IN:
        raise Conflict("draft-handed-in", by=draft.updated_by)


def _need_handed_in(draft: PlanDraft) -> None:
    if draft.state != HANDED_IN:
        raise Conflict("draft-not-handed-in-yet", by=draft.updated_by)
