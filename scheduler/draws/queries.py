"""What pages and commands read of draws. Nothing here changes anything; `public` leaves out what is not public now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.draws.files import file_sizes, is_outcome_public
from scheduler.draws.models import Contribution, Draw, DrawDraft, DrawEntry, DrawEvent, DrawState, DrawStep
from scheduler.draws.protocol.selection import derive_key, seed_of
from scheduler.draws.protocol.sources import unix_seconds
from scheduler.draws.record import (
    CONDUCTED,
    ENTERPRISES,
    MANIFEST,
    MONTHS,
    PUBLISHED,
    find_draw,
    is_void,
    missing_sources,
    read_files,
)
from scheduler.draws.standing import current_entries
from scheduler.errors import NotFound
from scheduler.randomness.rounds import instant, round_time


@dataclass(frozen=True, slots=True)
class DrawSummary:
    """A draw in a list; `state` is sealed, conducted, published or void; `take` of `population` are drawn by lot."""

    id: str
    kind: str
    plan_id: str
    sequence: int
    batch: int | None
    title: str
    mode: str
    demonstration: bool
    state: str
    manifest_sha256: str
    sealed_at: datetime
    population: int
    take: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of randomness: how the manifest names it, when a beacon is due, and its value once it is there."""

    id: str
    type: str
    named: Mapping[str, Any]
    due: datetime | None
    value: str | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class StratumView:
    """A stratum, or a class of a lottery; `cutoff` is the last ticket drawn as hex, None when there is none to see."""

    id: str
    population: int
    take: int
    rule: Mapping[str, Any]
    cutoff: str | None


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw with everything a page shows; hidden parts are empty."""

    summary: DrawSummary
    manifest: Mapping[str, Any]
    sources: Sequence[SourceView]
    strata: Sequence[StratumView]
    steps: Mapping[str, datetime]
    result: Mapping[str, Any] | None
    seed: str | None
    events: Sequence[DrawEvent]
    short: Mapping[str, int]
    files: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot of a drawn entry's team: `inspector` is empty while nobody holds it; `status` is open or done."""

    entry: str
    slot: int
    inspector: str
    status: str


def list_drafts(session: Session, plan_id: str | None = None) -> list[DrawDraft]:
    """Return the drafts, of one plan or of all, by id."""
    found = select(DrawDraft).order_by(DrawDraft.id)
    return list(session.scalars(found.where(DrawDraft.plan_id == plan_id) if plan_id else found))


def list_draws(session: Session, plan_id: str | None = None, kind: str | None = None) -> list[DrawSummary]:
    """Return the sealed draws, newest first; all of them are public, what they hold may not be."""
    found = select(Draw).order_by(Draw.sealed_at.desc(), Draw.id.desc())
    found = found.where(Draw.plan_id == plan_id) if plan_id else found
    found = found.where(Draw.kind == kind) if kind else found
    return [summarise(session, draw) for draw in session.scalars(found)]


def summarise(session: Session, draw: Draw) -> DrawSummary:
    """Return a draw as a list shows it."""
    strata = _groups(draw, _manifest(session, draw))
    return DrawSummary(
        id=draw.id,
        kind=draw.kind,
        plan_id=draw.plan_id,
        sequence=draw.sequence,
        batch=draw.batch,
        title=draw.title,
        mode=draw.mode,
        demonstration=draw.demonstration,
        state=state_of(session, draw.id),
        manifest_sha256=draw.manifest_sha256,
        sealed_at=draw.sealed_at,
        population=sum(population for _, population, _, _ in strata),
        take=sum(take for _, _, take, _ in strata),
    )


def state_of(session: Session, draw_id: str) -> str:
    """Return where a draw stands: draft, sealed, conducted, published or void."""
    if session.get(Draw, draw_id) is None and session.get(DrawDraft, draw_id) is not None:
        return "draft"
    find_draw(session, draw_id)
    if is_void(session, draw_id):
        return "void"
    steps = _steps(session, draw_id)
    return next((step for step in (PUBLISHED, CONDUCTED) if step in steps), "sealed")


def show_draw(session: Session, draw_id: str, *, public: bool) -> DrawView:
    """Return one draw; raise `NotFound` (`draw-unknown`) or `Conflict` (`draw-not-sealed`)."""
    draw = find_draw(session, draw_id)
    files = file_sizes(session, draw_id, public=public)
    full = MANIFEST[draw.kind] in files
    manifest = _manifest(session, draw)
    shown = read_files(session, draw_id, tuple({"result.json", "seed.txt"} & files.keys()))
    events = list_events(session, draw_id) if "events.tsv" in files else []
    state = session.get(DrawState, draw_id) if events else None
    return DrawView(
        summary=summarise(session, draw),
        manifest=manifest if full else {},
        sources=_sources(session, draw, manifest) if full else (),
        strata=list_strata(session, draw_id, public=public) if full else (),
        steps=_steps(session, draw_id),
        result=json.loads(shown["result.json"]) if "result.json" in shown else None,
        seed=seed_of(shown["seed.txt"]) if "seed.txt" in shown else None,
        events=events,
        short=state.short if state else {},
        files=files,
    )


