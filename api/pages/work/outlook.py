"""The outlook of a plan: simulated years and the coverage forecast in pictures. It looks; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from api.access import roles
from api.pages.plans import division_names
from api.paging import query_number
from api.problems import refusal_text
from api.service import read_session, service
from config.catalogues.simulation import simulation_catalogue
from scheduler.analysis.json_records import write_forecast, write_simulation
from scheduler.analysis.plan_analysis import SEED, YEARS, forecast_plan, simulate_plan
from scheduler.analysis.queries import PlanToday, read_plan
from scheduler.analysis.simulation import MOST_YEARS
from scheduler.errors import ServiceError

pages = Blueprint("outlook", __name__, url_prefix="/work/plans/<plan_id>/outlook")
LONGEST_SEED = 64


@pages.get("")
@roles("planner", "reviewer", "approver", "operator", "auditor")
def show(plan_id: str) -> ResponseReturnValue:
    """Simulate years of a plan and forecast how many general enterprises are never visited."""
    years = query_number("years", 1, MOST_YEARS // 10) or YEARS
    seed = request.args.get("seed", "").strip()[:LONGEST_SEED] or SEED
    with read_session() as session:
        plan = read_plan(session, service().settings.plan, plan_id, query_number("version"))
    simulation, refusal = _simulate(plan, years, seed)
    forecast = write_forecast(
        forecast_plan(
            plan,
            simulation_catalogue(),
            cycle=service().settings.plan.general_cycle_years,
            trials=years,
            seed=seed,
        )
    )
    return render_template(
        "work/outlook.html",
        plan=plan.view,
        names=division_names(plan.view),
        causes={cause.id: cause for cause in simulation_catalogue().causes},
        simulation=simulation,
        backlog=_backlog(simulation) if simulation else (),
        forecast=forecast,
        refusal=refusal,
        years=years,
        seed=seed,
    )


def _simulate(plan: PlanToday, years: int, seed: str) -> tuple[dict[str, Any] | None, str | None]:
    """Return the simulated years, or why this plan cannot be simulated; the forecast stands by itself."""
    try:
        return write_simulation(simulate_plan(plan, simulation_catalogue(), years=years, seed=seed)[1]), None
    except ServiceError as refusal:
        return None, refusal_text(refusal)


def _backlog(simulation: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the work left after each month by division, and how dark its cell is: steps of the largest of all."""
    largest = max((Decimal(days) for unit in simulation["divisions"] for days in unit["backlog_by_month"]), default=0)
    return [
        {
            "division": unit["id"],
            "cells": [{"days": days, "level": _level(Decimal(days), largest)} for days in unit["backlog_by_month"]],
        }
        for unit in simulation["divisions"]
    ]


def _level(days: Decimal, largest: Decimal | int) -> int:
    return min(4, 1 + int(4 * days / largest)) if days else 0
