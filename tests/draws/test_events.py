"""After the draw: every event is replayed by the kernel, kept in order, and shows in the state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.events import append_draw_event
from scheduler.draws.files import record_files
from scheduler.draws.models import DrawEntry, DrawEvent
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import parse_events, replay
from scheduler.draws.queries import list_seats, state_of
from scheduler.draws.record import find_draw, recompute_outcome
from scheduler.draws.sealing import seal_draw
from scheduler.draws.standing import current_entries
from scheduler.errors import ServiceError
from scheduler.store.audit import AuditEntry
from scheduler.store.session import reading, writing

Draft = Callable[..., str]
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED, DUE = SEALED + timedelta(minutes=10), datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
DIGITS = "31415926535897932384"


def refused(work: Callable[[], object]) -> str:
    try:
        work()
    except (ServiceError, ProtocolError) as refusal:
        return refusal.code
    raise AssertionError("nothing was refused")


def conducted(session: Session, draft: Draft, **changes: Any) -> str:
    draw = seal_draw(session, "o", draft(session, **changes), SEALED).id
    contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
    conduct_draw(session, "o", draw)
    return draw


def order_of(session: Session, draw: str, stratum: str) -> list[str]:
    lines = select(DrawEntry.entry_id).where(DrawEntry.draw_id == draw, DrawEntry.stratum == stratum)
    return list(session.scalars(lines.order_by(DrawEntry.rank)))


def test_an_excluded_entry_leaves_and_the_next_rank_comes_in(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = conducted(session, draft)
        order = order_of(session, draw, "A")
        assert set(order[:3]) <= current_entries(session, draw)
        append_draw_event(session, "o", draw, "exclude", order[1], "moved", evidence="ab" * 32)
    with reading(city_engine) as session:
        held = current_entries(session, draw)
        assert {order[0], order[2], order[3]} <= held
        assert order[1] not in held
        seats = list_seats(session, draw, public=False, entry=order[3])
        assert [(seat.slot, bool(seat.inspector), seat.status) for seat in seats] == [
            (0, True, "open"),
            (1, True, "open"),
        ]
        event = session.get(DrawEvent, (draw, 1))
        assert event is not None and (event.kind, event.evidence, len(event.salt)) == ("exclude", "ab" * 32, 64)
        assert [entry.action for entry in session.scalars(select(AuditEntry))].count("draw.event") == 1


def test_the_state_kept_for_reading_is_what_the_kernel_replays(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = conducted(session, draft)
        order = order_of(session, draw, "B")
        team = [seat.inspector for seat in list_seats(session, draw, public=False, entry=order[0])]
        append_draw_event(session, "o", draw, "recuse", team[0], order[0])
        append_draw_event(session, "o", draw, "enlist", "Z9", "9;role:inspector,skill:hazardous-chemicals;")
        append_draw_event(session, "o", draw, "withdraw", "Z2")
        append_draw_event(session, "o", draw, "done", order[1])
        append_draw_event(session, "o", draw, "exclude", order[2], "closed")
        files = record_files(session, draw, public=False)
        outcome = recompute_outcome(session, find_draw(session, draw))
        state = replay(outcome, parse_events(files["events.tsv"]))
    assert files["state.tsv"] == state.table()
    assert f"{order[1]}\t0".encode() in files["state.tsv"]
    assert b"\tZ2\t" not in files["state.tsv"]


def test_what_the_protocol_refuses_is_refused_and_leaves_no_trace(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = conducted(session, draft)
        order = order_of(session, draw, "A")
        append_draw_event(session, "o", draw, "done", order[0])
        append_draw_event(session, "o", draw, "exclude", order[1], "moved")
    refusals = {
        ("exclude", order[1], "moved"): "excluded-twice",
        ("exclude", order[2], "no-such-reason"): "reason-unknown",
        ("exclude", order[0], "moved"): "entry-done",
        ("exclude", "nobody", "moved"): "entry-unknown",
        ("recuse", "nobody", order[2]): "inspector-unknown",
        ("done", order[-1], ""): "entry-not-drawn",
        ("enlist", "Z0", "1;role:inspector;"): "inspector-known",
        ("enlist", "Z8", "1;skill:x;"): "role-missing",
        ("withdraw", "Z0", "tired"): "detail-not-empty",
        ("reveal", "", "0" * 64): "reveal-in-open-mode",
        ("reveal", "", ""): "nothing-to-reveal",
        ("dismiss", order[2], ""): "event-kind",
    }
    for (kind, subject, detail), code in refusals.items():
        with writing(city_engine) as session:
            found = refused(lambda s=session, k=kind, a=subject, d=detail: append_draw_event(s, "o", draw, k, a, d))  # type: ignore[misc]
        assert found == code, (kind, subject, detail)
    with writing(city_engine) as session:
        assert (
            refused(lambda: append_draw_event(session, "o", draw, "done", order[2], evidence="x")) == "event-evidence"
        )
        assert len(session.scalars(select(DrawEvent)).all()) == 2


def test_after_a_void_nothing_follows_and_nobody_stands_drawn(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = conducted(session, draft)
        entry = order_of(session, draw, "A")[0]
        append_draw_event(session, "o", draw, "void", detail="list-error")
        assert state_of(session, draw) == "void"
        assert refused(lambda: append_draw_event(session, "o", draw, "done", entry)) == "event-after-void"
        assert {"order.tsv", "result.json", "seed.txt"} <= set(record_files(session, draw, public=True))
        again = seal_draw(session, "o", draft(session), SEALED)
        assert again.sequence == 2
        assert b"drawn-this-year" not in record_files(session, again.id, public=True)["excluded.tsv"]


def test_a_draw_that_waits_for_randomness_can_only_be_declared_void(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        assert refused(lambda: append_draw_event(session, "o", draw, "withdraw", "Z0")) == "draw-not-conducted"
        assert refused(lambda: append_draw_event(session, "o", draw, "void", detail="mood")) == "void-reason"
        assert refused(lambda: append_draw_event(session, "o", draw, "void", "other", "equipment")) == "draw-mismatch"
        append_draw_event(session, "o", draw, "void", detail="randomness-late")
        assert state_of(session, draw) == "void"
        assert refused(lambda: contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)) == "draw-is-void"
        assert refused(lambda: conduct_draw(session, "o", draw)) == "draw-is-void"
        assert (
            refused(lambda: append_draw_event(session, "o", draw, "void", detail="equipment")) == "draw-not-conducted"
        )
        assert "events.tsv" in record_files(session, draw, public=True)


@pytest.mark.shared
def test_a_sealed_draw_shows_its_result_alone_until_the_reveal(city_engine: Engine, draft: Draft, shared: Path) -> None:
    import json

    rounds = json.loads((shared / "vectors" / "drand.json").read_text())["rounds"]
    sources = [
        {"id": "drand", "type": "drand/quicknet", "round": 1000},
        {"id": "dice", "type": "dice/d10", "count": 20},
        {"id": "office", "type": "commit/sha256"},
    ]
    with writing(city_engine) as session:
        settings = {"mode": "sealed", "reveal_by": "2023-12-31", "randomness": sources}
        draw = seal_draw(session, "o", draft(session, **settings), SEALED).id
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        contribute(session, "w", draw, "drand", json.dumps(rounds[1]), now=DUE)
        assert record_files(session, draw, public=True) == {}
        conduct_draw(session, "o", draw)
        assert record_files(session, draw, public=True) == {}
        publish_draw(session, "o", draw)
        assert list(record_files(session, draw, public=True)) == ["result.json"]
        entry = order_of(session, draw, "A")[0]
        append_draw_event(session, "o", draw, "exclude", entry, "moved")
        assert list(record_files(session, draw, public=True)) == ["result.json"]
        hidden = seal_draw(session, "o", draft(session), SEALED).id
        assert b"drawn-this-year" not in record_files(session, hidden, public=False)["excluded.tsv"]
        assert refused(lambda: append_draw_event(session, "o", draw, "reveal", detail="0" * 64)) == "secret-mismatch"
    with writing(city_engine) as session:
        append_draw_event(session, "o", draw, "reveal")
        files = record_files(session, draw, public=True)
        assert {"order.tsv", "randomness/office.json", "events.tsv", "state.tsv"} <= set(files)
        assert refused(lambda: append_draw_event(session, "o", draw, "reveal")) == "revealed-twice"
    secret = json.loads(files["randomness/office.json"])["value"]
    assert files["events.tsv"].decode().splitlines()[1].split("\t")[3] == secret


@pytest.mark.shared
def test_the_lottery_of_a_plan_has_no_events(engine: Engine, shared: Path) -> None:
    from scheduler.draws.sealing import seal_months

    folder = shared / "vectors" / "plan-lottery"
    with writing(engine) as session:
        plan, table = (folder / "plan.json").read_bytes(), (folder / "enterprises.tsv").read_bytes()
        draw = seal_months(session, "o", plan, table, title="t", now=SEALED).id
        assert refused(lambda: append_draw_event(session, "o", draw, "void", detail="equipment")) == "event-of-months"