def list_strata(session: Session, draw_id: str, *, public: bool) -> list[StratumView]:
    """Return the strata of a draw, ascending, with the cut-off where the outcome is there and may be seen."""
    draw = find_draw(session, draw_id)
    seen = not public or is_outcome_public(session, draw)
    return [
        StratumView(name, population, take, rule, _cutoff(session, draw_id, name, take) if seen else None)
        for name, population, take, rule in _groups(draw, _manifest(session, draw))
    ]


def page_order(
    session: Session, draw_id: str, stratum: str, *, public: bool, after_rank: int = 0, limit: int = 100
) -> list[DrawEntry]:
    """Return lines of a stratum's order after a rank, at most `limit`; empty while they may not be seen."""
    draw = find_draw(session, draw_id)
    if public and not is_outcome_public(session, draw):
        return []
    if stratum not in {name for name, *_ in _groups(draw, _manifest(session, draw))}:
        raise NotFound("stratum-unknown", draw=draw_id, stratum=stratum[:48])
    lines = select(DrawEntry).where(
        DrawEntry.draw_id == draw_id, DrawEntry.stratum == stratum, DrawEntry.rank > after_rank
    )
    return list(session.scalars(lines.order_by(DrawEntry.rank).limit(limit)))


def list_seats(session: Session, draw_id: str, *, public: bool, entry: str | None = None) -> list[Seat]:
    """Return the teams as they stand after the last event, by entry and slot; of one entry or of all drawn now."""
    draw = find_draw(session, draw_id)
    if draw.kind == MONTHS or (public and not is_outcome_public(session, draw)):
        return []
    state = session.get(DrawState, draw_id)
    if state is not None:
        rows = [line.decode().split("\t") for line in state.content.splitlines()]
        seats = [Seat(name, int(slot), inspector, status) for name, slot, inspector, status in rows]
    else:
        seats = _first_seats(session, draw)
    return [seat for seat in seats if entry is None or seat.entry == entry]


def list_missing(session: Session, draw_id: str) -> list[str]:
    """Return the ids of the sources whose value a draw still waits for."""
    return missing_sources(session, find_draw(session, draw_id))


def list_events(session: Session, draw_id: str) -> list[DrawEvent]:
    """Return the events of a draw in their order."""
    return list(session.scalars(select(DrawEvent).where(DrawEvent.draw_id == draw_id).order_by(DrawEvent.sequence)))


def select_key(session: Session, draw: Draw) -> str | None:
    """Return the key of the lot numbers, with which anyone computes SHA-256(key : code); None before the draw."""
    files = read_files(session, draw.id, ("seed.txt",))
    purpose = "select" if draw.kind == ENTERPRISES else "plan-month"
    return derive_key(seed_of(files["seed.txt"]), purpose) if files else None


def _first_seats(session: Session, draw: Draw) -> list[Seat]:
    """Return the teams as the draw left them: filled slots from assign.tsv, the others empty."""
    files = read_files(session, draw.id, ("assign.tsv",))
    if not files:
        return []
    held = {}
    for line in files["assign.tsv"].decode().splitlines():
        name, slot, inspector = line.split("\t")
        held[name, int(slot)] = inspector
    size = len(_manifest(session, draw)["slots"])
    entries = sorted(current_entries(session, draw.id))
    return [Seat(name, slot, held.get((name, slot), ""), "open") for name in entries for slot in range(size)]


def _manifest(session: Session, draw: Draw) -> dict[str, Any]:
    name = MANIFEST[draw.kind]
    manifest: dict[str, Any] = json.loads(read_files(session, draw.id, (name,))[name])
    return manifest


def _groups(draw: Draw, manifest: Mapping[str, Any]) -> list[tuple[str, int, int, Mapping[str, Any]]]:
    """Return (id, population, take, rule) of each stratum; of a lottery each class, everyone of which is drawn."""
    if draw.kind == MONTHS:
        return [
            (item["id"], item["population"], item["population"], {"kind": "months", "patterns": item["patterns"]})
            for item in manifest["classes"]
        ]
    return [(item["id"], item["population"], item["take"], item["rule"]) for item in manifest["strata"]]


def _cutoff(session: Session, draw_id: str, stratum: str, take: int) -> str | None:
    last = select(DrawEntry.ticket).where(
        DrawEntry.draw_id == draw_id, DrawEntry.stratum == stratum, DrawEntry.rank == take
    )
    return session.scalars(last).first()


def _steps(session: Session, draw_id: str) -> dict[str, datetime]:
    rows = session.execute(select(DrawStep.step, DrawStep.at).where(DrawStep.draw_id == draw_id).order_by(DrawStep.at))
    return {row.step: row.at for row in rows}


def _sources(session: Session, draw: Draw, manifest: Mapping[str, Any]) -> list[SourceView]:
    arrived = {
        row.source_id: row for row in session.scalars(select(Contribution).where(Contribution.draw_id == draw.id))
    }
    return [
        SourceView(
            id=source["id"],
            type=source["type"],
            named=source,
            due=_due(source),
            value=arrived[source["id"]].value if source["id"] in arrived else None,
            arrived_at=arrived[source["id"]].contributed_at if source["id"] in arrived else None,
        )
        for source in manifest["randomness"]
    ]


def _due(source: Mapping[str, Any]) -> datetime | None:
    if source["type"] == "drand/quicknet":
        return round_time(source["round"])
    if "time" not in source:
        return None
    seconds = unix_seconds(source["time"])
    return None if seconds is None else instant(seconds)
