"""The main navigation of every page."""

from __future__ import annotations

from flask import Flask, request

ITEMS = (
    ("plans.index", "plans"),
    ("draws.index", "draws"),
    ("enterprises.look_up", "lookup"),
    ("explain.how_it_works", "how"),
    ("explain.verify", "verify"),
)


def navigation() -> tuple[tuple[str, str], ...]:
    """Return (endpoint, text key) of every item."""
    return ITEMS


def is_here(endpoint: str) -> bool:
    """Say whether the reader is at this item or below it."""
    if endpoint.startswith("explain."):
        return request.endpoint == endpoint
    return (request.endpoint or "").split(".")[0] == endpoint.split(".")[0]


def use_navigation(app: Flask) -> None:
    """Give pages the navigation."""
    app.jinja_env.globals.update(navigation=navigation, here=is_here)
