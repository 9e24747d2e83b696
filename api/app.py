"""The application: settings and database in, a WSGI application with pages and REST interface out."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from api.access import check_routes, guard_request
from api.formats import use_formats
from api.headers import add_security_headers
from api.language import use_languages
from api.login import use_logins
from api.navigation import use_navigation
from api.pages import register_pages
from api.pages.words import use_words
from api.people import use_people
from api.plain_text import refuse_nul
from api.problems import use_problems
from api.resources import register_resources
from api.service import attach_service
from config.settings import Settings

# An upload of a register may be large; everything else is small and has its own limit.
LARGEST_REQUEST = 64 * 1024 * 1024
LARGEST_FORM = 1024 * 1024


def create_app(settings: Settings, engine: Engine) -> Flask:
    """Return the application over an open database.

    Raises `api.access.UndeclaredRoutes` when a route does not say who may call it.
    """
    app = Flask("api", static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_FORM)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    attach_service(app, settings, engine)
    use_problems(app)
    use_logins(app)
    app.before_request(guard_request)
    use_languages(app)
    app.before_request(refuse_nul)
    use_formats(app)
    use_navigation(app)
    use_words(app)
    use_people(app)
    app.after_request(add_security_headers)
    register_pages(app)
    register_resources(app)
    check_routes(app)
    return app
