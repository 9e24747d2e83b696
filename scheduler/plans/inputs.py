"""The inputs of a plan: everything a planner decides for a year, in one JSON document.

It is the budget that `plan budget` reads (`budget_file`) with further members beside it, each read by the module that
knows it. A plan version keeps the document it was built from, so an adjustment or a scenario starts from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batches_file import BatchInputs, read_batches
from scheduler.plans.json_input import Field, write_json
from scheduler.plans.workday_budget.budget import Shares
from scheduler.plans.workday_budget.budget_file import BudgetDocument, read_budget
from scheduler.plans.year_demand.demand_inputs import DemandInputs, read_demand


@dataclass(frozen=True)
class PlanInputs:
    """The inputs of a plan, read and checked; `document` is their JSON as it is stored."""

    document: bytes
    budget: BudgetDocument
    demand: DemandInputs
    general: BatchInputs

    @property
    def year(self) -> int:
        """The year the plan is for."""
        return self.budget.year


def read_inputs(given: Field, settings: Settings, year: int | None = None) -> PlanInputs:
    """Read a plan's inputs; raise `InvalidInput` naming the path of the first fault.

    `year` is the year the plan must be for (`plan-budget-year` when it is another).
    """
    budget = _with_shares(read_budget(given, workday_catalogue(), settings.plan), settings)
    if year is not None and budget.year != year:
        raise InvalidInput("plan-budget-year", wanted=year, found=budget.year)
    return PlanInputs(
        document=write_json(given),
        budget=budget,
        demand=read_demand(given, settings),
        general=read_batches(given, budget.year, settings.plan.batch_months),
    )


def _with_shares(given: BudgetDocument, settings: Settings) -> BudgetDocument:
    """Part supervision days by the office's settings, and take its level, where the budget does not say how."""
    key, reserve = settings.plan.key_percent, settings.plan.reserve_percent
    shares = given.given.shares or Shares(Fraction(key), Fraction(100 - key - reserve), Fraction(reserve))
    level = given.given.level or settings.office.level
    return replace(given, given=replace(given.given, shares=shares, level=level))
