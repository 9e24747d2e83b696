"""The checks of loads and capacities, shortages and the claimed optimum, all by exact arithmetic without a solver."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, half_up
from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, judge_coverage
from scheduler.plans.full_coverage.load_document import write_load, write_shortages
from scheduler.plans.full_coverage.shortage import ratio_left
from scheduler.plans.optimiser.costs import GOALS
from scheduler.plans.optimiser.record import check_record, read_record
from scheduler.plans.optimiser.remedies import KINDS
from scheduler.records.checks import WARN, Difference, Note
from scheduler.records.plan_record.demand_checks import stated_capacities
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_capacity(record: PlanRecord) -> Note:
    """A division's key days fall on the months in proportion to their workdays, less what campaigns take.

    The value is the capacities.
    """
    capacities = {each.division: each for each in stated_capacities(record)}
    loads = record.document["coverage"]["loads"]
    compare("coverage.loads", sorted(capacities), [each["division"] for each in loads])
    for place, stated in enumerate(loads):
        months = [days_figure(days) for days in capacities[stated["division"]].months]
        compare(f"coverage.loads[{place}].capacity", months, stated["capacity"])
    total = sum((sum(each.months, Fraction(0)) for each in capacities.values()), Fraction(0))
    return Note("plan-record.capacity", {"days": days_figure(total)}, value=tuple(capacities.values()))


def check_loads(record: PlanRecord) -> Note:
    """Loads by division and month are the counts times the workloads; the value is (problem, plan)."""
    classes, counts = record.ledger.value("cover")
    problem = CoverageProblem(classes, record.ledger.value("capacity"))
    plan = judge_coverage(problem, counts)
    stated = record.document["coverage"]["loads"]
    for place, (load, found) in enumerate(zip(plan.loads, stated, strict=True)):
        compare(f"coverage.loads[{place}]", write_load(load), found)
    total = sum((sum(load.load, Fraction(0)) for load in plan.loads), Fraction(0))
    return Note("plan-record.loads", {"divisions": len(plan.loads), "days": days_figure(total)}, value=(problem, plan))


def check_overload(record: PlanRecord) -> Note:
    """No division is over its capacity in any month, or every shortage is told exactly."""
    plan: CoveragePlan = record.ledger.value("loads")[1]
    compare("coverage.shortages", write_shortages(plan.shortages), record.document["coverage"]["shortages"])
    if not plan.shortages:
        return Note("plan-record.within-capacity")
    short = sum((each.short for each in plan.shortages), Fraction(0))
    told = {"months": len(plan.shortages), "days": days_figure(half_up(short, 1))}
    return Note("plan-record.over-capacity", told, WARN)


def check_remedies(record: PlanRecord) -> Note:
    """Each division that is short has its remedies in order; what follows from the shortage alone is computed again.

    How few visits or people do is found by planning anew with a solver: these two are not computed here.
    """
    problem, plan = record.ledger.value("loads")
    stated = record.document["coverage"]["remedies"]
    short = {load.division: load.overload for load in plan.loads if load.overload}
    compare("coverage.remedies", sorted(short), sorted({each["division"] for each in stated}))
    for division, days in short.items():
        capacity = next(each for each in problem.capacities if each.division == division)
        ways = [each for each in stated if each["division"] == division]
        kinds = [each["kind"] for each in ways]
        expected = [kind for kind in KINDS if kind in kinds or kind == "days"]
        if capacity.general is not None and ("general" in kinds) != (capacity.general >= days):
            expected = [kind for kind in KINDS if (kind in kinds) != (kind == "general")]
        compare(f"coverage.remedies ({division})", expected, kinds)
        months = [each.month for each in plan.shortages if each.division == division]
        for way in ways:
            _check_way(record, way, days, months)
    return Note("plan-record.remedies" if short else "plan-record.no-remedies", {"divisions": len(short)})


def _check_way(record: PlanRecord, way: Mapping[str, Any], short: Fraction, months: list[int]) -> None:
    member = f"coverage.remedies ({way['division']}, {way['kind']})"
    compare(f"{member}.months", months, way["months"])
    if way["kind"] in ("months", "general", "days"):
        compare(f"{member}.amount", days_figure(half_up(short, 1)), way["amount"])
    elif type(way["amount"]) is not int or way["amount"] < 1:
        raise Difference("plan-record.form", file=DOCUMENT, params={"member": f"{member}.amount"})
    percent = None
    if way["kind"] == "general":
        general = next(each for each in record.document["general_capacity"] if each["division"] == way["division"])
        percent = ratio_left(days_of(general["expected_days"]), days_of(general["capacity"]), half_up(short, 1))
    compare(f"{member}.ratio_percent", percent, way["ratio_percent"])


def check_optimum(record: PlanRecord) -> Note:
    """Every goal's value is what the counts give, every bound what its prices prove; claims are told apart."""
    problem, plan = record.ledger.value("loads")
    claimed = read_record(record.document["coverage"]["goals"])
    checks = check_record(problem, plan, claimed)
    for each in checks:
        if each.fault:
            params = {"division": each.division, "goal": each.goal}
            raise Difference(f"error.{each.fault}", file=DOCUMENT, params=params)
    proven = Counter(each.by for each in checks if each.goal in GOALS)
    journeys = [goal for each in claimed for goal in each.goals if goal.goal == "journeys"]
    gap = sum((goal.value - goal.bound for goal in journeys), Fraction(0))
    told = {"prices": proven["prices"], "search": proven["search"], "open": proven[""], "gap": int(gap)}
    return Note("plan-record.optimum-open", told, WARN) if proven[""] else Note("plan-record.optimum", told)


def check_drawn_loads(record: PlanRecord) -> Note:
    """The drawn months give every class its counts and every division its loads, counted from months.tsv itself."""
    table = record.lottery.take("months.tsv")
    enterprises, column = record.lottery.take("enterprises.tsv")
    class_of = dict(zip(enterprises, column, strict=True))
    ids, months = table
    if ids != enterprises:
        raise Difference("plan-record.months-enterprises", file=f"{LOTTERY}months.tsv")
    drawn = Counter((class_of[uscc], listed) for uscc, listed in zip(ids, months, strict=True))
    loads: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for place, stated in enumerate(record.document["coverage"]["classes"]):
        counts = {",".join(map(str, each["months"])): each["count"] for each in stated["patterns"]}
        found = {listed: count for (name, listed), count in drawn.items() if name == stated["id"]}
        if counts != found:
            params = {"name": stated["id"], "member": f"coverage.classes[{place}].patterns"}
            raise Difference("plan-record.months-counts", file=f"{LOTTERY}months.tsv", params=params)
        for listed, count in found.items():
            for month in listed.split(","):
                loads[stated["division"], int(month)] += count * days_of(stated["workload"])
    for place, stated in enumerate(record.document["coverage"]["loads"]):
        found_days = [days_figure(loads[stated["division"], month]) for month in range(1, 13)]
        compare(f"coverage.loads[{place}].load", found_days, stated["load"])
    return Note("plan-record.drawn", {"enterprises": len(ids), "visits": sum(each.count(",") + 1 for each in months)})
