"""The checks of what would mend a shortage: what follows from the shortage alone, and what no remedy can do without.

How few visits or people do, and whether other months would do, is found by planning anew with a solver; here an amount
is refused that cannot be enough, whatever the months.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import chain, repeat
from typing import Any

from scheduler.plans.exact import days_figure, half_up
from scheduler.plans.full_coverage.coverage import CoveragePlan, DivisionCapacity, DivisionLoad, VisitClass
from scheduler.plans.full_coverage.shortage import ratio_left
from scheduler.plans.optimiser.remedies import KINDS, general_does
from scheduler.records.checks import Difference, Note
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_remedies(record: PlanRecord) -> Note:
    """Each division that is short has its remedies in order, none of them too small to be true."""
    problem, plan = record.ledger.value("loads")
    stated = record.document["coverage"]["remedies"]
    short = {load.division: load for load in plan.loads if load.overload}
    compare("coverage.remedies", sorted(short), sorted({each["division"] for each in stated}))
    for division, load in short.items():
        capacity = next(each for each in problem.capacities if each.division == division)
        ways = [each for each in stated if each["division"] == division]
        _check_kinds(division, capacity, _shortages(plan, division), [each["kind"] for each in ways])
        classes = [each for each in problem.classes if each.division == division]
        for way in ways:
            _check_way(record, way, load, sorted(_shortages(plan, division)))
            if not _can_be_enough(way, load, capacity, classes):
                member = f"coverage.remedies ({division}, {way['kind']})"
                params = {"member": member, "amount": way["amount"]}
                raise Difference("plan-record.remedy-too-small", file=DOCUMENT, params=params)
    return Note("plan-record.remedies" if short else "plan-record.no-remedies", {"divisions": len(short)})


def _shortages(plan: CoveragePlan, division: str) -> dict[int, Fraction]:
    return {each.month: each.short for each in plan.shortages if each.division == division}


def _check_kinds(division: str, capacity: DivisionCapacity, short: Mapping[int, Fraction], kinds: list[str]) -> None:
    """Days from elsewhere always do; those of the general tier do exactly when it has them."""
    sure = {"days", *(["general"] if general_does(capacity, short) else [])}
    solved = {"months", "visits", "staff"}.intersection(kinds)
    expected = [kind for kind in KINDS if kind in sure | solved]
    compare(f"coverage.remedies ({division})", expected, kinds)


def _check_way(record: PlanRecord, way: Mapping[str, Any], load: DivisionLoad, months: list[int]) -> None:
    member = f"coverage.remedies ({way['division']}, {way['kind']})"
    compare(f"{member}.months", months, way["months"])
    if way["kind"] in ("months", "general", "days"):
        compare(f"{member}.amount", days_figure(half_up(load.overload, 1)), way["amount"])
    elif type(way["amount"]) is not int or way["amount"] < 1:
        raise Difference("plan-record.form", file=DOCUMENT, params={"member": f"{member}.amount"})
    percent = None
    if way["kind"] == "general":
        general = next(each for each in record.document["general_capacity"] if each["division"] == way["division"])
        expected, capacity = (days_of(general[name]) for name in ("expected_days", "capacity"))
        percent = ratio_left(expected, capacity, half_up(load.overload, 1))
    compare(f"{member}.ratio_percent", percent, way["ratio_percent"])


def _can_be_enough(
    way: Mapping[str, Any], load: DivisionLoad, capacity: DivisionCapacity, classes: list[VisitClass]
) -> bool:
    """Say whether a way can do at all: in the whole year, for other months and staff; taking the longest visits out."""
    needed, room = sum(load.load, Fraction(0)), sum(load.capacity, Fraction(0))
    if way["kind"] == "months":
        return needed <= room
    if way["kind"] == "staff":
        staff = capacity.staff or 0
        return needed * staff <= room * (staff + int(way["amount"]))
    if way["kind"] == "visits":
        longest = sorted(classes, key=lambda each: each.workload, reverse=True)
        spared = chain.from_iterable(repeat(each.workload, each.population * (each.visits - 1)) for each in longest)
        return sum((days for days, _ in zip(spared, range(way["amount"]), strict=False)), Fraction(0)) >= load.overload
    return True
