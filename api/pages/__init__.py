"""The server-rendered pages."""

from __future__ import annotations

from flask import Flask

from api.pages import difference, draws, enterprises, explain, files, home, interface, papers, plans, session, work

BLUEPRINTS = (
    home.pages,
    plans.pages,
    difference.pages,
    draws.pages,
    papers.pages,
    enterprises.pages,
    explain.pages,
    interface.pages,
    session.pages,
    *work.BLUEPRINTS,
)


def register_pages(app: Flask) -> None:
    """Add every page to an application."""
    files.register_files(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
