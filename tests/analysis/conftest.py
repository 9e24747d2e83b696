"""A city with a published plan and a conducted draw, made once: the demonstration itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import load_settings
from scheduler.demonstration.city import run_demonstration
from scheduler.store.opening import open_store


@pytest.fixture(scope="session")
def plan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the city."""
    folder = tmp_path_factory.mktemp("analysis")
    settings = load_settings(folder, {})
    engine = open_store(settings)
    run_demonstration(engine, settings, None, lambda _: None)
    engine.dispose()
    return folder


@pytest.fixture
def plan_engine(plan_folder: Path) -> Iterator[Engine]:
    """The city's database."""
    engine = open_store(load_settings(plan_folder, {}))
    yield engine
    engine.dispose()
