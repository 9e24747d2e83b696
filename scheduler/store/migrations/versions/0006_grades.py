"""An enterprise has a grade; "" when nobody stated one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; the grade of every enterprise that stands already is not known."""
    op.add_column("enterprise", sa.Column("grade", sa.String(length=12), nullable=False, server_default=""))
