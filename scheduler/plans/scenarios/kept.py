"""Scenarios that are kept to be compared: told apart by name within their plan, and removed when no longer wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.record import CODE
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.json_input import Field, parse_json, write_json
from scheduler.plans.models import PlanScenario
from scheduler.plans.scenarios.computing import ScenarioBase
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

LONGEST_NAME = 80
MOST_COMPARED = 4


@dataclass(frozen=True)
class Scenario:
    """A kept scenario: what it starts from, what it changes, what that came to."""

    plan_id: str
    number: int
    version: int
    name: str
    changes: Field
    outcome: Mapping[str, Any]
    code: str
    created_at: datetime
    created_by: str


def keep_scenario(
    session: Session, base: ScenarioBase, name: str, changes: Field, outcome: Mapping[str, Any], *, actor: str
) -> Scenario:
    """Keep a scenario under a name; raise `InvalidInput` for no name, `Conflict` (`scenario-name-taken`)."""
    wanted = _checked_name(name)
    # The entry comes first: it makes writers wait for one another, so that no two take the same number or name.
    append_entry(session, actor, "scenario.kept", base.plan_id, name=wanted, version=base.version)
    if _find(session, base.plan_id, wanted) is not None:
        raise Conflict("scenario-name-taken", name=wanted, plan=base.plan_id)
    last = session.scalar(select(func.max(PlanScenario.number)).where(PlanScenario.plan_id == base.plan_id))
    row = PlanScenario(
        plan_id=base.plan_id,
        number=(last or 0) + 1,
        version=base.version,
        name=wanted,
        changes=write_json(changes).decode(),
        outcome=canonical_json(outcome),
        code=" ".join(CODE),
        created_at=utc_now(),
        created_by=actor,
    )
    session.add(row)
    session.flush()
    return _read(row)


def _checked_name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise InvalidInput("scenario-name", most=LONGEST_NAME)
    return wanted


def list_scenarios(session: Session, plan_id: str) -> list[Scenario]:
    """Return the scenarios of a plan in the order in which they were kept."""
    query = select(PlanScenario).where(PlanScenario.plan_id == plan_id).order_by(PlanScenario.number)
    return [_read(row) for row in session.scalars(query)]


def view_scenario(session: Session, plan_id: str, number: int) -> Scenario:
    """Return a scenario by its number; raises `NotFound` (`scenario-unknown`)."""
    row = session.get(PlanScenario, (plan_id, number))
    if row is None:
        raise NotFound("scenario-unknown", name=number, plan=plan_id)
    return _read(row)


def find_scenario(session: Session, plan_id: str, name: str) -> Scenario:
    """Return a scenario by its name; raises `NotFound` (`scenario-unknown`)."""
    row = _find(session, plan_id, " ".join(name.split()))
    if row is None:
        raise NotFound("scenario-unknown", name=name, plan=plan_id)
    return _read(row)


def remove_scenario(session: Session, plan_id: str, number: int, *, actor: str) -> None:
    """Remove a scenario; the audit log keeps that it was there."""
    row = session.get(PlanScenario, (plan_id, number))
    if row is None:
        raise NotFound("scenario-unknown", name=number, plan=plan_id)
    append_entry(session, actor, "scenario.removed", plan_id, number=number, name=row.name)
    session.delete(row)
    session.flush()


def check_compared(scenarios: list[Scenario]) -> None:
    """Refuse a comparison of too many, of none, or of one with itself (`scenario-compare`)."""
    numbers = {each.number for each in scenarios}
    if not 1 <= len(numbers) == len(scenarios) <= MOST_COMPARED:
        raise InvalidInput("scenario-compare", most=MOST_COMPARED)


def _find(session: Session, plan_id: str, name: str) -> PlanScenario | None:
    return session.scalars(
        select(PlanScenario).where(PlanScenario.plan_id == plan_id, PlanScenario.name == name)
    ).first()


def _read(row: PlanScenario) -> Scenario:
    return Scenario(
        plan_id=row.plan_id,
        number=row.number,
        version=row.version,
        name=row.name,
        changes=parse_json(row.changes.encode()),
        outcome=json.loads(row.outcome),
        code=row.code,
        created_at=row.created_at,
        created_by=row.created_by,
    )
