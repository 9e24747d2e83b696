"""What every request works on: the settings and the database, carried by the application."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.store.session import reading, writing

# The whole country keeps one time; a database of time zones is not needed for it.
BEIJING = timezone(timedelta(hours=8))
_KEY = "double-random"


@dataclass(frozen=True, slots=True)
class Service:
    """The settings and the open database of this installation."""

    settings: Settings
    engine: Engine


def attach_service(app: Flask, settings: Settings, engine: Engine) -> None:
    """Hand the settings and the database to an application."""
    app.extensions[_KEY] = Service(settings, engine)


def service() -> Service:
    """Return what the current application works on."""
    found = current_app.extensions[_KEY]
    assert isinstance(found, Service)  # noqa: S101 (set by attach_service alone)
    return found


def read_session() -> AbstractContextManager[Session]:
    """Open the reading transaction of this request."""
    return reading(service().engine)


def write_session() -> AbstractContextManager[Session]:
    """Open the writing transaction of this request: it commits when the block ends well."""
    return writing(service().engine)


def to_local(instant: datetime) -> datetime:
    """Return an instant in the time of the office."""
    return instant.astimezone(BEIJING)


def today_here() -> str:
    """Return today's date at the office, YYYY-MM-DD."""
    return to_local(datetime.now(UTC)).date().isoformat()
