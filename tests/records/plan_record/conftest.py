"""Records of two plans of a small city: one within capacity, one whose mines are short of people; and forgeries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from config.settings import load_settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.models import Enterprise
from scheduler.draws.contributions import contribute
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.lottery import draw_plan
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.binding import bind_document
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id, view_plan
from scheduler.records.plan_record.contents import plan_record_files
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.session import reading, writing
from tests.api.sample_city import DICE, PLAN, budget, settle

Files = dict[str, bytes]


def make_record(engine: Engine, folder: Path, given: dict[str, Any] | None = None) -> Files:
    """Take a plan through its life and return its public record."""
    settings = load_settings(folder, {})
    with writing(engine) as session:
        settle(session, enterprises=160)
    given = given or decided_budget(engine)
    with writing(engine) as session:
        build_plan(session, settings, parse_json(json.dumps(given).encode()), year=2026, actor="p", demonstration=True)
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="o")
        contribute(session, "w", lottery_id(PLAN, 1), "dice", DICE)
        conduct_plan(session, PLAN, actor="o")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="o")
    with reading(engine) as session:
        return plan_record_files(session, view_plan(session, PLAN, published_only=True), public=True)


def decided_budget(engine: Engine) -> dict[str, Any]:
    """Return the city's budget with a campaign, closed months, a frequency of the year and a unit left out."""
    with reading(engine) as session:
        mine = session.scalars(
            select(Enterprise.uscc).where(Enterprise.sector == "non-coal-mines", Enterprise.tier == "key")
        ).first()
    return {
        **budget(),
        "campaigns": [
            {
                "id": "heat",
                "title": "高温检查",
                "months": [6, 7],
                "reason": "市安委会部署",
                "days": {"mines": 12.5, "trade": 4},
                "visits": {"sectors": ["non-coal-mines"], "extra": 1},
            },
            {"id": "winter", "title": "冬季会议", "months": [12], "reason": "考核", "days": {"mines": 1}},
        ],
        "closed_months": [
            {"months": [2], "reason": "春运"},
            {"months": [8], "sectors": ["industry-and-trade"], "divisions": ["trade"], "reason": "检修"},
        ],
        "frequencies": {"mines": {"gap": 2}},
        "left_out": [{"uscc": mine, "level": "province", "reason": "省厅检查"}],
    }


def short_budget() -> dict[str, Any]:
    """Return the city's budget with two people left in the mines' division, and a batch directed at one sector."""
    given: dict[str, Any] = deepcopy(budget())
    given["divisions"][1] |= {"staff": 2, "other_enforcement": 240, "non_enforcement": 240}
    given["batches"] = [
        {"month": 3},
        {
            "on": "2026-05-12",
            "title": "粉尘涉爆专项",
            "strata": "risk.district",
            "filter": {"sectors": ["dust-explosion"]},
        },
        {"month": 9},
    ]
    return given


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Callable[[str], Engine]]:
    """Open a fresh database by name."""
    engines = []

    def open_city(name: str) -> Engine:
        file = tmp_path_factory.mktemp("record") / f"{name}.sqlite"
        file.write_bytes(sqlite_template)
        engines.append(open_engine(sqlite_url(file)))
        return engines[-1]

    yield open_city
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def city(opened: Callable[[str], Engine]) -> Engine:
    """The database that the record is of; filled by it."""
    return opened("city")


@pytest.fixture(scope="session")
def record(city: Engine, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The record of a plan within capacity, in a year of which something was decided."""
    return make_record(city, tmp_path_factory.mktemp("settings"))


@pytest.fixture(scope="session")
def short_record(opened: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The record of a plan in which the mines are over capacity."""
    return make_record(opened("short"), tmp_path_factory.mktemp("settings"), short_budget())


def forge(files: Files, document: dict[str, Any]) -> Files:
    """Put another document into a record and seal and draw everything anew, as a forger would before publication."""
    data = canonical_json(document)
    plan = json.loads(files["lottery/plan.json"])
    plan["code"]["version"] = bind_document("0.1.0", sha256(data).hexdigest(), "5e" * 32)
    sealed = canonical_json(plan)
    dice = json.loads(files["lottery/randomness/dice.json"])["value"]
    _, drawn = draw_plan(sealed, files["lottery/enterprises.tsv"], {"dice": dice})
    lottery = {"plan.json": sealed, **drawn}
    return files | {"document.json": data} | {f"lottery/{name}": content for name, content in lottery.items()}
