"""What a database's own faults are to the caller: busy, closed to writing, full, or not answering."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from scheduler.errors import Unavailable

_SQLITE = {
    sqlite3.SQLITE_BUSY: "database-busy",
    sqlite3.SQLITE_LOCKED: "database-busy",
    sqlite3.SQLITE_READONLY: "database-read-only",
    sqlite3.SQLITE_FULL: "database-full",
    sqlite3.SQLITE_IOERR: "database-full",
}
# SQLSTATE of PostgreSQL: lock not available, deadlock, read-only transaction, disk full, insufficient privilege.
_POSTGRESQL = {
    "55P03": "database-busy",
    "40P01": "database-busy",
    "25006": "database-read-only",
    "42501": "database-read-only",
    "53100": "database-full",
}


def fault_code(fault: DBAPIError) -> str | None:
    """Return the code of a refusal for a fault of the database, None when the fault is one of the program."""
    origin = fault.orig
    if isinstance(origin, sqlite3.Error):
        listed = _SQLITE.get(getattr(origin, "sqlite_errorcode", 0) & 0xFF)
    else:
        listed = _POSTGRESQL.get(getattr(origin, "sqlstate", None) or "")
    return listed or ("database-lost" if isinstance(fault, OperationalError) else None)


@contextmanager
def refusing_faults() -> Iterator[None]:
    """Raise `Unavailable` for the database's own faults; let the program's pass."""
    try:
        yield
    except NoConnectionFree as fault:
        raise Unavailable("database-busy") from fault
    except DBAPIError as fault:
        code = fault_code(fault)
        if code is None:
            raise
        raise Unavailable(code) from fault
