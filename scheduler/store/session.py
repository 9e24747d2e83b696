"""Transactions: opened once, by whoever starts the work (a request, a command, a tick), and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that sees one state of the database and is rolled back at the end."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that commits when the block ends well and leaves nothing when it does not."""
    with Session(engine.execution_options(writing=True)) as session, session.begin():
        yield session
