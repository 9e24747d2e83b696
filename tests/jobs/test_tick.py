"""The clock's tick: the batch's draw is made from the plan when its day comes, and what stands in the way is told."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

import scheduler.jobs.tick
from config.settings import Settings
from scheduler.directory.models import Enterprise, EnterpriseFact
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import discard_draft, update_draft
from scheduler.draws.events import append_draw_event
from scheduler.draws.models import Draw, DrawStep
from scheduler.draws.queries import show_draw, state_of
from scheduler.draws.sealing import seal_draw
from scheduler.jobs.due import find_due
from scheduler.jobs.models import ClockRefusal
from scheduler.jobs.tick import tick
from scheduler.store.audit import AuditEntry
from scheduler.store.session import reading, writing
from tests.jobs.conftest import BATCHES, DICE, MORNING, PLAN, ROLLED, plan, settle, with_draws

SECOND = f"{PLAN}-batch-2"
DRAND = {"id": "drand", "type": "drand/quicknet"}


def due(engine: Engine, settings: Settings, now: datetime = MORNING) -> list[tuple[str, str, bool, str]]:
    with reading(engine) as session:
        return [(each.kind, each.subject, each.overdue, each.code) for each in find_due(session, settings, now)]


def drawn(engine: Engine, draw: str) -> None:
    with writing(engine) as session:
        contribute(session, "witness", draw, "dice", DICE, now=MORNING + timedelta(minutes=5))
        conduct_draw(session, "operator", draw)


def test_nothing_happens_before_the_day(city_sqlite: Engine, settings: Settings) -> None:
    """A minute before midnight in Beijing, which is 16:00 UTC, nothing is due; at midnight the batch is sealed."""
    midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    before = midnight - timedelta(minutes=1)
    assert (tick(city_sqlite, settings, before), due(city_sqlite, settings, before)) == ([], [])
    assert [each.outcome for each in tick(city_sqlite, settings, midnight)] == ["sealed", "refused"]


def test_on_its_day_the_batch_is_sealed_once_by_the_clock(city: Engine, settings: Settings) -> None:
    """The second batch of the day waits for the first; a second tick does nothing twice."""
    first, second = tick(city, settings, MORNING)
    assert (first.outcome, first.subject, first.draw) == ("sealed", f"{PLAN}-batch-1", f"{PLAN}-01")
    assert (second.outcome, second.code, second.params) == ("refused", "draw-before-open", {"draw": f"{PLAN}-01"})
    assert [each.outcome for each in tick(city, settings, MORNING, again=True)] == ["refused"]
    with reading(city) as session:
        (draw,) = session.scalars(select(Draw).where(Draw.kind == "enterprises"))
        assert (draw.sealed_by, draw.batch, draw.sealed_at) == ("clock", 1, MORNING)
        sealed = select(func.count()).where(AuditEntry.action == "draw.seal", AuditEntry.actor == "clock")
        assert session.scalar(sealed) == 1
        assert session.get_one(ClockRefusal, SECOND).code == "draw-before-open"
    assert due(city, settings) == [
        ("batch", SECOND, True, "draw-before-open"),
        ("contribute", f"{PLAN}-01", False, ""),
    ]
    drawn(city, f"{PLAN}-01")
    (sealed_now,) = tick(city, settings, MORNING, again=True)
    assert (sealed_now.outcome, sealed_now.draw) == ("sealed", f"{PLAN}-02")
    with reading(city) as session:
        assert session.scalars(select(ClockRefusal)).all() == []


def test_a_refusal_is_tried_again_after_a_while_and_forgotten_when_done_by_hand(
    city_sqlite: Engine, settings: Settings
) -> None:
    tick(city_sqlite, settings, MORNING)
    with reading(city_sqlite) as session:
        tried = session.get_one(ClockRefusal, SECOND).tried_at
    assert tick(city_sqlite, settings, tried + timedelta(minutes=9)) == []
    assert len(tick(city_sqlite, settings, tried + timedelta(minutes=10))) == 1
    drawn(city_sqlite, f"{PLAN}-01")
    with writing(city_sqlite) as session:
        seal_draw(session, "operator", SECOND, MORNING)
    assert tick(city_sqlite, settings, MORNING) == []
    with reading(city_sqlite) as session:
        assert session.scalars(select(ClockRefusal)).all() == []


def test_a_plan_that_is_not_published_waits(sqlite_engine: Engine, settings: Settings) -> None:
    settle(sqlite_engine)
    plan(sqlite_engine, settings, publish=False)
    assert (tick(sqlite_engine, settings, MORNING), due(sqlite_engine, settings)) == ([], [])


def test_a_newer_version_under_way_holds_the_batches_up(city_sqlite: Engine, settings: Settings) -> None:
    changed = [*BATCHES, {"on": "2026-09-01"}]
    plan(city_sqlite, settings, publish=False, reason="增加一批", batches=changed)
    assert tick(city_sqlite, settings, MORNING) == []
    assert {code for _, _, _, code in due(city_sqlite, settings)} == {"due-version-pending"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"seal_on_day": False}, "due-by-hand"), ({}, "due-no-draft"), ({}, "due-year-over")],
)
def test_what_the_clock_leaves_to_people_is_told(
    city_sqlite: Engine, settings: Settings, changes: dict[str, Any], code: str
) -> None:
    now = datetime(2027, 1, 1, 4, 0, tzinfo=UTC) if code == "due-year-over" else MORNING
    if code == "due-no-draft":
        with writing(city_sqlite) as session:
            for number in (1, 2):
                discard_draft(session, "operator", f"{PLAN}-batch-{number}")
    chosen = with_draws(settings, changes)
    assert tick(city_sqlite, chosen, now) == []
    found = due(city_sqlite, chosen, now)
    assert {(kind, overdue, why) for kind, _, overdue, why in found} == {("batch", True, code)}


def test_dice_before_a_beacon_are_sealed_in_office_hours_with_time_to_roll(
    sqlite_engine: Engine, settings: Settings
) -> None:
    """A plan that is no demonstration asks for dice and drand: 4 hours and the lead of 600 s after the seal."""
    settle(sqlite_engine)
    plan(sqlite_engine, settings, demonstration=False)
    for now in (MORNING.replace(hour=23), MORNING.replace(hour=0, minute=59), MORNING.replace(day=7)):
        assert tick(sqlite_engine, settings, now) == []
        assert due(sqlite_engine, settings, now)[0][3] == "due-office-hours"
    tick(sqlite_engine, settings, MORNING)
    with reading(sqlite_engine) as session:
        (beacon,) = (each for each in show_draw(session, f"{PLAN}-01", public=False).sources if each.id == "drand")
    assert beacon.due is not None
    assert timedelta(0) <= beacon.due - MORNING - timedelta(hours=4, seconds=600) < timedelta(seconds=6)
    last = beacon.due - timedelta(seconds=600)
    assert ("contribute", f"{PLAN}-01", False, "") in due(sqlite_engine, settings, last)
    assert ("late", f"{PLAN}-01", True, "") in due(sqlite_engine, settings, last + timedelta(seconds=1))
    with writing(sqlite_engine) as session:
        contribute(session, "witness", f"{PLAN}-01", "dice", DICE, now=last)
    assert [each[0] for each in due(sqlite_engine, settings, beacon.due - timedelta(seconds=1))] == ["batch"]
    assert ("beacon", f"{PLAN}-01", True, "") in due(sqlite_engine, settings, beacon.due)


def test_a_void_draw_leaves_its_batch_to_be_drawn_again(city_sqlite: Engine, settings: Settings) -> None:
    tick(city_sqlite, settings, MORNING)
    with writing(city_sqlite) as session:
        append_draw_event(session, "operator", f"{PLAN}-01", "void", detail="equipment")
    found = tick(city_sqlite, settings, MORNING, again=True)
    assert [(each.outcome, each.subject) for each in found] == [("sealed", SECOND)]
    assert ("void", f"{PLAN}-batch-1", True, "due-void") in due(city_sqlite, settings)


def test_draws_are_conducted_by_the_clock_only_where_the_office_lets_it(
    city_sqlite: Engine, settings: Settings
) -> None:
    tick(city_sqlite, settings, MORNING)
    with writing(city_sqlite) as session:
        contribute(session, "witness", f"{PLAN}-01", "dice", DICE, now=MORNING)
    tick(city_sqlite, settings, MORNING)
    assert ("conduct", f"{PLAN}-01", False, "") in due(city_sqlite, settings)
    done = tick(city_sqlite, with_draws(settings, {"conduct_when_complete": True}), MORNING)
    assert [(each.outcome, each.draw) for each in done] == [("conducted", f"{PLAN}-01")]
    with reading(city_sqlite) as session:
        assert state_of(session, f"{PLAN}-01") == "conducted"
    now = datetime.now(UTC)
    assert ("publish", f"{PLAN}-01", False, "") in due(city_sqlite, settings, now)
    assert ("publish", f"{PLAN}-01", True, "") in due(city_sqlite, settings, now + timedelta(days=2))
    with writing(city_sqlite) as session:
        publish_draw(session, "operator", f"{PLAN}-01")
    assert "publish" not in {kind for kind, *_ in due(city_sqlite, settings, now)}


def test_a_sealed_draw_past_its_day_of_reveal_is_overdue(city_sqlite: Engine, settings: Settings) -> None:
    office = {"id": "office", "type": "commit/sha256"}
    with writing(city_sqlite) as session:
        secret = {"mode": "sealed", "reveal_by": "2026-03-31", "randomness": [ROLLED, DRAND, office]}
        update_draft(session, "operator", f"{PLAN}-batch-1", secret)
        draw = seal_draw(session, "operator", f"{PLAN}-batch-1", MORNING)
        assert draw.mode == "sealed"
        draw_id = draw.id
        contribute(session, "witness", draw_id, "dice", DICE, now=MORNING)
    later = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
    assert ("beacon", f"{PLAN}-01", True, "") in due(city_sqlite, settings, later)
    assert "reveal" not in {kind for kind, *_ in due(city_sqlite, settings, later)}  # it is not drawn yet
    with writing(city_sqlite) as session:  # as if it were: a true pulse of this day is not to be had
        session.add(DrawStep(draw_id=draw_id, step="conducted", at=MORNING, actor="operator"))
    assert ("reveal", draw_id, True, "") in due(city_sqlite, settings, later)
    assert "reveal" not in {kind for kind, *_ in due(city_sqlite, settings, later - timedelta(days=1))}


def test_an_empty_pool_is_kept_as_the_reason(city_sqlite: Engine, settings: Settings) -> None:
    with writing(city_sqlite) as session:
        for code in session.scalars(select(Enterprise.uscc).where(Enterprise.tier == "general")):
            session.add(EnterpriseFact(id=code, uscc=code, kind="closed", on=MORNING.date().replace(month=1)))
    done = tick(city_sqlite, settings, MORNING)
    assert {each.code for each in done} == {"pool-empty"}
    assert [code for *_, code in due(city_sqlite, settings)] == ["pool-empty", "pool-empty"]


def test_a_fault_of_the_program_is_logged_and_does_not_end_the_tick(
    city_sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(scheduler.jobs.tick, "seal_draft", fail)
    with caplog.at_level(logging.ERROR, "scheduler.jobs"):
        done = tick(city_sqlite, settings, MORNING)
    assert [each.code for each in done] == ["due-failed", "due-failed"]
    assert "secret detail" in caplog.text
    with reading(city_sqlite) as session:
        assert {row.code for row in session.scalars(select(ClockRefusal))} == {"due-failed"}
