"""The checks of full coverage: one class for each key enterprise, its rule kept, the same counts everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from scheduler.draws.protocol.tables import ENTERPRISES
from scheduler.plans.exact import days_figure
from scheduler.plans.full_coverage.coverage import Counts, VisitClass
from scheduler.plans.month_patterns import Stretch
from scheduler.records.checks import Absent, Difference, Note
from scheduler.records.plan_record.class_checks import check_alike, check_whole
from scheduler.records.plan_record.demand_checks import StatedDemand
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_classes(record: PlanRecord) -> Note:
    """Every key enterprise stands in exactly one class; every class has as many as it says."""
    classes = record.document["coverage"]["classes"]
    ids = [each["id"] for each in classes]
    if ids != sorted(set(ids)):
        raise Difference("plan-record.classes-order", file=DOCUMENT)
    check_whole(classes)
    enterprises, column = record.lottery.take(ENTERPRISES.file)
    found, stated = Counter(column), {each["id"]: each["population"] for each in classes}
    for name in sorted(found.keys() | stated.keys()):
        if found[name] != stated.get(name):
            raise Difference(
                "plan-record.class-population",
                file=DOCUMENT,
                expected=str(found[name]),
                found=str(stated.get(name)),
                params={"name": name},
            )
    for place, each in enumerate(record.document["coverage"]["left_out"]):
        if each["uscc"] in enterprises:
            params = {"member": f"coverage.left_out[{place}]", "name": each["uscc"]}
            raise Difference("plan-record.left-out-planned", file=DOCUMENT, params=params)
    return Note("plan-record.classes", {"classes": len(ids), "enterprises": len(enterprises)})


def check_cover(record: PlanRecord) -> Note:
    """Every class has as many visits as its rule asks, at its gap, in its months; the value is (classes, counts)."""
    read: dict[str, VisitClass] = {}
    counts: dict[str, dict[tuple[int, ...], int]] = {}
    for place, stated in enumerate(record.document["coverage"]["classes"]):
        member = f"coverage.classes[{place}]"
        read[stated["id"]] = _visit_class(stated)
        counts[stated["id"]] = _counts(f"{member}.patterns", stated)
    visits = sum(each.population * each.visits for each in read.values())
    known: Counts = counts
    return Note("plan-record.cover", {"classes": len(read), "visits": visits}, value=(tuple(read.values()), known))


def _visit_class(stated: Mapping[str, Any]) -> VisitClass:
    return VisitClass(
        id=stated["id"],
        division=stated["division"],
        population=stated["population"],
        visits=stated["visits"],
        workload=days_of(stated["workload"]),
        gap=stated["gap"],
        months=tuple(stated["months"]),
        district=stated["district"],
        stretches=tuple(Stretch(**each) for each in stated["stretches"]),
    )


def _counts(member: str, stated: Mapping[str, Any]) -> dict[tuple[int, ...], int]:
    """Read the counts of a class by months; raise `Difference` for the first that breaks its rule."""
    counts: dict[tuple[int, ...], int] = {}
    before: list[int] = []
    for place, pattern in enumerate(stated["patterns"]):
        months = pattern["months"]
        broken = _broken_rule(stated, months)
        if not broken and (pattern["count"] < 1 or months <= before):
            broken = "order"
        if broken:
            listed = ", ".join(map(str, months))
            params = {"member": f"{member}[{place}]", "name": stated["id"], "months": listed}
            raise Difference(f"plan-record.rule-{broken}", file=DOCUMENT, params=params)
        counts[tuple(months)] = pattern["count"]
        before = months
    compare(f"{member} ({stated['id']})", stated["population"], sum(counts.values()))
    return counts


def _broken_rule(stated: Mapping[str, Any], months: list[int]) -> str:
    if len(months) != stated["visits"] or len(months) > stated["cap"]:
        return "visits"
    if any(later - month < stated["gap"] for month, later in pairwise(months)):
        return "gap"
    if not set(months) <= set(stated["months"]):
        return "window"
    return "" if all(Stretch(**each).holds(months) for each in stated["stretches"]) else "stretch"


def check_rules(record: PlanRecord) -> Note:
    """Every class asks what its rule and its campaigns ask; a visit takes its team's days on site and under way."""
    coverage, demand = record.document["coverage"], StatedDemand(record)
    rules = {rule["id"]: rule for rule in coverage["rules"]}
    population: Counter[str] = Counter()
    for place, stated in enumerate(coverage["classes"]):
        member, rule = f"coverage.classes[{place}]", rules.get(stated["rule"])
        if rule is None:
            raise Difference("plan-record.rule-unknown", file=DOCUMENT, params={"member": f"{member}.rule"})
        for name in ("cap", "gap", "team", "days"):
            compare(f"{member}.{name}", rule[name], stated[name])
        workload = stated["team"] * (days_of(stated["days"]) + days_of(stated["travel"]))
        compare(f"{member}.workload", days_figure(workload), stated["workload"])
        window = rule["window"]
        compare(f"{member}.window", window and window["id"], stated["window"])
        demand.check_class(member, stated, rule)
        population[stated["rule"]] += stated["population"]
    for place, rule in enumerate(coverage["rules"]):
        compare(f"coverage.rules[{place}].population", population[rule["id"]], rule["population"])
    check_alike(coverage["classes"])
    demand.check_campaigns()
    return Note("plan-record.rules", {"rules": len(rules)})


def check_plan(record: PlanRecord) -> Note:
    """The sealed plan.json is of this plan and version, and has the document's classes, populations and counts."""
    document, sealed = record.document, record.lottery.root
    for name in ("agency", "plan", "version"):
        compare(f"plan.json {name}", getattr(sealed, name), document[name])
    stated = [
        {"id": each["id"], "population": each["population"], "patterns": each["patterns"]}
        for each in document["coverage"]["classes"]
    ]
    bound = [
        {"id": each.id, "population": each.population, "patterns": _plain(each.patterns)} for each in sealed.classes
    ]
    compare("coverage.classes", bound, stated)
    return Note("plan-record.plan", {"file": f"{LOTTERY}plan.json", "version": sealed.version})


def _plain(patterns: tuple[Mapping[str, Any], ...]) -> list[dict[str, Any]]:
    return [{"months": list(each["months"]), "count": each["count"]} for each in patterns]


def check_binding(record: PlanRecord, bound: str | None) -> Note:
    """The hash of the document is the one that the sealed plan.json carries."""
    if bound is None:
        raise Absent("plan-record.unbound")
    if bound != record.sha256:
        raise Difference("plan-record.bound-differs", file=DOCUMENT, expected=bound, found=record.sha256)
    return Note("plan-record.bound", {"sha256": bound})


def check_days(commitment: str | None) -> Note:
    """The secret that will join the seed of the days was committed before the lottery's values existed."""
    if commitment is None:
        raise Absent("plan-record.days-uncommitted")
    return Note("plan-record.days", {"commitment": commitment})
