"""A small city for the life of a draw: a few dozen enterprises, inspectors, experts and one recusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.directory.models import Enterprise, Expert, Inspector, Recusal
from scheduler.draws.drafts import draft_draw
from scheduler.store.session import writing

PLAN = "220200-2023"
# Round 1000 of drand quicknet is due at 15:59:24 on this day, so that its true pulse can be given after the seal.
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED = datetime(2023, 8, 23, 15, 30, 0, tzinfo=UTC)
DUE = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
DICE = {"id": "dice", "type": "dice/d10", "count": 20}
DIGITS = "31415926535897932384"


def city() -> list[Any]:
    """The rows of the directory: 40 general enterprises in two districts and two sectors, and 8 that stay out."""
    rows: list[Any] = [
        Enterprise(
            uscc=f"91220200{number:010}",
            name=f"企业 {number}",
            registered_on=None,
            sector=("industry-and-trade", "hazardous-chemicals")[number % 2],
            district=("220202", "220203")[number // 2 % 2],
            tier="general",
            risk="ABU"[number % 3],
            decisions={},
            left_on=None,
        )
        for number in range(48)
    ]
    rows[40].tier, rows[41].tier, rows[42].tier = "key", "undecided", "none"
    rows[43].left_on, rows[44].sector, rows[45].risk = date(2023, 1, 1), "undecided", "undecided"
    rows[46].district = "undecided"  # stays in: neither filter nor strata ask for it
    rows[47].sector = "fireworks"  # nobody has the skill
    for number in range(6):
        skills = ["skill:industry-and-trade"] + (["skill:hazardous-chemicals"] if number % 2 == 0 else [])
        rows.append(
            Inspector(
                id=f"Z{number}",
                name=f"检查员 {number}",
                certified_until=date(2023, 12, 31),
                capacity=20,
                skills=sorted(skills),
                denies=["area:220203"] if number == 5 else [],
                left_on=None,
            )
        )
    rows[52].certified_until = date(2023, 8, 1)  # Z4: the certificate has run out
    rows.append(Expert(id="E1", name="专家", capacity=50, skills=["skill:industry-and-trade"], denies=[], left_on=None))
    rows.append(Recusal(person_id="Z0", uscc=f"91220200{0:010}", reason="亲属"))
    rows.append(Recusal(person_id="Z4", uscc=f"91220200{1:010}", reason="不在名单"))
    return rows


def settings_for(**changes: Any) -> dict[str, Any]:
    """Settings of a draft with every risk class at 20 percent."""
    rule = {"kind": "ratio", "numerator": 1, "denominator": 5, "rounding": "ceil", "minimum": 1}
    return {
        "agency": "112202000000000000",
        "title": "一般检查单位随机抽查",
        "on": "2023-08-25",
        "rules": dict.fromkeys("ABU", rule),
        "randomness": [DICE],
        **changes,
    }


Draft = Callable[..., str]


def uscc(number: int) -> str:
    """Return the code of an enterprise of the city."""
    return f"91220200{number:010}"


def fill(engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(city())


@pytest.fixture
def draft() -> Draft:
    """Make a draft in the caller's session and return its id."""

    def make(session: Session, plan: str = PLAN, **changes: Any) -> str:
        return draft_draw(session, "planner", plan, settings_for(**changes)).id

    return make


@pytest.fixture
def city_engine(engine: Engine) -> Engine:
    """The city on both databases."""
    fill(engine)
    return engine


@pytest.fixture
def city_sqlite(sqlite_engine: Engine) -> Engine:
    """The city on SQLite alone."""
    fill(sqlite_engine)
    return sqlite_engine
