"""Opening the installation's database: the folder made, the schema brought to this version, newer ones refused."""

from __future__ import annotations

import errno
import os
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
from scheduler.store.faults import fault_code

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
        _make_ready(engine, settings)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make_ready(engine: Engine, settings: Settings) -> None:
    if not _can_be_made(engine):
        raise Unavailable("data-folder", folder=str(settings.data), fault=os.strerror(errno.EACCES))
    try:
        if not _is_newest(engine):
            migrate(engine)
    except OperationalError as fault:
        if fault_code(fault) in ("database-busy", "database-read-only", "database-full"):
            raise Unavailable(str(fault_code(fault))) from fault
        raise Unavailable("database-unreachable", where=engine.url.render_as_string()) from fault
    except DatabaseError as fault:
        raise Unavailable("database-damaged", where=engine.url.render_as_string()) from fault


def _can_be_made(engine: Engine) -> bool:
    """Say whether a SQLite file is there or its folder takes one; of a server nothing is known before it is asked."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or Path(file).exists():
        return True
    folder = Path(file).parent
    return not folder.is_dir() or os.access(folder, os.W_OK | os.X_OK)


def _is_newest(engine: Engine) -> bool:
    """Say whether the schema is this version's already, which a reader learns without waiting for writers."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(_config(connection)).get_current_head()


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
