"""The public record of draws."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.access import public

pages = Blueprint("draws", __name__, url_prefix="/draws")


@pages.get("")
@public
def index() -> ResponseReturnValue:
    """List the draws."""
    return render_template("draws/index.html")
