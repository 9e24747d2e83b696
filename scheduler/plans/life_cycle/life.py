"""A plan's life after its approval: its lottery sealed and drawn, the version published.

The lottery is a draw like any other (kind `months`): frozen first, then randomness, then the outcome. It is sealed only
when the version is approved: whoever approves does not know yet who will be visited when, so nobody can reject a plan
for what the lot gave.
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
from scheduler.draws.record import CODE, MONTHS, find_draw
from scheduler.draws.sealing import name_source, seal_months
from scheduler.errors import Conflict
from scheduler.plans.life_cycle.binding import bind_document
from scheduler.plans.life_cycle.day_secret import commit_days
from scheduler.plans.life_cycle.step_record import Seen, find_newest, open_newest, record_step
from scheduler.plans.life_cycle.steps import RULES, check_step, last_step
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.plans.queries import authors_of, lottery_id
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
    seen: Seen | None = None,
) -> Draw:
    """Freeze the newest version's classes and counts, and name the randomness that will decide.

    Without `sources`: dice and a drand round after them; dice alone in a demonstration, which may have no internet.
    Raises `Conflict`: `plan-not-approved`, `plan-step-taken` (sealed already).
    """
    version, steps = open_newest(session, plan_id, seen)
    check_step(RULES["sealed"], plan_id, steps, actor, authors_of(session, version))
    named = sources or ([DICE] if version.demonstration else [DICE, DRAND])
    lead, now = settings.draw.lead_seconds, utc_now()
    classes = json.loads(version.document)["coverage"]["classes"]
    days = commit_days(session, lottery_id(plan_id, version.version))
    plan_json = build_lottery(
        agency=settings.office.agency,
        plan=plan_id,
        version=version.version,
        classes={each["id"]: _patterns(each) for each in classes},
        randomness=[name_source(source, now, lead + CEREMONY_SECONDS) for source in named],
        code=(CODE[0], bind_document(CODE[1], version.sha256, days)),
        enterprises=version.enterprises,
        lead_seconds=lead,
    )
    draw = seal_months(
        session,
        actor,
        plan_json,
        version.enterprises,
        title=version.title,
        demonstration=version.demonstration,
        now=now,
    )
    told = {"draw": draw.id, "days": days}
    record_step(session, version, steps, "sealed", actor=actor, audited=told)
    return draw


def _patterns(visit_class: Mapping[str, Any]) -> dict[tuple[int, ...], int]:
    return {tuple(pattern["months"]): pattern["count"] for pattern in visit_class["patterns"]}


def lottery_of(session: Session, plan_id: str) -> Draw:
    """Return the sealed lottery of the newest version; raises `Conflict` (`plan-not-sealed`) before the seal."""
    return _lottery(session, find_newest(session, plan_id))


def _lottery(session: Session, version: PlanVersion) -> Draw:
    lottery = session.get(Draw, lottery_id(version.plan_id, version.version))
    if lottery is None:
        raise Conflict("plan-not-sealed", plan=version.plan_id)
    return lottery


def conduct_plan(session: Session, plan_id: str, *, actor: str, seen: Seen | None = None) -> int:
    """Draw the months of the newest version and return the number of visits; a second call changes nothing."""
    version, steps = open_newest(session, plan_id, seen)
    drawn = last_step(steps, "drawn") is not None
    if not drawn:
        check_step(RULES["drawn"], plan_id, steps, actor, authors_of(session, version))
    months = conduct_draw(session, actor, _lottery(session, version).id)["months.tsv"]
    visits = sum(line.count(b",") + 1 for line in months.splitlines())
    if not drawn:
        rows = _visit_rows(version, months)
        while block := list(islice(rows, _BLOCK)):
            session.execute(insert(KeyVisit), block)
        record_step(session, version, steps, "drawn", actor=actor, audited={"visits": visits})
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


def publish_plan(session: Session, plan_id: str, *, actor: str, seen: Seen | None = None) -> PlanVersion:
    """Publish the newest version with its lottery; a second call changes nothing.

    Raises `Conflict` naming what is missing: `plan-not-approved`, `plan-not-sealed`, `plan-not-drawn`,
    `plan-not-filed-government`, `plan-not-filed-province`.
    """
    version, steps = open_newest(session, plan_id, seen)
    if last_step(steps, "published") is None:
        check_step(RULES["published"], plan_id, steps, actor, authors_of(session, version))
        publish_draw(session, actor, _lottery(session, version).id)
        record_step(session, version, steps, "published", actor=actor, audited={"sha256": version.sha256})
    return version


def conduct_by_id(session: Session, draw_id: str, *, actor: str) -> None:
    """Conduct a draw; the lottery of a plan also gives its key enterprises their months."""
    draw = find_draw(session, draw_id)
    if draw.kind == MONTHS:
        conduct_plan(session, draw.plan_id, actor=actor)
    else:
        conduct_draw(session, actor, draw_id)


def publish_by_id(session: Session, draw_id: str, *, actor: str) -> Draw:
    """Publish a draw; the lottery of a plan is published with its plan alone (`Conflict`, `lottery-of-plan`)."""
    draw = find_draw(session, draw_id)
    if draw.kind == MONTHS:
        raise Conflict("lottery-of-plan", draw=draw_id, plan=draw.plan_id)
    return publish_draw(session, actor, draw_id)
