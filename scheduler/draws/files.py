"""The files of a draw's record as section 10 of the protocol names them, and which of them the public may see now.

Open mode: the frozen list and the values as soon as they are there, the outcome from publication on. Sealed mode: only
`result.json`, from publication on; everything from the reveal on. A void draw is shown like a published one.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.draws.models import Contribution, Draw, DrawEvent, DrawFile, DrawState
from scheduler.draws.protocol.events import write_events
from scheduler.draws.record import (
    CONDUCTED,
    ENTERPRISES,
    INPUTS,
    OUTCOME,
    PUBLISHED,
    find_draw,
    read_events,
    read_files,
    steps_of,
)
from scheduler.errors import NotAllowed, NotFound

EVENTS, STATE = "events.tsv", "state.tsv"


def record_files(session: Session, draw_id: str, *, public: bool) -> dict[str, bytes]:
    """Return the files of a draw by name; with `public` only what anyone may see now."""
    draw = find_draw(session, draw_id)
    names = visible_names(session, draw) if public else _all_names(draw)
    files = read_files(session, draw_id, names)
    if "randomness" in names:
        files |= _values(session, draw)
    if EVENTS in names:
        files |= _event_files(session, draw)
    return dict(sorted(files.items()))


def file_sizes(session: Session, draw_id: str, *, public: bool) -> dict[str, int]:
    """Return the length in bytes of each file of a draw, without reading the large ones."""
    draw = find_draw(session, draw_id)
    names = visible_names(session, draw) if public else _all_names(draw)
    stored = select(DrawFile.name, func.length(DrawFile.content).label("size"))
    rows = session.execute(stored.where(DrawFile.draw_id == draw_id, DrawFile.name.in_(names)))
    sizes = {row.name: row.size for row in rows}
    derived = _values(session, draw) if "randomness" in names else {}
    derived |= _event_files(session, draw) if EVENTS in names else {}
    return dict(sorted({**sizes, **{name: len(content) for name, content in derived.items()}}.items()))


def read_file(session: Session, draw_id: str, name: str, *, public: bool) -> bytes:
    """Return one file; raise `NotAllowed` (`file-hidden`) or `NotFound` (`file-unknown`)."""
    files = record_files(session, draw_id, public=public)
    if name in files:
        return files[name]
    if public and name in record_files(session, draw_id, public=False):
        raise NotAllowed("file-hidden", draw=draw_id, file=name)
    raise NotFound("file-unknown", draw=draw_id, file=name[:80])


def visible_names(session: Session, draw: Draw) -> tuple[str, ...]:
    """Return the names the public may see now; `randomness` stands for all values that are there."""
    shown = is_shown(session, draw)
    if draw.mode == "open":
        return _all_names(draw) if shown else (*INPUTS[draw.kind], "randomness")
    if not shown:
        return ()
    return _all_names(draw) if _has_event(session, draw, "reveal") else ("result.json",)


def is_outcome_public(session: Session, draw: Draw) -> bool:
    """Say whether the public may see who was drawn."""
    revealed = draw.mode == "open" or _has_event(session, draw, "reveal")
    return revealed and is_shown(session, draw) and CONDUCTED in steps_of(session, draw.id)


def is_shown(session: Session, draw: Draw) -> bool:
    """Say whether a draw was published, or declared void, which is public as well."""
    return PUBLISHED in steps_of(session, draw.id) or _has_event(session, draw, "void")


def _all_names(draw: Draw) -> tuple[str, ...]:
    return (*INPUTS[draw.kind], *OUTCOME[draw.kind], "randomness", EVENTS)


def _values(session: Session, draw: Draw) -> dict[str, bytes]:
    arrived = select(Contribution).where(Contribution.draw_id == draw.id)
    return {f"randomness/{row.source_id}.json": row.document for row in session.scalars(arrived)}


def _event_files(session: Session, draw: Draw) -> dict[str, bytes]:
    events = read_events(session, draw.id) if draw.kind == ENTERPRISES else []
    if not events:
        return {}
    files = {EVENTS: write_events(events)}
    state = session.get(DrawState, draw.id)
    if state is not None:
        files[STATE] = state.content
    return files


def _has_event(session: Session, draw: Draw, kind: str) -> bool:
    found = select(DrawEvent.sequence).where(DrawEvent.draw_id == draw.id, DrawEvent.kind == kind)
    return session.scalars(found.limit(1)).first() is not None
