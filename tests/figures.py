"""The figures of a plan, computed once for each basis: for tests that need a plan and are not about computing one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.plans.figures import PlanFigures, read_basis, solve_basis
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import Field

_computed: list[PlanFigures] = []


def figures_for(session: Session, settings: Settings, inputs: Field, year: int) -> PlanFigures:
    """Return what `build_plan` takes as `computed`: it compares the basis with the directory again."""
    basis = read_basis(session, settings, read_inputs(inputs, settings, year))
    found = next((each for each in _computed if each.basis == basis), None)
    if found is None:
        found = solve_basis(basis)
        _computed.append(found)
    return found
