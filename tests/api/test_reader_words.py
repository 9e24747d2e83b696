"""What readers meet instead of codes: months in words, names of people and divisions, where to begin, what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.formats import months
from api.pages.words import source_names, stratum_name
from scheduler.accounts.models import User
from scheduler.accounts.users import add_user
from scheduler.computations.record import begin_computation, end_computation
from scheduler.plans.drafting.drafts import BUREAU, save_draft
from scheduler.store.session import writing
from tests.api import sample_city
from tests.api.conftest import PASSWORD, post

PATH = f"/work/plans/{sample_city.PLAN}"
Staff = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        (range(1, 13), "全年", "all year"),
        ((3,), "3月", "Mar"),
        ((1, 2, 12), "1月、2月、12月", "Jan, Feb, Dec"),
        (range(3, 12), "3–11月", "Mar–Nov"),
        ((1, 2, 3, 6, 9, 10, 11), "1–3月、6月、9–11月", "Jan–Mar, Jun, Sep–Nov"),
        ((), "", ""),
    ],
)
def test_months_in_a_row_are_written_as_a_span(app: Flask, values: Sequence[int], zh: str, en: str) -> None:
    with app.test_request_context("/"):
        assert months(values) == zh
    with app.test_request_context("/?lang=en"):
        assert months(values) == en


def test_the_plans_page_links_what_belongs_to_it_and_names_people(staff: Staff, city: Engine) -> None:
    with writing(city) as session:
        builder = session.get(User, "planner")
        assert builder is not None
        builder.display_name = "王法规"
    page = staff("auditor").get(PATH).text
    for below in ("what-if", "outlook?version=1", "months"):
        assert f'href="{PATH}/{below}"' in page
    assert "风险模拟" in page and "有了第 2 版" in page
    assert "风险模拟" in staff("auditor").get(f"{PATH}/outlook?years=20").text


def test_divisions_have_their_english_names_on_english_pages(client: FlaskClient, staff: Staff) -> None:
    for path in (f"/plans/{sample_city.PLAN}?lang=en", f"/plans/{sample_city.PLAN}/visits?lang=en"):
        page = client.get(path).text
        assert "Hazardous chemicals" in page and "危险化学品监督管理处" not in page
    assert "危险化学品监督管理处" in client.get(f"/plans/{sample_city.PLAN}?lang=zh").text
    what_if = staff("planner").get(f"{PATH}/what-if?lang=en").text
    assert "Hazardous chemicals" in what_if and "危险化学品监督管理处" not in what_if


def test_an_empty_installation_says_where_to_begin(empty_client: FlaskClient, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        add_user(session, "wang", PASSWORD, ["planner"], actor="test")
    post(empty_client, "/login", name="wang", password=PASSWORD)
    desk = empty_client.get("/work").text
    assert 'href="/work/import?register=divisions"' in desk
    assert '<option value="divisions" selected>' in empty_client.get("/work/import?register=divisions").text
    assert 'href="/work/import?register=divisions"' in empty_client.get("/work/budget/2026").text


def test_a_past_years_draft_is_no_task(staff: Staff, city: Engine) -> None:
    with writing(city) as session:
        save_draft(session, "220200-2024", 2024, BUREAU, {}, seen=0, actor="planner")
        save_draft(session, "220200-2098", 2098, BUREAU, {}, seen=0, actor="planner")
    desk = staff("planner").get("/work").text
    assert "2098 年工作日测算" in desk
    assert "2024 年工作日测算" not in desk


def test_a_failed_build_says_what_to_mend_in_words_and_leads_there(staff: Staff, city: Engine) -> None:
    error = {"path": "campaigns[1]", "rule": "coal-a", "visits": 3, "cap": 2}
    with writing(city) as session:
        made = begin_computation(session, "build", sample_city.PLAN, {"year": 2026}, actor="planner", alone=True)
        end_computation(session, made, "failed", error={"code": "plan-campaign-over-cap", "params": error})
    page = staff("planner").get(f"/work/computations/{made}").text
    assert "专项行动第 2 项（campaigns[1]）" in page and "煤矿（A类）" in page and "coal-a" not in page
    assert 'href="/work/budget/2026"' in page
    assert "正在编制" not in page
    english = staff("reviewer").get(f"/work/computations/{made}?lang=en").text
    assert "Coal mine, class A" in english and "entry 2" in english


def test_sources_are_named_by_what_they_are_and_told_apart_where_two_are_alike(app: Flask) -> None:
    dice = [{"id": "dice", "type": "dice/1"}, {"id": "pulse", "type": "drand/1"}]
    with app.test_request_context("/?lang=zh"):
        assert source_names(dice, ["dice", "pulse"]) == "当众掷骰、drand 公共随机信标"
        twice = [*dice, {"id": "dice-b", "type": "dice/1"}]
        assert source_names(twice, ["dice-b"]) == "当众掷骰 dice-b"


def test_a_class_is_named_with_the_title_of_its_campaign(app: Flask) -> None:
    with app.test_request_context("/?lang=zh"):
        assert stratum_name("chemicals-1.220202.heat", {"heat": "高温期专项检查"}) == (
            "危险化学品（一级） · 昌邑区 · 高温期专项检查"
        )
