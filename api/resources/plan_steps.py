"""/api/v1/plans/<id>/steps: the life of a plan's newest version, step by step."""

from __future__ import annotations

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from api.access import roles
from api.login import actor
from api.resources.blueprint import Resource
from api.rights import need_step
from api.schemas.plan_steps import NewPlanStepSchema, PlanLifeSchema
from api.service import read_session, service, write_session
from scheduler.inspections.closing_figures import closing_completion
from scheduler.plans.life_cycle.any_step import StepRequest, perform_step
from scheduler.plans.life_cycle.step_record import Paper, Seen, find_newest
from scheduler.plans.life_cycle.steps import STEP_ROLES, standing_of, state_of, waiting_rules
from scheduler.plans.queries import life_of

resource = Resource("plan-steps", "Steps of a plan, for the staff")


@resource.get("/plans/<plan_id>/steps")
@roles(*STEP_ROLES, "auditor")
@resource.response(200, PlanLifeSchema)
def life(plan_id: str) -> dict[str, Any]:
    """Give the steps of the newest version and what waits."""
    with read_session() as session:
        return _life(session, plan_id)


@resource.post("/plans/<plan_id>/steps")
@roles(*STEP_ROLES)
@resource.arguments(NewPlanStepSchema)
@resource.response(201, PlanLifeSchema)
def take(body: dict[str, Any], plan_id: str) -> dict[str, Any]:
    """Take a step; each has its roles, and refuses whoever acts on an old sight of the plan."""
    need_step(body["step"])
    paper = Paper(body["note"], body["number"], body["date"], body["about"])
    request = StepRequest(body["step"], actor(), current_user.roles, Seen(body["version"], body["seen"]), paper)
    with write_session() as session:
        perform_step(session, service().settings, plan_id, request, closing_completion)
        return _life(session, plan_id)


def _life(session: Session, plan_id: str) -> dict[str, Any]:
    version = find_newest(session, plan_id)
    steps = life_of(session, plan_id, version.version)
    standing = standing_of(steps)
    return {
        "plan_id": plan_id,
        "version": version.version,
        "seen": len(steps),
        "state": state_of(standing),
        "steps": steps,
        "waiting": [{"step": rule.name, "roles": rule.roles} for rule in waiting_rules(steps)],
    }
