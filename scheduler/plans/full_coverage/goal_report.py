"""What a plan's document says of its optimum, in figures a reader can take in: rounded, with what proves each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_text, fixed, half_up
from scheduler.plans.optimiser.costs import GOALS
from scheduler.plans.optimiser.record import GoalRecord, read_record


@dataclass(frozen=True)
class GoalRow:
    """One goal of a division: its value and bound as text, by what it is proven: "prices", "search", "gap" or "bound".

    "bound": the value meets a bound that the record tells without its proof, as it does of the journeys.
    """

    division: str
    goal: str
    value: str
    bound: str
    gap: str
    by: str


@dataclass(frozen=True)
class GoalReport:
    """The goals of every division, how many are not proven, and the journeys added up over the divisions."""

    rows: tuple[GoalRow, ...]
    unproven: int
    journeys: int
    journeys_bound: int

    @property
    def journeys_gap(self) -> int:
        """How far the journeys may be from the fewest there could be."""
        return self.journeys - self.journeys_bound


def goal_report(coverage: Mapping[str, Any]) -> GoalReport | None:
    """Return the goals of a document's `coverage`; None for a version older than their record."""
    if "goals" not in coverage:
        return None
    goals = [(each.division, goal) for each in read_record(coverage["goals"]) for goal in each.goals]
    journeys = [goal for _, goal in goals if goal.goal == "journeys"]
    return GoalReport(
        rows=tuple(_row(division, goal) for division, goal in goals),
        unproven=sum(not goal.proven for _, goal in goals if goal.goal in GOALS),
        journeys=int(sum(goal.value for goal in journeys)),
        journeys_bound=int(sum(goal.bound for goal in journeys)),
    )


def _row(division: str, goal: GoalRecord) -> GoalRow:
    value, bound, gap = (_text(goal.goal, each) for each in (goal.value, goal.bound, goal.value - goal.bound))
    by = "bound" if goal.goal == "journeys" and goal.by else goal.by or "gap"
    return GoalRow(division, goal.goal, value, bound, gap, by)


def _text(goal: str, value: Fraction) -> str:
    return f"{fixed(value * 100, 1)} %" if goal == "peak" else days_text(half_up(value, 1))
