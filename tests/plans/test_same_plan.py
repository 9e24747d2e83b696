"""The same inputs give the same plan, byte for byte, whatever the database and the order of its rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from scheduler.directory.models import Division, Enterprise, Inspector
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.models import PlanVersion
from scheduler.store.base import Base
from scheduler.store.session import reading, writing
from tests.api.sample_city import budget_json, settle

DIRECTORY: tuple[type[Base], ...] = (Division, Enterprise, Inspector)


def rows_of(session: Session, model: type[Base]) -> list[dict[str, Any]]:
    """Return the rows of a table as values by column."""
    columns = [column.key for column in model.__mapper__.column_attrs]
    return [{name: getattr(row, name) for name in columns} for row in session.scalars(select(model))]


def built(engine: Engine, settings: Settings) -> tuple[bytes, bytes]:
    """Build the year's plan and return its document and the table of classes."""
    with writing(engine) as session:
        build_plan(session, settings, parse_json(budget_json()), year=2026, actor="p", demonstration=True)
    with reading(engine) as session:
        version = session.scalars(select(PlanVersion)).one()
        return version.document, version.enterprises


def test_both_databases_and_any_order_of_rows_give_the_same_document(
    sqlite_engine: Engine, postgresql_engine: Engine, tmp_path: Path
) -> None:
    """The search for fewer journeys takes part: it has the most freedom to depend on an order."""
    delivered = load_settings(tmp_path, {})
    settings = replace(delivered, plan=replace(delivered.plan, journey_seconds=1))
    with writing(sqlite_engine) as session:
        settle(session, enterprises=200)
    with reading(sqlite_engine) as session:
        rows = {model: rows_of(session, model) for model in DIRECTORY}
    with writing(postgresql_engine) as session:
        for model in DIRECTORY:
            session.execute(insert(model), rows[model][::-1])
    with reading(postgresql_engine) as session:
        assert rows_of(session, Enterprise) == rows[Enterprise][::-1]
    assert built(sqlite_engine, settings) == built(postgresql_engine, settings)
