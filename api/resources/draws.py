"""GET /api/v1/draws: the public record of draws."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.access import public
from api.downloads import send_bundle, send_record_file
from api.drawn import teams_of
from api.paging import keyset_page
from api.resources.blueprint import Resource
from api.schemas.draws import DrawPageSchema, DrawQuery, DrawSchema, OrderPageSchema, OrderQuery, TeamPageSchema
from api.schemas.paging import PageQuery
from api.service import read_session
from scheduler.draws.queries import DrawSummary, DrawView, list_draws, page_order, show_draw

resource = Resource("draws", "Draws and their records")
BINARY = {"type": "string", "format": "binary"}


@resource.get("/draws")
@public
@resource.arguments(DrawQuery, location="query")
@resource.response(200, DrawPageSchema)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List the draws from the moment their list is frozen, newest first."""
    with read_session() as session:
        draws = list_draws(session, query["plan"], query["kind"])
    found = [draw for draw in draws if query["state"] in (None, draw.state)]
    page = keyset_page(_after(found, query["after"])[: query["limit"] + 1], query["limit"], lambda draw: draw.id)
    return {"items": page.items, "next": page.next}


def _after(draws: list[DrawSummary], last: str) -> list[DrawSummary]:
    places = [place for place, draw in enumerate(draws) if draw.id == last]
    return draws[places[0] + 1 :] if places else [] if last else draws


@resource.get("/draws/<draw_id>")
@public
@resource.response(200, DrawSchema)
def show(draw_id: str) -> DrawView:
    """Give one draw: its manifest, strata, randomness, result and events, as far as they are public."""
    with read_session() as session:
        return show_draw(session, draw_id, public=True)


@resource.get("/draws/<draw_id>/order")
@public
@resource.arguments(OrderQuery, location="query")
@resource.response(200, OrderPageSchema)
def order(query: dict[str, Any], draw_id: str) -> dict[str, Any]:
    """Give the order of a stratum, rank by rank."""
    limit = query["limit"]
    with read_session() as session:
        lines = page_order(session, draw_id, query["stratum"], public=True, after_rank=query["after"], limit=limit + 1)
    return {"items": lines[:limit], "next": lines[limit - 1].rank if len(lines) > limit else None}


@resource.get("/draws/<draw_id>/teams")
@public
@resource.arguments(PageQuery, location="query")
@resource.response(200, TeamPageSchema)
def teams(query: dict[str, Any], draw_id: str) -> dict[str, Any]:
    """List the drawn enterprises with their teams as they stand after the last event."""
    with read_session() as session:
        found = teams_of(session, draw_id, query["after"], query["limit"] + 1)
    page = keyset_page(found, query["limit"], lambda team: team.entry)
    return {"items": page.items, "next": page.next}


@resource.get("/draws/<draw_id>/files/<path:name>")
@public
@resource.response(200, BINARY, content_type="application/octet-stream", description="The file, byte for byte")
def file(draw_id: str, name: str) -> Response:
    """Send one public file of the record; the names stand in `files` of the draw."""
    return send_record_file(draw_id, name, "application/octet-stream")


@resource.get("/draws/<draw_id>/bundle.zip")
@public
@resource.response(200, BINARY, content_type="application/zip", description="The bundle (protocol section 10)")
def bundle(draw_id: str) -> Response:
    """Send the whole public record as a zip, the same bytes each time."""
    return send_bundle(draw_id)
