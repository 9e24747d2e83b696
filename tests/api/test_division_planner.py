"""A planner of one division works for it alone: the plan, its steps and its days are the bureau's."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from scheduler.accounts.users import add_user
from scheduler.inspections.standing import read_standing
from scheduler.plans.queries import newest_version
from scheduler.store.session import reading, writing
from tests.api.conftest import post, token
from tests.api.sample_city import PASSWORD, PLAN, budget_json

PATH = f"/work/plans/{PLAN}"


@pytest.fixture
def miner(app: Flask, city: Engine) -> FlaskClient:
    """The planner of the division of mines, logged in."""
    with writing(city) as session:
        add_user(session, "miner", PASSWORD, ["planner"], division_id="mines", actor="test")
    client = app.test_client()
    post(client, "/login", name="miner", password=PASSWORD)
    return client


def test_what_is_the_bureaus_is_refused(miner: FlaskClient, city: Engine) -> None:
    """Neither a file of their own nor a scenario becomes the plan; no step is taken, no month drawn."""
    with reading(city) as session:
        version = newest_version(session, PLAN)
    budget = {"year": "2026", "reason": "x", "budget": (io.BytesIO(budget_json()), "budget.json")}
    assert miner.post("/work/plans", data={"csrf_token": token(miner), **budget}).status_code == 403
    assert post(miner, f"{PATH}/scenarios/1/draft", reason="x") == 403
    assert post(miner, f"{PATH}/steps/handed-in", version="1", seen="0") == 403
    assert post(miner, f"{PATH}/months/3") == 403
    body = {"version": 1, "seen": 0, "step": "submitted"}
    answer = miner.post(f"/api/v1/plans/{PLAN}/steps", json=body, headers={"X-CSRFToken": token(miner)})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "planner-of-division")
    page = miner.get("/work/plans").text
    assert 'name="budget"' not in page
    with reading(city) as session:
        assert newest_version(session, PLAN).version == version.version  # type: ignore[union-attr] # the city has one


def test_visits_of_the_own_division_alone_are_marked(miner: FlaskClient, city: Engine) -> None:
    """One of another division among them, and none is marked."""
    with reading(city) as session:
        visits = read_standing(session, PLAN).visits
    month = next(month for division, month in visits.values() if division == "mines")
    due = {division: visit for visit, (division, at) in reversed(list(visits.items())) if at == month}
    given = {"action": "done", "day": f"2026-{month:02}-05", "reason": "x"}
    path = f"{PATH}/months/{month}/marks"
    other = next(visit for division, visit in due.items() if division != "mines")
    answer = miner.post(path, data={"csrf_token": token(miner), "visit": [due["mines"], other], **given})
    assert answer.status_code == 403 and "其他处室" in answer.text
    assert post(miner, path, visit=due["mines"], **given) == 303
    with reading(city) as session:
        assert list(read_standing(session, PLAN).done) == [due["mines"]]
