"""Long computations in this process: each in a thread of its own, told about in a table that every process reads.

1. Work runs in two parts: it computes, holding no transaction open; then what is to be stored is stored in one
   transaction, together with the word that it is done. A computation that fails or is cancelled stores nothing.
2. It may be asked to stop by any process: it sees that whenever it tells how far it is.
3. A process that ends takes its computations with it; the table shows them as lost when they fall silent.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.login import actor
from api.service import service
from scheduler.computations.record import begin_computation, end_computation, show_result, tell_progress
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import ServiceError, Unavailable
from scheduler.plans.optimiser.optimum import Progress
from scheduler.store.session import writing

log = logging.getLogger("api")
MOST_AT_ONCE = 2  # a solver keeps a core busy, and pages want to be served meanwhile
ALIVE_SECONDS = 5
READABLE_SECONDS = 0.25
_room = threading.BoundedSemaphore(MOST_AT_ONCE)

Store = Callable[[Session], Mapping[str, Any]]
"""Stores what was computed and returns the result that whoever waits is shown."""


class Cancelled(Exception):
    """The computation was asked to stop."""


class Teller:
    """Tells how far a computation is; every call raises `Cancelled` once it was asked to stop."""

    def __init__(self, engine: Engine, computation_id: str) -> None:
        self._engine = engine
        self._id = computation_id
        self._ended = threading.Event()
        self._stop = threading.Event()
        self._told: tuple[str, float] = ("", 0)

    def phase(self, name: str) -> None:
        """Tell that a phase begins."""
        self.progress(name, "", 0, 0)

    def progress(self, phase: str, division: str, done: int, total: int) -> None:
        """Tell that so many divisions of a phase are done, as `optimise` does; not more often than one can read."""
        before, at = self._told
        if phase != before or time.monotonic() - at >= READABLE_SECONDS:
            self._tell(phase=phase, division=division, done=done, total=total)
            self._told = (phase, time.monotonic())
        if self._stop.is_set():
            raise Cancelled

    def by_name(self, divisions: Iterable[tuple[str, str]]) -> Progress:
        """Return `progress` for a caller that knows divisions by identifier; they are told by name."""
        names = dict(divisions)
        return lambda phase, division, done, total: self.progress(phase, names.get(division, division), done, total)

    def show(self, result: Mapping[str, Any]) -> None:
        """Show a first result while a better one is looked for."""
        with writing(self._engine) as session:
            show_result(session, self._id, result)

    def _tell(self, **progress: Any) -> None:
        with suppress(Unavailable), writing(self._engine) as session:  # a busy database is no reason to give up
            if not tell_progress(session, self._id, **progress):
                self._stop.set()

    def keep_alive(self) -> None:
        """Say now and then that the computation goes on, until it has ended."""
        while not self._ended.wait(ALIVE_SECONDS):
            self._tell()

    def end(self) -> None:
        """Stop saying so."""
        self._ended.set()


Work = Callable[[Teller], Store]


def start(kind: str, subject: str, given: Mapping[str, Any], work: Work, *, alone: bool = False) -> str:
    """Begin a computation in a thread of its own and return its identifier.

    `work` must not touch the request. `alone`: raise `Conflict` (`computation-running`) when one like it runs.
    """
    engine = service().engine
    with writing(engine) as session:
        computation_id = begin_computation(session, kind, subject, given, actor=actor(), alone=alone)
    teller = Teller(engine, computation_id)
    threading.Thread(target=teller.keep_alive, daemon=True).start()
    threading.Thread(target=_run, args=(engine, computation_id, teller, work), daemon=True).start()
    return computation_id


def _run(engine: Engine, computation_id: str, teller: Teller, work: Work) -> None:
    try:
        _compute(engine, computation_id, teller, work)
    except Cancelled:
        _end(engine, computation_id, "cancelled")
    except (ServiceError, ProtocolError) as refusal:
        params = {name: str(value) for name, value in refusal.params.items()}
        _end(engine, computation_id, "failed", {"code": refusal.code, "params": params})
    except Exception:  # a thread has no caller: whoever waits is told that it failed, the log has it whole
        log.exception("computation %s failed", computation_id)
        _end(engine, computation_id, "failed", {"code": "unlisted", "params": {}})
    finally:
        teller.end()


def _compute(engine: Engine, computation_id: str, teller: Teller, work: Work) -> None:
    teller.phase("waiting")
    while not _room.acquire(timeout=1):
        teller.phase("waiting")
    try:
        teller.phase("reading")
        store = work(teller)
        teller.phase("storing")
        with writing(engine) as session:
            end_computation(session, computation_id, "done", result=store(session))
    finally:
        _room.release()


def _end(engine: Engine, computation_id: str, state: str, error: Mapping[str, Any] | None = None) -> None:
    try:
        with writing(engine) as session:
            end_computation(session, computation_id, state, error=error)
    except ServiceError:
        log.exception("the end of computation %s could not be stored", computation_id)
