"""The whole life of a plan version: steps in a sequence of their own, with number and date of the paper behind them.

What an earlier release wrote stays: its steps keep their time and actor, and the seal of a plan's lottery, which stood
only in the table of draws, becomes a step of the version.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from scheduler.store.append_only import guard_table
from scheduler.store.base import Json, UTCDateTime

revision = "0007"
down_revision = "0006"

_ORDER = ("sealed", "drawn", "published")


def upgrade() -> None:
    """Make the table anew with a sequence number, and put back what stood in it."""
    connection = op.get_bind()
    before = _steps_before(connection)
    op.drop_table("plan_step")
    table = op.create_table(
        "plan_step",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("detail", Json(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version", "sequence", name=op.f("pk_plan_step")),
    )
    rows = [
        {**step, "sequence": sequence, "number": "", "dated": None, "about": None, "detail": {}}
        for _, steps in groupby(before, key=lambda step: (step["plan_id"], step["version"]))
        for sequence, step in enumerate(steps, start=1)
    ]
    if rows:
        connection.execute(sa.insert(table), rows)
    guard_table(connection, "plan_step")


def _steps_before(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return the steps there are and the seals, version by version in the order they happened."""
    step = sa.table(
        "plan_step",
        *(sa.column(name) for name in ("plan_id", "version", "step", "actor", "note")),
        sa.column("at", UTCDateTime()),
    )
    draw = sa.table(
        "draw",
        *(sa.column(name) for name in ("plan_id", "sequence", "kind", "sealed_by")),
        sa.column("sealed_at", UTCDateTime()),
    )
    found = [dict(row) for row in connection.execute(sa.select(step)).mappings()]
    seals = sa.select(draw).where(draw.c.kind == "months")
    found += [
        {
            "plan_id": row["plan_id"],
            "version": row["sequence"],
            "step": "sealed",
            "at": row["sealed_at"],
            "actor": row["sealed_by"],
            "note": "",
        }
        for row in connection.execute(seals).mappings()
    ]
    return sorted(found, key=lambda each: (each["plan_id"], each["version"], _ORDER.index(each["step"])))
