"""A plan's life on the pages and through the REST interface: every step by its role, each refusal in words."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from api.service import to_local
from config.settings import Settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.draws.contributions import contribute
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import life_of, view_plan
from scheduler.store.base import utc_now
from scheduler.store.session import reading, writing
from tests.api import sample_city
from tests.api.conftest import PASSWORD, finish, post, token
from tests.api.test_pages import Outline

PLAN = sample_city.PLAN
PATH, LOTTERY = f"/work/plans/{PLAN}", f"/work/draws/{PLAN}-v2"
TODAY = to_local(datetime.now(UTC)).date().isoformat()
Staff = Callable[[str], FlaskClient]


def build(planner: FlaskClient, reason: str) -> int:
    """Upload the budget for the next version."""
    fields = {
        "csrf_token": token(planner), "year": "2026", "reason": reason, "demonstration": "yes",
        "budget": (io.BytesIO(sample_city.budget_json()), "budget.json"),
    }  # fmt: skip
    answer = planner.post("/work/plans", data=fields)
    if answer.status_code == 303:
        assert finish(planner, answer.location) == "done"
    return answer.status_code


def add_next(city: Engine, reason: str = "增加人员") -> None:
    """Put the next version in as the last was, by its planner: cheaper than to build it."""
    with writing(city) as session:
        last = session.scalars(select(PlanVersion).order_by(PlanVersion.version.desc()).limit(1)).one()
        kept = {column.name: getattr(last, column.name) for column in PlanVersion.__table__.columns}
        kept |= {"version": last.version + 1, "reason": reason, "created_by": "planner", "created_at": utc_now()}
        session.add(PlanVersion(**kept))


def seen_by(client: FlaskClient) -> dict[str, str]:
    """Return what the forms of the page carry: the version and the number of steps it was made from."""
    text = client.get(PATH).text
    return {
        name: found[1]
        for name in ("version", "seen")
        if (found := re.search(rf'name="{name}" value="(\d+)"', text)) is not None
    }


def take(client: FlaskClient, step: str, seen: dict[str, str] | None = None, /, **fields: str) -> int:
    """Send the form of a step as the page shows it."""
    return post(client, f"{PATH}/steps/{step}", **(seen or seen_by(client)), **fields)


def test_a_plan_goes_from_budget_to_closing_on_the_pages(staff: Staff, city: Engine) -> None:
    planner, reviewer, approver, operator = map(staff, ("planner", "reviewer", "approver", "operator"))
    assert build(planner, "") == 409  # the last version is published, so a change needs a reason
    assert build(planner, "增加人员") == 303
    assert take(planner, "handed-in") == 303
    assert "退回或通过" in reviewer.get("/work/inbox").text and "没有等您办理的事项" in approver.get("/work/inbox").text
    assert take(reviewer, "commented", note="重点单位占比偏低\n请说明") == 303
    assert take(reviewer, "passed") == 409
    assert take(planner, "answered", about="2", note="见附件二") == 303
    assert "已答复" in reviewer.get(PATH).text
    assert take(reviewer, "resolved", about="2") == 303
    assert take(reviewer, "passed") == 303
    assert take(planner, "submitted") == 303
    paper = {"number": "吉市应急〔2026〕12号", "date": TODAY}
    for person in (planner, reviewer, operator):
        assert take(person, "approved", seen_by(approver), **paper, confirmed="yes") == 403
    assert take(approver, "approved", **paper) == 422  # not confirmed
    assert take(approver, "approved", number="", date=TODAY, confirmed="yes") == 422
    assert take(approver, "approved", number="1", date="soon", confirmed="yes") == 422
    assert take(operator, "sealed", seen_by(approver), confirmed="yes") == 409  # the lottery comes after the approval
    assert take(approver, "approved", **paper, confirmed="yes") == 303
    assert build(planner, "另编一版") == 409
    assert take(operator, "sealed", confirmed="yes") == 303
    assert post(operator, f"{LOTTERY}/roll/dice") == 303
    assert take(planner, "published", confirmed="yes") == 409  # neither drawn nor filed
    assert post(operator, f"{LOTTERY}/conduct") == 303
    assert post(operator, f"{LOTTERY}/publish", confirmed="yes") == 409  # the lottery is published with its plan
    assert take(planner, "filed-government", number="府法备〔2026〕3号", date=TODAY) == 303
    assert take(operator, "filed-province", number="吉应急备〔2026〕8号", date=TODAY) == 303
    assert take(planner, "published", confirmed="yes") == 303
    text = staff("auditor").get(PATH).text
    for told in ("吉市应急〔2026〕12号", "府法备〔2026〕3号", "吉应急备〔2026〕8号", "已公布"):
        assert told in text
    assert take(planner, "closed", confirmed="yes", note="") == 422  # nothing is done yet, so it needs a reason
    assert take(planner, "closed", confirmed="yes", note="全年停业整顿") == 303
    for page in (planner.get(PATH).text, planner.get(f"/plans/{PLAN}").text):
        assert "完成率 0.0 %" in page and "全年停业整顿" in page and Outline(page).faults == []
    assert build(planner, "再调整") == 409
    with reading(city) as session:
        assert view_plan(session, PLAN, published_only=True).summary.state == "closed"
        actors = {each.step: each.actor for each in life_of(session, PLAN, 2)}
    assert (actors["passed"], actors["approved"], actors["sealed"]) == ("reviewer", "approver", "operator")


def test_the_second_of_two_is_told_what_the_first_did(staff: Staff, city: Engine) -> None:
    planner, reviewer = staff("planner"), staff("reviewer")
    add_next(city)
    assert take(planner, "handed-in") == 303
    old = seen_by(reviewer)
    assert take(reviewer, "returned", note="依据不全") == 303
    form = {"csrf_token": token(reviewer), **old}
    answer = reviewer.post(f"{PATH}/steps/passed", data=form)
    assert answer.status_code == 409
    assert "reviewer 已于" in answer.text and "退回编制人" in answer.text
    add_next(city, "改正依据")
    answer = planner.post(f"{PATH}/steps/handed-in", data={"csrf_token": token(planner), "version": "2", "seen": "2"})
    assert answer.status_code == 409
    assert "最新的是第 3 版" in answer.text


def test_a_form_without_its_token_of_the_version_is_refused(staff: Staff) -> None:
    assert post(staff("planner"), f"{PATH}/steps/closed", confirmed="yes", note="x") == 422
    assert post(staff("planner"), f"{PATH}/steps/crowned", version="1", seen="1") == 422
    assert post(staff("witness"), f"{PATH}/steps/closed", version="1", seen="1") == 403


def test_the_inbox_and_the_desk_say_what_waits(staff: Staff, city: Engine) -> None:
    planner = staff("planner")
    add_next(city)
    for page in ("/work/inbox", "/work"):
        assert "送法制审核" in planner.get(page).text
        assert Outline(planner.get(page).text).faults == []
    assert "等其他人办理" in staff("approver").get("/work/inbox").text


def test_an_old_version_offers_nothing_but_its_history(staff: Staff, city: Engine) -> None:
    planner = staff("planner")
    add_next(city)
    text = planner.get(f"{PATH}?version=1").text
    assert "已有更新的一版" in text and "示范〔2026〕1号" in text
    assert 'steps/handed-in"' not in text
    assert "steps/closed" in text  # the published version can still be closed


@pytest.fixture
def call(app: Flask) -> Callable[..., Any]:
    """Call the REST interface as the account of a role."""

    def send(role: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = app.test_client().open(f"/api/v1{path}", method=method, json=body, auth=(role, PASSWORD))
        return answer.status_code, answer.get_json()

    return send


def test_programs_take_the_same_steps(call: Callable[..., Any], city: Engine) -> None:
    path = f"/plans/{PLAN}/steps"
    add_next(city)
    status, life = call("auditor", "GET", path)
    assert (status, life["version"], life["seen"], life["state"]) == (200, 2, 0, "built")
    assert life["waiting"] == [{"step": "handed-in", "roles": ["planner"]}]
    assert call("witness", "GET", path)[0] == 403
    body = {"version": 2, "seen": 0, "step": "handed-in"}
    assert call("reviewer", "POST", path, body)[0] == 403
    status, life = call("planner", "POST", path, body)
    assert (status, life["seen"], life["state"]) == (201, 1, "in-review")
    status, problem = call("planner", "POST", path, body)
    assert (status, problem["code"]) == (409, "plan-overtaken-handed-in")
    status, life = call("reviewer", "POST", path, {**body, "seen": 1, "step": "commented", "note": "一"})
    assert [each["note"] for each in life["steps"]] == ["", "一"]
    assert (
        call("reviewer", "POST", path, {**body, "seen": 2, "step": "passed"})[1]["code"] == "plan-comments-unresolved"
    )
    assert call("reviewer", "POST", path, {**body, "seen": 2, "step": "resolved", "about": 2})[0] == 201
    assert call("reviewer", "POST", path, {**body, "seen": 3, "step": "passed"})[0] == 201
    assert call("planner", "POST", path, {**body, "seen": 4, "step": "submitted"})[0] == 201
    paper = {**body, "seen": 5, "step": "approved", "number": "1号", "date": TODAY}
    assert call("approver", "POST", path, {**paper, "date": "2026-13-01"})[0] == 422
    status, life = call("approver", "POST", path, paper)
    assert (status, life["steps"][-1]["number"], life["steps"][-1]["date"]) == (201, "1号", TODAY)
    assert call("operator", "POST", path, {**body, "seen": 6, "step": "sealed"})[1]["state"] == "sealed"


def test_the_difference_of_two_versions_is_shown_to_the_staff_before_the_public(
    staff: Staff, client: FlaskClient, city: Engine, settings: Settings
) -> None:
    given = sample_city.budget()
    given["divisions"][0] |= {"staff": 12, "other_enforcement": 900}  # type: ignore[index] # the first of three
    given["ratios"] = {"A": "1/50"}
    with writing(city) as session:
        inputs = parse_json(json.dumps(given).encode())
        build_plan(session, settings, inputs, year=2026, actor="planner", demonstration=True, reason="增加人员")
    text = staff("auditor").get(f"{PATH}/difference").text
    assert Outline(text).faults == []
    assert "第 1 版 → 第 2 版" in text and "危险化学品监督管理处" in text and "增加人员" in text
    assert re.search(r"人员</td><td[^>]*>9</td><td[^>]*>12</td><td[^>]*><span class=\"delta\">\+3</span>", text)
    assert re.search(r"<td[^>]*>1/100</td><td[^>]*>1/50</td>", text)
    assert "没有可以比较的版本" in client.get(f"/plans/{PLAN}/difference").text
    assert client.get(f"/plans/{PLAN}/difference?from=1&to=2").status_code == 404
    assert staff("planner").get(f"{PATH}/difference?from=2&to=2").status_code == 422
    assert staff("planner").get(f"{PATH}/difference?from=x").status_code == 422
    with writing(city) as session:
        approve_plan(session, PLAN)
        contribute(
            session, "witness", seal_plan(session, settings, PLAN, actor="operator").id, "dice", sample_city.DICE
        )
        conduct_plan(session, PLAN, actor="operator")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="planner")
    public = client.get(f"/plans/{PLAN}/difference?lang=en").text
    assert "version 1 → version 2" in public and "+3" in public
    assert Outline(public).faults == []
    page = client.get(f"/plans/{PLAN}?lang=zh").text
    assert "示范〔2026〕4号" in page and "示范〔2026〕6号" in page
    changes = client.get(f"/api/v1/plans/{PLAN}/difference").get_json()
    assert (changes["from"], changes["to"]) == (1, 2)
    assert {"section": "budget", "subject": "chemicals", "figure": "staff", "before": 9, "after": 12} in changes[
        "changes"
    ]
