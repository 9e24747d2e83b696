"""A small city whose plan is put on paper: three divisions with the full budget, names that try to do harm."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from fractions import Fraction

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.models import Division, Enterprise, InspectionItem, Inspector
from scheduler.directory.uscc import complete_uscc
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.sealing import seal_draw
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.queries import lottery_id
from scheduler.store.session import writing
from tests.figures import figures_for

PLAN, YEAR, DAYS = "220200-2026", 2026, 248
DICE = "314159265358979323846264"
SECTORS = {
    "chemicals": ("hazardous-chemicals",),
    "mines": ("coal-mines", "non-coal-mines"),
    "trade": ("industry-and-trade", "dust-explosion"),
}
NAMES = {"chemicals": "危险化学品处", "mines": "矿山处", "trade": "工贸处"}
ENGLISH = {"chemicals": "Chemicals", "mines": "Mines", "trade": "Trade"}
STAFF = {"chemicals": 9, "mines": 7, "trade": 12}
HOSTILE = (
    "=HYPERLINK(\"http://x.example\",\"点击\")", "+86 公司", "-1+1|calc", "@SUM(A1)", "＝全角公式", "甲;乙,丙\\丁",
    "换\n行公司", "<b>标签</b>&公司", '"引号"公司', "一个名称特别长的企业" * 8, "控制\x0b字符公司",
)  # fmt: skip
ITEMS: tuple[tuple[str, str, list[str]], ...] = (
    ("YJ-01", "安全生产责任制检查", ["coal-mines", "dust-explosion", "hazardous-chemicals", "industry-and-trade"]),
    ("YJ-02", "矿山安全检查", ["coal-mines", "non-coal-mines"]),
    ("YJ-03", "烟花爆竹检查", ["fireworks"]),
    ("YJ-04", "事故隐患排查治理检查", []),
)  # fmt: skip
VISITS = {"hazardous-chemicals": 2, "coal-mines": 4, "non-coal-mines": 2}  # of visits.toml; 1 for the others
WORKLOAD = {"hazardous-chemicals": 4, "coal-mines": 4, "non-coal-mines": 4, "dust-explosion": 3}  # 2 for the others
FAR = "220281"  # two people travel half a day each
RATIOS = {"A": (1, 100), "B": (3, 100), "C": (1, 10), "D": (1, 5), "U": (1, 20)}  # of config/catalogues/risk.toml
BATCH_MONTHS = (3, 6, 9)
BATCH_DAYS = (date(2026, 3, 2), date(2026, 6, 1), date(2026, 9, 1))  # the first workdays of these months


def code(number: int) -> str:
    """Return the valid code of an enterprise; every seventh is all digits."""
    inner = f"{number:08}" if number % 7 == 0 else f"MA{number:06}"
    return complete_uscc("91220200", inner)


def workload(sector: str, district: str) -> int:
    """Return the person-days of a visit by the delivered rules, grades unknown."""
    return WORKLOAD.get(sector, 2) + (district == FAR)


def settle(session: Session) -> None:
    """Put the directory in: 60 key, 300 general enterprises, 16 inspectors, 4 items."""
    for name, sectors in SECTORS.items():
        staff = STAFF[name]
        division = Division(id=name, name=NAMES[name], name_en=ENGLISH[name], sectors=list(sectors), staff=staff)
        division.registered_staff = staff + 2
        session.add(division)
    session.flush()
    every = [each for listed in SECTORS.values() for each in listed]
    for number in range(1, 361):
        hostile = HOSTILE[number - 1] if number <= len(HOSTILE) else f"示范{number:03}号公司"
        session.add(
            Enterprise(
                uscc=code(number),
                name=hostile,
                sector=every[number % len(every)],
                district=("220202", "220203", FAR)[number % 3],
                tier="key" if number <= 60 else "general",
                risk="AAAAABBCDU"[number % 10],
            )
        )
    for number in range(1, 17):
        session.add(
            Inspector(
                id=f"JC{number:03}", name=f"检查员{number:02}", department=NAMES["trade"], division_id="trade",
                certificate=f"SECRET{number:05}", capacity=60, skills=sorted(f"skill:{each}" for each in every),
                denies=[], certified_until=date(2031, 12, 31),
            )
        )  # fmt: skip
    for item, name, applies in ITEMS:
        session.add(InspectionItem(id=item, name=name, sub_item=f"{name}内容", basis="《安全生产法》", sectors=applies))


def rows_of(kind: str, staff: int) -> dict[str, Fraction]:
    """Return the person-days of each row of a deduction: different ones, some with a tenth."""
    listed = getattr(workday_catalogue(), kind)
    return {row.id: Fraction(staff * (place + 3)) + Fraction(place % 2, 2) for place, row in enumerate(listed)}


def budget() -> bytes:
    """Return the budget as the file a planner hands in."""
    divisions = []
    for name in SECTORS:
        rows = {
            kind: {row: _number(days) for row, days in rows_of(kind, STAFF[name]).items()}
            for kind in ("other_enforcement", "non_enforcement")
        }
        divisions.append({"name": NAMES[name], "staff": STAFF[name], **rows})
    return json.dumps({"year": YEAR, "registered_staff": 34, "divisions": divisions}).encode()


def _number(days: Fraction) -> int | float:
    return int(days) if days.denominator == 1 else float(days)


def build(session: Session, settings: Settings, *, demonstration: bool = True) -> None:
    """Build the plan."""
    given = parse_json(budget())
    figures = figures_for(session, settings, given, YEAR)
    build_plan(session, settings, given, year=YEAR, actor="planner", demonstration=demonstration, computed=figures)


def draw_months(session: Session, settings: Settings) -> None:
    """Have the plan approved and filed; seal, draw and publish its months."""
    approve_plan(session, PLAN)
    seal_plan(session, settings, PLAN, actor="operator")
    contribute(session, "witness", lottery_id(PLAN, 1), "dice", DICE)
    conduct_plan(session, PLAN, actor="operator")
    file_plan(session, PLAN)
    publish_plan(session, PLAN, actor="operator")


def draw_batch(session: Session) -> str:
    """Draw and publish the first batch."""
    draw = seal_draw(session, "operator", f"{PLAN}-batch-1").id
    contribute(session, "witness", draw, "dice", DICE)
    conduct_draw(session, "operator", draw)
    publish_draw(session, "operator", draw)
    return draw


def fill(engine: Engine, settings: Settings) -> None:
    """Settle the city, publish its plan and draw the first batch."""
    with writing(engine) as session:
        settle(session)
    with writing(engine) as session:
        build(session, settings)
        draw_months(session, settings)
    with writing(engine) as session:
        draw_batch(session)


def expected_batches(pool: dict[str, int]) -> list[tuple[int, str, int, int]]:
    """Return (batch, class, pool, size) by the rule alone: a third of the year's ratio, rounded up, at least 1."""
    left, found = Counter(pool), []
    for batch in (1, 2, 3):
        for risk in sorted(pool):
            part, whole = RATIOS[risk]
            size = min(left[risk], max(1, -(-left[risk] * part // (3 * whole))))
            found.append((batch, risk, left[risk], size))
            left[risk] -= size
    return found
