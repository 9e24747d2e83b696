"""The seal: from here on the list is frozen, and anything changed makes another draw.

1. Identifier = plan id `-` two-digit sequence; sequences of a plan have no gaps, each manifest names the one before.
2. Every beacon's time lies at least `lead_seconds` after the seal (protocol 3.2).
3. Certificates and cool-down are read as of the batch's day, or the day of the seal where that is later.
4. Sealed mode: the office's secret is made here, only its commitment is in the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.directory.changes import day_of
from scheduler.draws.cool_down import find_resting
from scheduler.draws.documents import build_manifest
from scheduler.draws.drafts import open_draft
from scheduler.draws.models import Draw, DrawDraft, DrawExclusion, OfficeSecret
from scheduler.draws.pool import freeze_tables
from scheduler.draws.protocol.lottery import parse_plan, read_enterprises
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.sources import Source
from scheduler.draws.protocol.tables import EXCLUDED, read_table
from scheduler.draws.record import (
    CODE,
    COMMIT,
    CONDUCTED,
    ENTERPRISES,
    MONTHS,
    add_files,
    is_void,
    lock_draws,
    steps_of,
)
from scheduler.draws.settings import DEMONSTRATION, DraftSettings, read_settings
from scheduler.draws.standing import standing_entries
from scheduler.errors import Conflict, InvalidInput
from scheduler.randomness.commitment import commitment, new_secret
from scheduler.randomness.drand import CHAIN
from scheduler.randomness.rounds import instant, propose_minute, propose_round
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


@dataclass(frozen=True, slots=True)
class _Named:
    """The sources as the manifest names them, and the secrets behind commitments by source id."""

    sources: list[dict[str, Any]]
    secrets: dict[str, str]


def seal_draw(
    session: Session,
    actor: str,
    draft_id: str,
    now: datetime | None = None,
    *,
    ceremony_seconds: int | None = None,
) -> Draw:
    """Freeze a draft into a draw: build the four tables from the directory and the manifest over them.

    `ceremony_seconds` is the time a proposed beacon leaves for the contributions, where it is not the draft's own.

    Raises `Conflict` (`draft-sealed`, `no-inspector-certified`, `no-eligible-inspector`, `pool-empty`), `InvalidInput`
    (`draft-...`, `beacon-too-soon`) or a `ProtocolError` of the manifest's rules.
    """
    lock_draws(session)
    draft, now = open_draft(session, draft_id), now or utc_now()
    settings = _on_its_day(read_settings(draft.settings), now)
    if ceremony_seconds is not None:
        settings = replace(settings, ceremony_seconds=ceremony_seconds)
    last = _last_draw(session, draft.plan_id, ENTERPRISES)
    if last is not None and not settings.repeat:
        _refuse_while_open(session, last)
    sequence = last.sequence + 1 if last else 1
    draw_id = f"{draft.plan_id}-{sequence:02}"
    resting = find_resting(session, settings.cool_down, settings.on)
    frozen = freeze_tables(session, settings, standing_entries(session, draft.plan_id, settings.repeat), resting)
    named = _name_sources(settings, draw_id, now)
    rules = {stratum: _rule_of(settings, stratum) for stratum in frozen.strata}
    members = _manifest_members(settings, named.sources) | {
        "plan": draft.plan_id,
        "draw": draw_id,
        "sequence": sequence,
        "previous": last.manifest_sha256 if last else None,
    }
    manifest = build_manifest(members, rules, frozen.files)
    sealed = parse_manifest(manifest)
    check_lead(sealed.randomness, sealed.lead_seconds, now)
    draw = _sealed_draw(draft, draw_id, sequence, settings, sealed.digest, actor, now)
    session.add(draw)
    session.delete(draft)
    session.flush()
    add_files(session, draw_id, {"manifest.json": manifest, **frozen.files})
    _add_exclusions(session, draw_id, frozen.files[EXCLUDED.file])
    _keep_secrets(session, draw_id, named)
    append_entry(
        session, actor, "draw.seal", draw_id,
        draft=draft_id, manifest=sealed.digest, strata=dict(frozen.strata), left_out=dict(frozen.left_out),
        on=settings.on.isoformat(), items=list(settings.items),
    )  # fmt: skip
    return draw


def _on_its_day(settings: DraftSettings, now: datetime) -> DraftSettings:
    """Return the settings as of the day that counts: the batch's own, a later seal's, never beyond the batch's year."""
    day = min(max(settings.on, day_of(now)), date(settings.on.year, 12, 31))
    return replace(settings, on=day)


def _refuse_while_open(session: Session, last: Draw) -> None:
    """Refuse to freeze a list while an open draw before it may still take some of its entries (`draw-before-open`).

    Otherwise both lists would hold them and one enterprise could be drawn twice in a year.
    """
    if last.mode == "open" and CONDUCTED not in steps_of(session, last.id) and not is_void(session, last.id):
        raise Conflict("draw-before-open", draw=last.id)


