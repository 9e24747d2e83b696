"""Bundles for the verifiers: the vectors, a demonstration on a small city, and the stand-alone verifier by path."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, select

from scheduler.directory.models import Enterprise, Inspector
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import draft_draw
from scheduler.draws.events import append_draw_event
from scheduler.draws.models import DrawEntry
from scheduler.draws.sealing import seal_draw
from scheduler.store.session import writing

ROOT = Path(__file__).parents[2]
NO_BUNDLE_FILES = {"expected.json", "days.json"}
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)

Vector = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="session")
def vector(shared: Path) -> Vector:
    """Return the bundle files of a vector by its folder's name."""

    def read(name: str) -> dict[str, bytes]:
        folder = shared / "vectors" / name
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in NO_BUNDLE_FILES
        }

    return read


@pytest.fixture(scope="session")
def stand_alone() -> ModuleType:
    """The stand-alone verifier, loaded by its path as the file that people take away."""
    name = "verify_draw_taken_away"
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "verify_draw.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def demonstration(sqlite_engine: Engine) -> tuple[Engine, str]:
    """A published demonstration with two events; returns the database and the draw's id."""
    rule = {"kind": "ratio", "numerator": 1, "denominator": 4, "rounding": "ceil", "minimum": 1}
    settings = {
        "agency": "112202000000000000",
        "title": "一般检查单位随机抽查",
        "on": "2023-08-25",
        "demonstration": True,
        "rules": {"A": rule},
        "randomness": [{"id": "dice", "type": "dice/d10", "count": 20}],
    }
    with writing(sqlite_engine) as session:
        for number in range(20):
            session.add(
                Enterprise(
                    uscc=f"91220200{number:010}", name=f"企业 {number}", registered_on=None, sector="metallurgy",
                    district="220202", tier="key" if number == 19 else "general", risk="A", decisions={}, left_on=None,
                )
            )  # fmt: skip
        for number in range(4):
            session.add(
                Inspector(
                    id=f"Z{number}", name=f"检查员 {number}", certified_until=date(2024, 1, 1), capacity=9,
                    skills=["skill:metallurgy"], denies=[], left_on=None,
                )
            )  # fmt: skip
        session.flush()
        draft = draft_draw(session, "p", "220200-2023", settings).id
        draw = seal_draw(session, "o", draft, SEALED).id
        contribute(session, "w", draw, "dice", "31415926535897932384", now=SEALED + timedelta(minutes=5))
        conduct_draw(session, "o", draw)
        publish_draw(session, "o", draw)
        drawn = session.scalars(select(DrawEntry).where(DrawEntry.selected.is_(True)).order_by(DrawEntry.rank)).all()
        append_draw_event(session, "o", draw, "exclude", drawn[0].entry_id, "moved")
        append_draw_event(session, "o", draw, "withdraw", "Z1")
    return sqlite_engine, draw
