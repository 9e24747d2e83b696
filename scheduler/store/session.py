"""Transactions: opened once, by whoever starts the work (a request, a command, a tick), and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.store.faults import refusing_faults


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that sees one state of the database and is rolled back at the end.

    Raises `Unavailable` when the database fails.
    """
    with refusing_faults(), Session(_seeing_one_state(engine)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that commits when the block ends well and leaves nothing when it does not.

    Raises `Unavailable` when the database fails, is full, busy for long, or closed to writing.
    """
    with refusing_faults(), Session(engine.execution_options(writing=True)) as session, session.begin():
        yield session


def _seeing_one_state(engine: Engine) -> Engine:
    """Let every statement see the state of the first; SQLite does so anyway."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine
