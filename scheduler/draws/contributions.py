"""Randomness arrives: one value for each source the manifest names, once, checked before it is kept.

Protocol 3.2: manifest < every contribution < every beacon's time, with the lead between; a contribution that comes too
late for a beacon, and a beacon's value before its time, are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from scheduler.draws.models import Contribution, Draw, DrawDraft
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.lottery import parse_plan
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.sources import Source, read_value
from scheduler.draws.record import (
    COMMIT,
    MANIFEST,
    MONTHS,
    find_draw,
    is_void,
    lock_draws,
    missing_sources,
    named_sources,
    read_files,
)
from scheduler.errors import Conflict, InvalidInput, NotAllowed
from scheduler.randomness.arrival import receive_value
from scheduler.randomness.dice import roll_dice
from scheduler.randomness.rounds import instant
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


def contribute(
    session: Session,
    actor: str,
    draw_id: str,
    source_id: str,
    text: str,
    *,
    certificate: str = "",
    now: datetime | None = None,
) -> Contribution:
    """Take in the value of one source: digits, numbers, or a pulse as its beacon gives it.

    Raises `Conflict` (`contribution-before-seal`, `contribution-exists`, `contribution-late`, `value-too-early`,
    `contribution-of-secret`, `draw-is-void`), `InvalidInput` (`source-unknown` and what the randomness itself refuses).
    """
    lock_draws(session)
    draw = _sealed(session, draw_id)
    source = _named(session, draw, source_id)
    if source["type"] == COMMIT:
        raise Conflict("contribution-of-secret", source=source_id)
    if session.get(Contribution, (draw_id, source_id)) is not None:
        raise Conflict("contribution-exists", draw=draw_id, source=source_id)
    if is_void(session, draw_id):
        raise Conflict("draw-is-void", draw=draw_id)
    now = now or utc_now()
    arrival = receive_value(draw_id, source, text, certificate)
    sources, lead = _sources_and_lead(session, draw)
    check_time(sources, source_id, lead, now)
    document = canonical_json(arrival.document)
    read_value(document, next(each for each in sources if each.id == source_id), draw_id)
    row = Contribution(
        draw_id=draw_id,
        source_id=source_id,
        value=arrival.value,
        document=document,
        contributed_at=now,
        contributed_by=actor,
    )
    session.add(row)
    append_entry(session, actor, "draw.contribute", draw_id, source=source_id, value=arrival.value)
    return row


def roll_contribution(
    session: Session, actor: str, draw_id: str, source_id: str, now: datetime | None = None
) -> Contribution:
    """Let the program roll the dice of a demonstration; a real draw refuses (`dice-by-program`)."""
    draw = _sealed(session, draw_id)
    source = _named(session, draw, source_id)
    if not draw.demonstration:
        raise NotAllowed("dice-by-program", draw=draw_id)
    if source["type"] != "dice/d10":
        raise InvalidInput("source-not-dice", source=source_id, type=source["type"])
    return contribute(session, actor, draw_id, source_id, roll_dice(source["count"]), now=now)


def check_time(sources: Sequence[Source], source_id: str, lead_seconds: int, now: datetime) -> None:
    """Refuse a contribution less than the lead before a beacon, and a beacon's value before it can exist."""
    source = next(each for each in sources if each.id == source_id)
    if source.seconds is not None:
        if now < instant(source.seconds):
            raise Conflict("value-too-early", source=source_id, due=_text(source.seconds))
        return
    for beacon in sources:
        if beacon.seconds is not None and now + timedelta(seconds=lead_seconds) > instant(beacon.seconds):
            raise Conflict(
                "contribution-late", source=source_id, beacon=beacon.id, due=_text(beacon.seconds), lead=lead_seconds
            )


def can_never_be_drawn(session: Session, draw: Draw, now: datetime | None = None) -> bool:
    """Say whether a contribution is missing that can come no more: nobody will ever know what such a draw gives.

    A beacon's value that is late is waited for: it exists, and whoever knows it must not be able to let it go.
    """
    missing, now = set(missing_sources(session, draw)), now or utc_now()
    sources, lead = _sources_and_lead(session, draw)
    return any(source.id in missing and source.seconds is None and _is_late(sources, lead, now) for source in sources)


def _is_late(sources: Sequence[Source], lead_seconds: int, now: datetime) -> bool:
    ends = [source.seconds for source in sources if source.seconds is not None]
    return bool(ends) and now + timedelta(seconds=lead_seconds) > instant(min(ends))


def _text(seconds: int) -> str:
    return instant(seconds).isoformat()


def _sealed(session: Session, draw_id: str) -> Draw:
    if session.get(DrawDraft, draw_id) is not None and session.get(Draw, draw_id) is None:
        raise Conflict("contribution-before-seal", draft=draw_id)
    return find_draw(session, draw_id)


def _named(session: Session, draw: Draw, source_id: str) -> Mapping[str, Any]:
    sources = named_sources(session, draw)
    for source in sources:
        if source["id"] == source_id:
            return source
    named = ", ".join(source["id"] for source in sources)
    raise InvalidInput("source-unknown", source=source_id, draw=draw.id, named=named)


def _sources_and_lead(session: Session, draw: Draw) -> tuple[Sequence[Source], int]:
    name = MANIFEST[draw.kind]
    data = read_files(session, draw.id, (name,))[name]
    if draw.kind == MONTHS:
        plan = parse_plan(data)
        return plan.randomness, plan.lead_seconds
    manifest = parse_manifest(data)
    return manifest.randomness, manifest.lead_seconds
