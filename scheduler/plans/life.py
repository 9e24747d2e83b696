"""A plan's life after it is built: its lottery sealed and drawn, the version published.

The lottery is a draw like any other (kind `months`): frozen first, then randomness, then the outcome.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.documents import build_plan as build_lottery
from scheduler.draws.models import Draw
from scheduler.draws.record import CODE
from scheduler.draws.sealing import name_source, seal_months
from scheduler.errors import Conflict, NotFound
from scheduler.plans.models import KeyVisit, PlanStep, PlanVersion
from scheduler.plans.queries import lottery_id, newest_version
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

DICE = {"id": "dice", "type": "dice/d10", "count": 24}
DRAND = {"id": "drand", "type": "drand/quicknet"}
# Time between the seal and the beacon for those who roll the dice.
CEREMONY_SECONDS = 1800
_BLOCK = 10_000


def seal_plan(
    session: Session,
    settings: Settings,
    plan_id: str,
    *,
    actor: str,
    sources: Sequence[Mapping[str, Any]] | None = None,
) -> Draw:
    """Freeze the newest version's classes and counts, and name the randomness that will decide.

    Without `sources`: dice and a drand round after them; dice alone in a demonstration, which may have no internet.
    """
    version = _newest(session, plan_id)
    named = sources or ([DICE] if version.demonstration else [DICE, DRAND])
    lead, now = settings.draw.lead_seconds, utc_now()
    classes = json.loads(version.document)["coverage"]["classes"]
    plan_json = build_lottery(
        agency=settings.office.agency,
        plan=plan_id,
        version=version.version,
        classes={each["id"]: _patterns(each) for each in classes},
        randomness=[name_source(source, now, lead + CEREMONY_SECONDS) for source in named],
        code=CODE,
        enterprises=version.enterprises,
        lead_seconds=lead,
    )
    return seal_months(
        session,
        actor,
        plan_json,
        version.enterprises,
        title=version.title,
        demonstration=version.demonstration,
        now=now,
    )


def _patterns(visit_class: Mapping[str, Any]) -> dict[tuple[int, ...], int]:
    return {tuple(pattern["months"]): pattern["count"] for pattern in visit_class["patterns"]}


def lottery_of(session: Session, plan_id: str) -> Draw:
    """Return the sealed lottery of the newest version; raises `Conflict` (`plan-not-sealed`) before the seal."""
    version = _newest(session, plan_id)
    lottery = session.get(Draw, lottery_id(plan_id, version.version))
    if lottery is None:
        raise Conflict("plan-not-sealed", plan=plan_id)
    return lottery


def conduct_plan(session: Session, plan_id: str, *, actor: str) -> int:
    """Draw the months of the newest version and return the number of visits; a second call changes nothing."""
    version = _newest(session, plan_id)
    months = conduct_draw(session, actor, lottery_of(session, plan_id).id)["months.tsv"]
    visits = sum(line.count(b",") + 1 for line in months.splitlines())
    if session.get(PlanStep, (plan_id, version.version, "drawn")) is None:
        rows = _visit_rows(version, months)
        while block := list(islice(rows, _BLOCK)):
            session.execute(insert(KeyVisit), block)
        _take_step(session, version, "drawn", actor)
        append_entry(session, actor, "plan.drawn", plan_id, version=version.version, visits=visits)
    return visits


def _visit_rows(version: PlanVersion, months: bytes) -> Iterator[dict[str, Any]]:
    division_of = {each["id"]: each["division"] for each in json.loads(version.document)["coverage"]["classes"]}
    class_of = dict(line.split("\t") for line in version.enterprises.decode().splitlines())
    for line in months.decode().splitlines():
        uscc, listed = line.split("\t")
        for visit, month in enumerate(listed.split(","), start=1):
            yield {
                "plan_id": version.plan_id,
                "version": version.version,
                "uscc": uscc,
                "visit": visit,
                "month": int(month),
                "division_id": division_of[class_of[uscc]],
            }


def publish_plan(session: Session, plan_id: str, *, actor: str) -> PlanVersion:
    """Publish the newest version with its lottery; a second call changes nothing.

    Raises `Conflict`: `plan-not-sealed`, `plan-not-drawn`.
    """
    version = _newest(session, plan_id)
    lottery = lottery_of(session, plan_id)
    if session.get(PlanStep, (plan_id, version.version, "drawn")) is None:
        raise Conflict("plan-not-drawn", plan=plan_id)
    publish_draw(session, actor, lottery.id)
    if session.get(PlanStep, (plan_id, version.version, "published")) is None:
        _take_step(session, version, "published", actor)
        append_entry(session, actor, "plan.published", plan_id, version=version.version, sha256=version.sha256)
    return version


def _newest(session: Session, plan_id: str) -> PlanVersion:
    version = newest_version(session, plan_id)
    if version is None:
        raise NotFound("plan-unknown", plan=plan_id)
    return version


def _take_step(session: Session, version: PlanVersion, step: str, actor: str) -> None:
    session.add(PlanStep(plan_id=version.plan_id, version=version.version, step=step, at=utc_now(), actor=actor))
    session.flush()
