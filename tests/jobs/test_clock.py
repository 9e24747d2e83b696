"""One clock at a time: whoever has the hold ticks, and when its process dies another takes over."""

from __future__ import annotations

import logging
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import scheduler.jobs.clock
from config.settings import Settings
from scheduler.draws.models import Draw
from scheduler.jobs.clock import Clock
from scheduler.jobs.holder import AdvisoryHold, FileHold, hold_of
from scheduler.jobs.models import ClockState
from scheduler.store.session import reading

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def process(engine: Engine, data: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process with a clock that beats five times a second, until the end."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("clock_driver.py")), url, str(data), "0.2"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)})
    try:
        yield running
    finally:
        running.kill()
        running.wait(10)
        assert running.stdout is not None
        running.stdout.close()


def says(running: subprocess.Popen[str], seconds: float = 20) -> str:
    """Return the next line of a process, empty when it says nothing in time."""
    assert running.stdout is not None
    ready, _, _ = select.select([running.stdout], [], [], seconds)
    return running.stdout.readline().strip() if ready else ""


def test_one_process_holds_the_clock_and_another_takes_over_when_it_is_killed(
    city_sqlite: Engine, settings: Settings
) -> None:
    """The first process seals the batch whose day has long come; after kill -9 the second holds, and seals nothing."""
    with process(city_sqlite, settings.data) as first:
        assert {says(first), says(first)} == {"started", "holds"}
        with process(city_sqlite, settings.data) as second:
            assert says(second) == "started"
            assert says(second, 0.6) == ""  # three beats, and no hold
            first.send_signal(signal.SIGKILL)
            first.wait(10)
            killed = time.monotonic()
            assert says(second) == "holds"
            assert time.monotonic() - killed < 5
            with reading(city_sqlite) as session:
                assert session.get_one(ClockState, 1).holder.endswith(f":{second.pid}")
                draws = session.query(Draw).where(Draw.kind == "enterprises").all()
                assert [(draw.batch, draw.sealed_by) for draw in draws] == [(1, "clock")]


def test_two_holds_of_one_database_exclude_each_other(engine: Engine) -> None:
    one, other = hold_of(engine), hold_of(engine)
    assert isinstance(one, FileHold if engine.dialect.name == "sqlite" else AdvisoryHold)
    assert [one.take(), other.take(), one.take()] == [True, False, True]
    one.release()
    assert [other.take(), one.take()] == [True, False]
    other.release()


def test_a_lost_connection_gives_the_hold_up(postgresql_engine: Engine) -> None:
    """When the server ends the session, the lock is gone with it, and the next to ask has it."""
    one, other = hold_of(postgresql_engine), hold_of(postgresql_engine)
    assert one.take()
    with postgresql_engine.connect() as connection:
        ended = text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
        assert connection.execute(ended).scalars().all() == [True]
        connection.commit()
    deadline = time.monotonic() + 5
    while not other.take():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not one.take()
    other.release()
    assert one.take()
    one.release()


def test_a_replaced_lock_file_is_noticed(sqlite_engine: Engine) -> None:
    one, other = hold_of(sqlite_engine), hold_of(sqlite_engine)
    assert one.take()
    Path(f"{sqlite_engine.url.database}.clock").unlink()
    assert other.take()
    assert not one.take()
    other.release()
    assert one.take()
    one.release()


def test_an_error_in_a_tick_is_logged_and_the_next_beat_comes(
    city_sqlite: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats = []

    def fail(*_: object) -> None:
        beats.append(1)
        raise RuntimeError("no disk")

    monkeypatch.setattr(scheduler.jobs.clock, "tick", fail)
    clock = Clock(city_sqlite, settings, 0.05)
    with caplog.at_level(logging.ERROR, "scheduler.jobs"):
        clock.start()
        deadline = time.monotonic() + 10
        while len(beats) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        clock.stop()
    assert len(beats) >= 3
    assert "no disk" in caplog.text
    with reading(city_sqlite) as session:
        assert session.get_one(ClockState, 1).ticked_at >= session.get_one(ClockState, 1).since
