"""The stored record of a draw: finding it, reading its files byte for byte, adding to it.

Every step of a draw's life first takes the lock that the audit chain holds anyway, so that two writers never see the
same last sequence, and never both conduct.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from scheduler.draws.models import Contribution, Draw, DrawDraft, DrawEvent, DrawFile, DrawStep, OfficeSecret
from scheduler.draws.protocol.draw import Outcome, conduct
from scheduler.draws.protocol.events import Event
from scheduler.draws.protocol.inputs import read_inputs
from scheduler.errors import Conflict, NotFound
from scheduler.store.audit import AuditHead

CODE = ("double-random", "0.1.0")  # name and version that manifests carry
ENTERPRISES, MONTHS = "enterprises", "months"
MANIFEST = {ENTERPRISES: "manifest.json", MONTHS: "plan.json"}
INPUTS = {
    ENTERPRISES: ("manifest.json", "pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv"),
    MONTHS: ("plan.json", "enterprises.tsv"),
}
OUTCOME = {
    ENTERPRISES: ("seed.txt", "order.tsv", "assign.tsv", "result.json"),
    MONTHS: ("seed.txt", "months.tsv"),
}
COMMIT = "commit/sha256"
CONDUCTED, PUBLISHED = "conducted", "published"


def lock_draws(session: Session) -> None:
    """Wait until no other transaction changes a draw (on SQLite BEGIN IMMEDIATE has done so already)."""
    session.execute(select(AuditHead.id).where(AuditHead.id == 1).with_for_update())


def find_draw(session: Session, draw_id: str) -> Draw:
    """Return a sealed draw; raise `Conflict` (`draw-not-sealed`) for a draft, `NotFound` (`draw-unknown`) otherwise."""
    draw = session.get(Draw, draw_id)
    if draw is not None:
        return draw
    if session.get(DrawDraft, draw_id) is not None:
        raise Conflict("draw-not-sealed", draw=draw_id)
    raise NotFound("draw-unknown", draw=draw_id)


def read_files(session: Session, draw_id: str, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the stored files of these names that exist."""
    rows = session.scalars(
        select(DrawFile)
        .where(DrawFile.draw_id == draw_id, DrawFile.name.in_(names))
        .options(undefer(DrawFile.content))
        .order_by(DrawFile.name)
    )
    return {row.name: row.content for row in rows}


def add_files(session: Session, draw_id: str, files: Mapping[str, bytes]) -> None:
    """Store files of the record."""
    for name, content in sorted(files.items()):
        digest = hashlib.sha256(content).hexdigest()
        session.add(DrawFile(draw_id=draw_id, name=name, sha256=digest, content=content))


def steps_of(session: Session, draw_id: str) -> set[str]:
    """Return the steps taken after the seal: `conducted`, `published`."""
    return set(session.scalars(select(DrawStep.step).where(DrawStep.draw_id == draw_id)))


def named_sources(session: Session, draw: Draw) -> list[dict[str, Any]]:
    """Return the sources the manifest (or plan) names, in its order."""
    name = MANIFEST[draw.kind]
    sources: list[dict[str, Any]] = json.loads(read_files(session, draw.id, (name,))[name])["randomness"]
    return sources


def read_values(session: Session, draw: Draw) -> dict[str, str]:
    """Return the values that are there by source id; the office's own secret is always there."""
    found = session.execute(select(Contribution.source_id, Contribution.value).where(Contribution.draw_id == draw.id))
    values = {row.source_id: row.value for row in found}
    secrets = select(OfficeSecret.source_id, OfficeSecret.secret).where(OfficeSecret.draw_id == draw.id)
    return values | {row.source_id: row.secret for row in session.execute(secrets)}


def missing_sources(session: Session, draw: Draw) -> list[str]:
    """Return the ids of the sources whose value the draw still waits for, in the manifest's order."""
    values = read_values(session, draw)
    return [source["id"] for source in named_sources(session, draw) if source["id"] not in values]


def recompute_outcome(session: Session, draw: Draw) -> Outcome:
    """Return the outcome of a draw of enterprises from its stored input and values; it is a pure function of them."""
    files = read_files(session, draw.id, INPUTS[ENTERPRISES])
    inputs = read_inputs(files.pop("manifest.json"), files, check_roots=False)
    return conduct(inputs, read_values(session, draw))


def read_events(session: Session, draw_id: str) -> list[Event]:
    """Return the events of a draw in their order."""
    rows = session.scalars(select(DrawEvent).where(DrawEvent.draw_id == draw_id).order_by(DrawEvent.sequence))
    return [Event(row.sequence, row.kind, row.subject, row.detail, row.evidence, row.salt) for row in rows]


def is_void(session: Session, draw_id: str) -> bool:
    """Say whether a draw was declared void."""
    return "void" in session.scalars(select(DrawEvent.kind).where(DrawEvent.draw_id == draw_id)).all()
