"""Refusals: problem documents for programs, pages with a way out for people, and nothing specific by accident."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.access import public
from api.problems import status_of
from config.messages import render
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound, ServiceError, Unavailable
from tests.api.conftest import token

SECRET = "postgresql://user:hunter2@db"


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application that may get more routes."""
    return own_app


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    faults = {
        "own": NotFound("draw-unknown", draw="220200-2026-09"),
        "protocol": ProtocolError("uscc-length", file="pool.tsv", line=7, column=3, value="91", length=2),
        "unlisted": Conflict("a-code-nobody-listed", where=SECRET),
        "bug": RuntimeError(SECRET),
    }
    for name, fault in faults.items():

        @public
        def fail(fault: Exception = fault) -> str:
            raise fault

        app.add_url_rule(f"/fail/{name}", f"fail-{name}", fail)
        app.add_url_rule(f"/api/v1/fail/{name}", f"api-fail-{name}", fail)
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("x"), 422),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (NotAllowed("x"), 403),
        (Unavailable("x"), 503),
        (ServiceError("x"), 500),
    ],
)
def test_each_kind_of_error_has_its_status(error: ServiceError, status: int) -> None:
    assert status_of(error) == status


def test_an_error_of_ours_is_a_problem_document_with_its_text_in_the_asked_language(failing: FlaskClient) -> None:
    answer = failing.get("/api/v1/fail/own", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Content-Language"] == "en"
    body = answer.get_json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "code"}
    assert body["type"] == "urn:double-random:problem:draw-unknown"
    assert body["code"] == "draw-unknown"
    assert body["detail"] == render("error.draw-unknown", "en", draw="220200-2026-09")
    assert body["instance"].endswith(answer.headers["X-Request-Id"])
    assert failing.get("/api/v1/fail/own").get_json()["detail"] == render(
        "error.draw-unknown", "zh", draw="220200-2026-09"
    )


def test_a_refusal_of_the_protocol_is_told_as_invalid_input(failing: FlaskClient) -> None:
    answer = failing.get("/api/v1/fail/protocol")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "uscc-length")
    assert answer.get_json()["detail"] == render("error.uscc-length", "zh", value="91", length=2)


def test_a_page_tells_the_same_and_shows_a_way_out(failing: FlaskClient) -> None:
    answer = failing.get("/fail/own?lang=en")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "220200-2026-09" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize("name", ["unlisted", "bug"])
@pytest.mark.parametrize("prefix", ["/fail/", "/api/v1/fail/"])
def test_an_unlisted_error_says_nothing_specific_and_the_log_says_all(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture, prefix: str, name: str
) -> None:
    with caplog.at_level(logging.INFO, "api"):
        answer = failing.get(prefix + name)
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text
    assert answer.headers["X-Request-Id"] in caplog.text
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "http-404"),
        ("POST", "/api/v1/plans", 405, "http-405"),
        ("GET", "/api/v1/draws?limit=0", 422, "http-422"),
        ("GET", "/api/v1/enterprises/123", 422, "uscc-length"),
        ("GET", "/api/v1/draws/none", 404, "draw-unknown"),
        ("GET", "/api/v1/plans/none", 404, "plan-unknown"),
        ("GET", "/api/v1/draws/220200-2026-01/files/none.tsv", 404, "file-unknown"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code


def test_a_wrong_field_is_named(client: FlaskClient) -> None:
    body = client.get("/api/v1/draws?limit=many").get_json()
    assert [fault["field"] for fault in body["errors"]] == ["/query/limit"]


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert "GET" in client.post("/api/v1/plans").headers["Allow"]


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/nowhere", "/api/v1/draws", "/static/css/page.css"):
        with client.get(path) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_nul_is_refused_wherever_it_stands(client: FlaskClient) -> None:
    """In the address, its question, a form and JSON: PostgreSQL would fail on it, SQLite keep it."""
    answers = [
        client.get("/plans/220200-2026%00"),
        client.get("/plans/220200-2026/visits?text=a%00b"),
        client.post("/login", data={"csrf_token": token(client), "name": "a\0", "password": "b"}),
        client.get("/api/v1/draws", data=b'{"a": "\\u0000"}', content_type="application/json"),
    ]
    assert [each.status_code for each in answers] == [422] * 4
    assert "空字符" in answers[1].text
