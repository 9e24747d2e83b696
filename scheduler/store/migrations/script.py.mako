"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.append_only import guard_table
from scheduler.store.base import ExactDecimal, Json, UTCDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Create what this version adds."""
    ${upgrades if upgrades else "pass"}
