"""Reads of plans for pages, commands and the REST interface; everything comes from the stored document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.errors import InvalidInput, NotFound
from scheduler.plans.life_cycle.steps import TakenStep, last_step, standing_of, state_of
from scheduler.plans.models import KeyVisit, PlanStep, PlanVersion
from scheduler.store.audit import AuditEntry


@dataclass(frozen=True)
class PlanSummary:
    """A plan's newest version in a list."""

    plan_id: str
    version: int
    year: int
    title: str
    state: str
    demonstration: bool
    created_at: datetime


@dataclass(frozen=True)
class VersionLine:
    """A version of a plan among the others: why it was made, and when it was published."""

    version: int
    reason: str
    published_at: datetime | None


@dataclass(frozen=True)
class PlanView:
    """One version of a plan: its document as read, its state, its lottery, its steps and the versions there are.

    `steps` and `history` hold what was done; a public page shows of it only what `formalities_of` returns.
    """

    summary: PlanSummary
    document: dict[str, Any]
    sha256: str
    reason: str
    lottery_id: str
    versions: tuple[int, ...]
    published_at: datetime | None
    built_by: str
    authors: frozenset[str]
    steps: tuple[TakenStep, ...]
    history: tuple[VersionLine, ...]


def lottery_id(plan_id: str, version: int) -> str:
    """Return the identifier of the draw that gives a version's key enterprises their months."""
    return f"{plan_id}-v{version}"


def newest_version(session: Session, plan_id: str) -> PlanVersion | None:
    """Return the newest version of a plan, None when there is no such plan."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.version.desc()).limit(1)
    return session.scalars(query).first()


def life_of(session: Session, plan_id: str, version: int) -> tuple[TakenStep, ...]:
    """Return the steps of a version in their order."""
    query = select(PlanStep).where(PlanStep.plan_id == plan_id, PlanStep.version == version).order_by(PlanStep.sequence)
    return tuple(row.taken() for row in session.scalars(query))


def authors_of(session: Session, version: PlanVersion) -> frozenset[str]:
    """Return who built a version and who drafted or handed in a division's part before it was built."""
    drafted = select(AuditEntry.actor).where(
        AuditEntry.action.in_(("plan.draft-saved", "plan.draft-handed-in")),
        AuditEntry.subject.startswith(f"{version.plan_id}/", autoescape=True),
        AuditEntry.at <= version.created_at,
    )
    return frozenset((version.created_by, *session.scalars(drafted.distinct())))


def is_published(session: Session, version: PlanVersion) -> bool:
    """Say whether a version has been published."""
    return last_step(life_of(session, version.plan_id, version.version), "published") is not None


def published_version(session: Session, plan_id: str) -> PlanVersion | None:
    """Return the newest published version of a plan, None when there is none."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.version.desc())
    return next((version for version in session.scalars(query) if is_published(session, version)), None)


def list_plans(session: Session, *, published_only: bool) -> list[PlanSummary]:
    """Return each plan's newest version, latest year first; for the public its newest published version."""
    versions = select(PlanVersion).order_by(PlanVersion.year.desc(), PlanVersion.plan_id, PlanVersion.version.desc())
    found: dict[str, PlanSummary] = {}
    for version in session.scalars(versions):
        if version.plan_id not in found and (not published_only or is_published(session, version)):
            found[version.plan_id] = _summary(session, version)
    return list(found.values())


def view_plan(session: Session, plan_id: str, number: int | None = None, *, published_only: bool) -> PlanView:
    """Return one version of a plan, the newest unless a number is given; raises `NotFound` (`plan-unknown`)."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.version.desc())
    versions = [each for each in session.scalars(query) if not published_only or is_published(session, each)]
    version = next((each for each in versions if number in (None, each.version)), None)
    if version is None:
        raise NotFound("plan-unknown", plan=plan_id if number is None else f"{plan_id} v{number}")
    history = tuple(_line(session, each) for each in sorted(versions, key=lambda each: each.version))
    return PlanView(
        summary=_summary(session, version),
        document=json.loads(version.document),
        sha256=version.sha256,
        reason=version.reason,
        lottery_id=lottery_id(plan_id, version.version),
        versions=tuple(each.version for each in history),
        published_at=next(each.published_at for each in history if each.version == version.version),
        built_by=version.created_by,
        authors=authors_of(session, version),
        steps=life_of(session, plan_id, version.version),
        history=history,
    )


def view_pair(
    session: Session, plan_id: str, before: int | None, after: int | None, *, published_only: bool
) -> tuple[PlanView | None, PlanView]:
    """Return two versions to compare: without numbers the newest and the one before it, None when there is none.

    Raises `NotFound` (`plan-unknown`) for a version that is not there, `InvalidInput` (`plan-difference-same`).
    """
    later = view_plan(session, plan_id, after, published_only=published_only)
    if before is not None and before == later.summary.version:
        raise InvalidInput("plan-difference-same", version=before)
    earlier = [version for version in later.versions if version < later.summary.version]
    number = before if before is not None else earlier[-1] if earlier else None
    if number is None:
        return None, later
    return view_plan(session, plan_id, number, published_only=published_only), later


def _line(session: Session, version: PlanVersion) -> VersionLine:
    step = last_step(life_of(session, version.plan_id, version.version), "published")
    return VersionLine(version.version, version.reason, step.at if step else None)


def _summary(session: Session, version: PlanVersion) -> PlanSummary:
    return PlanSummary(
        plan_id=version.plan_id,
        version=version.version,
        year=version.year,
        title=version.title,
        state=plan_state(session, version),
        demonstration=version.demonstration,
        created_at=version.created_at,
    )


def plan_state(session: Session, version: PlanVersion) -> str:
    """Return the state of a version, one of `steps.STATES`."""
    return state_of(standing_of(life_of(session, version.plan_id, version.version)))


def visits_by_month(session: Session, plan_id: str, version: int) -> dict[tuple[str, int], int]:
    """Return the number of visits by division and month, as the lottery gave them; empty before it."""
    query = (
        select(KeyVisit.division_id, KeyVisit.month, func.count())
        .where(KeyVisit.plan_id == plan_id, KeyVisit.version == version)
        .group_by(KeyVisit.division_id, KeyVisit.month)
    )
    return {(division, month): count for division, month, count in session.execute(query)}
