"""What waits for somebody in the life of the plans, and since when: the inbox of every role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.directory.changes import CHINA
from scheduler.plans.life_cycle.steps import (
    BUILT,
    RULES,
    StepRule,
    TakenStep,
    is_barred,
    standing_of,
    unanswered,
    waiting_rules,
)
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import authors_of, life_of, newest_version, published_version

# A published plan is closed when its year ends; the closing is asked for from this day on.
CLOSING_MONTH = 12


@dataclass(frozen=True)
class Waiting:
    """A step that waits: on which version, for which roles, since when; `barred` are accounts it cannot wait for."""

    plan_id: str
    title: str
    version: int
    step: str
    roles: tuple[str, ...]
    since: datetime
    barred: frozenset[str]


def waiting_steps(session: Session, now: datetime) -> list[Waiting]:
    """Return every step that waits on any plan, the longest wait first."""
    found: list[Waiting] = []
    for plan_id in session.scalars(select(PlanVersion.plan_id).distinct().order_by(PlanVersion.plan_id)):
        newest, published = newest_version(session, plan_id), published_version(session, plan_id)
        for version in {each.version: each for each in (newest, published) if each is not None}.values():
            steps = life_of(session, plan_id, version.version)
            found += [
                each
                for each in _of_version(version, authors_of(session, version), steps)
                if (version is newest or each.step == "closed") and each.since <= now
            ]
    return sorted(found, key=lambda each: (each.since, each.plan_id, each.version, each.step))


def _of_version(version: PlanVersion, authors: frozenset[str], steps: Sequence[TakenStep]) -> list[Waiting]:
    return [
        Waiting(
            version.plan_id,
            version.title,
            version.version,
            rule.name,
            rule.roles,
            since(rule, version, steps),
            frozenset(
                actor for actor in authors | {each.actor for each in steps} if is_barred(rule, actor, authors, steps)
            ),
        )
        for rule in waiting_rules(steps)
    ]


def since(rule: StepRule, version: PlanVersion, steps: Sequence[TakenStep]) -> datetime:
    """Return since when a step of a version has been possible."""
    if rule.name == "answered":
        return min(each.at for each in unanswered(steps))
    phase = standing_of(steps).phase
    opened = [each.at for each in steps if RULES[each.step].leads_to == phase or each.step in rule.after]
    found = max(opened, default=version.created_at) if phase != BUILT else version.created_at
    if rule.name == "closed":
        return max(found, datetime.combine(date(version.year, CLOSING_MONTH, 1), time(), CHINA))
    return found
