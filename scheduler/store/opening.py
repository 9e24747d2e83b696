"""Opening the installation's database: the folder made, the schema brought to this version, newer ones refused."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError, OperationalError

from config.settings import Settings
from scheduler.errors import Conflict, Unavailable
from scheduler.store.engine import open_engine

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number; it keeps two processes from migrating one PostgreSQL database at once.
_MIGRATION_LOCK = 5_013_771


def open_store(settings: Settings) -> Engine:
    """Open the database of an installation and bring its schema to this version.

    Raises `Unavailable` when it cannot be reached or is no database, `Conflict` when a newer version wrote it.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unavailable("data-folder", folder=str(settings.data), fault=fault.strerror) from fault
    engine = open_engine(settings.database_url)
    try:
        migrate(engine)
    except OperationalError as fault:
        raise Unavailable("database-unreachable", where=engine.url.render_as_string()) from fault
    except DatabaseError as fault:
        raise Unavailable("database-damaged", where=engine.url.render_as_string()) from fault
    return engine


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version in one transaction."""
    with engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        config = _config(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise Conflict("database-newer", version=current)
        command.upgrade(config, "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
