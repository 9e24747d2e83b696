"""A city with a published plan and a drawn batch, on either database; its papers once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import Settings, load_settings
from scheduler.papers.draw_files import draw_papers
from scheduler.papers.files import plan_papers
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.session import reading
from tests.papers import city


@pytest.fixture(scope="session")
def papers_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an installation."""
    return load_settings(tmp_path_factory.mktemp("papers"), {})


@pytest.fixture(scope="session")
def drawn_city(papers_settings: Settings, sqlite_template: bytes) -> Iterator[Engine]:
    """The city, for tests that change nothing."""
    file = papers_settings.data / "double-random.sqlite"
    file.write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(file))
    city.fill(engine, papers_settings)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def papers(drawn_city: Engine, papers_settings: Settings) -> dict[str, bytes]:
    """Every paper of the city's plan and draw by file name, Chinese and English."""
    with reading(drawn_city) as session:
        made = [
            paper
            for language in ("zh", "en")
            for paper in (
                *plan_papers(session, city.PLAN, language=language),
                *draw_papers(session, papers_settings.office, f"{city.PLAN}-01", language=language),
            )
        ]
    return {paper.name: paper.content for paper in made}


@pytest.fixture
def folder(papers_settings: Settings, drawn_city: Engine) -> Path:
    """The data folder of the city."""
    assert drawn_city is not None
    return papers_settings.data
