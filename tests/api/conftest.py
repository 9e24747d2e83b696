"""The application over a small city, for the tests of pages and REST interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.app import create_app
from api.service import attach_service
from config.settings import Settings, load_settings
from scheduler.store.engine import open_engine, sqlite_url
from tests.api import sample_city

PASSWORD = sample_city.PASSWORD


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation in a folder of its own."""
    return load_settings(tmp_path, {})


@pytest.fixture
def city(tmp_path: Path, city_bytes: bytes) -> Iterator[Engine]:
    """A database of its own with the small city."""
    file = tmp_path / "city.sqlite"
    file.write_bytes(city_bytes)
    engine = open_engine(sqlite_url(file))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Flask]:
    """One application for all tests that add nothing to it; each hands it a database of its own."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "empty.sqlite").write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(folder / "empty.sqlite"))
    yield create_app(load_settings(folder, {}), engine)
    engine.dispose()


@pytest.fixture
def app(one_app: Flask, settings: Settings, city: Engine) -> Flask:
    """The application over the small city."""
    attach_service(one_app, settings, city)
    return one_app


@pytest.fixture
def own_app(settings: Settings, city: Engine) -> Flask:
    """An application that no other test uses."""
    return create_app(settings, city)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader who is not logged in."""
    return app.test_client()


@pytest.fixture
def empty_client(one_app: Flask, settings: Settings, sqlite_engine: Engine) -> FlaskClient:
    """A reader of a service in which nothing has happened yet."""
    attach_service(one_app, settings, sqlite_engine)
    return one_app.test_client()


@pytest.fixture
def staff(app: Flask) -> Callable[[str], FlaskClient]:
    """Log in as the account of a role."""

    def log_in(role: str) -> FlaskClient:
        client = app.test_client()
        post(client, "/login", name=role, password=PASSWORD)
        return client

    return log_in


def token(client: FlaskClient) -> str:
    """Return the CSRF token of a reader's session."""
    text = client.get("/login").text if not logged_in(client) else client.get("/").text
    return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def logged_in(client: FlaskClient) -> bool:
    """Say whether the reader is logged in: the first page then offers to log out."""
    return 'action="/logout"' in client.get("/").text


def finish(client: FlaskClient, progress: str) -> str:
    """Wait for the computation of a progress page and return its state."""
    for _ in range(300):
        told = client.get(f"{progress}.json").get_json()
        if told["state"] != "running":
            return str(told["state"])
        time.sleep(0.2)
    raise AssertionError(told)


def post(client: FlaskClient, path: str, **fields: str) -> int:
    """Send a form with its token and return the status."""
    return client.post(path, data={"csrf_token": token(client), **fields}).status_code
