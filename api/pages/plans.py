"""The public record of plans."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.access import public

pages = Blueprint("plans", __name__, url_prefix="/plans")


@pages.get("")
@public
def index() -> ResponseReturnValue:
    """List the plans."""
    return render_template("plans/index.html")
