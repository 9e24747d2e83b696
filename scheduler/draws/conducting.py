"""Conducting a draw: when every value is there, the outcome follows; it is stored once, byte for byte.

Conducting twice gives the one result. Publishing makes it public; of a sealed draw only result.json, until the reveal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.draws.models import Draw, DrawEntry, DrawStep
from scheduler.draws.protocol.lottery import draw_plan
from scheduler.draws.protocol.selection import TICKET, Order, seed_of
from scheduler.draws.record import (
    CONDUCTED,
    INPUTS,
    MONTHS,
    OUTCOME,
    PUBLISHED,
    add_files,
    find_draw,
    is_void,
    lock_draws,
    missing_sources,
    read_files,
    read_values,
    recompute_outcome,
    steps_of,
)
from scheduler.errors import Conflict
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

_BLOCK = 10_000


def conduct_draw(session: Session, actor: str, draw_id: str) -> dict[str, bytes]:
    """Draw, and return the files of the outcome by name; a second call returns the same files.

    Raises `Conflict`: `randomness-missing` (naming the sources the draw waits for) or `draw-is-void`.
    """
    lock_draws(session)
    draw = find_draw(session, draw_id)
    if CONDUCTED in steps_of(session, draw_id):
        return read_files(session, draw_id, OUTCOME[draw.kind])
    if is_void(session, draw_id):
        raise Conflict("draw-is-void", draw=draw_id)
    missing = missing_sources(session, draw)
    if missing:
        raise Conflict("randomness-missing", draw=draw_id, missing=", ".join(missing))
    files, order = _draw_months(session, draw) if draw.kind == MONTHS else _draw_enterprises(session, draw)
    add_files(session, draw_id, files)
    _add_entries(session, draw_id, order)
    _take_step(session, actor, draw_id, CONDUCTED)
    append_entry(session, actor, "draw.conduct", draw_id, seed=_shown_seed(draw, files["seed.txt"]))
    return dict(sorted(files.items()))


def publish_draw(session: Session, actor: str, draw_id: str) -> Draw:
    """Make a conducted draw public; publishing twice changes nothing. Raises `Conflict` (`draw-not-conducted`)."""
    lock_draws(session)
    draw = find_draw(session, draw_id)
    steps = steps_of(session, draw_id)
    if CONDUCTED not in steps:
        raise Conflict("draw-not-conducted", draw=draw_id)
    if PUBLISHED not in steps:
        _take_step(session, actor, draw_id, PUBLISHED)
        append_entry(session, actor, "draw.publish", draw_id, manifest=draw.manifest_sha256)
    return draw


def _draw_enterprises(session: Session, draw: Draw) -> tuple[Mapping[str, bytes], Order]:
    outcome = recompute_outcome(session, draw)
    return outcome.files, outcome.order


def _draw_months(session: Session, draw: Draw) -> tuple[Mapping[str, bytes], Order]:
    files = read_files(session, draw.id, INPUTS[MONTHS])
    order, outcome = draw_plan(files["plan.json"], files["enterprises.tsv"], read_values(session, draw))
    return outcome, order


def _add_entries(session: Session, draw_id: str, order: Order) -> None:
    """Keep every line of the order for look-up."""
    rows = _entry_rows(draw_id, order)
    while block := list(islice(rows, _BLOCK)):
        session.execute(insert(DrawEntry), block)


def _entry_rows(draw_id: str, order: Order) -> Iterator[dict[str, Any]]:
    for stratum, lots in order.lots.items():
        for rank, lot in enumerate(lots, 1):
            yield {
                "draw_id": draw_id,
                "entry_id": lot[TICKET:],
                "stratum": stratum,
                "rank": rank,
                "ticket": lot[:TICKET],
                "selected": rank <= order.takes[stratum],
            }


def _take_step(session: Session, actor: str, draw_id: str, step: str) -> None:
    session.add(DrawStep(draw_id=draw_id, step=step, at=utc_now(), actor=actor))
    session.flush()


def _shown_seed(draw: Draw, transcript: bytes) -> str | None:
    """Return the seed for the audit log; that of a sealed draw stays secret."""
    return seed_of(transcript) if draw.mode == "open" else None
