"""The checks of loads and capacities, shortages and the claimed optimum, all by exact arithmetic without a solver."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

from scheduler.plans.exact import days_figure, fixed, half_up
from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, judge_coverage
from scheduler.plans.full_coverage.load_document import write_load, write_shortages
from scheduler.plans.optimiser.costs import GOALS
from scheduler.plans.optimiser.record import DivisionRecord, GoalRecord, check_record, read_record
from scheduler.records.checks import WARN, Difference, Note
from scheduler.records.plan_record.demand_checks import stated_capacities
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of

_GAPS_TOLD = 4


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


def check_optimum(record: PlanRecord, *, solve: bool = False) -> Note:
    """Every goal's value is what the counts give, every bound what its prices prove; claims are told apart.

    A claim that rests on a solver's search alone is a warning with its gap, for the record cannot show that the search
    was made; with `solve` it is made again here.
    """
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
    if solve:
        _search_again(problem, plan)
        return Note("plan-record.optimum-solved", told)
    if proven[""] or proven["search"]:
        kind = "open" if proven[""] else "search"
        return Note(f"plan-record.optimum-{kind}", {**told, "gaps": _gaps(claimed)}, WARN)
    return Note("plan-record.optimum", told)


def _search_again(problem: CoverageProblem, plan: CoveragePlan) -> None:
    from scheduler.plans.optimiser.optimum import check_optimum as solve_anew  # a solver: only where it is asked for

    for each in solve_anew(problem, plan):
        raise Difference(
            "plan-record.not-optimal",
            file=DOCUMENT,
            expected=str(each.least),
            found=str(each.planned),
            params={"division": each.division, "goal": each.goal},
        )


def _gaps(claimed: Sequence[DivisionRecord]) -> str:
    """Return the goals that prices do not close, the widest gap first, each with its value and what is proven."""
    found = [
        ((goal.value - goal.bound) / goal.value, each.division, goal)
        for each in claimed
        for goal in each.goals
        if goal.goal in GOALS and goal.bound < goal.value
    ]
    widest = sorted(found, key=lambda one: (-one[0], one[1], one[2].goal))[:_GAPS_TOLD]
    told = ((f"{name} {goal.goal}", _figure(goal, goal.value), _figure(goal, goal.bound)) for _, name, goal in widest)
    return "; ".join(f"{goal} {value} >= {bound}" for goal, value, bound in told)


def _figure(goal: GoalRecord, value: Fraction) -> str:
    return f"{fixed(100 * value, 1)} %" if goal.goal == "peak" else fixed(value, 1)


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
    populations = Counter(column)
    single = [each["id"] for each in record.document["coverage"]["classes"] if len(each["patterns"]) == 1]
    told = {"enterprises": len(ids), "visits": sum(each.count(",") + 1 for each in months)}
    return Note("plan-record.drawn", told | {"fixed": sum(populations[name] for name in single)})
