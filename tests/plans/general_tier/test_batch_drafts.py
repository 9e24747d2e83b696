"""What a plan decides of a batch changes with the plan alone, and a batch is sealed once its plan is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import open_draft
from scheduler.errors import ServiceError
from scheduler.plans.build import build_plan
from scheduler.plans.general_tier.batch_drafts import OF_PLAN, change_draft, drop_draft, prepare_draft, seal_draft
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import reading, writing
from tests.api.sample_city import DICE, PLAN, SEALED, budget_json, settle

BATCH = f"{PLAN}-batch-1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path, {})


@pytest.fixture
def built(engine: Engine, settings: Settings) -> Engine:
    with writing(engine) as session:
        settle(session, enterprises=90, inspectors=12)
        build_plan(session, settings, parse_json(budget_json()), year=2026, actor="planner", demonstration=True)
    return engine


def refused(engine: Engine, act: Callable[[Session], object]) -> str:
    with pytest.raises(ServiceError) as refusal, writing(engine) as session:
        act(session)
    return refusal.value.code


def test_a_batch_is_sealed_once_its_plan_is_published_and_not_before(built: Engine, settings: Settings) -> None:
    steps: list[Callable[[Session], Any]] = [
        lambda session: approve_plan(session, PLAN),
        lambda session: seal_plan(session, settings, PLAN, actor="operator"),
        lambda session: contribute(session, "witness", lottery_id(PLAN, 1), "dice", DICE),
        lambda session: conduct_plan(session, PLAN, actor="operator"),
        lambda session: file_plan(session, PLAN),
        lambda session: publish_plan(session, PLAN, actor="operator"),
    ]
    for step in steps:
        assert refused(built, lambda session: seal_draft(session, "operator", BATCH)) == "batch-plan-unpublished"
        with writing(built) as session:
            step(session)
    with writing(built) as session:
        assert seal_draft(session, "operator", BATCH, now=SEALED).batch == 1


def test_a_batch_is_not_sealed_before_its_day(engine: Engine, settings: Settings) -> None:
    """Whoever could choose the day would choose who is on the list; the day begins at midnight in China."""
    with writing(engine) as session:
        settle(session, enterprises=90, inspectors=12)
        build_plan(session, settings, parse_json(budget_json()), year=2026, actor="planner")
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="operator", sources=[{"id": "dice", "type": "dice/d10", "count": 24}])
        contribute(session, "witness", lottery_id(PLAN, 1), "dice", DICE)
        conduct_plan(session, PLAN, actor="operator")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="operator")
        on = date.fromisoformat(open_draft(session, BATCH).settings["on"])
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=8)
    early = midnight - timedelta(seconds=1)
    assert refused(engine, lambda session: seal_draft(session, "operator", BATCH, now=early)) == "batch-before-day"
    with writing(engine) as session:
        assert seal_draft(session, "operator", BATCH, now=midnight).batch == 1


@pytest.mark.parametrize("name", OF_PLAN)
def test_nothing_that_the_plan_decides_of_a_batch_can_be_edited(built: Engine, name: str) -> None:
    with reading(built) as session:
        before = dict(open_draft(session, BATCH).settings)
    for value in ("another", None, 7, {"A": 1}):
        if value != before.get(name):
            changes = {name: value, "slack": 2}
            assert refused(built, lambda session, given=changes: change_draft(session, "p", BATCH, given)) == (  # type: ignore[misc]
                "draft-of-plan"
            )
    with reading(built) as session:
        assert open_draft(session, BATCH).settings == before


def test_how_the_draw_is_held_stays_open_and_the_batch_cannot_be_dropped(built: Engine) -> None:
    with writing(built) as session:
        same = dict(open_draft(session, BATCH).settings)
        assert change_draft(session, "p", BATCH, {**same, "slack": 3}).settings == {**same, "slack": 3}
    assert refused(built, lambda session: drop_draft(session, "p", BATCH)) == "draft-of-plan-stays"


def test_a_draw_beside_the_plan_takes_no_batch_number(built: Engine) -> None:
    with reading(built) as session:
        given = dict(open_draft(session, BATCH).settings)
    assert refused(built, lambda session: prepare_draft(session, "p", PLAN, given)) == "draft-batch-by-plan"
    with writing(built) as session:
        own = prepare_draft(session, "p", PLAN, {**given, "batch": None}).id
    assert refused(built, lambda session: change_draft(session, "p", own, {"batch": 2})) == "draft-batch-by-plan"
    with writing(built) as session:
        assert change_draft(session, "p", own, {"title": "专项"}).settings["title"] == "专项"
        drop_draft(session, "p", own)
