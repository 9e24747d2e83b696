"""The record of an optimum: what is claimed of every goal, as JSON, and the check of it from the record alone.

The check needs the classes, the capacities, the plan's counts and this record; no solver, no float. It recomputes
every value from the counts and every bound from its prices. A claim "by search" is told apart: its bound is proven
here, that nothing lies between bound and value is the solver's word (`check_optimum` asks it again). The bound of the
journeys is told, not proven by the record.

A record is a list of divisions, ascending: {"division", "goals": [{"goal", "value", "bound", "by", "prices"}]}, goals
in the order of `ALL_GOALS`; numbers are text, "7" or "7/2"; "prices" is null or {"months": [12], "limits": [...]}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.errors import InvalidInput
from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.optimiser.costs import GOALS, GoalValues, deviation_parts, goal_values
from scheduler.plans.optimiser.prices import Prices, goal_stage, whole_bound
from scheduler.plans.optimiser.year import Year, division_years, month_row

ALL_GOALS = (*GOALS, "journeys")
PROVEN_BY = ("prices", "search", "")


@dataclass(frozen=True)
class GoalRecord:
    """One goal of a division: its value and bound, and what proves them.

    Overload, stranded and deviation in person-days, the peak as a ratio, the journeys as a number of
    district-months. `by` is "prices", "search" or "" (not proven: the gap is value less bound).
    """

    goal: str
    value: Fraction
    bound: Fraction
    by: str
    prices: Prices | None = None

    @property
    def proven(self) -> bool:
        """Whether no plan has a smaller value."""
        return bool(self.by)


@dataclass(frozen=True)
class DivisionRecord:
    """The goals of a division in the order of `ALL_GOALS`."""

    division: str
    goals: tuple[GoalRecord, ...]


@dataclass(frozen=True)
class GoalCheck:
    """What a check found of one goal: a fault's code, or "" and by what the value stands as the least."""

    division: str
    goal: str
    fault: str
    by: str = ""


def in_days(year: Year, goal: str, value: int | Fraction) -> Fraction:
    """Return a goal's value in person-days; that of the peak, a ratio, as it is."""
    parts = {"peak": 1, "deviation": year.unit * deviation_parts(year)}.get(goal, year.unit)
    return Fraction(value) / parts


def write_record(divisions: Sequence[DivisionRecord]) -> list[dict[str, Any]]:
    """Return the record as JSON values, exact numbers as text."""
    return [{"division": each.division, "goals": [_write_goal(goal) for goal in each.goals]} for each in divisions]


def _write_goal(goal: GoalRecord) -> dict[str, Any]:
    prices = goal.prices and {
        "months": [str(price) for price in goal.prices.months],
        "limits": [str(price) for price in goal.prices.limits],
    }
    value, bound = str(goal.value), str(goal.bound)
    return {"goal": goal.goal, "value": value, "bound": bound, "by": goal.by, "prices": prices}


def read_record(record: object) -> tuple[DivisionRecord, ...]:
    """Read a record; raise `InvalidInput` (`optimum-record`) with the place that is not as it should be."""
    return tuple(
        DivisionRecord(
            _text(_member(division, "division", f"[{place}]"), f"[{place}].division"),
            tuple(
                _read_goal(goal, f"[{place}].goals[{number}]")
                for number, goal in enumerate(_list(_member(division, "goals", f"[{place}]"), f"[{place}].goals"))
            ),
        )
        for place, division in enumerate(_list(record, "$"))
    )


def _read_goal(given: object, path: str) -> GoalRecord:
    prices = _member(given, "prices", path)
    by = _text(_member(given, "by", path), f"{path}.by")
    if by not in PROVEN_BY:
        raise InvalidInput("optimum-record", path=f"{path}.by")
    return GoalRecord(
        _text(_member(given, "goal", path), f"{path}.goal"),
        _number(_member(given, "value", path), f"{path}.value"),
        _number(_member(given, "bound", path), f"{path}.bound"),
        by,
        None if prices is None else _read_prices(prices, f"{path}.prices"),
    )


