"""The look-up by credit code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import public
from api.language import error_text
from api.pages.draws import campaign_titles
from api.problems import status_of
from api.service import read_session
from scheduler.directory.names import enterprise_names, people_names
from scheduler.directory.uscc import check_uscc
from scheduler.draws.lookup import look_up as look_up_draws
from scheduler.errors import InvalidInput

pages = Blueprint("enterprises", __name__, url_prefix="/enterprises")


@pages.get("")
@public
def look_up() -> ResponseReturnValue:
    """Show the look-up, or go to the page of the code that was asked for."""
    code = request.args.get("code", "").strip()
    if not code:
        return render_template("enterprises/look_up.html", code="", refusal=None)
    try:
        return redirect(url_for("enterprises.show", uscc=check_uscc(code)))
    except InvalidInput as fault:
        text = error_text(fault.code, **fault.params)
        return render_template("enterprises/look_up.html", code=code, refusal=text), status_of(fault)


@pages.get("/<uscc>")
@public
def show(uscc: str) -> ResponseReturnValue:
    """Show where an enterprise stands in every public plan and draw."""
    code = check_uscc(uscc)
    if code != uscc:
        return redirect(url_for("enterprises.show", uscc=code))
    with read_session() as session:
        standings = look_up_draws(session, code)
        seats = {seat.inspector for standing in standings for seat in standing.team if seat.inspector}
        return render_template(
            "enterprises/show.html",
            code=code,
            name=enterprise_names(session, [code]).get(code),
            draws=[standing for standing in standings if standing.draw.kind == "enterprises"],
            lotteries=[standing for standing in standings if standing.draw.kind == "months"],
            people=people_names(session, seats),
            campaigns={
                standing.draw.id: campaign_titles(session, standing.draw.id, standing.draw.plan_id)
                for standing in standings
            },
        )
