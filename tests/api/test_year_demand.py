"""What was decided for a year stands on the plan's page: rules, campaigns, closed months, units left out."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.app import create_app
from config.settings import Settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.draws.contributions import contribute
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import writing
from tests.api.sample_city import DICE, PLAN, budget, settle, uscc

DECIDED = {
    "campaigns": [
        {
            "id": "ventilation",
            "title": "通风专项检查",
            "months": [4, 5],
            "reason": "市安委会部署",
            "days": {"mines": 10.5},
            "visits": {"sectors": ["non-coal-mines"], "extra": 1},
        }
    ],
    "closed_months": [{"months": [2], "divisions": ["trade"], "sectors": ["metallurgy"], "reason": "春运"}],
    "frequencies": {"metal-dust": {"visits": 2}},
    "left_out": [{"uscc": uscc(1), "level": "province", "reason": "省厅直接检查"}],
}


@pytest.fixture
def reader(settings: Settings, sqlite_engine: Engine) -> FlaskClient:
    given = parse_json(json.dumps({**budget(), **DECIDED}).encode())
    with writing(sqlite_engine) as session:
        settle(session, enterprises=80)
        build_plan(session, settings, given, year=2026, actor="planner", demonstration=True)
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="operator")
        contribute(session, "witness", lottery_id(PLAN, 1), "dice", DICE)
        conduct_plan(session, PLAN, actor="operator")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="operator")
    return create_app(settings, sqlite_engine).test_client()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u202f", "").split())


def test_the_page_tells_what_was_decided_for_the_year(reader: FlaskClient) -> None:
    document = json.loads(reader.get(f"/plans/{PLAN}/plan.json").data)
    enterprises = document["coverage"]["campaigns"][0]["visits"]["enterprises"]
    text = words(reader.get(f"/plans/{PLAN}").text)
    for told in (
        "冶金、粉尘涉爆 本单位设定 本年度调整（规则原为每年 1 次，每次 2 人 × 1.5 天）",
        "高温期（6–8月）至少 1 次",
        f"通风专项检查 市安委会部署 4月、5月 {enterprises} 家各增加 1 次（4月、5月） 非煤矿山",
        "矿山监督管理处：10.5 人日",
        "2月 · 工贸监督管理处 · 冶金有色 春运",
        "由其他层级检查、不列入本计划的重点单位：1 家",
        "示范001号有限公司",
        "省厅直接检查",
    ):
        assert told in text, told
    english = words(reader.get(f"/plans/{PLAN}?lang=en").text)
    assert ("Shanxi 2025" not in english and "Months closed to visits" in english) or "Campaigns" in english


def test_a_class_of_the_lottery_is_named_by_its_rule_and_district(reader: FlaskClient) -> None:
    text = words(reader.get(f"/draws/{PLAN}-v1").text)
    assert "非煤矿山 · 龙潭区 · 通风专项检查" in text
    assert "冶金、粉尘涉爆 · 龙潭区 · 冶金有色" in text
