"""The optimum of a year's key visits: the plan, and for every division what is proven of every goal.

`optimise` takes the goals in this order: least overload; of that, least in months without capacity; the smallest
largest utilisation; the smallest sum of deviations from the load in proportion to capacity; then as few
district-months to travel to as a measure of work finds. All but the last are proven, see `goals`.

The goals' values are the optimum's own and the same whatever finds them. Which of several plans with these values is
returned follows from the problem alone, not from the order of its rows, the clock or the machine; another version of
the solver may choose another of them. A plan therefore records its counts, and from then on they are what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, judge_coverage
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.month_patterns import Pattern
from scheduler.plans.optimiser.costs import GOALS, goal_values
from scheduler.plans.optimiser.goals import Settled, settle_goals
from scheduler.plans.optimiser.journeys import district_months, fewer_journeys, journey_bound, solves_for
from scheduler.plans.optimiser.prices import goal_stage
from scheduler.plans.optimiser.record import DivisionRecord, GoalRecord, in_days
from scheduler.plans.optimiser.year import Row, Year, deal_months, division_years, month_row, part_months

KEPT_DIVISIONS = 96
"""How many divisions' years are remembered: scenarios of one plan mostly change a division and leave the others."""

Start = tuple[tuple[int, ...], ...]
"""Counts by group and month, as they can be looked up."""

Progress = Callable[[str, str, int, int], None]
"""Called with "goals" or "journeys", the division just done, how many are done, how many there are."""


@dataclass(frozen=True)
class Optimum:
    """A plan that covers every enterprise, and the record of every division's goals, ascending by division."""

    problem: CoverageProblem
    plan: CoveragePlan
    divisions: tuple[DivisionRecord, ...]

    @property
    def proven(self) -> bool:
        """Whether all goals but the journeys are proven optimal in every division."""
        return all(goal.proven for each in self.divisions for goal in each.goals if goal.goal in GOALS)


def optimise(problem: CoverageProblem, *, time_budget_seconds: int = 10, progress: Progress | None = None) -> Optimum:
    """Return the optimum of a problem; the budget is for the journeys alone, 0 leaves them as they come.

    A second of the budget stands for a fixed measure of work, so that the plan does not depend on the machine.
    """
    tell = progress or (lambda *_: None)
    years = division_years(problem)
    spread = _starts(spread_visits(problem))
    starts = [_fixed(_group_rows(year, spread)) for year in years]
    for done, (year, start) in enumerate(zip(years, starts, strict=True), 1):
        _settled(year, start)
        tell("goals", year.division, done, len(years))
    solves = solves_for([year.by_class() for year in years], time_budget_seconds)
    counts: dict[str, Mapping[Pattern, int]] = {}
    records = []
    for done, (year, start) in enumerate(zip(years, starts, strict=True), 1):
        single, rows, record = _planned(year, start, solves)
        counts |= {group.members[0].id: deal_months(group, row) for group, row in zip(single.groups, rows, strict=True)}
        records.append(record)
        tell("journeys", year.division, done, len(years))
    return Optimum(problem, judge_coverage(problem, counts), tuple(records))


def _fixed(rows: Sequence[Row]) -> Start:
    return tuple(tuple(row) for row in rows)


@lru_cache(maxsize=KEPT_DIVISIONS)
def _settled(year: Year, start: Start) -> Settled:
    """Settle a division's goals. What is kept follows from the arguments alone: who asks again gets the same."""
    return settle_goals(year, [[list(row) for row in start]])


@lru_cache(maxsize=KEPT_DIVISIONS)
def _planned(year: Year, start: Start, solves: int) -> tuple[Year, Start, DivisionRecord]:
    """Return a division's year with a group for each class, the counts of these, and the record of its goals."""
    settled, single = _settled(year, start), year.by_class()
    rows, journeys = _journeys(settled, single, solves)
    return single, _fixed(rows), DivisionRecord(year.division, (*_goal_records(settled), journeys))


def _starts(plan: CoveragePlan) -> dict[str, Row]:
    return {each.id: month_row(patterns) for each, patterns in plan.classes}


def _group_rows(year: Year, rows: Mapping[str, Row]) -> list[Row]:
    """Add up the counts of classes by group."""
    return [
        [sum(places) for places in zip(*(rows[member.id] for member in group.members), strict=True)]
        for group in year.groups
    ]


def _journeys(settled: Settled, single: Year, solves: int) -> tuple[Sequence[Row], GoalRecord]:
    """Part the counts of groups among classes, lower the number of district-months, and record it."""
    parted: dict[str, dict[Pattern, int]] = {}
    for group, row in zip(settled.year.groups, settled.rows, strict=True):
        parted |= part_months(group, row)
    rows: Sequence[Row] = [month_row(tuple(parted[group.members[0].id].items())) for group in single.groups]
    bound = journey_bound(single, goal_stage(single, "journeys", settled.values)) if single.groups else 0
    rows = fewer_journeys(single, rows, solves, bound)
    value = district_months(single, rows)
    by = "search" if value == bound else ""
    return rows, GoalRecord("journeys", Fraction(value), Fraction(bound), by)


def _goal_records(settled: Settled) -> list[GoalRecord]:
    return [
        GoalRecord(
            proof.goal,
            in_days(settled.year, proof.goal, getattr(settled.values, proof.goal)),
            in_days(settled.year, proof.goal, proof.bound),
            proof.by,
            proof.prices,
        )
        for proof in settled.proofs
    ]


@dataclass(frozen=True)
class Difference:
    """A goal whose value in a plan is not the optimum's."""

    division: str
    goal: str
    planned: Fraction
    least: Fraction


def check_optimum(problem: CoverageProblem, plan: CoveragePlan) -> tuple[Difference, ...]:
    """Solve a problem anew and return every proven goal in which a plan is not at its least; none when it is."""
    rows = _starts(plan)
    found = []
    for year in division_years(problem):
        planned = goal_values(year, year.loads(_group_rows(year, rows)))
        least = settle_goals(year).values
        for goal in GOALS:
            if (mine := getattr(planned, goal)) != (best := getattr(least, goal)):
                found.append(Difference(year.division, goal, in_days(year, goal, mine), in_days(year, goal, best)))
                break
    return tuple(found)
