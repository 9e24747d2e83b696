"""The analyses as JSON: counts as integers, every other figure as text with fixed decimals, nothing as a float.

What rests on chance made by a program says `"simulation": true`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

from scheduler.analysis.coverage_forecast import ClassForecast, CoverageForecast, NeverVisited
from scheduler.analysis.fairness import Fairness
from scheduler.analysis.proportions import Proportion
from scheduler.analysis.simulation_result import CauseOutcome, Simulation, UnitOutcome
from scheduler.plans.exact import fixed, percent

SIMULATION, FORECAST, FAIRNESS = "simulation/1", "coverage-forecast/1", "fairness/1"


def write_simulation(found: Simulation) -> dict[str, Any]:
    """Return simulated years as JSON; days and percentages have one decimal."""
    return {
        "type": SIMULATION,
        "simulation": True,
        "seed": found.seed,
        "years": found.years,
        "plan_sha256": found.subject_sha256,
        "bureau": _unit(found.bureau),
        "divisions": [{"id": unit.id, **_unit(unit)} for unit in found.divisions],
    }


def _unit(unit: UnitOutcome) -> dict[str, Any]:
    return {
        "completed": _proportion(unit.completed),
        "key_completed": _proportion(unit.key_completed),
        "planned_days": fixed(unit.planned, 1),
        "done_days": fixed(unit.done, 1),
        "unfinished_days": fixed(unit.unfinished, 1),
        "unfinished_key_days": fixed(unit.unfinished_key, 1),
        "unfinished_one_in_ten": fixed(unit.one_in_ten, 1),
        "backlog_by_month": [fixed(days, 1) for days in unit.backlog],
        "peak_month": unit.peak_month,
        "causes": [{"id": cause.id, **_cause(cause)} for cause in unit.causes],
    }


def _proportion(found: Proportion) -> dict[str, Any]:
    return {
        "years": found.held,
        "percent": fixed(found.share * 100, 1),
        "low": fixed(found.low * 100, 1),
        "high": fixed(found.high * 100, 1),
    }


def _cause(cause: CauseOutcome) -> dict[str, str]:
    return {
        "set_aside": fixed(cause.set_aside, 1),
        "mean": fixed(cause.mean, 1),
        "one_in_ten": fixed(cause.one_in_ten, 1),
    }


def write_forecast(found: CoverageForecast) -> dict[str, Any]:
    """Return a coverage forecast as JSON; expected numbers have one decimal, ratios two."""
    return {
        "type": FORECAST,
        "simulation": True,
        "seed": found.seed,
        "trials": found.trials,
        "cycle_years": found.cycle,
        "reached_percent": found.reached_percent,
        "cool_down_years": found.cool_down,
        "never": _never(found.never),
        "never_with_cool_down": _never(found.never_cooled),
        "classes": [_class(each) for each in found.classes],
    }


def _class(each: ClassForecast) -> dict[str, Any]:
    population = Fraction(each.given.population)
    return {
        "id": each.given.id,
        "population": each.given.population,
        "drawn_a_year": each.given.drawn,
        "ratio_percent": _ratio(each.given.drawn, population),
        "never": _never(each.never),
        "never_with_cool_down": _never(each.never_cooled),
        "visited_in_cycle_percent": fixed(each.visited * 100, 1),
        "reached": each.reached,
        "reached_with_cool_down": each.reached_cooled,
        "needed_a_year": each.needed,
        "needed_ratio_percent": _ratio(each.needed, population),
        "needed_a_year_with_cool_down": each.needed_cooled,
        "needed_ratio_percent_with_cool_down": _ratio(each.needed_cooled, population),
        "years_of_one_pass": each.pass_years,
    }


def _ratio(number: int, population: Fraction) -> str | None:
    return percent(Fraction(number), population, places=2) if population else None


def _never(figures: Sequence[NeverVisited]) -> list[dict[str, Any]]:
    return [
        {
            "years": each.years,
            "expected": fixed(each.expected, 1),
            "deviation": _root(each.variance),
            "simulated_low": each.low,
            "simulated_high": each.high,
        }
        for each in figures
    ]


def _root(variance: Fraction) -> str:
    """Write the square root of an exact variance with one decimal, cut off."""
    return fixed(Fraction(isqrt(100 * variance.numerator // variance.denominator), 10), 1)


def write_fairness(found: Fairness) -> dict[str, Any]:
    """Return what past draws show as JSON; chances have four decimals."""
    return {
        "type": FAIRNESS,
        "draws": [
            {"id": draw.id, "kind": draw.kind, "void": draw.void, "demonstration": draw.demonstration}
            for draw in found.draws
        ],
        "left_out_as_secret": found.hidden,
        "tickets": [
            {
                "draw": each.draw,
                "tickets": each.tickets,
                "distance": _chance(each.distance),
                "distance_p": _chance(each.distance_p),
                "distance_p_exact": each.exact,
                "parts_chi_square": None if each.parts_statistic is None else f"{each.parts_statistic:.2f}",
                "parts_p": _chance(each.parts_p),
            }
            for each in found.tickets
        ],
        "districts_exact": found.exact_districts,
        "districts": [
            {
                "district": each.district,
                "pool": each.pool,
                "drawn": each.drawn,
                "expected": f"{each.expected:.1f}",
                "p": _chance(each.p),
                "p_raised": _chance(each.raised_p),
            }
            for each in found.districts
        ],
        "risks": [
            {"risk": each.risk, "pool": each.pool, "by_rule": each.by_rule, "drawn": each.drawn} for each in found.risks
        ],
        "loads": [
            {
                "draw": each.draw,
                "inspectors": each.inspectors,
                "seats": each.seats,
                "idle": each.idle,
                "least": each.least,
                "median": f"{each.median:.1f}",
                "most": each.most,
                "level": each.level,
            }
            for each in found.loads
        ],
    }


def _chance(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}"
