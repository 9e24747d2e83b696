"""The plan's document: one canonical JSON value from which pages, papers and checks are read.

Person-days are integers when whole, else text with one decimal; shares are text with one decimal; nothing is a float.
Expected values of a draw (which division a drawn enterprise falls to is chance) are rounded half up to one decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.settings import Settings
from scheduler.plans.document_types import PROVABLE
from scheduler.plans.exact import days_figure, half_up
from scheduler.plans.figures import PlanFigures
from scheduler.plans.full_coverage.load_document import write_load, write_shortages
from scheduler.plans.full_coverage.shortage import write_remedies
from scheduler.plans.general_tier.batches import DivisionDemand
from scheduler.plans.general_tier.batches_document import write_batch, write_general
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.optimiser.record import write_record
from scheduler.plans.workday_budget.budget_document import write_shares, write_staff_share, write_unit
from scheduler.plans.workday_budget.quotas import key_share
from scheduler.plans.year_demand.demand_document import write_class, write_demand, write_rules


@dataclass(frozen=True)
class VersionHead:
    """Which version a document is of: plan, number, title, whether for a demonstration, reason of the change."""

    plan_id: str
    version: int
    title: str
    demonstration: bool
    reason: str


def write_document(head: VersionHead, figures: PlanFigures, settings: Settings) -> dict[str, Any]:
    """Return the document of a plan version."""
    general = sum(batch.size for batch in figures.batches.batches)
    key = sum(each.population for each in figures.demand.classes)
    share = key_share(key, general, settings.plan.key_share_floor_percent)
    return {
        "type": PROVABLE,
        "plan": head.plan_id,
        "version": head.version,
        "year": figures.given.year,
        "title": head.title,
        "agency": settings.office.agency,
        "office": {"zh": settings.office.name_zh, "en": settings.office.name_en},
        "demonstration": head.demonstration,
        "reason": head.reason,
        "calendar": _calendar(figures),
        "budget": _budget(figures),
        "tiers": dict(sorted(figures.tiers.items())),
        "coverage": _coverage(figures, settings),
        "batches": [write_batch(batch) for batch in figures.batches.batches],
        "general": write_general(figures, settings.plan.general_cycle_years),
        "general_capacity": [_demand(each) for each in figures.batches.divisions],
        "units": {
            "key": key,
            "left_out": len(figures.demand.left_out),
            "general_drawn": general,
            "key_percent": share.key_percent if share else None,
            "key_floor_percent": settings.plan.key_share_floor_percent,
            "below_floor": bool(share and share.below_floor),
        },
        "warnings": _warnings(figures, below_floor=bool(share and share.below_floor)),
    }


def _calendar(figures: PlanFigures) -> dict[str, Any]:
    return {
        "notice": figures.calendar.notice.number,
        "amendments": [notice.number for notice in figures.calendar.amendments],
        "workdays": figures.calendar.workdays(),
        "by_month": [figures.calendar.workdays_in_month(month) for month in MONTHS],
        "counted": figures.budget.statutory_days,
        "override_reason": figures.given.reason,
    }


def _budget(figures: PlanFigures) -> dict[str, Any]:
    given = figures.given.given
    return {
        "shares": write_shares(given.shares),
        "bureau": write_unit(figures.budget.bureau),
        "divisions": [
            {"id": division_id, "name": name, **write_unit(unit)}
            for (division_id, name), unit in zip(figures.divisions, figures.budget.divisions, strict=True)
        ],
        "staff_share": write_staff_share(
            figures.budget.staff_share, figures.budget.bureau.staff, given.registered_staff
        ),
        "wrong": [dict(each) for each in figures.wrong],
    }


def _coverage(figures: PlanFigures, settings: Settings) -> dict[str, Any]:
    ruled = {each.visits.id: each for each in figures.demand.ruled}
    return {
        "classes": [
            {
                **write_class(ruled[each.id], figures.wanted.rules),
                "patterns": [{"months": list(months), "count": count} for months, count in patterns],
            }
            for each, patterns in figures.coverage.classes
        ],
        "rules": write_rules(figures.demand.ruled, figures.wanted, settings.plan.visits, figures.calendar),
        **write_demand(figures.demand, figures.wanted, figures.taken),
        "loads": [write_load(each) for each in figures.coverage.loads],
        "goals": write_record(figures.optimum.divisions),
        "journey_seconds": figures.journey_seconds,
        "shortages": write_shortages(figures.coverage.shortages),
        "remedies": write_remedies(figures.remedies, figures.batches.divisions),
    }


def _demand(each: DivisionDemand) -> dict[str, Any]:
    return {
        "division": each.division,
        "expected_days": days_figure(half_up(each.person_days, 1)),
        "capacity": days_figure(half_up(each.capacity, 1)),
        "short": days_figure(half_up(each.short, 1)),
    }


def _warnings(figures: PlanFigures, *, below_floor: bool) -> list[dict[str, Any]]:
    """Return what a reader must know before approving; each has a code whose text stands in the catalogues."""
    found: list[dict[str, Any]] = []
    if below_floor:
        found.append({"code": "key-share-below-floor"})
    share = figures.budget.staff_share
    if share is not None and share.holds(figures.budget.bureau.staff) is False:
        found.append({"code": "staff-below-floor", "floor": share.floor})
    found += [{"code": "printed-figure-wrong", **each} for each in figures.wrong]
    if figures.demand.undecided:
        found.append({"code": "key-without-sector", "count": figures.demand.undecided})
    if figures.tiers.get("undecided"):
        found.append({"code": "tier-undecided", "count": figures.tiers["undecided"]})
    for load in figures.coverage.loads:
        if load.overload:
            short = days_figure(half_up(load.overload, 1))
            found.append({"code": "key-visits-over-capacity", "division": load.division, "short": short})
    for demand in figures.batches.divisions:
        if demand.short:
            short = days_figure(half_up(demand.short, 1))
            found.append({"code": "general-draws-over-capacity", "division": demand.division, "short": short})
    return found
