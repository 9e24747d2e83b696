"""Logging in over HTTP: the session, its cookie, the tokens of forms, the limits on guessing."""

from __future__ import annotations

import stat
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.login import secret_key
from config.settings import Settings
from scheduler.accounts.users import set_active, set_password
from scheduler.errors import Unavailable
from scheduler.store.session import writing
from tests.api.conftest import PASSWORD, logged_in, post, token


def test_the_right_password_opens_a_session_and_logging_out_ends_it(client: FlaskClient) -> None:
    assert post(client, "/login", name="planner", password=PASSWORD) == 302
    assert logged_in(client)
    assert post(client, "/logout") == 302
    assert not logged_in(client)


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_the_same_answer(
    client: FlaskClient, city: Engine
) -> None:
    with writing(city) as session:
        set_active(session, "witness", False, actor="test")
    texts = set()
    for name, password in (("planner", "wrong"), ("nobody", PASSWORD), ("witness", PASSWORD)):
        answer = client.post("/login", data={"csrf_token": token(client), "name": name, "password": password})
        assert answer.status_code == 403
        texts.add(answer.text.split('role="alert">')[1].split("<")[0])
    assert len(texts) == 1
    assert not logged_in(client)


def test_guessing_is_stopped_even_for_the_right_password(client: FlaskClient) -> None:
    for _ in range(5):
        assert post(client, "/login", name="planner", password="wrong") == 403
    answer = client.post("/login", data={"csrf_token": token(client), "name": "planner", "password": PASSWORD})
    assert answer.status_code == 403
    assert "15 分钟" in answer.text


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/login", data={"name": "planner", "password": PASSWORD}).status_code == 400
    assert client.post("/login", data={"csrf_token": "x", "name": "planner", "password": PASSWORD}).status_code == 400
    assert not logged_in(client)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_foreign_forms(client: FlaskClient) -> None:
    data = {"csrf_token": token(client), "name": "planner", "password": PASSWORD}
    plain = client.post("/login", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    fresh = client.application.test_client()
    form = fresh.get("/login", base_url="https://localhost")
    data["csrf_token"] = form.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    headers = {"Referer": "https://localhost/login"}
    secure = fresh.post("/login", base_url="https://localhost", data=data, headers=headers).headers["Set-Cookie"]
    assert "Secure" in secure


def test_a_new_password_ends_open_sessions(staff: Callable[[str], FlaskClient], city: Engine) -> None:
    client = staff("planner")
    assert logged_in(client)
    with writing(city) as session:
        set_password(session, "planner", PASSWORD + "2", actor="test")
    assert not logged_in(client)


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/draws?state=void", "/draws?state=void"),
        ("https://elsewhere.example/", "/work"),
        ("//elsewhere.example/", "/work"),
        ("/\\elsewhere.example", "/work"),
        ("javascript:alert(1)", "/work"),
        ("", "/work"),
    ],
)
def test_the_login_leads_back_to_addresses_of_ours_alone(client: FlaskClient, asked: str, target: str) -> None:
    data = {"csrf_token": token(client), "name": "planner", "password": PASSWORD, "next": asked}
    assert client.post("/login", data=data).headers["Location"] == target


def test_pages_of_a_session_are_kept_out_of_caches(staff: Callable[[str], FlaskClient], client: FlaskClient) -> None:
    assert staff("planner").get("/draws").headers["Cache-Control"] == "no-store"
    assert client.get("/draws").headers["Cache-Control"] == "no-cache"


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def test_a_program_proves_itself_by_basic_and_only_under_the_interface(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/drafts", headers=basic("operator", PASSWORD)).status_code == 200
    refused = client.get("/api/v1/drafts", headers=basic("operator", "wrong"))
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "login-refused")
    assert client.get("/work", headers=basic("operator", PASSWORD)).status_code == 302


def test_the_key_of_sessions_is_made_once_and_for_its_owner_alone(tmp_path: Path, settings: Settings) -> None:
    key = secret_key(tmp_path / "new")
    assert len(key) == 64
    assert secret_key(tmp_path / "new") == key
    assert secret_key(tmp_path / "other") != key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_a_damaged_key_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short\n")
    with pytest.raises(Unavailable, match="secret-key-damaged"):
        secret_key(tmp_path)
