"""The public record of draws: the list, one draw with everything frozen and drawn, its whole order, its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import public
from api.downloads import send_bundle, send_record_file
from api.drawn import Team, first_lines, teams_of
from api.paging import keyset_page, query_number
from api.service import read_session
from scheduler.directory.names import enterprise_names
from scheduler.draws.files import read_file
from scheduler.draws.protocol.selection import derive_key
from scheduler.draws.queries import DrawView, list_draws, page_order, show_draw
from scheduler.errors import NotFound
from scheduler.plans.queries import view_plan

pages = Blueprint("draws", __name__, url_prefix="/draws")
PAGE = 50
# So many drawn enterprises are shown on the page of the draw itself; the others on pages of their own.
SHOWN = 40
STATES = ("sealed", "conducted", "published", "void")
KINDS = ("enterprises", "months")
_LOTTERY = re.compile(r".+-v(?P<version>\d{1,6})")


@pages.get("")
@public
def index() -> ResponseReturnValue:
    """List the draws, newest first."""
    asked = {name: request.args.get(name, "") for name in ("plan", "kind", "state")}
    with read_session() as session:
        draws = list_draws(session)
    plans = sorted({draw.plan_id for draw in draws}, reverse=True)
    found = [
        draw
        for draw in draws
        if asked["plan"] in ("", draw.plan_id)
        and asked["kind"] in ("", draw.kind)
        and asked["state"] in ("", draw.state)
    ]
    start = query_number("after", 0, 1_000_000) or 0
    page = keyset_page(list(enumerate(found, start=1))[start : start + 51], 50, lambda item: str(item[0]))
    return render_template(
        "draws/index.html", any_draw=bool(draws), page=page, plans=plans, asked=asked, states=STATES, kinds=KINDS
    )


@pages.get("/<draw_id>")
@public
def show(draw_id: str) -> ResponseReturnValue:
    """Show one draw."""
    with read_session() as session:
        draw = show_draw(session, draw_id, public=True)
        return render_template("draws/show.html", **draw_context(session, draw))


@pages.get("/<draw_id>/teams")
@public
def teams(draw_id: str) -> ResponseReturnValue:
    """List the drawn enterprises with their teams."""
    with read_session() as session:
        draw = show_draw(session, draw_id, public=True)
        found = teams_of(session, draw_id, request.args.get("after", ""), PAGE + 1)
        page = keyset_page(found, PAGE, lambda team: team.entry)
        return render_template("draws/teams.html", draw=draw, page=page)


@pages.get("/<draw_id>/order")
@public
def order(draw_id: str) -> ResponseReturnValue:
    """List the whole order of a stratum."""
    with read_session() as session:
        draw = show_draw(session, draw_id, public=True)
        asked = request.args.get("stratum", "") or (draw.strata[0].id if draw.strata else "")
        after = query_number("after", 0, 100_000_000) or 0
        lines = page_order(session, draw_id, asked, public=True, after_rank=after, limit=PAGE + 1) if asked else []
        page = keyset_page(lines, PAGE, lambda line: str(line.rank))
        names = enterprise_names(session, [line.entry_id for line in page.items])
        stratum = next((each for each in draw.strata if each.id == asked), None)
        return render_template(
            "draws/order.html",
            draw=draw,
            stratum=stratum,
            page=page,
            names=names,
            campaigns=campaign_titles(session, draw.summary.id, draw.summary.plan_id),
        )


@pages.get("/<draw_id>/bundle.zip")
@public
def bundle(draw_id: str) -> Response:
    """Send the whole record as a zip, whose bytes are the same each time."""
    return send_bundle(draw_id)


@pages.get("/<draw_id>/files/<path:name>")
@public
def file(draw_id: str, name: str) -> Response:
    """Send one file of the record, byte for byte."""
    return send_record_file(draw_id, name)


def draw_context(session: Session, draw: DrawView) -> dict[str, Any]:
    """Return what the page of a draw shows."""
    draw_id, is_lottery = draw.summary.id, draw.summary.kind == "months"
    drawn: list[Team] = [] if is_lottery else teams_of(session, draw_id, "", SHOWN + 1)
    seed_text = read_file(session, draw_id, "seed.txt", public=True).decode() if draw.seed else None
    return {
        "draw": draw,
        "teams": drawn[:SHOWN],
        "more_teams": len(drawn) > SHOWN,
        "first_lines": first_lines(session, draw) if is_lottery else {},
        "left_out": _left_out(session, draw),
        "seed_text": seed_text,
        "key": derive_key(draw.seed, "plan-month" if is_lottery else "select") if draw.seed else None,
        "example": _example(session, draw),
        "campaigns": campaign_titles(session, draw_id, draw.summary.plan_id),
        "plan_versions": _public_versions(session, draw.summary.plan_id),
    }


def campaign_titles(session: Session, draw_id: str, plan_id: str | None) -> dict[str, str]:
    """Return the titles of the campaigns by which a lottery's classes are named; a draw of enterprises has none."""
    found = _LOTTERY.fullmatch(draw_id)
    if found is None or plan_id is None:
        return {}
    try:
        document = view_plan(session, plan_id, int(found["version"]), published_only=True).document
    except NotFound:
        return {}
    return {each["id"]: each["title"] for each in document["coverage"].get("campaigns", [])}


def _public_versions(session: Session, plan_id: str) -> tuple[int, ...]:
    """Return the published versions of the draw's plan, none while it is not public."""
    try:
        return view_plan(session, plan_id, published_only=True).versions
    except NotFound:
        return ()


def _left_out(session: Session, draw: DrawView) -> Mapping[str, int]:
    """Return how many enterprises were left out before the draw, by reason."""
    if "excluded.tsv" not in draw.files:
        return {}
    table = read_file(session, draw.summary.id, "excluded.tsv", public=True)
    return dict(Counter(line.rsplit(b"\t", 1)[1].decode() for line in table.splitlines()).most_common())


def _example(session: Session, draw: DrawView) -> str | None:
    """Return a drawn code for the command that readers may try."""
    for stratum in draw.strata:
        lines = page_order(session, draw.summary.id, stratum.id, public=True, limit=1)
        if lines:
            return lines[0].entry_id
    return None
