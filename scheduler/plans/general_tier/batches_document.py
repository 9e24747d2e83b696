"""The general tier in the plan's document: its batches as they are drawn, and how long it takes to be covered."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from scheduler.draws.protocol.manifest import Fixed, Rule
from scheduler.plans.exact import days_figure, fixed, half_up, percent
from scheduler.plans.figures import PlanBasis
from scheduler.plans.general_tier.batches import Batch
from scheduler.plans.general_tier.general_coverage import Covered, cover

# So many years ahead are shown at least.
HORIZON = 5


def batch_title(year: int, number: int, stated: str = "") -> str:
    """Return the title of a batch: the planner's own, else the year and the number."""
    return stated or f"{year}年一般企业随机抽查第{number}批"


def rule_json(rule: Rule) -> dict[str, Any]:
    """Return a rule as drafts and manifests write it."""
    if isinstance(rule, Fixed):
        return {"kind": "fixed", "count": rule.count}
    return {
        "kind": "ratio",
        "numerator": rule.numerator,
        "denominator": rule.denominator,
        "rounding": rule.rounding,
        "minimum": rule.minimum,
    }


def write_batch(batch: Batch) -> dict[str, Any]:
    """Return a batch: day, items, filter, rules, cool-down, and what is expected of it."""
    given = batch.given
    return {
        "number": batch.number,
        "month": batch.month,
        "on": given.on.isoformat(),
        "title": given.title,
        "directed": given.directed,
        "items": list(given.items),
        "filter": {name: list(values) for name, values in sorted(given.scope.items())},
        "strata_by": given.strata,
        "share": None if given.share is None else str(given.share),
        "rules": {name: rule_json(rule) for name, rule in batch.rules.items()},
        "cool_down": dict(sorted(given.cool_down.items())),
        "resting": batch.resting,
        "size": batch.size,
        "strata": [{"id": each.id, "population": each.population, "expected_size": each.size} for each in batch.strata],
        "expected_days": {name: days_figure(half_up(days, 1)) for name, days in sorted(batch.person_days.items())},
    }


def write_general(figures: PlanBasis, cycle_years: int) -> dict[str, Any]:
    """Return the year's ratios and the coverage of the general tier by risk class, by division, and in all."""
    horizons = tuple(range(1, max(cycle_years, HORIZON) + 1))
    parts = figures.batches.parts
    return {
        "ratios": {name: str(ratio) for name, ratio in sorted(figures.inputs.general.ratios.items())},
        "cycle_years": cycle_years,
        "classes": _rows(cover(parts, lambda part: part.risk, horizons)),
        "divisions": _rows(cover(parts, lambda part: part.division, horizons)),
        "all": _rows(cover(parts, lambda part: "all", horizons)),
    }


def _rows(covered: Sequence[Covered]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "population": each.population,
            "expected_drawn": days_figure(half_up(each.drawn, 1)),
            "years": each.years,
            "never": [
                {"years": years, "expected": fixed(count, 1), "percent": percent(count, Fraction(each.population))}
                for years, count in each.never
            ],
        }
        for each in covered
    ]
