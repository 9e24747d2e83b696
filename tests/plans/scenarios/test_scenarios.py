"""Scenarios in the database: their figures are those of a plan from the same inputs, and they never touch a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from scheduler.draws.models import DrawDraft
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.build import build_plan
from scheduler.plans.figures import solve_basis
from scheduler.plans.json_input import Field, parse_json
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import view_plan
from scheduler.plans.scenarios.computing import (
    ScenarioBase,
    changed_inputs,
    read_scenario_base,
    read_scenario_basis,
    scenario_outcome,
)
from scheduler.plans.scenarios.kept import (
    check_compared,
    find_scenario,
    keep_scenario,
    list_scenarios,
    remove_scenario,
    view_scenario,
)
from scheduler.plans.scenarios.outcome import compare_outcomes, outcome_of
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing
from tests.api.sample_city import PLAN, budget, settle
from tests.figures import figures_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "installation", {})


def found(engine: Engine, settings: Settings) -> Engine:
    """Found a small city with a plan."""
    with writing(engine) as session:
        settle(session, enterprises=60)
        given = parse_json(json.dumps(budget()).encode())
        figures = figures_for(session, settings, given, 2026)
        build_plan(session, settings, given, year=2026, actor="li", demonstration=True, computed=figures)
    return engine


@pytest.fixture
def city(engine: Engine, settings: Settings) -> Engine:
    return found(engine, settings)


@pytest.fixture
def one_city(sqlite_engine: Engine, settings: Settings) -> Engine:
    return found(sqlite_engine, settings)


def changes(*given: dict[str, Any]) -> Field:
    return parse_json(json.dumps(list(given)).encode())


def listed(given: Field) -> list[Any]:
    return [each.value for each in given.items()]


FEWER = changes(
    {"kind": "staff", "division": "chemicals", "by": -3}, {"kind": "staff", "division": "mines", "to": 4},
    {"kind": "shares", "reserve": 20},
)  # fmt: skip


def compute(session: Session, settings: Settings, given: Field) -> tuple[ScenarioBase, dict[str, Any]]:
    base = read_scenario_base(session, PLAN)
    figures = solve_basis(read_scenario_basis(session, settings, base, given))
    return base, scenario_outcome(base, figures, settings)


def test_a_scenario_has_the_figures_of_a_plan_from_the_same_inputs(one_city: Engine, settings: Settings) -> None:
    """The second way: the inputs written by hand, built as a version, and its stored document read."""
    winter = {"id": "winter", "title": "冬季行动", "months": [11, 12], "reason": "r", "days": {"矿山监督管理处": 12}}
    closed = [{"months": [2], "reason": "春节"}]
    by_hand = budget()
    staff = {"危险化学品监督管理处": 6, "矿山监督管理处": 4}
    for division in by_hand["divisions"]:  # type: ignore[attr-defined]
        division["staff"] = staff.get(division["name"], division["staff"])
    by_hand["shares"] = {"key": 60, "general": 20, "reserve": 20}
    by_hand |= {"campaigns": [winter], "closed_months": closed, "ratios": {"B": "1/5"}}
    by_hand["frequencies"] = {"others": {"visits": 2}}
    more = changes(
        {"kind": "add-campaign", "campaign": winter},
        {"kind": "closed-months", "to": closed},
        {"kind": "ratio", "class": "B", "to": "1/5"},
        {"kind": "frequency", "rule": "others", "visits": 2},
    )
    asked = Field([*listed(FEWER), *listed(more)], "")
    with reading(one_city) as session:
        base, outcome = compute(session, settings, asked)
    with writing(one_city) as session:
        build_plan(session, settings, parse_json(json.dumps(by_hand).encode()), year=2026, actor="li", reason="r")
    with reading(one_city) as session:
        built = view_plan(session, PLAN, 2, published_only=False).document
    assert outcome == outcome_of(built)
    assert outcome["coverage"]["loads"] == built["coverage"]["loads"] != base.outcome["coverage"]["loads"]
    assert [unit["staff"] for unit in outcome["budget"]["divisions"]] == [6, 4, 12]
    assert outcome["coverage"]["campaigns"][0]["id"] == "winter"


def test_no_change_is_the_plan_itself(one_city: Engine, settings: Settings) -> None:
    with reading(one_city) as session:
        base, outcome = compute(session, settings, changes())
    assert outcome == base.outcome
    assert not any(any(line.differs) for line in compare_outcomes([base.outcome, outcome]))


def test_the_draft_of_a_scenario_is_built_the_ordinary_way(one_city: Engine, settings: Settings) -> None:
    with writing(one_city) as session:
        base = read_scenario_base(session, PLAN)
        inputs = changed_inputs(base, FEWER, settings)
        build_plan(session, settings, inputs, year=2026, actor="li", reason="减员")
        _, outcome = compute(session, settings, changes())
        document = view_plan(session, PLAN, 2, published_only=False).document
    assert document["reason"] == "减员"
    assert outcome == outcome_of(document)


def test_a_kept_scenario_stands_beside_the_plan_and_touches_nothing_of_it(city: Engine, settings: Settings) -> None:
    def fingerprint(session: Session) -> list[Any]:
        rows = session.execute(select(PlanVersion.version, PlanVersion.sha256)).all()
        return [rows, session.scalar(select(func.count()).select_from(DrawDraft))]

    with writing(city) as session:
        before = fingerprint(session)
        base, outcome = compute(session, settings, FEWER)
        kept = keep_scenario(session, base, "  减员   五人 ", FEWER, outcome, actor="li")
        other = keep_scenario(session, base, "不变", changes(), base.outcome, actor="wang")
    with reading(city) as session:
        assert fingerprint(session) == before
        assert [each.name for each in list_scenarios(session, PLAN)] == ["减员 五人", "不变"]
        found = find_scenario(session, PLAN, "减员 五人")
        assert found == view_scenario(session, PLAN, 1) and found.number == kept.number == 1
        assert (found.outcome, found.version, found.created_by) == (outcome, 1, "li")
        assert found.changes.value == FEWER.value
        assert found.code.startswith("double-random ")
    with pytest.raises(Conflict, match="scenario-name-taken"), writing(city) as session:
        keep_scenario(session, base, "不变", FEWER, outcome, actor="li")
    with writing(city) as session:
        remove_scenario(session, PLAN, other.number, actor="li")
    with reading(city) as session:
        assert [each.name for each in list_scenarios(session, PLAN)] == ["减员 五人"]
        told = session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence.desc()).limit(3)).all()
        assert told == ["scenario.removed", "scenario.kept", "scenario.kept"]
        assert first_broken_entry(session) is None


def test_what_cannot_be_is_refused(one_city: Engine, settings: Settings) -> None:
    with reading(one_city) as session:
        base = read_scenario_base(session, PLAN)
        for name in ("", "  ", "x" * 81, "a\x00b"):
            with pytest.raises(InvalidInput, match="scenario-name"):
                keep_scenario(session, base, name, FEWER, base.outcome, actor="li")
        for plan, version in ((PLAN, 2), ("220200-1999", None)):
            with pytest.raises(NotFound, match="plan-unknown"):
                read_scenario_base(session, plan, version)
        with pytest.raises(NotFound, match="scenario-unknown"):
            view_scenario(session, PLAN, 7)
        with pytest.raises(NotFound, match="scenario-unknown"):
            find_scenario(session, PLAN, "无")
        with pytest.raises(NotFound, match="scenario-unknown"):
            remove_scenario(session, PLAN, 7, actor="li")
        idle = changes({"kind": "staff", "division": "chemicals", "to": 1})
        with pytest.raises(InvalidInput, match="budget-days-over-total"):
            read_scenario_basis(session, settings, base, idle)
        with pytest.raises(InvalidInput, match="budget-days-over-year"):
            changed_inputs(base, changes({"kind": "statutory-days", "to": 400, "reason": "r"}), settings)
        with pytest.raises(InvalidInput, match="scenario-compare"):
            check_compared([])


def test_a_version_that_kept_no_inputs_starts_nothing(sqlite_engine: Engine, settings: Settings) -> None:
    with writing(sqlite_engine) as session:
        settle(session, enterprises=20)
        build_plan(session, settings, parse_json(json.dumps(budget()).encode()), year=2026, actor="li")
        session.connection().exec_driver_sql("DROP TRIGGER plan_version_no_update")
        session.execute(update(PlanVersion).values(inputs=b""))
    with reading(sqlite_engine) as session, pytest.raises(Conflict, match="scenario-no-inputs"):
        read_scenario_base(session, PLAN)
