"""What the analyses read of a real city: its plan, its draws, and nothing that is still secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.catalogues.simulation import simulation_catalogue
from config.settings import load_settings
from scheduler.analysis.coverage_forecast import ClassYear
from scheduler.analysis.fairness import judge_fairness
from scheduler.analysis.plan_analysis import forecast_plan, model_sha256, simulate_plan
from scheduler.analysis.queries import class_years, past_draws, read_plan
from scheduler.analysis.year_model import MILLI
from scheduler.directory.models import Enterprise
from scheduler.draws.models import Draw, DrawEvent, DrawStep
from scheduler.errors import NotFound
from scheduler.store.base import utc_now

PLAN = "220200-2026"


def test_a_built_plan_is_simulated_with_its_own_days(plan_engine: Engine, plan_folder: Path) -> None:
    settings = load_settings(plan_folder, {}).plan
    with Session(plan_engine) as session:
        plan = read_plan(session, settings, PLAN)
    assert plan.moved == {}
    model, found = simulate_plan(plan, simulation_catalogue(), years=300, seed="x")
    document = plan.view.document
    for division in model.divisions:
        unit = next(each for each in document["budget"]["divisions"] if each["id"] == division.id)
        taken = sum(
            part["total"]
            for campaign in document["coverage"]["campaigns"]
            for part in campaign["days"]
            if part["division"] == division.id
        )
        assert sum(division.visit_days) == (unit["supervision"] - taken) * MILLI
    planned = sum(load["total"] for load in document["coverage"]["loads"])
    general = sum(float(days) for batch in document["batches"] for days in batch["expected_days"].values())
    # the document's days are expected values rounded to tenths; the simulated mean lies near them
    assert float(found.bureau.planned) == pytest.approx(planned + general, rel=0.02)
    assert found.bureau.planned == found.bureau.done + found.bureau.unfinished
    assert simulate_plan(plan, simulation_catalogue(), years=300, seed="x") == (model, found)
    assert len(model_sha256(model)) == 64


def test_a_directed_batch_counts_for_its_risk_classes() -> None:
    """40 of 100 within the filter, in two districts, and all of the other class in a draw of the whole directory."""
    directed = [("A.220202", 25, 5), ("A.220203", 15, 3)]
    batches = [
        {"strata": [{"id": name, "population": pool, "expected_size": size} for name, pool, size in strata]}
        for strata in (directed, [("A", 92, 4), ("B", 30, 1)])
    ]
    classes = [{"id": "A", "population": 100}, {"id": "B", "population": 30}]
    found = class_years({"general": {"classes": classes}, "batches": batches})
    assert found == (ClassYear("A", 100, 12), ClassYear("B", 30, 1))


def test_the_forecast_takes_population_and_number_from_the_batches(plan_engine: Engine, plan_folder: Path) -> None:
    settings = load_settings(plan_folder, {}).plan
    with Session(plan_engine) as session:
        plan = read_plan(session, settings, PLAN)
    document = plan.view.document
    first = document["batches"][0]  # an undirected one: it draws from all but those that rest on its day
    pool = sum(each["population"] for each in first["strata"])
    assert sum(each.population for each in class_years(document)) == pool + first["resting"]
    assert sum(each.drawn for each in class_years(document)) == document["units"]["general_drawn"]
    found = forecast_plan(plan, simulation_catalogue(), cycle=3, trials=50)
    assert found.cool_down == 2
    assert found.never[0].expected == sum(each.population - each.drawn for each in class_years(document))


def test_a_directory_that_has_moved_since_is_told(plan_engine: Engine, plan_folder: Path) -> None:
    settings = load_settings(plan_folder, {}).plan
    with Session(plan_engine) as session:
        before = {each.id: each.population for each in class_years(read_plan(session, settings, PLAN).view.document)}
        general = select(Enterprise).where(
            Enterprise.tier == "general", Enterprise.risk == "A", Enterprise.sector == "industry-and-trade"
        )
        session.scalars(general).first().risk = "B"  # type: ignore[union-attr]
        session.flush()
        moved = read_plan(session, settings, PLAN).moved
        session.rollback()
    assert moved == {"A": (before["A"], before["A"] - 1), "B": (before["B"], before["B"] + 1)}


def test_past_draws_are_read_from_the_record(plan_engine: Engine) -> None:
    with Session(plan_engine) as session:
        draws, hidden = past_draws(session, PLAN)
    assert ([draw.kind for draw in draws], hidden) == (["months", "enterprises"], 0)
    lottery, draw = draws
    assert (lottery.pool, lottery.loads, lottery.level) == ((), {}, None)
    assert sum(line.drawn for line in draw.pool) == sum(draw.takes.values()) == sum(draw.loads.values()) / 2
    assert len(draw.pool) == len(draw.tickets)
    assert {line.district for line in draw.pool} > {"220202", ""}
    found = judge_fairness(draws)
    assert sum(each.drawn for each in found.districts) == pytest.approx(sum(each.expected for each in found.districts))
    assert [each.by_rule == each.drawn for each in found.risks] == [True] * len(found.risks)


def test_a_secret_draw_is_left_out_until_it_is_revealed(plan_engine: Engine) -> None:
    now = utc_now()
    with Session(plan_engine) as session:
        session.add(
            Draw(
                id="secret", kind="months", plan_id=PLAN, sequence=9, batch=None, title="t", mode="sealed",
                demonstration=False, manifest_sha256="0" * 64, sealed_at=now, sealed_by="x", draft_id=None,
            )
        )  # fmt: skip
        session.flush()
        assert len(past_draws(session, PLAN)[0]) == 2  # sealed, not conducted
        session.add(DrawStep(draw_id="secret", step="conducted", at=now, actor="x"))
        session.flush()
        draws, hidden = past_draws(session, PLAN)
        assert ([draw.id for draw in draws].count("secret"), hidden) == (0, 1)
        session.add(
            DrawEvent(
                draw_id="secret", sequence=1, kind="reveal", subject="office", detail="", evidence="", salt="",
                at=now, actor="x",
            )
        )  # fmt: skip
        session.flush()
        draws, hidden = past_draws(session, PLAN)
        assert ([draw.id for draw in draws].count("secret"), hidden) == (1, 0)
        session.rollback()


def test_a_plan_without_draws_has_nothing_to_compare(plan_engine: Engine) -> None:
    with Session(plan_engine) as session, pytest.raises(NotFound) as refusal:
        past_draws(session, "220200-1999")
    assert refusal.value.code == "analysis-no-draws"
