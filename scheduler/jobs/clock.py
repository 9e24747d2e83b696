"""The clock of a server: a thread that ticks at fixed times, in one process only, and never stops for an error."""

from __future__ import annotations

import logging
import os
import socket
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.jobs.holder import hold_of
from scheduler.jobs.models import ClockState
from scheduler.jobs.tick import tick
from scheduler.store.base import utc_now
from scheduler.store.session import writing

SECONDS = 30
_log = logging.getLogger("scheduler.jobs")


class Clock:
    """Ticks every so many seconds while this process has the hold; another process takes over when it dies."""

    def __init__(self, engine: Engine, settings: Settings, seconds: float = SECONDS) -> None:
        self._engine, self._settings = engine, settings
        self._hold = hold_of(engine)
        self._name = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
            max_instances=1,  # a tick that takes long is not run beside itself
            coalesce=True,  # ticks missed are made up for by one
            misfire_grace_time=None,  # and however late it is, for due work is a question to the tables
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop after the tick that runs, and give the hold up."""
        self._scheduler.shutdown()
        self._hold.release()

    def beat(self) -> bool:
        """Tick if this process has or gets the hold; say whether it has. An error is logged, the next beat comes."""
        try:
            if not self._hold.take():
                return False
            with writing(self._engine) as session:
                _tell(session, self._name)
            tick(self._engine, self._settings)
        except Exception:  # the log has it whole; the next tick comes all the same
            _log.exception("the clock's tick failed")
        return True


def _tell(session: Session, name: str) -> None:
    """Keep that the clock ticks, and who holds it since when."""
    now, state = utc_now(), session.get(ClockState, 1)
    if state is None:
        session.add(ClockState(id=1, holder=name, since=now, ticked_at=now))
        return
    if state.holder != name:
        state.holder, state.since = name, now
    state.ticked_at = now
