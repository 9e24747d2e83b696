"""A small city with a drawn plan, for the tests of months, days and teams: three divisions, key enterprises only."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.demonstration.formalities import approve_plan
from scheduler.directory.models import Absence, Division, Enterprise, Inspector, Recusal
from scheduler.directory.uscc import complete_uscc
from scheduler.draws.contributions import contribute
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import writing

PLAN, YEAR = "220200-2026", 2026
DICE = "314159265358979323846264"
# Division, its sectors, its staff and how many inspectors it has: the mines have one alone, so neighbours help.
DIVISIONS = (
    ("chem", "危化处", ["hazardous-chemicals"], 6),
    ("mines", "矿山处", ["coal-mines"], 1),
    ("trade", "工贸处", ["industry-and-trade"], 5),
)
SECTORS = ("hazardous-chemicals", "hazardous-chemicals", "coal-mines", "industry-and-trade", "industry-and-trade")


def code(number: int) -> str:
    """Return the valid code of an enterprise."""
    return complete_uscc("91220200", f"MA{number:06}")


def settle(session: Session, *, key: int = 110, backwards: bool = False) -> None:
    """Put the directory in; `backwards` in the other order."""
    turn = reversed if backwards else iter
    for name, words, sectors, staff in DIVISIONS:
        session.add(Division(id=name, name=words, sectors=sectors, staff=max(staff, 3), registered_staff=10))
    session.flush()
    rows: list[Any] = [
        Enterprise(
            uscc=code(number),
            name=f"示范{number:03}号公司",
            sector=SECTORS[number % 5],
            district=("220202", "220203", "220281")[number % 3],
            tier="key",
            risk="ABCD"[number % 4],
        )
        for number in range(key)
    ]
    number = 0
    for name, _, sectors, staff in DIVISIONS:
        for place in range(staff):
            number += 1
            rows.append(
                Inspector(
                    id=f"JL{number:03}",
                    name=f"检查员{number:02}",
                    division_id=name,
                    capacity=60,
                    certified_until=date(2026, 3, 12) if number == 2 else date(2030, 1, 1),
                    skills=[f"skill:{each}" for each in sectors] if place % 2 == 0 else ["skill:coal-mines"],
                    denies=["area:220281"] if number == 3 else [],
                )
            )
    for row in turn(rows):
        session.add(row)
    session.flush()
    others: list[Any] = [
        Recusal(person_id="JL001", uscc=code(0)),
        Absence(id="JL004.2026-02-20", person_id="JL004", first=date(2026, 2, 20), last=date(2026, 3, 11), kind="sick"),
        Absence(id="JL008.2026-03-09", person_id="JL008", first=date(2026, 3, 9), last=date(2026, 3, 9), kind="duty"),
        Absence(
            id="JL009.2026-03-02", person_id="JL009", first=date(2026, 3, 2), last=date(2026, 3, 31), kind="sick",
            left_on=date(2026, 2, 1),
        ),
    ]  # fmt: skip
    for row in turn(others):
        session.add(row)
    session.flush()


def budget() -> Any:
    """Return the workday budget."""
    divisions = [
        {"name": words, "staff": max(staff, 3), "other_enforcement": 200, "non_enforcement": 100}
        for _, words, _, staff in DIVISIONS
    ]
    return parse_json(json.dumps({"year": YEAR, "divisions": divisions}).encode())


def plan(session: Session, settings: Settings, **changes: Any) -> None:
    """Build the next version of the plan."""
    build_plan(session, settings, budget(), year=YEAR, actor="li", demonstration=True, **changes)


def secret_of(number: int) -> str:
    """Return the secret of the days of a version."""
    return sha256(f"secret {number}".encode()).hexdigest()


def draw_months(session: Session, settings: Settings, *, number: int = 1) -> None:
    """Approve the newest version, seal and draw its months; the secret of the days is always the same."""
    approve_plan(session, PLAN)
    with patch("scheduler.plans.life_cycle.day_secret.new_secret", return_value=secret_of(number)):
        seal_plan(session, settings, PLAN, actor="li")
    contribute(session, "wang", lottery_id(PLAN, number), "dice", DICE)
    conduct_plan(session, PLAN, actor="li")


def fill(engine: Engine, settings: Settings, *, key: int = 150, backwards: bool = False) -> None:
    """Settle the city and draw the months of its plan."""
    with writing(engine) as session:
        settle(session, key=key, backwards=backwards)
        plan(session, settings)
        draw_months(session, settings)