def _read_prices(given: object, path: str) -> Prices:
    months = _list(_member(given, "months", path), f"{path}.months")
    limits = _list(_member(given, "limits", path), f"{path}.limits")
    read = Prices(
        tuple(_number(price, f"{path}.months") for price in months),
        tuple(_number(price, f"{path}.limits") for price in limits),
    )
    if len(months) != len(MONTHS) or min(read.limits, default=0) < 0:
        raise InvalidInput("optimum-record", path=path)
    return read


def _member(given: object, name: str, path: str) -> object:
    if not isinstance(given, dict) or name not in given:
        raise InvalidInput("optimum-record", path=f"{path}.{name}")
    return given[name]


def _list(given: object, path: str) -> list[object]:
    if not isinstance(given, list):
        raise InvalidInput("optimum-record", path=path)
    return given


def _text(given: object, path: str) -> str:
    if not isinstance(given, str):
        raise InvalidInput("optimum-record", path=path)
    return given


def _number(given: object, path: str) -> Fraction:
    """Read "7" or "-7/2" in lowest terms, as they are written; nothing longer than a record ever holds."""
    text = _text(given, path)
    try:
        number = Fraction(text) if len(text) <= 200 else None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None or str(number) != text:
        raise InvalidInput("optimum-record", path=path)
    return number


def check_record(
    problem: CoverageProblem, plan: CoveragePlan, divisions: Sequence[DivisionRecord]
) -> tuple[GoalCheck, ...]:
    """Check every claim of a record against classes, capacities and counts; one check for each goal claimed or due.

    Faults: `optimum-goals` (a division or goal missing, too many or out of order), `optimum-value` (the counts give
    another value), `optimum-bound` (the prices do not prove the bound), `optimum-claim` (said to be proven, is not).
    """
    years = division_years(problem)
    given = {each.division: each for each in divisions}
    names = [year.division for year in years]
    if [each.division for each in divisions] != names:
        wrong = sorted(set(names) ^ set(given)) or [""]
        return tuple(GoalCheck(name, "", "optimum-goals") for name in wrong)
    rows = {each.id: month_row(patterns) for each, patterns in plan.classes}
    return tuple(check for year in years for check in _check_division(year, given[year.division], rows))


def _check_division(year: Year, record: DivisionRecord, rows: dict[str, list[int]]) -> list[GoalCheck]:
    if tuple(goal.goal for goal in record.goals) != ALL_GOALS:
        return [GoalCheck(year.division, "", "optimum-goals")]
    single = year.by_class()
    counts = [rows[group.members[0].id] for group in single.groups]
    values = goal_values(year, single.loads(counts))
    trips = {
        (group.members[0].district, place)
        for group, row in zip(single.groups, counts, strict=True)
        for place, count in enumerate(row)
        if count
    }
    return [
        GoalCheck(year.division, goal.goal, fault, "" if fault else goal.by)
        for goal in record.goals
        for fault in [_fault(year, goal, values, len(trips))]
    ]


def _fault(year: Year, goal: GoalRecord, values: GoalValues, journeys: int) -> str:
    """Return the code of what is wrong with a claim, "" when nothing is."""
    told = Fraction(journeys) if goal.goal == "journeys" else in_days(year, goal.goal, getattr(values, goal.goal))
    if goal.value != told:
        return "optimum-value"
    if goal.goal in GOALS and not _proves(year, goal, values):
        return "optimum-bound"
    if goal.bound > goal.value or (goal.by == "prices" and goal.bound != goal.value):
        return "optimum-claim"
    return ""


def _proves(year: Year, goal: GoalRecord, values: GoalValues) -> bool:
    """Say whether a claim's prices prove its bound; one of 0 or less needs none."""
    if goal.bound <= 0:
        return True
    peak = goal.goal == "peak"
    stage = goal_stage(year, goal.goal, values.having("peak", goal.bound) if peak else values)
    if goal.prices is None or len(goal.prices.limits) != len(stage.limits):
        return False
    proven = whole_bound(year, stage, goal.prices)
    return proven > 0 if peak else in_days(year, goal.goal, proven) >= goal.bound
