"""After the draw: exclude, recuse, withdraw, enlist, done, void, reveal: each one appended line (protocol 8)."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.draws.models import Contribution, Draw, DrawEvent, DrawState, OfficeSecret
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import Event, State, append_event, replay
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.tables import EVENTS, KIND
from scheduler.draws.record import (
    COMMIT,
    CONDUCTED,
    ENTERPRISES,
    find_draw,
    lock_draws,
    named_sources,
    read_events,
    read_files,
    recompute_outcome,
    steps_of,
)
from scheduler.errors import Conflict, InvalidInput
from scheduler.randomness.arrival import receive_value
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

_HEX = re.compile(r"[0-9a-f]{64}")


def append_draw_event(
    session: Session,
    actor: str,
    draw_id: str,
    kind: str,
    subject: str = "",
    detail: str = "",
    evidence: str = "",
    now: datetime | None = None,
) -> DrawEvent:
    """Append one event to a conducted draw; the kernel replays everything and refuses what the protocol refuses.

    `subject` is empty for the kinds whose subject is the draw itself; the detail of `reveal` is the office's own
    secret and need not be given. `evidence` is the SHA-256 of a file, or empty. A draw that waits for randomness can
    only be declared void. Raises `Conflict`, `InvalidInput` or `ProtocolError`.
    """
    lock_draws(session)
    draw = find_draw(session, draw_id)
    if draw.kind != ENTERPRISES:
        raise Conflict("event-of-months", draw=draw_id)
    if KIND.fault(kind):
        raise InvalidInput("event-kind", kind=kind, known=KIND.pattern.replace("|", ", "))
    if evidence and not _HEX.fullmatch(evidence):
        raise InvalidInput("event-evidence")
    if kind in ("void", "reveal"):
        subject = subject or draw_id
    if kind == "reveal":
        detail = detail or _own_secret(session, draw)
    past = read_events(session, draw_id)
    event = Event(len(past) + 1, kind, subject, detail, evidence, secrets.token_hex(32))
    state = None
    if CONDUCTED in steps_of(session, draw_id):
        state = append_event(replay(recompute_outcome(session, draw), past), event)
    else:
        _check_early_void(session, draw, past, event)
    if kind == "reveal":
        _publish_secret(session, actor, draw, detail)
    return _keep(session, actor, draw_id, event, state, now or utc_now())


def _keep(session: Session, actor: str, draw_id: str, event: Event, state: State | None, now: datetime) -> DrawEvent:
    row = DrawEvent(
        draw_id=draw_id,
        sequence=event.sequence,
        kind=event.kind,
        subject=event.subject,
        detail=event.detail,
        evidence=event.evidence,
        salt=event.salt,
        at=now,
        actor=actor,
    )
    session.add(row)
    if state is not None:
        keep_state(session, draw_id, state)
    append_entry(
        session, actor, "draw.event", draw_id,
        sequence=event.sequence, kind=event.kind, about=event.subject, text=event.detail, evidence=event.evidence,
    )  # fmt: skip
    return row


def keep_state(session: Session, draw_id: str, state: State) -> None:
    """Store the state after the last event in place of the one before."""
    kept = session.get(DrawState, draw_id)
    if kept is None:
        kept = DrawState(draw_id=draw_id, events=0, content=b"", short={})
        session.add(kept)
    kept.events, kept.content, kept.short = len(state.past), state.table(), dict(sorted(state.short.items()))


def _check_early_void(session: Session, draw: Draw, past: list[Event], event: Event) -> None:
    """A draw without an outcome has no state to replay: only a void, and after it the reveal, may be recorded."""
    manifest = parse_manifest(read_files(session, draw.id, ("manifest.json",))["manifest.json"])
    kinds = [each.kind for each in past]
    if event.kind == "void" and not kinds:
        if event.detail not in manifest.void_reasons:
            allowed = ", ".join(manifest.void_reasons)
            raise InvalidInput("void-reason", reason=event.detail, allowed=allowed)
    elif event.kind != "reveal" or kinds != ["void"] or draw.mode != "sealed":
        raise Conflict("draw-not-conducted", draw=draw.id)
    if event.subject != draw.id:
        raise ProtocolError("draw-mismatch", file=EVENTS.file, line=event.sequence, found=event.subject, wanted=draw.id)


def _own_secret(session: Session, draw: Draw) -> str:
    secret = session.scalars(select(OfficeSecret.secret).where(OfficeSecret.draw_id == draw.id)).first()
    if secret is None:
        raise Conflict("nothing-to-reveal", draw=draw.id)
    return secret


def _publish_secret(session: Session, actor: str, draw: Draw, secret: str) -> None:
    """From the reveal on the secret is a published value like the others."""
    source = next(source for source in named_sources(session, draw) if source["type"] == COMMIT)
    arrival = receive_value(draw.id, source, secret)
    session.add(
        Contribution(
            draw_id=draw.id,
            source_id=source["id"],
            value=arrival.value,
            document=canonical_json(arrival.document),
            contributed_at=utc_now(),
            contributed_by=actor,
        )
    )
