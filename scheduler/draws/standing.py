"""Who stands drawn in earlier draws of a plan, so that nobody is drawn twice in a year."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scheduler.draws.models import Draw, DrawEntry, DrawEvent, DrawState
from scheduler.draws.record import ENTERPRISES


def standing_entries(session: Session, plan_id: str, repeat: bool = False) -> frozenset[str]:
    """Return the entries that earlier draws of the plan hold now; none when the draft allows to `repeat`.

    A void draw holds nobody. A sealed draw that is not revealed counts as empty: leaving its entries out would tell
    everyone whom it drew.
    """
    if repeat:
        return frozenset()
    entries: set[str] = set()
    for draw in session.scalars(select(Draw).where(Draw.plan_id == plan_id, Draw.kind == ENTERPRISES)):
        if not _has(session, draw, "void") and (draw.mode == "open" or _has(session, draw, "reveal")):
            entries |= current_entries(session, draw.id)
    return frozenset(entries)


def current_entries(session: Session, draw_id: str) -> set[str]:
    """Return the entries a conducted draw holds after its last event."""
    state = session.get(DrawState, draw_id)
    if state is not None:
        return {line.split(b"\t", 1)[0].decode() for line in state.content.splitlines()}
    selected = select(DrawEntry.entry_id).where(DrawEntry.draw_id == draw_id, DrawEntry.selected.is_(True))
    return set(session.scalars(selected))


def _has(session: Session, draw: Draw, kind: str) -> bool:
    found = session.scalar(select(exists().where(DrawEvent.draw_id == draw.id, DrawEvent.kind == kind)))
    return bool(found)
