"""A database of the first release keeps its plans when the table of steps is made anew; on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, TableClause, column, create_engine, func, insert, make_url, select, table, text
from sqlalchemy.exc import DatabaseError

from scheduler.plans.life_cycle.steps import TakenStep
from scheduler.plans.models import PlanStep
from scheduler.plans.queries import life_of, list_plans, view_plan
from scheduler.store.base import UTCDateTime
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.opening import _config, migrate
from scheduler.store.session import reading

PLAN = "220200-2026"
SEALED, DRAWN, PUBLISHED = (datetime(2026, 1, day, 1, 30, tzinfo=UTC) for day in (5, 6, 7))
_numbers = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
def first_release(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as the first release left it: version 1 published, version 2 sealed, version 3 built."""
    if request.param == "sqlite":
        engine = open_engine(sqlite_url(tmp_path / "first.sqlite"))
    else:
        server, name = request.getfixturevalue("postgresql_server"), f"first_{next(_numbers)}"
        administrator = create_engine(server, isolation_level="AUTOCOMMIT")
        with administrator.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        administrator.dispose()
        engine = open_engine(make_url(server).set(database=name).render_as_string(hide_password=False))
    with engine.execution_options(writing=True).begin() as connection:
        command.upgrade(_config(connection), "0001")
    with engine.begin() as connection:
        for version in (1, 2, 3):
            row: dict[str, object] = {
                "plan_id": PLAN,
                "version": version,
                "year": 2026,
                "title": "计划",
                "document": b"{}",
            }
            more: dict[str, object] = {
                "enterprises": b"",
                "sha256": "0" * 64,
                "reason": "",
                "demonstration": True,
                "created_by": "li",
            }
            made = {"created_at": SEALED}
            connection.execute(insert(_old("plan_version", *row, *more, *made)), [row | more | made])
        draw: dict[str, object] = {
            "kind": "months",
            "plan_id": PLAN,
            "title": "t",
            "mode": "open",
            "demonstration": True,
        }
        draw |= {"manifest_sha256": "m", "sealed_at": SEALED, "sealed_by": "li"}
        for version in (1, 2):
            row = {"id": f"{PLAN}-v{version}", "sequence": version, **draw}
            connection.execute(insert(_old("draw", *row)), [row])
        for step, at, actor in (("published", PUBLISHED, "zhao"), ("drawn", DRAWN, "li")):
            row = {"plan_id": PLAN, "version": 1, "step": step, "at": at, "actor": actor, "note": ""}
            connection.execute(insert(_old("plan_step", *row)), [row])
    yield engine
    engine.dispose()


def _old(name: str, *columns: str) -> TableClause:
    """Return a table of the first release."""
    instants = {"created_at", "sealed_at", "at"}
    return table(name, *(column(each, UTCDateTime()) if each in instants else column(each) for each in columns))


def test_a_published_plan_keeps_its_state_and_its_steps(first_release: Engine) -> None:
    migrate(first_release)
    with reading(first_release) as session:
        assert life_of(session, PLAN, 1) == (
            TakenStep(1, "sealed", "li", SEALED),
            TakenStep(2, "drawn", "li", DRAWN),
            TakenStep(3, "published", "zhao", PUBLISHED),
        )
        assert life_of(session, PLAN, 2) == (TakenStep(1, "sealed", "li", SEALED),)
        assert life_of(session, PLAN, 3) == ()
        view = view_plan(session, PLAN, published_only=True)
        assert (view.summary.version, view.summary.state, view.published_at) == (1, "published", PUBLISHED)
        assert [each.version for each in list_plans(session, published_only=True)] == [1]


def test_the_new_table_grows_only(first_release: Engine) -> None:
    migrate(first_release)
    for statement in ("UPDATE plan_step SET actor = 'x'", "DELETE FROM plan_step"):
        with pytest.raises(DatabaseError, match="append-only"), first_release.begin() as connection:
            connection.exec_driver_sql(statement)
    with reading(first_release) as session:
        assert session.scalar(select(func.count()).select_from(PlanStep)) == 4
