"""The first page: what this is, the figures, the latest plans and draws, the look-up."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.access import public

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the first page."""
    return render_template("home.html")
