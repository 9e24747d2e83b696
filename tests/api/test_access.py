"""Every route says who may call it; what it says is enforced for every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from flask.views import MethodView

from api.access import UndeclaredRoutes, check_routes, public, roles, rule_of, signed_in
from scheduler.accounts.models import ROLES


def test_every_route_of_the_service_says_who_may_call_it(app: Flask) -> None:
    check_routes(app)
    assert rule_of(app, "home.home", "GET").public  # type: ignore[union-attr]


def test_an_application_with_silent_routes_does_not_start_and_names_each() -> None:
    app = Flask("silent", static_folder=None)

    @app.get("/said")
    @public
    def said() -> str:
        return ""

    @app.get("/silent")
    def silent() -> str:
        return ""

    class Half(MethodView):
        @public
        def get(self) -> str:
            return ""

        def post(self) -> str:
            return ""

    app.add_url_rule("/half", view_func=Half.as_view("half"))
    with pytest.raises(UndeclaredRoutes) as refusal:
        check_routes(app)
    assert "GET /silent" in str(refusal.value)
    assert "POST /half" in str(refusal.value)
    assert "/said" not in str(refusal.value)
    assert "GET /half" not in str(refusal.value)


def test_a_rule_names_only_roles_of_the_service() -> None:
    with pytest.raises(ValueError, match="king"):
        roles("planner", "king")
    with pytest.raises(ValueError):
        roles()


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application that may get more routes."""
    return own_app


@pytest.fixture
def guarded(app: Flask) -> Flask:
    @roles("operator", "witness")
    def cast() -> str:
        return "cast"

    @signed_in
    def desk() -> str:
        return "desk"

    app.add_url_rule("/guarded/cast", "cast", cast)
    app.add_url_rule("/guarded/desk", "desk", desk)
    app.add_url_rule("/api/v1/guarded", "api_cast", cast)
    return app


def test_a_reader_without_login_is_sent_to_the_login_and_a_program_is_told(guarded: Flask) -> None:
    client = guarded.test_client()
    answer = client.get("/guarded/cast?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/guarded/cast?page%3D2"
    refused = client.get("/api/v1/guarded")
    assert (refused.status_code, refused.json and refused.json["code"]) == (401, "login-needed")


@pytest.mark.parametrize("role", ROLES)
def test_an_account_calls_what_one_of_its_roles_may_call(
    guarded: Flask, staff: Callable[[str], FlaskClient], role: str
) -> None:
    client = staff(role)
    assert client.get("/guarded/desk").text == "desk"
    assert client.get("/guarded/cast").status_code == (200 if role in ("operator", "witness") else 403)


def test_an_unknown_address_is_not_found_for_everyone(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.post("/nowhere").status_code == 404


def test_the_guard_knows_the_address_of_the_login(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("session.login") == "/login"
