"""What the record says was decided for the year, and what follows from it: months of classes, campaigns, capacities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import apportion, apportion_days, days_figure
from scheduler.plans.full_coverage.coverage import DivisionCapacity
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.year_demand.visit_months import OwnVisits, place_visits
from scheduler.plans.year_demand.visit_stretches import Demand
from scheduler.records.checks import Difference
from scheduler.records.plan_record.budget_checks import key_days
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


class StatedDemand:
    """The campaigns and closed months of a record, against its classes."""

    def __init__(self, record: PlanRecord) -> None:
        coverage = record.document["coverage"]
        self.closed = coverage["closed_months"]
        self.campaigns = {each["id"]: each for each in coverage["campaigns"]}
        self.visited: Counter[str] = Counter()

    def check_class(self, member: str, stated: Mapping[str, Any], rule: Mapping[str, Any]) -> None:
        """Compare visits, months and stretches of a class with what its rule and campaigns ask."""
        brought = []
        for name in stated["campaigns"]:
            visits = self.campaigns.get(name, {}).get("visits")
            if visits is None:
                raise Difference("plan-record.rule-unknown", file=DOCUMENT, params={"member": f"{member}.campaigns"})
            brought.append(Demand(visits["extra"], tuple(visits["months"])))
            self.visited[name] += stated["population"]
        self._check_filters(member, stated)
        own, window = OwnVisits(rule["visits"]), rule["window"]
        if window:
            own = OwnVisits(rule["visits"], tuple(window["months"]), window["visits"])
        closed = {month for each in self.closed if _closes(each, stated) for month in each["months"]}
        wanted = place_visits(own, brought, closed)
        compare(f"{member}.visits", wanted.visits, stated["visits"])
        compare(f"{member}.months", list(wanted.months), stated["months"])
        stretches = [each._asdict() for each in wanted.stretches or ()]
        compare(f"{member}.stretches", stretches, stated["stretches"])

    def _check_filters(self, member: str, stated: Mapping[str, Any]) -> None:
        """A class is of a campaign when sector and district fit; who has which grade, the record does not say."""
        for campaign in self.campaigns.values():
            visits, named = campaign["visits"], campaign["id"] in stated["campaigns"]
            if visits is not None:
                fits = all(
                    not visits[filters] or stated[aspect] in visits[filters]
                    for filters, aspect in (("sectors", "sector"), ("districts", "district"))
                )
                if named != fits and (named or not visits["grades"]):
                    params = {"member": f"{member}.campaigns", "name": campaign["id"]}
                    raise Difference("plan-record.campaign-filter", file=DOCUMENT, params=params)

    def check_campaigns(self) -> None:
        """Compare what a campaign says it visits with the classes that name it."""
        for place, campaign in enumerate(self.campaigns.values()):
            visits = campaign["visits"]
            if visits is not None:
                member = f"coverage.campaigns[{place}].visits"
                compare(f"{member}.enterprises", self.visited[campaign["id"]], visits["enterprises"])
                compare(f"{member}.visits", visits["enterprises"] * visits["extra"], visits["visits"])


def _closes(closed: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    return (not closed["divisions"] or stated["division"] in closed["divisions"]) and (
        not closed["sectors"] or stated["sector"] in closed["sectors"]
    )


def stated_capacities(record: PlanRecord) -> list[DivisionCapacity]:
    """Return the capacities that follow from budget, calendar, closed months and what campaigns take."""
    coverage, by_month = record.document["coverage"], record.document["calendar"]["by_month"]
    found = []
    for name, days, staff, general in key_days(record):
        open_days = [
            0 if _is_closed(coverage, name, month) else workdays
            for month, workdays in zip(MONTHS, by_month, strict=True)
        ]
        left = apportion_days(days, open_days)
        for place, campaign in enumerate(coverage["campaigns"]):
            for number, taken in enumerate(campaign["days"]):
                if taken["division"] == name:
                    left = _less(f"coverage.campaigns[{place}].days[{number}]", left, campaign["months"], taken)
        found.append(DivisionCapacity(name, tuple(left), staff, general))
    return found


def _less(member: str, left: list[Fraction], months: list[int], taken: Mapping[str, Any]) -> list[Fraction]:
    """Return what a campaign leaves, in proportion to what there was in its months, by tenths."""
    there = [room if month in months else Fraction(0) for month, room in zip(MONTHS, left, strict=True)]
    total = days_of(taken["total"])
    if total > sum(there):
        compare(f"{member}.total", days_figure(sum(there, Fraction(0))), taken["total"])
    gone = [Fraction(tenths, 10) for tenths in apportion(int(total * 10), there)] if total else [Fraction(0)] * 12
    compare(f"{member}.by_month", [days_figure(each) for each in gone], taken["by_month"])
    return [room - part for room, part in zip(left, gone, strict=True)]


def _is_closed(coverage: Mapping[str, Any], division: str, month: int) -> bool:
    return any(
        month in each["months"] and not each["sectors"] and (not each["divisions"] or division in each["divisions"])
        for each in coverage["closed_months"]
    )
