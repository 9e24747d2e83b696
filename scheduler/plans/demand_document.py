"""What a plan's document says of the rules: of each class the rule that made it, and the rules of the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from config.calendars import Calendar
from config.catalogues.visits import VisitCatalogue
from scheduler.plans.exact import days_figure
from scheduler.plans.visit_classes import RuledClass
from scheduler.plans.visit_windows import window_months


def write_class(ruled: RuledClass, catalogue: VisitCatalogue) -> dict[str, Any]:
    """Return a class without its month patterns: the workload and what it is made of, team x (days + travel)."""
    visits, rule = ruled.visits, ruled.rule
    return {
        "id": visits.id,
        "rule": rule.id,
        "division": visits.division,
        "sector": ruled.sector,
        "district": visits.district,
        "population": visits.population,
        "visits": visits.visits,
        "cap": rule.cap,
        "workload": days_figure(visits.workload),
        "team": rule.effort.team,
        "days": days_figure(rule.effort.days),
        "travel": days_figure(catalogue.travel_days(visits.district)),
        "gap": visits.gap,
        "window": rule.window or None,
        "months": list(visits.months),
    }


def write_rules(ruled: Sequence[RuledClass], catalogue: VisitCatalogue, calendar: Calendar) -> list[dict[str, Any]]:
    """Return the rules that made a class, in the order of the catalogue, with the enterprises each counts."""
    population: Counter[str] = Counter()
    used = {each.rule.id: each.rule for each in ruled}
    for each in ruled:
        population[each.rule.id] += each.visits.population
    return [
        {
            "id": rule.id,
            "zh": rule.zh,
            "en": rule.en,
            "population": population[rule.id],
            "visits": rule.visits,
            "cap": rule.cap,
            "gap": rule.gap,
            "team": rule.effort.team,
            "days": days_figure(rule.effort.days),
            "window": _window(rule.window, catalogue, calendar),
            "mark": rule.mark,
            "basis": rule.basis,
        }
        for rule in (used[each.id] for each in catalogue.rules if each.id in used)
    ]


def _window(name: str, catalogue: VisitCatalogue, calendar: Calendar) -> dict[str, Any] | None:
    if not name:
        return None
    window = catalogue.windows[name]
    return {"id": name, "zh": window.zh, "en": window.en, "months": list(window_months(window, calendar))}
