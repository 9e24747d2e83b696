"""Any step of a plan's life by its name: the one door for pages, the REST interface and the commands."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.plans.life_cycle.closing import Completion, close_plan
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.life_cycle.step_record import Paper, Seen, take_step
from scheduler.plans.life_cycle.steps import check_role

# Gives the completion of a plan when it is closed: what was due and done by division and month.
CompletionOf = Callable[[Session, str], Completion]


@dataclass(frozen=True)
class StepRequest:
    """A step that somebody asks for: who with which roles, what they had seen, what they wrote."""

    step: str
    actor: str
    held: Collection[str]
    seen: Seen | None = None
    paper: Paper = field(default_factory=Paper)


def perform_step(
    session: Session, settings: Settings, plan_id: str, request: StepRequest, completion_of: CompletionOf
) -> None:
    """Take a step; raises what `steps.check_role`, `step_record.take_step` and the step itself raise."""
    check_role(request.step, request.held)
    actor, seen = request.actor, request.seen
    if request.step == "sealed":
        seal_plan(session, settings, plan_id, actor=actor, seen=seen)
    elif request.step == "drawn":
        conduct_plan(session, plan_id, actor=actor, seen=seen)
    elif request.step == "published":
        publish_plan(session, plan_id, actor=actor, seen=seen)
    elif request.step == "closed":
        completion = completion_of(session, plan_id)
        close_plan(session, plan_id, completion, actor=actor, reason=request.paper.note, seen=seen)
    else:
        take_step(session, plan_id, request.step, actor=actor, seen=seen, paper=request.paper)
