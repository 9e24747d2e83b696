"""Batches and due work on the pages: what a plan says of each batch, and what the desk says has not happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy import Engine

import api.pages.work.due
from api.app import create_app
from api.pages.batches import batches_context
from api.pages.plans import plan_context
from config.settings import Settings
from scheduler.directory.models import InspectionItem
from scheduler.draws.drafts import open_draft, update_draft
from scheduler.jobs.models import ClockRefusal, ClockState
from scheduler.plans.queries import view_plan
from scheduler.store.session import reading, writing
from tests.api import sample_city
from tests.api.conftest import PASSWORD, post

PLAN = sample_city.PLAN
Staff = Callable[[str], FlaskClient]
NOW = datetime(2026, 9, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def september(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon on 2 September 2026: the third batch's day has come, the second's list is sealed."""
    monkeypatch.setattr(api.pages.work.due, "utc_now", lambda: NOW)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("批次已到日期，名单尚未锁定", "等待录入：当众掷骰", "逾期", "时钟从未运行")),
        ("en", ("its list is not sealed", "Waits for Dice before witnesses", "overdue", "The clock has never run")),
    ],
)
@pytest.mark.usefixtures("september")
def test_the_desk_tells_what_is_due(staff: Staff, language: str, words: tuple[str, ...]) -> None:
    text = staff("operator").get(f"/work?lang={language}").text
    section = text.split('aria-labelledby="due"', 1)[1].split("</section>", 1)[0]
    for each in words:
        assert each in section
    assert f'href="/work/drafts/{PLAN}-batch-3"' in section
    assert f"/work/draws/{PLAN}-02" in section
    assert f"{PLAN}-batch-1" not in section


@pytest.mark.usefixtures("september")
def test_a_kept_refusal_and_a_silent_clock_are_told(staff: Staff, city: Engine) -> None:
    with writing(city) as session:
        subject = f"{PLAN}-batch-3"
        refusal = {"code": "draw-before-open", "params": {"draw": f"{PLAN}-02"}}
        session.add(ClockRefusal(subject=subject, **refusal, since=NOW, tried_at=NOW))
        session.add(ClockState(id=1, holder="city:17", since=NOW, ticked_at=NOW - timedelta(minutes=9)))
    text = staff("planner").get("/work?lang=en").text
    assert f"Conduct draw {PLAN}-02 first" in text
    assert "The clock stands still" in text and "city:17" in text
    with writing(city) as session:
        session.get_one(ClockState, 1).ticked_at = NOW
    assert "The clock runs, held by city:17" in staff("planner").get("/work?lang=en").text


def test_where_people_seal_by_hand_the_draft_waits_for_them(city: Engine, settings: Settings) -> None:
    by_hand = replace(settings, draw=replace(settings.draw, seal_on_day=False))
    client = create_app(by_hand, city).test_client()
    post(client, "/login", name="operator", password=PASSWORD)
    assert "检查草案并锁定名单" in client.get("/work").text


def test_due_work_has_an_empty_state_and_is_not_shown_to_those_without_a_part(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.pages.work.due, "find_due", lambda *_: [])
    assert "没有到期事项" in staff("auditor").get("/work").text
    assert 'aria-labelledby="due"' not in staff("admin").get("/work").text


def test_the_public_page_of_a_plan_lists_its_batches_and_their_coverage(client: FlaskClient) -> None:
    text = client.get(f"/plans/{PLAN}").text
    section = text.split('aria-labelledby="batches"', 1)[1].split("</section>", 1)[0]
    for words in (
        "2026-03-02",
        "2026-06-01",
        "2026-09-01",
        "不定向",
        "全年比例的 1/3",
        "已公布",
        "名单已锁定",
        "已计划",
    ):
        assert words in section, words
    assert f'href="/draws/{PLAN}-01"' in section
    assert "“3 年至少一次”能否做到" in section
    assert section.count("<polyline") == 4  # classes A to D


def test_a_directed_batch_shows_scope_items_and_rules(app: Flask, city: Engine) -> None:
    scope = {"districts": ["220202"], "industries": ["C26"], "sectors": ["industry-and-trade"]}
    rules = {"annual-cap": False, "penalised-lately": 12}
    with writing(city) as session:
        session.add(InspectionItem(id="YJ-1", name="安全生产责任制检查", sectors=[]))
    with reading(city) as session:
        plan = view_plan(session, PLAN, published_only=True)
        batch = {**plan.document["batches"][0], "items": ["YJ-1", "YJ-9"], "filter": scope, "cool_down": rules}
        changed = replace(plan, document={**plan.document, "batches": [batch]})
        with app.test_request_context("/?lang=zh"):
            (line,) = batches_context(session, changed)["batch_lines"]
    assert line.scope == [("districts", "昌邑区"), ("industries", "C26"), ("sectors", "一般工贸")]
    assert line.items == [("YJ-1", "安全生产责任制检查"), ("YJ-9", "YJ-9")]
    assert line.cool_down == ["不适用：已达年度检查频次上限", "近期已受行政处罚：12 个月"]
    assert [draw.id for draw in line.draws] == [f"{PLAN}-01"]


def test_a_draft_shows_what_it_takes_over_from_its_plan(staff: Staff, city: Engine) -> None:
    said = {"items": ["YJ-1"], "cool_down": {"annual-cap": False}, "filter": {"kinds": ["有限责任公司"]}}
    with writing(city) as session:
        session.add(InspectionItem(id="YJ-1", name="安全生产责任制检查", sectors=[]))
        update_draft(session, "planner", f"{PLAN}-batch-3", said)
    page = staff("planner")
    path = f"/work/drafts/{PLAN}-batch-3"
    text = page.get(path).text
    for words in ("安全生产责任制检查", "不适用：已达年度检查频次上限", "有限责任公司"):
        assert words in text
    assert post(page, path, title="改名", dice="yes", dice_count="30") == 303
    with reading(city) as session:
        kept = open_draft(session, f"{PLAN}-batch-3").settings
    assert (kept["title"], kept["randomness"][0]["count"]) == ("2026年一般企业随机抽查第3批", 30)
    assert {name: kept[name] for name in said} == said


def test_a_plan_of_an_earlier_version_of_the_service_is_still_shown(app: Flask, city: Engine) -> None:
    """Its document has no day, no filter and no coverage."""
    kept = ("number", "month", "size", "strata", "expected_days")
    with reading(city) as session, app.test_request_context("/?lang=en"):
        plan = view_plan(session, PLAN, published_only=True)
        batches = [{name: batch[name] for name in kept} for batch in plan.document["batches"]]
        document = {name: value for name, value in plan.document.items() if name != "general"} | {"batches": batches}
        text = render_template("plans/show.html", **plan_context(session, replace(plan, document=document)))
    section = text.split('aria-labelledby="batches"', 1)[1].split("</section>", 1)[0]
    assert "Mar" in section and "undirected" in section
    assert "<polyline" not in section
