"""The keys of one file, kept outside memory: which line brought a key first, and with which content."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from types import TracebackType
from typing import NamedTuple

_BATCH = 500


class Seen(NamedTuple):
    """Where a key stood first, and the digest of what the row said."""

    line: int
    digest: bytes


class SeenKeys:
    """A private temporary database: a million keys in a few megabytes of memory, gone when it is closed."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER, digest BLOB) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def __enter__(self) -> SeenKeys:
        """Give the keys."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw the keys away."""
        self._connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Seen]:
        """Return those of the keys that were seen."""
        found: dict[str, Seen] = {}
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            marks = ",".join("?" * len(some))
            asked = self._connection.execute(f"SELECT key, line, digest FROM seen WHERE key IN ({marks})", some)  # noqa: S608
            with closing(asked) as rows:
                found.update((key, Seen(line, digest)) for key, line, digest in rows)
        return found

    def add(self, new: Sequence[tuple[str, Seen]]) -> None:
        """Remember keys that were not seen before."""
        self._connection.executemany(
            "INSERT INTO seen VALUES (?, ?, ?)", [(key, seen.line, seen.digest) for key, seen in new]
        )
