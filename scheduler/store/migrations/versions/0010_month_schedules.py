"""Schedules of months and the marks on their visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.append_only import guard_table
from scheduler.store.base import UTCDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create both tables; they only grow."""
    op.create_table(
        "month_schedule",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "month", "version", name=op.f("pk_month_schedule")),
    )
    op.create_table(
        "visit_mark",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("visit", sa.String(length=24), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "visit", "sequence", name=op.f("pk_visit_mark")),
    )
    op.create_index("ix_visit_mark_month", "visit_mark", ["plan_id", "month"], unique=False)
    for table in ("month_schedule", "visit_mark"):
        guard_table(op.get_bind(), table)
