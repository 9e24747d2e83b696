"""What-if scenarios are kept beside the plan they start from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.base import UTCDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table of scenarios."""
    op.create_table(
        "plan_scenario",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_scenario")),
        sa.UniqueConstraint("plan_id", "name", name=op.f("uq_plan_scenario_plan_id_name")),
    )
