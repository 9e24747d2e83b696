"""Drafts of a year's budget by division, and the division an account works for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.base import Json, UTCDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the drafts; accounts that stand already work for the whole bureau."""
    op.create_table(
        "plan_draft",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "part", name=op.f("pk_plan_draft")),
    )
    op.add_column("user_account", sa.Column("division_id", sa.String(length=48), nullable=True))
