"""/api/v1/directory: enterprises, people and items, for the staff."""

from __future__ import annotations

from typing import Any

from api.access import roles
from api.login import actor
from api.resources.blueprint import Resource
from api.schemas.directory import (
    DecisionSchema,
    DirectoryEnterpriseSchema,
    DirectoryPageSchema,
    DivisionListSchema,
    EnterpriseQuery,
    ExpertListSchema,
    InspectorListSchema,
    ItemListSchema,
)
from api.service import read_session, write_session
from scheduler.accounts.models import ROLES
from scheduler.directory.models import Enterprise
from scheduler.directory.overrides import override_decision, withdraw_override
from scheduler.directory.queries import (
    EnterpriseFilter,
    list_divisions,
    list_enterprises,
    list_experts,
    list_inspectors,
    list_items,
    view_enterprise,
)

resource = Resource("directory", "The directory, for the staff")


@resource.get("/directory/enterprises")
@roles(*ROLES)
@resource.arguments(EnterpriseQuery, location="query")
@resource.response(200, DirectoryPageSchema)
def enterprises(query: dict[str, Any]) -> dict[str, Any]:
    """List enterprises, filtered, ascending by credit code."""
    after, limit = query.pop("after"), query.pop("limit")
    with read_session() as session:
        page = list_enterprises(session, EnterpriseFilter(**query), after=after, size=limit)
        return {"items": page.rows, "next": page.after}


@resource.get("/directory/enterprises/<uscc>")
@roles(*ROLES)
@resource.response(200, DirectoryEnterpriseSchema)
def enterprise(uscc: str) -> Enterprise:
    """Give one enterprise with every decision and the rule behind it."""
    with read_session() as session:
        return view_enterprise(session, uscc).enterprise


@resource.post("/directory/enterprises/<uscc>/decisions")
@roles("admin")
@resource.arguments(DecisionSchema)
@resource.response(200, DirectoryEnterpriseSchema)
def decide(body: dict[str, Any], uscc: str) -> dict[str, Any]:
    """Decide an aspect in a person's name, or give it back to the rules."""
    aspect, value, reason = body["aspect"], body["value"], body["reason"]
    with write_session() as session:
        if value:
            found = override_decision(session, uscc, aspect, value, reason, actor())
        else:
            found = withdraw_override(session, uscc, aspect, reason, actor())
        return {name: getattr(found, name) for name in DirectoryEnterpriseSchema().fields}


@resource.get("/directory/divisions")
@roles(*ROLES)
@resource.response(200, DivisionListSchema)
def divisions() -> dict[str, Any]:
    """List the divisions."""
    with read_session() as session:
        return {"items": list_divisions(session)}


@resource.get("/directory/inspectors")
@roles(*ROLES)
@resource.response(200, InspectorListSchema)
def inspectors() -> dict[str, Any]:
    """List the inspectors."""
    with read_session() as session:
        return {"items": list_inspectors(session)}


@resource.get("/directory/experts")
@roles(*ROLES)
@resource.response(200, ExpertListSchema)
def experts() -> dict[str, Any]:
    """List the experts."""
    with read_session() as session:
        return {"items": list_experts(session)}


@resource.get("/directory/items")
@roles(*ROLES)
@resource.response(200, ItemListSchema)
def items() -> dict[str, Any]:
    """List the inspection items."""
    with read_session() as session:
        return {"items": list_items(session)}
