"""Runs each step of a draw's life again and again, killed a little later every time; prints what each crash left.

Started by test_crash.py as a process of its own: it forks a child for each attempt, and the child dies by os._exit at
the n-th statement it sends, or just before or just after its commit. One JSON line per step.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import draft_draw
from scheduler.draws.events import append_draw_event
from scheduler.draws.sealing import seal_draw
from scheduler.store.base import Base
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.session import writing

PLAN, DRAW, DRAFT = "220200-2023", "220200-2023-01", "220200-2023-draft-1"
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED = SEALED + timedelta(minutes=5)
KILLED = 9
NEVER = 10**9
Step = Callable[[Session], object]


def steps(settings: dict[str, Any]) -> dict[str, Step]:
    """The steps of a life in order."""
    return {
        "draft": lambda session: draft_draw(session, "p", PLAN, settings),
        "seal": lambda session: seal_draw(session, "o", DRAFT, SEALED),
        "contribute": lambda session: contribute(
            session, "w", DRAW, "dice", "1" * 20, now=SEALED + timedelta(minutes=5)
        ),
        "conduct": lambda session: conduct_draw(session, "o", DRAW),
        "publish": lambda session: publish_draw(session, "o", DRAW),
        "event": lambda session: append_draw_event(session, "o", DRAW, "withdraw", "Z1"),
    }


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each table has: every step changes them."""
    with engine.connect() as connection:
        return {
            name: int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())
            for name in sorted(Base.metadata.tables)
        }


def run(file: Path, step: Step, deadly: int) -> None:
    """Take a step on a database, dying at the given boundary."""
    engine = open_engine(sqlite_url(file))
    passed = 0

    def boundary(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == deadly:
            os._exit(KILLED)

    event.listen(engine, "before_cursor_execute", boundary)
    event.listen(engine, "commit", boundary)
    with writing(engine) as session:
        step(session)
    boundary()


def attempt(file: Path, step: Step, deadly: int) -> bool:
    """Take a step in a child that dies; return whether it lived to the end."""
    child = os.fork()
    if child == 0:
        try:
            run(file, step, deadly)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, KILLED):
        raise SystemExit(f"the child failed with {code}")
    return code == 0


def main(folder: Path, settings: dict[str, Any]) -> None:
    """Crash every step at every boundary, then take it for good."""
    city, copy = folder / "city.sqlite", folder / "copy.sqlite"
    for name, step in steps(settings).items():
        before = counts(open_engine(sqlite_url(city)))
        left: list[dict[str, int]] = []
        lived = False
        while not lived:
            lived = attempt(fresh(city, copy), step, len(left) + 1)
            left.append(counts(open_engine(sqlite_url(copy))))
        at_commit = left.index(left[-1])  # the last boundary that still leaves the state before
        attempt(fresh(city, copy), step, at_commit)
        again = attempt(copy, step, NEVER)
        report = {"step": name, "before": before, "after": left[-1], "left": left, "lived_after_crash": again}
        sys.stdout.write(json.dumps(report) + "\n")
        shutil.copy(copy, city)


def fresh(city: Path, copy: Path) -> Path:
    """A copy of the database as it stood before the step."""
    for path in copy.parent.glob("copy.sqlite*"):
        path.unlink()
    shutil.copy(city, copy)
    return copy


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.stdin.read()))
