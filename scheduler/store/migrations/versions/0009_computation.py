"""How far long computations are, for every process to tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.base import Json, UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table of computations."""
    op.create_table(
        "computation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("division", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("given", Json(), nullable=False),
        sa.Column("result", Json(), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("error", Json(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_computation")),
    )
    op.create_index("ix_computation_subject", "computation", ["kind", "subject"], unique=False)
