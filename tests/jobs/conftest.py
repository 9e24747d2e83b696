"""A small city with a published plan whose batches come due, on either database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config.settings import Settings, load_settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.models import Division, Enterprise, Inspector
from scheduler.draws.contributions import contribute
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import writing

PLAN, DICE = "220200-2026", "314159265358979323846264"
BATCHES = [{"on": "2026-03-02"}, {"on": "2026-03-02", "title": "第二批"}, {"on": "2026-06-01"}]
ROLLED = {"id": "dice", "type": "dice/d10", "count": 24}
# 3 March 2026, a Tuesday, half past ten in Beijing: the day after that of the first two batches.
MORNING = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)


def inputs(batches: Any = None) -> Any:
    division = {"name": "工贸处", "staff": 5, "other_enforcement": 300, "non_enforcement": 200}
    given = {"year": 2026, "divisions": [division], "batches": batches or BATCHES}
    return parse_json(json.dumps(given).encode())


def settle(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Division(id="trade", name="工贸处", sectors=["industry-and-trade"], staff=5, registered_staff=6))
        for number in range(41):
            session.add(
                Enterprise(
                    uscc=f"91220200{number:010}", name=f"企业{number}", sector="industry-and-trade",
                    tier="key" if number == 40 else "general", district="220202", risk="C",
                )
            )  # fmt: skip
        for number in range(4):
            session.add(
                Inspector(
                    id=f"Z{number}", name="检查员", capacity=60, certified_until=date(2030, 1, 1),
                    skills=["skill:industry-and-trade"], denies=[],
                )
            )  # fmt: skip


def plan(engine: Engine, settings: Settings, *, demonstration: bool = True, publish: bool = True, **more: Any) -> None:
    """Build the next version of the plan and, unless told otherwise, take it through its life to publication."""
    with writing(engine) as session:
        build_plan(
            session, settings, inputs(more.get("batches")), year=2026, actor="planner",
            demonstration=demonstration, reason=more.get("reason", ""),
        )  # fmt: skip
        if publish:
            approve_plan(session, PLAN)
            version = int(more.get("version", 1))
            seal_plan(session, settings, PLAN, actor="operator", sources=[ROLLED])
            contribute(session, "witness", lottery_id(PLAN, version), "dice", DICE)
            conduct_plan(session, PLAN, actor="operator")
            file_plan(session, PLAN)
            publish_plan(session, PLAN, actor="operator")


def with_draws(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return the settings with other settings of draws."""
    return replace(settings, draw=replace(settings.draw, **changes))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation."""
    return load_settings(tmp_path / "installation", {})


@pytest.fixture
def city(engine: Engine, settings: Settings) -> Engine:
    """The city with its plan published, on both databases."""
    settle(engine)
    plan(engine, settings)
    return engine


@pytest.fixture
def city_sqlite(sqlite_engine: Engine, settings: Settings) -> Engine:
    """The city with its plan published, on SQLite alone."""
    settle(sqlite_engine)
    plan(sqlite_engine, settings)
    return sqlite_engine
