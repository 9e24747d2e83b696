"""Our own style sheets, scripts and pictures, the stand-alone verifier, and the sign of life."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, jsonify, send_file, send_from_directory

from api.access import public
from api.service import service
from scheduler.store.engine import reach

STATIC = Path(__file__).parent.parent / "static"
VERIFIER = Path(__file__).parents[2] / "scripts" / "verify_draw.py"


@public
def static(path: str) -> Response:
    """Send a file of ours; browsers ask each time whether it changed, which costs them nothing."""
    response = send_from_directory(STATIC, path, max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
def verifier() -> Response:
    """Send the stand-alone verifier."""
    return send_file(VERIFIER, mimetype="text/x-python", as_attachment=True)


@public
def health() -> Response:
    """Say that the service and its database answer."""
    reach(service().engine)
    return jsonify(status="ok")


def register_files(app: Flask) -> None:
    """Add these addresses to an application."""
    app.add_url_rule("/static/<path:path>", "static", static)
    app.add_url_rule("/verify_draw.py", "verifier", verifier)
    app.add_url_rule("/healthz", "health", health)
