"""One clock at a time: a hold that the system itself takes away from a process that dies.

SQLite: a lock on a file beside the database (flock). PostgreSQL: a session's advisory lock on a connection of its own.
Any process may ask for the hold at any time; the first gets it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from scheduler.errors import Unavailable

try:
    import fcntl
except ImportError:  # no POSIX system
    fcntl = None  # type: ignore[assignment]  # asked for before each use

# Any number that no other lock of the service uses.
_CLOCK_LOCK = 5_013_773


class Hold(Protocol):
    """The right to run the clock."""

    def take(self) -> bool:
        """Take or keep the hold; say whether this process has it now."""

    def release(self) -> None:
        """Give the hold up."""


def hold_of(engine: Engine) -> Hold:
    """Return the hold of a database's clock; raises `Unavailable` (`clock-no-lock`) where the system has no flock."""
    if engine.dialect.name == "postgresql":
        return AdvisoryHold(engine)
    return FileHold(Path(f"{engine.url.database}.clock"))


class FileHold:
    """A lock on a file, which stays; its content tells a person which process has the lock."""

    def __init__(self, path: Path) -> None:
        if fcntl is None:
            raise Unavailable("clock-no-lock")
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Lock the file, or see that it is still the one locked: whoever replaces the file asks for two clocks."""
        if self._file is not None and not self._is_there(self._file):
            self.release()
        if self._file is None:
            file = self.path.open("a+", encoding="utf-8")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            self._file = file
        return True

    def _is_there(self, file: IO[str]) -> bool:
        try:
            return os.fstat(file.fileno()).st_ino == self.path.stat().st_ino
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Unlock by closing."""
        if self._file is not None:
            self._file.close()
            self._file = None


class AdvisoryHold:
    """An advisory lock; it goes with the connection, so the connection is asked each time."""

    def __init__(self, engine: Engine) -> None:
        # no pool: a connection that is closed must be gone, else it would keep the lock
        self._engine = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take the lock, or see that the connection that holds it still lives."""
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self._drop()
        if self._connection is None:
            connection = self._engine.connect()
            if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _CLOCK_LOCK}).scalar():
                connection.close()
                return False
            self._connection = connection
        return True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def release(self) -> None:
        """Unlock by ending the session."""
        self._drop()
