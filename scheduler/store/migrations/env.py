"""What alembic runs: the caller hands over the connection, so there is no ini file and no second engine."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
