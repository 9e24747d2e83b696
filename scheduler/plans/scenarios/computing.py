"""A scenario's figures: the inputs of a plan version, changes laid over them, computed as any plan's are.

Nothing here stores a plan, and nothing of the version is touched: its inputs are read, copied and changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.errors import Conflict, NotFound
from scheduler.plans.document import VersionHead, write_document
from scheduler.plans.figures import PlanBasis, PlanFigures, read_basis, with_remedies
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import Field, parse_json
from scheduler.plans.models import PlanVersion
from scheduler.plans.scenarios.changes import apply_changes
from scheduler.plans.scenarios.outcome import outcome_of
from scheduler.plans.workday_budget.budget import compute_budget


@dataclass(frozen=True)
class ScenarioBase:
    """The plan version a scenario starts from: its inputs as they were given, and its document as it stands."""

    plan_id: str
    version: int
    year: int
    title: str
    inputs: Field
    document: Mapping[str, Any]

    @property
    def divisions(self) -> tuple[tuple[str, str], ...]:
        """Ids and names of the divisions, in the order of the inputs."""
        return tuple((each["id"], each["name"]) for each in self.document["budget"]["divisions"])

    @property
    def outcome(self) -> dict[str, Any]:
        """What the version itself comes to, as it was computed when it was built."""
        return outcome_of(self.document)


def read_scenario_base(session: Session, plan_id: str, version: int | None = None) -> ScenarioBase:
    """Return what a scenario starts from, the newest version unless one is named.

    Raises `NotFound` (`plan-unknown`); `Conflict` (`scenario-no-inputs`) for a version that kept no inputs.
    """
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.version.desc()).limit(1)
    found = session.scalars(query if version is None else query.where(PlanVersion.version == version)).first()
    if found is None:
        raise NotFound("plan-unknown", plan=plan_id if version is None else f"{plan_id} v{version}")
    if not found.inputs:
        raise Conflict("scenario-no-inputs", plan=plan_id, version=found.version)
    return ScenarioBase(
        plan_id=plan_id,
        version=found.version,
        year=found.year,
        title=found.title,
        inputs=parse_json(found.inputs),
        document=json.loads(found.document),
    )


def changed_inputs(base: ScenarioBase, changes: Field, settings: Settings) -> Field:
    """Return the base's inputs with the changes laid over them, as a version could be built from them.

    Raises `InvalidInput` naming the change that cannot stand, or the place in the inputs that no longer holds.
    """
    changed = apply_changes(base.inputs, changes, settings.plan, base.divisions)
    budget = read_inputs(changed, settings, base.year).budget
    compute_budget(budget.given, settings.plan.staff_floor_percent, budget.path)
    return changed


def read_scenario_basis(session: Session, settings: Settings, base: ScenarioBase, changes: Field) -> PlanBasis:
    """Read what a scenario's figures rest on, to be solved without a transaction (`figures.solve_basis`)."""
    changed = apply_changes(base.inputs, changes, settings.plan, base.divisions)
    return read_basis(session, settings, read_inputs(changed, settings, base.year))


def scenario_outcome(base: ScenarioBase, figures: PlanFigures, settings: Settings) -> dict[str, Any]:
    """Return the outcome of a scenario's figures."""
    head = VersionHead(base.plan_id, base.version, base.title, demonstration=False, reason="")
    return outcome_of(write_document(head, figures, settings))


def first_outcome(base: ScenarioBase, figures: PlanFigures, settings: Settings) -> dict[str, Any]:
    """Return the outcome before anybody looked for what would mend its shortages; `unmended` says so."""
    return {**scenario_outcome(base, with_remedies(figures, ()), settings), "unmended": True}
