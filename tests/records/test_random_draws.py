"""Whatever city, settings and events: what the service publishes, both verifiers accept, byte for byte."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.directory.models import Enterprise, Expert, Inspector, Recusal
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import draft_draw
from scheduler.draws.events import append_draw_event
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.queries import list_seats
from scheduler.draws.sealing import seal_draw
from scheduler.errors import Conflict
from scheduler.records.bundle import bundle_files
from scheduler.records.verification import verify_files
from scheduler.store.session import writing

SECTORS = ("metallurgy", "fireworks", "coal-mines")
DISTRICTS = ("220202", "220203", "undecided")
SEALED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def fill(session: Session, chosen: random.Random) -> None:
    """A random city: some of it key, some undecided, some people without skills or capacity, some recusals."""
    codes = [f"91220200{number:010}" for number in chosen.sample(range(10**6), chosen.randrange(5, 60))]
    for code in codes:
        session.add(
            Enterprise(
                uscc=code, name="企业", registered_on=None, sector=chosen.choice(SECTORS),
                district=chosen.choice(DISTRICTS), tier=chosen.choice(["general"] * 6 + ["key", "undecided", "none"]),
                risk=chosen.choice("ABCDU"), decisions={}, left_on=None,
            )
        )  # fmt: skip
    people = [f"Z{number}" for number in range(chosen.randrange(3, 9))]
    for person in people:
        skills = {f"skill:{sector}" for sector in SECTORS if chosen.random() < 0.7}
        denies = [f"area:{chosen.choice(DISTRICTS[:2])}"] if chosen.random() < 0.2 else []
        session.add(
            Inspector(
                id=person, name="检查员", certified_until=date(2027, 1, 1), capacity=chosen.randrange(6),
                skills=sorted(skills), denies=denies, left_on=None,
            )
        )  # fmt: skip
    session.add(Expert(id="E1", name="专家", capacity=4, skills=[], denies=[], left_on=None))
    session.add(Expert(id="E2", name="专家", capacity=9, skills=[f"skill:{SECTORS[0]}"], denies=[], left_on=None))
    for _ in range(5):
        pair = {"person_id": chosen.choice(people), "uscc": chosen.choice(codes)}
        session.merge(Recusal(**pair, reason="回避"))


def settings(chosen: random.Random) -> dict[str, Any]:
    rules = [
        {"kind": "fixed", "count": chosen.randrange(4)},
        {
            "kind": "ratio", "numerator": chosen.randrange(1, 60), "denominator": 100,
            "rounding": chosen.choice(["ceil", "half-up"]), "minimum": chosen.randrange(3),
        },
    ]  # fmt: skip
    two = [["role:inspector"], ["$need", "role:inspector"]]
    return {
        "agency": "112202000000000000",
        "title": "随机抽查",
        "on": "2026-03-10",
        "slack": chosen.randrange(3),
        "strata": chosen.choice(["risk", "risk.district"]),
        "rules": {risk: chosen.choice(rules) for risk in "ABCDU"},
        "slots": chosen.choice([two, [*two, ["role:expert"]], [["role:inspector"]]]),
        "randomness": [{"id": "dice", "type": "dice/d10", "count": 20}],
    }


def happen(session: Session, draw: str, chosen: random.Random) -> None:
    """A few random events; what the protocol refuses does not happen."""
    for _ in range(8):
        seats = list_seats(session, draw, public=True)
        if not seats:
            return
        seat = chosen.choice(seats)
        event = chosen.choice(
            [
                ("exclude", seat.entry, "moved"),
                ("recuse", seat.inspector or "Z0", seat.entry),
                ("withdraw", seat.inspector or "Z1", ""),
                ("done", seat.entry, ""),
                ("enlist", f"N{chosen.randrange(3)}", f"2;role:inspector,skill:{SECTORS[0]};area:220202"),
            ]
        )
        try:
            append_draw_event(session, "o", draw, *event)
        except ProtocolError:
            continue


@pytest.mark.parametrize("seed", range(14))
def test_what_the_service_publishes_both_verifiers_accept(
    sqlite_engine: Engine, stand_alone: ModuleType, tmp_path: Path, seed: int
) -> None:
    chosen = random.Random(seed)
    with writing(sqlite_engine) as session:
        fill(session, chosen)
    with writing(sqlite_engine) as session:
        draft = draft_draw(session, "p", "220200-2026", settings(chosen)).id
        try:
            draw = seal_draw(session, "o", draft, SEALED).id
        except Conflict as refusal:
            assert refusal.code in ("no-eligible-inspector", "pool-empty")
            return
        digits = "".join(chosen.choices("0123456789", k=20))
        contribute(session, "w", draw, "dice", digits, now=SEALED + timedelta(minutes=3))
        conduct_draw(session, "o", draw)
        publish_draw(session, "o", draw)
        happen(session, draw, chosen)
        files = bundle_files(session, draw)
    ours = {check.name: check.outcome for check in verify_files(files, "x").checks}
    theirs = {check.name: check.outcome for check in stand_alone.audit_files(files).checks}
    assert ours == theirs
    assert set(ours.values()) <= {"pass", "warn", "absent"}
    assert {ours[name] for name in ("tables", "teams", "seed", "order", "assignment", "unfilled", "result")} == {"pass"}