def seal_months(
    session: Session,
    actor: str,
    plan_json: bytes,
    enterprises: bytes,
    *,
    title: str,
    demonstration: bool = False,
    now: datetime | None = None,
) -> Draw:
    """Freeze the lottery of an annual plan (protocol section 13); its id is `<plan>-v<version>`.

    `plan_json` are the bytes of plan.json, `enterprises` those of enterprises.tsv. Raises `Conflict`
    (`draw-sequence-taken`), `InvalidInput` (`beacon-too-soon`) or a `ProtocolError`.
    """
    lock_draws(session)
    now = now or utc_now()
    plan = parse_plan(plan_json)
    read_enterprises(plan, enterprises)
    check_lead(plan.randomness, plan.lead_seconds, now)
    draw_id = f"{plan.plan}-v{plan.version}"
    if session.get(Draw, draw_id) is not None:
        raise Conflict("draw-sequence-taken", plan=plan.plan, sequence=plan.version)
    draw = Draw(
        id=draw_id,
        kind=MONTHS,
        plan_id=plan.plan,
        sequence=plan.version,
        batch=None,
        title=(DEMONSTRATION if demonstration else "") + title,
        mode="open",
        demonstration=demonstration,
        manifest_sha256=plan.digest,
        sealed_at=now,
        sealed_by=actor,
        draft_id=None,
    )
    session.add(draw)
    session.flush()
    add_files(session, draw_id, {"plan.json": plan_json, "enterprises.tsv": enterprises})
    append_entry(session, actor, "draw.seal", draw_id, manifest=plan.digest, kind=MONTHS)
    return draw


def check_lead(sources: Iterable[Source], lead_seconds: int, now: datetime) -> None:
    """Refuse a beacon whose value would exist, or nearly, at the seal (`beacon-too-soon`)."""
    for source in sources:
        if source.seconds is not None and instant(source.seconds) < now + timedelta(seconds=lead_seconds):
            due = instant(source.seconds).isoformat()
            raise InvalidInput("beacon-too-soon", source=source.id, due=due, lead=lead_seconds)


def name_source(source: Mapping[str, Any], now: datetime, after_seconds: int) -> dict[str, Any]:
    """Return a source as a manifest names it: a beacon without a time gets the first after `after_seconds`."""
    kind = source["type"]
    if kind == "drand/quicknet":
        return {"chain": CHAIN, "round": propose_round(now, after_seconds), **source}
    if kind == "nist/2.0":
        return {"time": propose_minute(now, after_seconds), **source}
    return dict(source)


def _name_sources(settings: DraftSettings, draw_id: str, now: datetime) -> _Named:
    contributions = any(source["type"] == "dice/d10" for source in settings.randomness)
    after = settings.lead_seconds + (settings.ceremony_seconds if contributions else 0)
    named = _Named([], {})
    for source in settings.randomness:
        if source["type"] == COMMIT:
            if "commitment" in source:
                raise InvalidInput("draft-commitment", source=source["id"])
            secret = named.secrets.setdefault(source["id"], new_secret())
            named.sources.append({**source, "commitment": commitment(draw_id, source["id"], secret)})
        else:
            named.sources.append(name_source(source, now, after))
    return named


def _manifest_members(settings: DraftSettings, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "agency": settings.agency,
        "title": settings.full_title,
        "mode": settings.mode,
        "algorithm": {"hash": "sha256", "select": "bottom-k", "assign": "ticket-augment", "slack": settings.slack},
        "slots": [list(slot) for slot in settings.slots],
        "randomness": list(sources),
        "lead_seconds": settings.lead_seconds,
        "exclusion_reasons": list(settings.exclusion_reasons),
        "void_reasons": list(settings.void_reasons),
        "reveal_by": settings.reveal_by,
        "code": {"name": CODE[0], "version": CODE[1]},
    }


def _rule_of(settings: DraftSettings, stratum: str) -> Mapping[str, Any]:
    risk = stratum.partition(".")[0]
    if risk not in settings.rules:
        raise InvalidInput("draft-rule-missing", risk=risk, known=", ".join(sorted(settings.rules)))
    return settings.rules[risk]


def _sealed_draw(
    draft: DrawDraft, draw_id: str, sequence: int, settings: DraftSettings, digest: str, actor: str, now: datetime
) -> Draw:
    return Draw(
        id=draw_id,
        kind=ENTERPRISES,
        plan_id=draft.plan_id,
        sequence=sequence,
        batch=settings.batch,
        title=settings.full_title,
        mode=settings.mode,
        demonstration=settings.demonstration,
        manifest_sha256=digest,
        sealed_at=now,
        sealed_by=actor,
        draft_id=draft.id,
    )


def _last_draw(session: Session, plan_id: str, kind: str) -> Draw | None:
    same = select(Draw).where(Draw.plan_id == plan_id, Draw.kind == kind)
    return session.scalars(same.order_by(Draw.sequence.desc()).limit(1)).first()


def _add_exclusions(session: Session, draw_id: str, table: bytes) -> None:
    entries, reasons = read_table(table, EXCLUDED)
    rows = [
        {"draw_id": draw_id, "entry_id": entry, "reason": reason}
        for entry, reason in zip(entries, reasons, strict=True)
    ]
    if rows:
        session.execute(insert(DrawExclusion), rows)


def _keep_secrets(session: Session, draw_id: str, named: _Named) -> None:
    for source in named.sources:
        secret = named.secrets.get(source["id"])
        if secret is not None:
            session.add(
                OfficeSecret(commitment=source["commitment"], draw_id=draw_id, source_id=source["id"], secret=secret)
            )
