"""A crash at any point leaves either the state before or the state after; two writers never make two of one thing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scheduler.draws.conducting import conduct_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.events import append_draw_event
from scheduler.draws.models import Draw, DrawEvent, DrawStep
from scheduler.draws.sealing import seal_draw
from scheduler.errors import Conflict
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing

Draft = Callable[..., str]
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED = SEALED + timedelta(minutes=10)
DIGITS = "31415926535897932384"
ROOT = Path(__file__).parents[2]


def test_a_crash_at_any_statement_leaves_the_state_before_or_after(city_sqlite: Engine, tmp_path: Path) -> None:
    """A child process dies by os._exit at each statement and around each commit of every step of a draw's life."""
    city_sqlite.dispose()
    rule = {"kind": "ratio", "numerator": 1, "denominator": 5, "rounding": "ceil", "minimum": 1}
    settings = {
        "agency": "112202000000000000",
        "title": "一般检查单位随机抽查",
        "on": "2023-08-25",
        "rules": dict.fromkeys("ABU", rule),
        "randomness": [{"id": "dice", "type": "dice/d10", "count": 20}],
    }
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "crash_driver.py"), str(tmp_path)],
        input=json.dumps(settings),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    reports = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [report["step"] for report in reports] == ["draft", "seal", "contribute", "conduct", "publish", "event"]
    for report in reports:
        assert report["before"] != report["after"]
        kinds = [state == report["after"] for state in report["left"]]
        assert all(state in (report["before"], report["after"]) for state in report["left"]), report["step"]
        assert kinds == sorted(kinds), "once a step is there it stays"
        assert kinds.count(False) >= 4, "it was killed before the commit"
        assert kinds.count(True) >= 2, "it was killed after the commit, and lived"
        assert report["lived_after_crash"] is True


def together(engine: Engine, *works: Callable[[Session], Any]) -> list[Any]:
    """Run several pieces of work at once, each in a transaction of its own; a conflict is returned as its code."""
    start = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def one(place: int, work: Callable[[Session], Any]) -> None:
        start.wait()
        try:
            with writing(engine) as session:
                outcomes[place] = work(session)
        except Conflict as conflict:
            outcomes[place] = conflict.code

    threads = [threading.Thread(target=one, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_drafts_sealed_at_once_get_two_sequences(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        names = [draft(session, repeat=True) for _ in range(4)]
    sealed = together(
        city_engine, *(lambda session, name=name: seal_draw(session, "o", name, SEALED).id for name in names)
    )
    assert sorted(sealed) == [f"220200-2023-0{number}" for number in range(1, 5)]
    with reading(city_engine) as session:
        assert session.scalars(select(Draw.sequence).order_by(Draw.sequence)).all() == [1, 2, 3, 4]
        assert first_broken_entry(session) is None


def test_one_draft_sealed_twice_at_once_is_one_draw(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        name = draft(session)
    sealed = together(city_engine, *[lambda session: seal_draw(session, "o", name, SEALED).id] * 3)
    assert sorted(sealed) == ["220200-2023-01", "draft-sealed", "draft-sealed"]


def test_a_value_given_twice_at_once_is_kept_once(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
    given = together(
        city_engine,
        *(
            lambda session, digits=digits: contribute(session, "w", draw, "dice", digits, now=ROLLED).value
            for digits in ("1" * 20, "2" * 20)
        ),
    )
    assert sorted(map(len, given)) == [len("contribution-exists"), 20]


def test_a_draw_conducted_twice_at_once_has_one_result(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
    first, second = together(city_engine, *[lambda session: conduct_draw(session, "o", draw)] * 2)
    assert first == second
    with reading(city_engine) as session:
        assert session.scalars(select(DrawStep.step)).all() == ["conducted"]
        assert session.scalars(select(AuditEntry.action)).all().count("draw.conduct") == 1


def test_events_appended_at_once_stand_in_one_order(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        conduct_draw(session, "o", draw)
    people = ("Z0", "Z1", "Z3")
    together(
        city_engine,
        *(
            lambda session, person=person: append_draw_event(session, "o", draw, "withdraw", person).sequence
            for person in people
        ),
    )
    with reading(city_engine) as session:
        rows = session.execute(select(DrawEvent.sequence, DrawEvent.subject).order_by(DrawEvent.sequence)).all()
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert sorted(row.subject for row in rows) == list(people)
