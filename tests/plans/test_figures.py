"""Figures are computed apart from storing them: a version stored from figures computed before is the same version."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from config.settings import load_settings
from scheduler.directory.models import Enterprise
from scheduler.errors import Conflict
from scheduler.plans.build import build_plan
from scheduler.plans.figures import compute_figures, read_basis, solve_basis
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import parse_json
from scheduler.plans.queries import view_plan
from scheduler.store.session import reading, writing
from tests.api.sample_city import PLAN, budget_json, settle


def test_a_version_of_figures_computed_before_is_the_same_and_needs_the_same_directory(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    settings, given = load_settings(tmp_path, {}), parse_json(budget_json())
    with writing(sqlite_engine) as session:
        settle(session)
    with reading(sqlite_engine) as session:
        basis = read_basis(session, settings, read_inputs(given, settings, 2026))
    told: list[tuple[str, str]] = []
    computed = solve_basis(basis, progress=lambda phase, division, done, total: told.append((phase, division)))
    divisions = ["chemicals", "mines", "trade"]
    assert told == [(phase, name) for phase in ("goals", "journeys") for name in divisions]
    with writing(sqlite_engine) as session:
        assert compute_figures(session, settings, basis.inputs) == computed
        build_plan(session, settings, given, year=2026, actor="li", reason="x")
        build_plan(session, settings, given, year=2026, actor="li", reason="x", computed=computed)
    with reading(sqlite_engine) as session:
        first, second = (view_plan(session, PLAN, number, published_only=False).document for number in (1, 2))
    assert {**first, "version": 2} == second
    with writing(sqlite_engine) as session:
        session.execute(update(Enterprise).where(Enterprise.tier == "undecided").values(tier="key"))
    with pytest.raises(Conflict, match="plan-basis-changed"), writing(sqlite_engine) as session:
        build_plan(session, settings, given, year=2026, actor="li", reason="x", computed=computed)
    with reading(sqlite_engine) as session:
        assert view_plan(session, PLAN, None, published_only=False).summary.version == 2
