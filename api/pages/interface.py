"""The description of the REST interface: the OpenAPI document, and a page that reads without any foreign code."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from api.access import public
from api.resources import interface_document
from api.resources.reading import read_document

pages = Blueprint("interface", __name__)


@pages.get("/api")
@public
def describe() -> ResponseReturnValue:
    """Show every address of the interface with its parameters, answers and examples."""
    return render_template("interface.html", interface=read_document(interface_document()))


@pages.get("/api/v1/openapi.json")
@public
def document() -> Response:
    """Send the OpenAPI document."""
    return jsonify(interface_document())
