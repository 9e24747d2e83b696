"""Facts of enterprises that may keep them out of a draw: inspected, penalised, closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the register."""
    op.create_table(
        "enterprise_fact",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_fact")),
    )
    op.create_index("ix_enterprise_fact_uscc", "enterprise_fact", ["uscc", "on"], unique=False)
    op.create_index("ix_enterprise_fact_kind", "enterprise_fact", ["kind", "on"], unique=False)
