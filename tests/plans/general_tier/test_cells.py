"""The general tier out of the directory: cells, items that suit, facts that keep out, drafts that follow the plan."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from config.settings import Settings, load_settings
from scheduler.directory.models import Division, Enterprise, EnterpriseFact, InspectionItem, Inspector
from scheduler.draws.conducting import conduct_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import open_draft
from scheduler.draws.models import Draw, DrawExclusion
from scheduler.draws.queries import summarise
from scheduler.draws.sealing import seal_draw
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.queries import view_plan
from scheduler.store.session import reading, writing

PLAN, DICE = "220200-2026", "314159265358979323846264"
SECTORS = ("hazardous-chemicals", "industry-and-trade")
SEALED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DIRECTED = {
    "on": "2026-03-02", "title": "化工专项", "items": ["CHEM", "ALL"], "filter": {"sectors": ["hazardous-chemicals"]},
    "ratios": {"A": "1/5", "B": "1/5", "C": "1/5", "D": "1/5", "U": "1/5"}, "strata": "risk.district",
}  # fmt: skip


def code(number: int) -> str:
    return f"91220200MA{number:08d}"


def fill(engine: Engine) -> None:
    """100 general enterprises: 50 of each sector, 60 of class A and 40 of C, in two districts."""
    with writing(engine) as session:
        for name, sector in zip(("chem", "trade"), SECTORS, strict=True):
            session.add(Division(id=name, name=f"{name}处", sectors=[sector], staff=5, registered_staff=6))
        for number in range(100):
            session.add(
                Enterprise(
                    uscc=code(number), name=f"企业{number}", sector=SECTORS[number % 2], tier="general",
                    district=("220202", "220203")[number // 2 % 2], risk="A" if number < 60 else "C",
                )
            )  # fmt: skip
        session.add(Enterprise(uscc=code(200), name="重点", sector=SECTORS[0], tier="key", district="220202", risk="A"))
        session.add(InspectionItem(id="ALL", name="通用", sectors=[]))
        session.add(InspectionItem(id="CHEM", name="化工", sectors=[SECTORS[0]]))
        session.add(InspectionItem(id="OLD", name="旧项", sectors=[], left_on=date(2025, 1, 1)))
        skills = sorted(f"skill:{sector}" for sector in SECTORS)
        for number in range(4):
            session.add(
                Inspector(
                    id=f"Z{number}",
                    name="检查员",
                    capacity=60,
                    certified_until=date(2030, 1, 1),
                    skills=skills,
                    denies=[],
                )
            )


def inputs(**members: Any) -> Any:
    divisions = [
        {"name": f"{name}处", "staff": 5, "other_enforcement": 300, "non_enforcement": 200}
        for name in ("chem", "trade")
    ]
    return parse_json(json.dumps({"year": 2026, "divisions": divisions, **members}).encode())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "installation", {})


def build(engine: Engine, settings: Settings, reason: str = "", **members: Any) -> dict[str, Any]:
    with writing(engine) as session:
        build_plan(session, settings, inputs(**members), year=2026, actor="li", demonstration=True, reason=reason)
    with reading(engine) as session:
        return view_plan(session, PLAN, published_only=False).document


def test_the_plans_batch_is_the_draw_that_is_conducted(engine: Engine, settings: Settings) -> None:
    """15 chemical A in each district, 10 C: a fifth is 3, 3, 2, 2; closed ones rest. The later draw leaves 10 out."""
    fill(engine)
    with writing(engine) as session:
        for number in (0, 4, 8, 12, 16):  # A, chemical, in 220202
            session.add(EnterpriseFact(id=code(number), uscc=code(number), kind="closed", on=date(2025, 5, 1)))
    document = build(engine, settings, batches=[{"month": 6}, DIRECTED])
    first, second = document["batches"]
    assert (first["on"], first["title"], first["directed"], first["items"]) == (
        "2026-03-02", "化工专项", True, ["CHEM", "ALL"],
    )  # fmt: skip
    assert (first["resting"], second["resting"]) == (5, 5)
    sizes = [(each["id"], each["population"], each["expected_size"]) for each in first["strata"]]
    assert sizes == [("A.220202", 10, 2), ("A.220203", 15, 3), ("C.220202", 10, 2), ("C.220203", 10, 2)]
    assert (second["share"], [each["population"] for each in second["strata"]]) == ("1", [50, 36])
    with writing(engine) as session:
        draft = open_draft(session, f"{PLAN}-batch-1")
        assert (draft.settings["strata"], draft.settings["items"]) == ("risk.district", ["CHEM", "ALL"])
        draw = seal_draw(session, "o", draft.id, SEALED)
        strata = {each["id"]: each["expected_size"] for each in first["strata"]}
        found = summarise(session, draw)
        assert (found.title, found.population, found.take) == (
            "演示 (demonstration) 化工专项", 45, sum(strata.values()),
        )  # fmt: skip
        contribute(session, "w", draw.id, "dice", DICE)
        conduct_draw(session, "o", draw.id)
        second_draw = seal_draw(session, "o", f"{PLAN}-batch-2", SEALED)
        assert summarise(session, second_draw).population == 50 + 36
        reasons = list(session.scalars(select(DrawExclusion.reason).where(DrawExclusion.draw_id == second_draw.id)))
    assert (reasons.count("drawn-this-year"), reasons.count("closed"), reasons.count("key-tier")) == (9, 5, 1)


def test_the_coverage_of_the_tier_stands_in_the_document(sqlite_engine: Engine, settings: Settings) -> None:
    """Class A: 60 at 1/100 in three parts draws 1 each time, 3 a year; C: 40 at 1/10 draws 2, 2, 2 (1.33 up), 6."""
    fill(sqlite_engine)
    general = build(sqlite_engine, settings)["general"]
    rows = {each["id"]: each for each in general["classes"]}
    assert {name: (row["population"], row["expected_drawn"], row["years"]) for name, row in rows.items()} == {
        "A": (60, 3, 20),
        "C": (40, 6, 7),
    }
    assert rows["A"]["never"][2] == {"years": 3, "expected": "51.4", "percent": "85.7"}  # 60 x 0.95^3
    assert [each["id"] for each in general["divisions"]] == ["chem", "trade"]
    (everyone,) = general["all"]
    assert (everyone["population"], everyone["expected_drawn"], everyone["years"]) == (100, 9, 12)


@pytest.mark.parametrize(
    ("batch", "path", "error"),
    [
        ({"items": ["NONE"]}, "batches[0].items[0]", "batch-item-unknown"),
        ({"items": ["ALL", "OLD"]}, "batches[0].items[1]", "batch-item-unknown"),
        ({"items": ["ALL", "CHEM"], "filter": {"sectors": [SECTORS[1]]}}, "batches[0].items[1]", "batch-item-sectors"),
        ({"items": ["CHEM"]}, "batches[0].items", "batch-sector-without-item"),
        ({"filter": {"sectors": ["fireworks"]}}, "batches[0]", "batch-nobody"),
        ({"filter": {"kinds": ["合伙企业"]}}, "batches[0]", "batch-nobody"),
    ],
)
def test_batches_that_do_not_suit_the_directory_are_refused(
    sqlite_engine: Engine, settings: Settings, batch: dict[str, Any], path: str, error: str
) -> None:
    fill(sqlite_engine)
    with pytest.raises(InvalidInput) as refusal:
        build(sqlite_engine, settings, batches=[{"month": 3, **batch}])
    assert (refusal.value.code, refusal.value.params["path"]) == (error, path)
    with reading(sqlite_engine) as session, pytest.raises(NotFound):
        view_plan(session, PLAN, published_only=False)


def test_a_sealed_batch_stays_where_it_is_in_later_versions(sqlite_engine: Engine, settings: Settings) -> None:
    fill(sqlite_engine)
    build(sqlite_engine, settings, batches=[{"month": 3}, {"month": 6}])
    with writing(sqlite_engine) as session:
        seal_draw(session, "o", f"{PLAN}-batch-1", SEALED)
    for moved in ([{"month": 2}, {"month": 3}], [{"month": 4}], [{"month": 3, "items": ["ALL"]}]):
        with pytest.raises(Conflict, match="plan-batch-sealed"):
            build(sqlite_engine, settings, "r", batches=moved)
    document = build(sqlite_engine, settings, "r", batches=[{"month": 3}, {"month": 5}, {"month": 9}])
    assert [each["month"] for each in document["batches"]] == [3, 5, 9]
    with reading(sqlite_engine) as session:
        assert session.scalars(select(Draw.batch)).all() == [1]
        assert open_draft(session, f"{PLAN}-batch-2").settings["on"] == "2026-05-06"
