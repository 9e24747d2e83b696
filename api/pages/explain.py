"""How a draw works and how to verify one: pages that need no record."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.access import public
from api.pages.example import EXAMPLE_LIST, EXAMPLE_VALUE, draw_example

pages = Blueprint("explain", __name__)


@pages.get("/how-it-works")
@public
def how_it_works() -> ResponseReturnValue:
    """Explain freeze, randomness, lot numbers and lowest drawn, with a draw of ten invented codes to try."""
    return render_template("explain/how_it_works.html", example=draw_example(EXAMPLE_LIST, EXAMPLE_VALUE))


@pages.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Tell how to verify a draw oneself."""
    return render_template("explain/verify.html")
