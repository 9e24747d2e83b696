"""GET /api/v1/plans: the published annual plans."""

from __future__ import annotations

from typing import Any

from api.access import public
from api.paging import keyset_page
from api.resources.blueprint import Resource
from api.schemas.plans import (
    DifferenceQuery,
    DifferenceSchema,
    PlanListSchema,
    PlanQuery,
    PlanSchema,
    VisitPageSchema,
    VisitQuery,
)
from api.service import read_session
from scheduler.errors import NotFound
from scheduler.plans.difference import compare_documents, write_difference
from scheduler.plans.full_coverage.visit_list import VisitFilter, page_of_visits
from scheduler.plans.life_cycle.steps import papers_of
from scheduler.plans.queries import list_plans, view_pair, view_plan

resource = Resource("plans", "Annual plans")


@resource.get("/plans")
@public
@resource.response(200, PlanListSchema)
def index() -> dict[str, Any]:
    """List the published plans, latest year first."""
    with read_session() as session:
        return {"items": list_plans(session, published_only=True)}


@resource.get("/plans/<plan_id>")
@public
@resource.arguments(PlanQuery, location="query")
@resource.response(200, PlanSchema)
def show(query: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """Give one published version of a plan with its whole document, its approval and its filings."""
    with read_session() as session:
        view = view_plan(session, plan_id, query["version"], published_only=True)
    return {name: getattr(view, name, None) for name in PlanSchema().fields} | {"papers": papers_of(view.steps)}


@resource.get("/plans/<plan_id>/difference")
@public
@resource.arguments(DifferenceQuery, location="query")
@resource.response(200, DifferenceSchema)
def difference(query: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """Give everything in which two published versions of a plan differ."""
    with read_session() as session:
        before, after = view_pair(session, plan_id, query["before"], query["after"], published_only=True)
    if before is None:
        raise NotFound("plan-one-version", plan=plan_id)
    versions = {"plan_id": plan_id, "before": before.summary.version, "after": after.summary.version}
    return {**versions, **write_difference(compare_documents(before.document, after.document))}


@resource.get("/plans/<plan_id>/visits")
@public
@resource.arguments(VisitQuery, location="query")
@resource.response(200, VisitPageSchema)
def visits(query: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """List the key enterprises of a plan with the months of their visits, ascending by credit code."""
    with read_session() as session:
        plan = view_plan(session, plan_id, query["version"], published_only=True).summary
        lines = page_of_visits(
            session,
            plan.plan_id,
            plan.version,
            after=query["after"],
            size=query["limit"] + 1,
            wanted=VisitFilter(**{name: query[name] for name in ("division", "month", "sector", "district", "text")}),
        )
    page = keyset_page(lines, query["limit"], lambda line: line.uscc)
    return {"items": page.items, "next": page.next}
