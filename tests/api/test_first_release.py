"""A plan of the first release, published before there were rules and goals: everything reads it or says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from config.settings import Settings
from scheduler.commands.plan_page import plan_page
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.errors import Conflict
from scheduler.inspections import marks
from scheduler.inspections.making import make_schedule
from scheduler.inspections.marks import mark_done
from scheduler.inspections.standing import read_standing
from scheduler.papers.files import plan_papers
from scheduler.plans.queries import view_plan
from scheduler.records.plan_record.contents import plan_record_files
from scheduler.records.plan_record.verification import verify_record_files
from scheduler.store.base import utc_now
from scheduler.store.session import reading, writing
from tests.api.sample_city import PLAN

CLASS = ("id", "division", "sector", "population", "visits", "workload", "gap", "months", "patterns")
BATCH = ("number", "month", "size", "strata", "expected_days")
COVERAGE = ("classes", "loads", "shortages", "remedies")


@pytest.fixture(autouse=True)
def year_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever marks visits does so at the end of the plan's year."""
    monkeypatch.setattr(marks, "utc_now", lambda: datetime(2026, 12, 31, tzinfo=UTC))


def as_first_released(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the members that the first release wrote, and no other."""
    document = {name: value for name, value in document.items() if name != "general"}
    document["budget"] = {name: value for name, value in document["budget"].items() if name != "shares"}
    coverage = {name: document["coverage"][name] for name in COVERAGE}
    coverage["classes"] = [{name: each[name] for name in CLASS} for each in coverage["classes"]]
    batches = [{name: each[name] for name in BATCH} for each in document["batches"]]
    units = {name: value for name, value in document["units"].items() if name != "left_out"}
    return document | {"type": "annual-plan/1", "coverage": coverage, "batches": batches, "units": units}


@pytest.fixture
def old_plan(city: Engine) -> Engine:
    """The city whose published plan and its lottery are of the first release."""
    with city.begin() as connection:
        for guarded in ("plan_version", "office_secret"):
            found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            for (name,) in connection.execute(text(found), {"table": guarded}).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        document = json.loads(connection.execute(text("SELECT document FROM plan_version")).scalar_one())
        told = canonical_json(as_first_released(document))
        connection.execute(text("UPDATE plan_version SET document = :told, inputs = x''"), {"told": told})
        connection.execute(text("DELETE FROM office_secret WHERE source_id = 'days'"))
    return city


def test_the_terminal_and_the_papers_show_it(old_plan: Engine) -> None:
    """Page and papers leave out what the plan never said."""
    with reading(old_plan) as session:
        page = plan_page(view_plan(session, PLAN, published_only=True), {}, "en")
        papers = plan_papers(session, PLAN)
    assert "Key tier" in page or "coverage" in page.lower()
    assert {paper.name.rpartition(".")[2] for paper in papers} == {"docx", "xlsx", "csv", "json", "ics"}


def test_its_visits_are_marked_but_get_no_days_by_lot(old_plan: Engine, settings: Settings) -> None:
    """The running year goes on; days need a secret committed at the seal, which the first release never made."""
    with writing(old_plan) as session:
        standing = read_standing(session, PLAN)
        visit, (_, month) = next(iter(standing.visits.items()))
        day = utc_now().date().replace(2026, month, 5)
        mark_done(session, PLAN, visit, day, actor="planner", reason="手工安排")
        assert read_standing(session, PLAN).done == {visit: day.isoformat()}
    with pytest.raises(Conflict) as refusal, writing(old_plan) as session:
        make_schedule(session, settings, PLAN, month, actor="planner")
    assert refusal.value.code == "days-not-committed"


def test_its_pages_open(old_plan: Engine, client: FlaskClient, staff: Callable[[str], FlaskClient]) -> None:
    """For everybody and for the planner."""
    assert old_plan is not None
    assert client.get(f"/plans/{PLAN}").status_code == 200
    planner = staff("planner")
    for name in ("", "/months", "/months/3", "/outlook"):
        assert planner.get(f"/work/plans/{PLAN}{name}").status_code == 200, name
    assert planner.get(f"/work/plans/{PLAN}/what-if").status_code == 409  # it kept no inputs


def test_its_record_says_why_it_proves_nothing(old_plan: Engine) -> None:
    """The report names the release instead of the first member that is missing; the lottery is verified."""
    with reading(old_plan) as session:
        files = plan_record_files(session, view_plan(session, PLAN, published_only=True), public=True)
    report = verify_record_files(files, "record")
    (document,) = [check for check in report.checks if check.name == "document"]
    assert "first release" in document.detail("en")
    assert "第一版" in document.detail("zh")
    assert [check.outcome for check in report.checks if check.name == "lottery:draw"] in ([], ["pass"])
