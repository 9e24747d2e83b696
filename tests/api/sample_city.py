"""A small city in the database, with a plan and draws, for the tests of the pages: every code is valid and invented."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.models import Division, Enterprise, Inspector
from scheduler.directory.uscc import complete_uscc
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import update_draft
from scheduler.draws.sealing import seal_draw
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import writing
from tests.figures import figures_for

PLAN = "220200-2026"
SEALED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DICE = "314159265358979323846264"
PASSWORD = "correct horse battery"  # of every account
DIVISIONS = (
    ("chemicals", "危险化学品监督管理处", "Hazardous chemicals", ["fireworks", "hazardous-chemicals"], 9),
    ("mines", "矿山监督管理处", "Mines", ["coal-mines", "non-coal-mines"], 6),
    ("trade", "工贸监督管理处", "Industry and trade", ["dust-explosion", "industry-and-trade", "metallurgy"], 12),
)
SECTORS = ("hazardous-chemicals", "non-coal-mines", "metallurgy", "dust-explosion", "industry-and-trade")
DISTRICTS = ("220202", "220203", "220204", "220211", "220221", "220281")


def uscc(number: int) -> str:
    """Return the valid code of the city's enterprise with this number."""
    return complete_uscc("91220200", f"MA{number:06}")


def settle(session: Session, enterprises: int = 240, inspectors: int = 24) -> None:
    """Put divisions, enterprises and inspectors into an empty directory."""
    random = Random(7)
    for name, zh, en, sectors, staff in DIVISIONS:
        session.add(Division(id=name, name=zh, name_en=en, sectors=sectors, staff=staff, registered_staff=staff + 1))
    session.flush()
    for number in range(1, enterprises + 1):
        sector = SECTORS[number % 5] if number % 3 else "industry-and-trade"
        decided = "undecided" if number % 60 == 0 else ("key" if number % 4 == 1 else "general")
        session.add(
            Enterprise(
                uscc=uscc(number),
                name=f"示范{number:03}号有限公司",
                kind="有限责任公司",
                registered_on=date(2010, 1, 1),
                scope="机械加工；五金销售",
                region="吉林市",
                address=f"吉林市示范街{number}号",
                sector=sector,
                district=DISTRICTS[number % 6],
                tier=decided,
                risk=random.choice("AABBBCD"),
                decisions={},
                flags={},
            )
        )
    for number in range(1, inspectors + 1):
        division = DIVISIONS[number % 3]
        session.add(
            Inspector(
                id=f"JL{number:04}",
                name=f"检查员{number:02}",
                department=division[1],
                division_id=division[0],
                certificate=f"Z{number:06}",
                certified_until=date(2031, 12, 31),
                capacity=40,
                skills=sorted(f"skill:{sector}" for sector in SECTORS),
                denies=[],
                left_on=None,
            )
        )
    session.flush()


def budget(year: int = 2026) -> dict[str, object]:
    """Return the workday budget of the city's three divisions."""
    return {
        "year": year,
        "registered_staff": 30,
        "divisions": [
            {"name": zh, "staff": staff, "other_enforcement": 70 * staff, "non_enforcement": 60 * staff}
            for _, zh, _, _, staff in DIVISIONS
        ],
    }  # fmt: skip


def budget_json() -> bytes:
    """Return the budget as the file a planner uploads."""
    return json.dumps(budget()).encode()


def plan_year(session: Session, settings: Settings) -> None:
    """Build the plan of 2026 as a demonstration, have it approved and filed, draw its months and publish it."""
    given = parse_json(budget_json())
    figures = figures_for(session, settings, given, 2026)
    build_plan(session, settings, given, year=2026, actor="planner", demonstration=True, computed=figures)
    approve_plan(session, PLAN)
    seal_plan(session, settings, PLAN, actor="operator")
    contribute(session, "witness", lottery_id(PLAN, 1), "dice", DICE)
    conduct_plan(session, PLAN, actor="operator")
    file_plan(session, PLAN)
    publish_plan(session, PLAN, actor="operator")


def seal_batch(session: Session, number: int) -> str:
    """Seal the draft of a batch and return the draw's identifier."""
    return seal_draw(session, "operator", f"{PLAN}-batch-{number}", now=SEALED).id


def draw_batch(session: Session, number: int) -> str:
    """Take a batch through its whole life with dice and return the draw's identifier."""
    draw_id = seal_batch(session, number)
    contribute(session, "witness", draw_id, "dice", DICE)
    conduct_draw(session, "operator", draw_id)
    publish_draw(session, "operator", draw_id)
    return draw_id


def fill(engine: Engine, settings: Settings) -> None:
    """Settle the city and plan its year; the first batch is published, the second sealed, the third a draft.

    The third may repeat what another draws, so that it can be sealed beside the second.
    """
    with writing(engine) as session:
        settle(session)
        plan_year(session, settings)
    with writing(engine) as session:
        draw_batch(session, 1)
        seal_batch(session, 2)
        update_draft(session, "operator", f"{PLAN}-batch-3", {"repeat": True})
