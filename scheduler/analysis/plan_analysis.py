"""The analyses of one plan as read: its simulated years and its coverage forecast. Pure, seeded, repeatable."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from hashlib import sha256

from config.catalogues.simulation import SimulationCatalogue
from scheduler.analysis.coverage_forecast import CoverageForecast, Question, forecast_coverage
from scheduler.analysis.queries import PlanToday, class_years
from scheduler.analysis.simulation_result import Simulation, simulate
from scheduler.analysis.year_model import YearModel, read_year

YEARS = 2000
SEED = "simulation"


def simulate_plan(
    plan: PlanToday, catalogue: SimulationCatalogue, *, years: int = YEARS, seed: str = SEED
) -> tuple[YearModel, Simulation]:
    """Simulate years of a plan; the plan's SHA-256 belongs to the seed. Raises as `read_year` and `simulate_years`."""
    model = read_year(plan.view.document, plan.strata, catalogue)
    return model, simulate(model, years=years, seed=seed, subject_sha256=plan.view.sha256)


def model_sha256(model: YearModel) -> str:
    """Return a digest of everything a simulation read beside seed and years: the same digest, the same years."""
    return sha256(json.dumps(asdict(model), sort_keys=True, default=_exact).encode()).hexdigest()


def forecast_plan(
    plan: PlanToday,
    catalogue: SimulationCatalogue,
    *,
    cycle: int,
    cool_down: int | None = None,
    trials: int = YEARS,
    seed: str = SEED,
) -> CoverageForecast:
    """Forecast the coverage of a plan's general tier; the cool-down is a year less than the cycle unless given."""
    question = Question(
        horizons=catalogue.horizons,
        cycle=cycle,
        reached_percent=catalogue.reached_percent,
        cool_down=cycle - 1 if cool_down is None else cool_down,
    )
    classes = class_years(plan.view.document)
    return forecast_coverage(classes, question, trials=trials, seed=seed, subject_sha256=plan.view.sha256)


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no exact text")
