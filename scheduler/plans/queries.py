"""Reads of plans for pages, commands and the REST interface; everything comes from the stored document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from scheduler.draws.models import Draw
from scheduler.errors import NotFound
from scheduler.plans.models import KeyVisit, PlanStep, PlanVersion

STATES = ("built", "sealed", "drawn", "published")


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
class PlanView:
    """One version of a plan: its document as read, its state, its lottery and the versions there are."""

    summary: PlanSummary
    document: dict[str, Any]
    sha256: str
    reason: str
    lottery_id: str
    versions: tuple[int, ...]
    published_at: datetime | None


def lottery_id(plan_id: str, version: int) -> str:
    """Return the identifier of the draw that gives a version's key enterprises their months."""
    return f"{plan_id}-v{version}"


def newest_version(session: Session, plan_id: str) -> PlanVersion | None:
    """Return the newest version of a plan, None when there is no such plan."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.version.desc()).limit(1)
    return session.scalars(query).first()


def is_published(session: Session, version: PlanVersion) -> bool:
    """Say whether a version has been published."""
    return session.get(PlanStep, (version.plan_id, version.version, "published")) is not None


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
    query = (
        select(PlanVersion)
        .where(PlanVersion.plan_id == plan_id)
        .order_by(PlanVersion.version.desc())
        .options(undefer(PlanVersion.document))
    )
    versions = [each for each in session.scalars(query) if not published_only or is_published(session, each)]
    version = next((each for each in versions if number in (None, each.version)), None)
    if version is None:
        raise NotFound("plan-unknown", plan=plan_id if number is None else f"{plan_id} v{number}")
    step = session.get(PlanStep, (plan_id, version.version, "published"))
    return PlanView(
        summary=_summary(session, version),
        document=json.loads(version.document),
        sha256=version.sha256,
        reason=version.reason,
        lottery_id=lottery_id(plan_id, version.version),
        versions=tuple(sorted(each.version for each in versions)),
        published_at=step.at if step else None,
    )


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
    """Return the state of a version: built, sealed, drawn or published."""
    if is_published(session, version):
        return "published"
    lottery = lottery_id(version.plan_id, version.version)
    if session.get(PlanStep, (version.plan_id, version.version, "drawn")) is not None:
        return "drawn"
    return "sealed" if session.get(Draw, lottery) is not None else "built"


def visits_by_month(session: Session, plan_id: str, version: int) -> dict[tuple[str, int], int]:
    """Return the number of visits by division and month, as the lottery gave them; empty before it."""
    query = (
        select(KeyVisit.division_id, KeyVisit.month, func.count())
        .where(KeyVisit.plan_id == plan_id, KeyVisit.version == version)
        .group_by(KeyVisit.division_id, KeyVisit.month)
    )
    return {(division, month): count for division, month, count in session.execute(query)}
