"""The look-up by credit code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import public
from api.language import error_text
from api.problems import status_of
from scheduler.directory.uscc import check_uscc
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
