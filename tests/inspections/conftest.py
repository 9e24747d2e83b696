"""The small city with a drawn plan: once for tests that only read, a copy of its own for tests that write."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine

from config.settings import Settings, load_settings
from scheduler.inspections import marks
from scheduler.store.engine import open_engine, sqlite_url
from tests.conftest import ROOT
from tests.inspections import city


@pytest.fixture(autouse=True)
def year_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever marks visits does so on the last day but one of the plan's year."""
    monkeypatch.setattr(marks, "utc_now", lambda: datetime(2026, 12, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def month_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an installation."""
    return load_settings(tmp_path_factory.mktemp("months"), {})


@pytest.fixture(scope="session")
def drawn_bytes(month_settings: Settings, sqlite_template: bytes) -> bytes:
    """The bytes of a database with the city."""
    file = month_settings.data / "template.sqlite"
    file.write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(file))
    city.fill(engine, month_settings)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture
def drawn(tmp_path: Path, drawn_bytes: bytes) -> Iterator[Engine]:
    """A database of its own with the city."""
    file = tmp_path / "double-random.sqlite"
    file.write_bytes(drawn_bytes)
    engine = open_engine(sqlite_url(file))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def verifier() -> ModuleType:
    """The stand-alone verifier, loaded by its path as the file that people take away."""
    name = "verify_draw_of_months"
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "verify_draw.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
