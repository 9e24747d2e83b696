"""What the page of a plan under way shows of its life: the stages, what waits and for whom, the comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from api.login import actor
from scheduler.plans.life_cycle.closing import Completion
from scheduler.plans.life_cycle.steps import (
    BUILT,
    REMARKS,
    RULES,
    StepRule,
    TakenStep,
    comments_of,
    is_barred,
    last_step,
    possible_steps,
    standing_of,
    waiting_rules,
)
from scheduler.plans.queries import PlanView

# The stages of a life in the order they are drawn; a return undoes those of review and approval.
STAGES = (
    "handed-in", "passed", "submitted", "approved", "sealed", "drawn", "filed-government", "filed-province",
    "published", "closed",
)  # fmt: skip
_UNDONE_BY = ("returned", "sent-back")
# Steps that cannot be taken back by any other and are confirmed by a tick.
GRAVE = ("approved", "sealed", "published", "closed")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: done by whom and when, waiting now, or still to come."""

    name: str
    mark: str
    step: TakenStep | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that can be taken now: by this account (`may`), or by others; `barred` when a part in it forbids it."""

    rule: StepRule
    may: bool
    barred: bool

    @property
    def is_grave(self) -> bool:
        """Whether the form asks for a confirmation."""
        return self.rule.name in GRAVE


def life_context(plan: PlanView, is_newest: bool, completion: Completion | None) -> dict[str, Any]:
    """Return what the page shows of a version's life; on an old version nothing but its closing is offered."""
    steps = plan.steps
    standing = standing_of(steps)
    possible = [rule for rule in possible_steps(standing) if is_newest or rule.name == "closed"]
    ways = sorted((rule for rule in possible if rule.name not in REMARKS), key=lambda rule: not rule.waits)
    offers = [_offer(rule, plan) for rule in ways]
    remarks = {rule.name for rule in possible if rule.name in REMARKS}
    waiting = {rule.name for rule in waiting_rules(steps)} if is_newest else {rule.name for rule in possible}
    return {
        "stages": _stages(steps, waiting),
        "offers": offers,
        "comments": comments_of(steps),
        "remarks": {name for name in remarks if current_user.has_role(*RULES[name].roles)},
        "unresolved": standing.unresolved if is_newest and standing.phase == "in-review" else (),
        "completion": completion,
        "is_newest": is_newest,
        "seen": len(steps),
    }


def _offer(rule: StepRule, plan: PlanView) -> Offer:
    holds = current_user.serves_bureau(*rule.roles)
    barred = holds and is_barred(rule, actor(), plan.authors, plan.steps)
    return Offer(rule, holds and not barred, barred)


def _stages(steps: Sequence[TakenStep], waiting: set[str]) -> list[Stage]:
    """Return the stages; those before the last return count as not yet taken again."""
    undone = last_step(steps, *_UNDONE_BY)
    since = undone.sequence if undone is not None else 0
    found = []
    for name in STAGES:
        step = last_step(steps, name)
        if step is not None and step.sequence < since:
            step = None
        found.append(Stage(name, "done" if step else "now" if name in waiting else "", step))
    return found


def built_stage(plan: PlanView) -> TakenStep:
    """Return the building of a version in the shape of a step."""
    return TakenStep(0, BUILT, plan.built_by, plan.summary.created_at)
