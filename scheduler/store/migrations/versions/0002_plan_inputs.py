"""A plan version keeps the inputs it was built from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; versions that stand already have none to keep."""
    op.add_column("plan_version", sa.Column("inputs", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
