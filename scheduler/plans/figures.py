"""The figures of a plan from its inputs and the directory as it stands: computed, never stored here.

First everything is read that the figures rest on (`read_basis`, the only part that needs the database), then they are
solved (`solve_basis`, which may take seconds and holds no transaction open). A plan version and a what-if scenario are
computed by the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.calendars import Calendar
from config.settings import Settings
from scheduler.directory.models import Division, Enterprise
from scheduler.errors import InvalidInput
from scheduler.plans.deadlines import statutory_calendar
from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem
from scheduler.plans.full_coverage.month_capacity import TakenDays, key_capacities, take_campaign_days
from scheduler.plans.general_tier.batches import BatchPlan
from scheduler.plans.general_tier.cells import plan_general_tier
from scheduler.plans.inputs import PlanInputs
from scheduler.plans.optimiser.mending import least_remedies
from scheduler.plans.optimiser.optimum import Optimum, Progress, optimise
from scheduler.plans.optimiser.remedies import Remedy
from scheduler.plans.workday_budget.budget import Budget, compute_budget
from scheduler.plans.workday_budget.budget_file import BudgetDocument
from scheduler.plans.workday_budget.printed import compare_printed
from scheduler.plans.year_demand.demand import KeyDemand, division_of_sectors, key_demand
from scheduler.plans.year_demand.demand_divisions import with_division_ids
from scheduler.plans.year_demand.demand_inputs import DemandInputs


@dataclass(frozen=True)
class PlanBasis:
    """What a plan's figures rest on: inputs, budget, directory, and what is asked of the year; equal when it is.

    `wanted` is the demand of the inputs with the ids of divisions, `taken` the days that campaigns take.
    """

    inputs: PlanInputs
    budget: Budget
    divisions: tuple[tuple[str, str], ...]
    calendar: Calendar
    tiers: Mapping[str, int]
    wanted: DemandInputs
    demand: KeyDemand
    taken: tuple[TakenDays, ...]
    problem: CoverageProblem
    batches: BatchPlan
    wrong: tuple[Mapping[str, Any], ...]
    journey_seconds: int

    @property
    def given(self) -> BudgetDocument:
        """The budget as it was given."""
        return self.inputs.budget


@dataclass(frozen=True)
class PlanFigures(PlanBasis):
    """Everything a plan's document says of the year."""

    optimum: Optimum

    @property
    def coverage(self) -> CoveragePlan:
        """The plan of the key visits."""
        return self.optimum.plan

    @cached_property
    def remedies(self) -> tuple[Remedy, ...]:
        """What would mend each shortage, found by planning anew when first asked for: a second or two where short."""
        return tuple(least_remedies(self.problem, self.coverage))

    def find_remedies(self) -> None:
        """Find the remedies now, before a transaction that needs them is open."""
        _ = self.remedies

    @property
    def basis(self) -> PlanBasis:
        """What these figures rest on, to be compared with what stands now."""
        return PlanBasis(**{each.name: getattr(self, each.name) for each in fields(PlanBasis)})


def compute_figures(
    session: Session,
    settings: Settings,
    inputs: PlanInputs,
    *,
    time_budget_seconds: int | None = None,
    progress: Progress | None = None,
) -> PlanFigures:
    """Compute a plan's figures; raises `InvalidInput` where inputs and directory do not fit each other."""
    basis = read_basis(session, settings, inputs)
    return solve_basis(basis, time_budget_seconds=time_budget_seconds, progress=progress)


def solve_basis(
    basis: PlanBasis, *, time_budget_seconds: int | None = None, progress: Progress | None = None
) -> PlanFigures:
    """Plan the key visits of a basis; a budget of one's own, instead of the setting's, is for the journeys alone."""
    seconds = basis.journey_seconds if time_budget_seconds is None else time_budget_seconds
    optimum = optimise(basis.problem, time_budget_seconds=seconds, progress=progress)
    return PlanFigures(**{each.name: getattr(basis, each.name) for each in fields(basis)}, optimum=optimum)


def with_remedies(figures: PlanFigures, remedies: tuple[Remedy, ...]) -> PlanFigures:
    """Return the same figures with remedies known already, so that nobody looks for them again."""
    same = replace(figures)
    vars(same)["remedies"] = remedies  # where a cached property keeps what it found
    return same


def read_basis(session: Session, settings: Settings, inputs: PlanInputs) -> PlanBasis:
    """Read what a plan's figures rest on; raises `InvalidInput` where inputs and directory do not fit each other."""
    given, calendar = inputs.budget, statutory_calendar(inputs.year)
    budget = compute_budget(given.given, settings.plan.staff_floor_percent, given.path)
    divisions = _known_divisions(session, given)
    sectors = division_of_sectors(session)
    wanted = with_division_ids(inputs.demand, divisions)
    demand = key_demand(session, wanted, sectors, calendar)
    names = [division_id for division_id, _ in divisions]
    capacities, taken = take_campaign_days(key_capacities(names, budget, calendar, wanted.closed), wanted.campaigns)
    problem = CoverageProblem(demand.classes, capacities)
    tiers = select(Enterprise.tier, func.count()).where(Enterprise.left_on.is_(None)).group_by(Enterprise.tier)
    comparison = compare_printed(given.printed, budget, given.calendar_days)
    return PlanBasis(
        inputs=inputs,
        budget=budget,
        divisions=divisions,
        calendar=calendar,
        tiers=dict(session.execute(tiers).all()),
        wanted=wanted,
        demand=demand,
        taken=taken,
        problem=problem,
        batches=plan_general_tier(
            session, settings.plan, sectors, inputs.general.batches, _general_days(divisions, budget)
        ),
        wrong=tuple(
            {"path": each.path, "printed": each.printed, "computed": each.computed} for each in comparison.wrong
        ),
        journey_seconds=settings.plan.journey_seconds,
    )


def _known_divisions(session: Session, given: BudgetDocument) -> tuple[tuple[str, str], ...]:
    """Return id and name of the budget's divisions in its order; each must be named by its id or name."""
    rows = session.scalars(select(Division)).all()
    known = {division.name: division for division in rows} | {division.id: division for division in rows}
    found = []
    for place, division in enumerate(given.given.divisions):
        if division.name not in known:
            listed = ", ".join(sorted(row.name for row in rows))
            raise InvalidInput("plan-division-unknown", path=f"divisions[{place}]", name=division.name, known=listed)
        found.append((known[division.name].id, known[division.name].name))
    missing = sorted(row.name for row in rows if row.id not in {division_id for division_id, _ in found})
    if missing:
        raise InvalidInput("plan-division-missing", names=", ".join(missing))
    return tuple(found)


def _general_days(divisions: tuple[tuple[str, str], ...], budget: Budget) -> dict[str, Fraction]:
    """Return each division's person-days for the general tier."""
    return {
        division_id: unit.parts["general"] for (division_id, _), unit in zip(divisions, budget.divisions, strict=True)
    }
