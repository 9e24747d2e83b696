"""Opening a database: SQLite by default, PostgreSQL by URL.

SQLite begins every writing transaction with BEGIN IMMEDIATE, because the driver's own late BEGIN loses updates
between a read and the write that follows. Write-ahead logging is used only on versions without the bug that can
corrupt a database under several connections (fixed in 3.51.3, 3.50.7 and 3.44.6).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from scheduler.errors import InvalidInput, Unavailable

_FIXED = ((3, 44, 6), (3, 50, 7))


def journal_mode(version: tuple[int, int, int]) -> str:
    """Return the journal mode that is safe on this SQLite version.

    >>> journal_mode((3, 40, 1)), journal_mode((3, 44, 6)), journal_mode((3, 51, 2)), journal_mode((3, 51, 3))
    ('TRUNCATE', 'WAL', 'TRUNCATE', 'WAL')
    """
    patched = any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED)
    return "WAL" if patched or version >= (3, 51, 3) else "TRUNCATE"


def sqlite_url(file: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{file.resolve()}"


def open_engine(url: str) -> Engine:
    """Open a database by URL; only SQLite and PostgreSQL are known."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as fault:
        raise InvalidInput("database-url", url=url) from fault
    if backend == "sqlite":
        return _open_sqlite(url)
    if backend == "postgresql":
        driver = "postgresql+psycopg" if parsed.drivername == "postgresql" else parsed.drivername
        return create_engine(parsed.set(drivername=driver), pool_pre_ping=True)
    raise InvalidInput("database-kind", kind=backend)


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30})
    mode = journal_mode(sqlite3.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the events below begin transactions, not the driver
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def reach(engine: Engine) -> None:
    """Raise `Unavailable` when the database does not answer."""
    try:
        with engine.connect():
            pass
    except OperationalError as fault:
        raise Unavailable("database-unreachable", where=engine.url.render_as_string()) from fault
