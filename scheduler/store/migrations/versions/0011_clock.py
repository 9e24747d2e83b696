"""The clock: that it ticks, and what it could not do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.base import Json, UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create both tables; they are working notes and may change."""
    op.create_table(
        "clock_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("ticked_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_state")),
    )
    op.create_table(
        "clock_refusal",
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("params", Json(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_clock_refusal")),
    )
