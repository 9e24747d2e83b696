"""The first page: what this is, the figures, the latest plans and draws, the look-up."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.access import public
from api.service import read_session
from scheduler.draws.queries import list_draws
from scheduler.plans.queries import list_plans

LATEST = 5
pages = Blueprint("home", __name__)


@pages.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the first page."""
    with read_session() as session:
        plans = list_plans(session, published_only=True)
        draws = list_draws(session)
    drawn = [draw for draw in draws if draw.kind == "enterprises" and draw.state == "published"]
    return render_template(
        "home.html",
        plans=plans[:LATEST],
        draws=draws[:LATEST],
        figures={"plans": len(plans), "draws": len(drawn), "drawn": sum(draw.take for draw in drawn)},
    )
