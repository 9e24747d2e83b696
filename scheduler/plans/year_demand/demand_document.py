"""What a plan's document says of the year's demand: classes with their rules, campaigns, closed months, left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from config.calendars import Calendar
from config.catalogues.visits import VisitCatalogue, VisitRule
from scheduler.plans.exact import days_figure
from scheduler.plans.full_coverage.month_capacity import TakenDays
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand import KeyDemand
from scheduler.plans.year_demand.demand_inputs import DemandInputs
from scheduler.plans.year_demand.visit_classes import RuledClass
from scheduler.plans.year_demand.visit_windows import window_months


def write_class(ruled: RuledClass, catalogue: VisitCatalogue) -> dict[str, Any]:
    """Return a class without its month patterns: the workload and what it is made of, team x (days + travel).

    `visits` are the rule's and those of the campaigns named; `stretches` say how many of them each part of the year
    must have; `cap` is the most a year.
    """
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
        "campaigns": [campaign.id for campaign in ruled.campaigns],
        "months": list(visits.months),
        "stretches": [each._asdict() for each in visits.stretches],
    }


def write_rules(
    ruled: Sequence[RuledClass], demand: DemandInputs, delivered: VisitCatalogue, calendar: Calendar
) -> list[dict[str, Any]]:
    """Return the rules that made a class, in the order of the catalogue, with the enterprises each counts.

    `before` holds what the catalogue says where the year's inputs say otherwise.
    """
    population: Counter[str] = Counter()
    for each in ruled:
        population[each.rule.id] += each.visits.population
    before = {rule.id: rule for rule in delivered.rules}
    return [
        {
            "id": rule.id,
            "zh": rule.zh,
            "en": rule.en,
            "population": population[rule.id],
            **_figures(rule),
            "cap": rule.cap,
            "window": _window(rule, demand.rules, calendar),
            "mark": rule.mark,
            "basis": {"zh": rule.basis, "en": rule.basis_en},
            "before": _figures(before[rule.id]) if rule.id in demand.changed else None,
        }
        for rule in demand.rules.rules
        if rule.id in population
    ]


def _figures(rule: VisitRule) -> dict[str, Any]:
    return {
        "visits": rule.visits,
        "gap": rule.gap,
        "team": rule.effort.team,
        "days": days_figure(rule.effort.days),
    }


def _window(rule: VisitRule, catalogue: VisitCatalogue, calendar: Calendar) -> dict[str, Any] | None:
    if not rule.window:
        return None
    window = catalogue.windows[rule.window]
    months = list(window_months(window, calendar))
    return {"id": window.id, "zh": window.zh, "en": window.en, "months": months, "visits": rule.window_visits}


def write_demand(demand: KeyDemand, inputs: DemandInputs, taken: Sequence[TakenDays]) -> dict[str, Any]:
    """Return what was decided for the year beside the rules: closed months, campaigns, units left to other levels."""
    return {
        "closed_months": [
            {
                "months": list(each.months),
                "divisions": list(each.divisions),
                "sectors": list(each.sectors),
                "reason": each.reason,
            }
            for each in inputs.closed
        ],
        "campaigns": [_campaign(each, demand.ruled, taken) for each in inputs.campaigns],
        "left_out": [
            {
                "uscc": each.uscc,
                "name": each.name,
                "sector": each.sector,
                "district": each.district,
                "level": each.level,
                "reason": each.reason,
            }
            for each in demand.left_out
        ],
    }


def _campaign(campaign: Campaign, ruled: Sequence[RuledClass], taken: Sequence[TakenDays]) -> dict[str, Any]:
    mine = [each for each in taken if each.campaign == campaign.id]
    return {
        "id": campaign.id,
        "title": campaign.title,
        "months": list(campaign.months),
        "reason": campaign.reason,
        "days": [
            {
                "division": each.division,
                "total": days_figure(sum(each.months, Fraction(0))),
                "by_month": [days_figure(days) for days in each.months],
            }
            for each in mine
        ],
        "visits": _visits(campaign, ruled),
    }


def _visits(campaign: Campaign, ruled: Sequence[RuledClass]) -> dict[str, Any] | None:
    visits = campaign.visits
    if visits is None:
        return None
    enterprises = sum(each.visits.population for each in ruled if campaign in each.campaigns)
    return {
        "extra": visits.extra,
        "months": list(visits.months),
        "sectors": list(visits.sectors),
        "districts": list(visits.districts),
        "grades": list(visits.grades),
        "enterprises": enterprises,
        "visits": enterprises * visits.extra,
    }
