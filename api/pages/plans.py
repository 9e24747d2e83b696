"""The public annual plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import public
from api.downloads import send_plan_record
from api.language import t
from api.pages.batches import batches_context
from api.pages.charts import bars, heat_rows
from api.paging import keyset_page, query_number
from api.people import shown_divisions
from api.service import read_session
from config.workdays import workday_catalogue
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.papers.files import ANNEXES
from scheduler.plans.full_coverage.goal_report import goal_report
from scheduler.plans.full_coverage.shortage_report import short_divisions
from scheduler.plans.full_coverage.visit_list import VisitFilter, count_visits, districts_of_plan, page_of_visits
from scheduler.plans.life_cycle.closing import Completion, read_completion
from scheduler.plans.life_cycle.steps import last_step, papers_of
from scheduler.plans.queries import PlanView, list_plans, view_plan, visits_by_month
from scheduler.plans.workday_budget.budget_report import unit_shares

pages = Blueprint("plans", __name__, url_prefix="/plans")
PAGE = 50
PARTS = ("key", "general", "reserve")


@pages.get("")
@public
def index() -> ResponseReturnValue:
    """List the published plans."""
    with read_session() as session:
        return render_template("plans/index.html", plans=list_plans(session, published_only=True))


@pages.get("/<plan_id>")
@public
def show(plan_id: str) -> ResponseReturnValue:
    """Show a published plan: budget, coverage, batches, lottery, downloads."""
    with read_session() as session:
        plan = view_plan(session, plan_id, query_number("version"), published_only=True)
        return render_template("plans/show.html", **plan_context(session, plan))


@pages.get("/<plan_id>/visits")
@public
def visits(plan_id: str) -> ResponseReturnValue:
    """List the key enterprises of a plan with the months of their visits."""
    wanted = VisitFilter(
        month=query_number("month", 1, 12),
        **{name: request.args.get(name, "").strip() for name in ("division", "sector", "district", "text")},
    )
    with read_session() as session:
        plan = view_plan(session, plan_id, query_number("version"), published_only=True)
        summary = plan.summary
        lines = page_of_visits(
            session, summary.plan_id, summary.version,
            after=request.args.get("after", ""), size=PAGE + 1, wanted=wanted,
        )  # fmt: skip
        page = keyset_page(lines, PAGE, lambda line: line.uscc)
        return render_template(
            "plans/visits.html",
            plan=plan,
            names=division_names(plan),
            page=page,
            wanted=wanted,
            sectors=sorted({each["sector"] for each in plan.document["coverage"]["classes"]}),
            districts=districts_of_plan(session, summary.plan_id, summary.version),
            found=count_visits(session, summary.plan_id, summary.version, wanted),
        )


@pages.get("/<plan_id>/plan.json")
@public
def document(plan_id: str) -> Response:
    """Send the plan's document as it is stored."""
    with read_session() as session:
        plan = view_plan(session, plan_id, query_number("version"), published_only=True)
        response = Response(canonical_json(plan.document), mimetype="application/json")
        name = f"{plan.summary.plan_id}-v{plan.summary.version}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/<plan_id>/record.zip")
@public
def record(plan_id: str) -> Response:
    """Send the whole record of a published version, which anyone can verify."""
    return send_plan_record(plan_id, query_number("version"))


def plan_context(session: Session, plan: PlanView) -> dict[str, Any]:
    """Return what the page of a plan shows."""
    summary, document = plan.summary, plan.document
    counted = visits_by_month(session, summary.plan_id, summary.version)
    sectors: dict[str, int] = {}
    for each in document["coverage"]["classes"]:
        sectors[each["sector"]] = sectors.get(each["sector"], 0) + each["population"] * each["visits"]
    return {
        "plan": plan,
        "papers": papers_of(plan.steps),
        "closing": _closing(plan),
        "document": document,
        "names": division_names(plan),
        "short_divisions": short_divisions(document["coverage"]),
        "goals": goal_report(document["coverage"]),
        "heat": heat_rows(document["coverage"]["loads"], counted),
        "sector_visits": bars(sorted(sectors.items(), key=lambda item: (-item[1], item[0]))),
        "annexes": tuple(ANNEXES),
        "parts_of_supervision": PARTS,
        "bureau_shares": unit_shares(document["budget"]["bureau"]),
        "workday_rows": workday_catalogue(),
        "plan_warning": plan_warning,
        **batches_context(session, plan),
    }


def _closing(plan: PlanView) -> Completion | None:
    """Return the completion with which a version was closed, None while it is not."""
    step = last_step(plan.steps, "closed")
    return None if step is None else read_completion(step)


def plan_warning(warning: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the text of a warning of a plan, divisions by name."""
    given = {**warning, "division": names.get(warning.get("division", ""), "")}
    return t(f"plan.warning-{warning['code']}", **given)


def division_names(plan: PlanView) -> dict[str, str]:
    """Return the names of a plan's divisions by id: the plan's own, in English the directory's."""
    return dict(shown_divisions((each["id"], each["name"]) for each in plan.document["budget"]["divisions"]))
