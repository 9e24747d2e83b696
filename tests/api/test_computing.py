"""Computations in the background: told while they run, stopped when asked, stored as a whole or not at all."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from api.computing import Store, Teller, start
from scheduler.computations.models import Computation
from scheduler.computations.record import (
    ask_cancel,
    begin_computation,
    running_computations,
    show_result,
    tell_progress,
    view_computation,
)
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.figures import PlanFigures, solve_basis
from scheduler.plans.queries import view_plan
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now
from scheduler.store.session import reading, writing
from tests.api import sample_city
from tests.api.conftest import finish, post, token

Staff = Callable[[str], FlaskClient]
Begin = Callable[..., str]


@pytest.fixture
def begin(app: Flask) -> Begin:
    """Start work as a request does."""

    def begin_it(work: Callable[[Teller], Store], **more: Any) -> str:
        with app.test_request_context():
            return start("test", "p", {"a": 1}, work, **more)

    return begin_it


def wait(engine: Engine, computation_id: str, until: Callable[[Any], bool] = lambda found: not found.is_running) -> Any:
    for _ in range(400):
        with reading(engine) as session:
            found = view_computation(session, computation_id)
        if until(found):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def test_a_computation_tells_how_far_it_is_shows_a_first_result_and_stores_at_the_end(
    begin: Begin, city: Engine
) -> None:
    go_on = threading.Event()

    def work(teller: Teller) -> Store:
        teller.by_name([("mines", "矿山处")])("goals", "mines", 1, 3)
        teller.show({"first": True})
        assert go_on.wait(10)

        def store(session: Session) -> dict[str, Any]:
            append_entry(session, "li", "test.stored", "p")
            return {"final": True}

        return store

    made = begin(work)
    found = wait(city, made, lambda found: found.shown == 1)
    assert (found.state, found.phase, found.division, found.done, found.total) == ("running", "goals", "矿山处", 1, 3)
    assert (found.result, found.given, found.actor) == ({"first": True}, {"a": 1}, "public")
    go_on.set()
    found = wait(city, made)
    assert (found.state, found.result, found.shown, found.error) == ("done", {"final": True}, 2, None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (InvalidInput("plan-budget-year", wanted=2026, found=2025), {"wanted": "2026", "found": "2025"}),
        (RuntimeError("secret"), {}),
    ],
)
def test_what_fails_stores_nothing_and_says_no_more_than_it_should(
    begin: Begin, city: Engine, fault: Exception, error: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def store(session: Session) -> dict[str, Any]:
        append_entry(session, "li", "test.half-done", "p")
        raise fault

    found = wait(city, begin(lambda teller: store))
    assert (found.state, found.result) == ("failed", None)
    assert found.error == {"code": getattr(fault, "code", "unlisted"), "params": error}
    with reading(city) as session:
        assert session.connection().exec_driver_sql("select 1 from audit_entry where action like 'test%'").all() == []


def test_a_computation_that_is_asked_to_stop_stops_where_it_next_tells(begin: Begin, city: Engine) -> None:
    asked, stored = threading.Event(), threading.Event()

    def work(teller: Teller) -> Store:
        assert asked.wait(10)
        teller.progress("goals", "d", 1, 2)

        def store(session: Session) -> dict[str, Any]:
            stored.set()
            return {}

        return store

    made = begin(work)
    with writing(city) as session:
        ask_cancel(session, made)
    asked.set()
    assert wait(city, made).state == "cancelled"
    assert not stored.is_set()


def test_of_two_alike_the_second_is_told_and_silence_is_loss(engine: Engine) -> None:
    with writing(engine) as session:
        made = begin_computation(session, "build", "p", {}, actor="li", alone=True)
        begin_computation(session, "build", "q", {}, actor="li", alone=True)
        begin_computation(session, "what-if", "p", {}, actor="li", alone=False)
        assert [each.subject for each in running_computations(session, "build")] == ["p", "q"]
        assert tell_progress(session, made, phase="goals", division="d", done=1, total=2)
        show_result(session, made, {"first": 1})
        ask_cancel(session, made)
        assert not tell_progress(session, made)
    with reading(engine) as session:
        found = view_computation(session, made, "build")
        assert (found.phase, found.done, found.result, found.shown) == ("goals", 1, {"first": 1}, 1)
    with pytest.raises(Conflict) as refused, writing(engine) as session:
        begin_computation(session, "build", "p", {}, actor="wang", alone=True)
    assert refused.value.params == {"subject": "p", "actor": "li"}
    silent = update(Computation).where(Computation.id == made)
    with writing(engine) as session:
        session.execute(silent.values(touched_at=utc_now() - timedelta(minutes=2)))
        found = view_computation(session, made)
        assert (found.state, found.error) == ("lost", {"code": "computation-lost", "params": {}})
        begin_computation(session, "build", "p", {}, actor="wang", alone=True)
        session.execute(silent.values(touched_at=utc_now() - timedelta(days=8)))
    with writing(engine) as session:
        begin_computation(session, "what-if", "p", {}, actor="li", alone=False)
        for computation_id, kind in ((made, None), ("none", None), (made, "build")):
            with pytest.raises(NotFound, match="computation-unknown"):
                view_computation(session, computation_id, kind)


class Held:
    """The optimiser of builds: `entered` tells that it is asked, and it goes on when `gate` opens."""

    def __init__(self) -> None:
        self.entered, self.gate = threading.Event(), threading.Event()

    def solve(self, *args: Any, **kwargs: Any) -> PlanFigures:
        self.entered.set()
        assert self.gate.wait(20)
        return solve_basis(*args, **kwargs)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    found = Held()
    monkeypatch.setattr("api.pages.work.building.solve_basis", found.solve)
    yield found
    found.gate.set()


def build(client: FlaskClient, reason: str) -> Any:
    file = (io.BytesIO(sample_city.budget_json()), "budget.json")
    fields = {"csrf_token": token(client), "year": "2026", "reason": reason, "budget": file}
    return client.post("/work/plans", data=fields)


def test_building_on_the_pages_is_followed_told_to_the_second_and_stopped(
    staff: Staff, city: Engine, held: Held
) -> None:
    planner, auditor = staff("planner"), staff("auditor")
    begun = build(planner, "增加人员")
    assert begun.status_code == 303
    page = planner.get(begun.location).text
    assert 'http-equiv="refresh"' in page and "<progress" in page
    second = build(planner, "另一个")
    assert second.status_code == 409 and "正在由 planner 编制" in second.text
    assert begun.location in planner.get("/work/plans").text
    assert auditor.get(begun.location).status_code == 200
    assert post(auditor, f"{begun.location}/cancel") == 403
    assert post(planner, f"{begun.location}/cancel") == 303
    held.gate.set()
    assert finish(planner, begun.location) == "cancelled"
    assert "没有保存任何内容" in planner.get(begun.location).text
    with reading(city) as session:
        assert view_plan(session, sample_city.PLAN, None, published_only=False).summary.version == 1
    again = build(planner, "增加人员")
    assert finish(planner, again.location) == "done"
    gone_on = planner.get(again.location)
    assert gone_on.location == f"/work/plans/{sample_city.PLAN}"
    assert "增加人员" in planner.get(gone_on.location).text
    assert planner.get("/work/computations/unknown").status_code == 404


def test_a_build_whose_directory_changes_meanwhile_stores_nothing(staff: Staff, city: Engine, held: Held) -> None:
    planner = staff("planner")
    begun = build(planner, "增加人员")
    assert held.entered.wait(10)
    with writing(city) as session:
        session.connection().exec_driver_sql("UPDATE enterprise SET tier = 'key' WHERE tier = 'undecided'")
    held.gate.set()
    assert finish(planner, begun.location) == "failed"
    assert "计算期间企业名录或处室设置有变动" in planner.get(begun.location).text
    with reading(city) as session:
        assert view_plan(session, sample_city.PLAN, None, published_only=False).summary.version == 1


def test_one_person_cannot_fill_the_queue_and_who_gives_up_leaves_it(begin: Begin, city: Engine) -> None:
    """The seventh is refused; one that is asked to stop ends while it still waits for room."""
    go_on = threading.Event()

    def work(teller: Teller) -> Store:
        assert go_on.wait(20)
        return lambda session: {}

    made = [begin(work) for _ in range(6)]
    with pytest.raises(Conflict) as refusal:
        begin(work)
    assert refusal.value.code == "computation-too-many"
    waiting = made
    while len(waiting) > 4:  # two are given room at once
        with reading(city) as session:
            waiting = [each for each in made if view_computation(session, each).phase == "waiting"]
    with writing(city) as session:
        ask_cancel(session, waiting[-1])
    assert wait(city, waiting[-1]).state == "cancelled"
    made.append(begin(work))
    go_on.set()
    assert {wait(city, each).state for each in made} == {"done", "cancelled"}
