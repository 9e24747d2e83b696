"""What pages, commands and a plan's closing read of the months' visits; for the staff alone until visits are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.directory.models import Division, Inspector
from scheduler.directory.names import enterprise_names, people_names
from scheduler.errors import Conflict, NotFound
from scheduler.inspections.completion import Completion, count_completion
from scheduler.inspections.document import read_document
from scheduler.inspections.gathering import month_workdays
from scheduler.inspections.models import MonthSchedule
from scheduler.inspections.standing import DrawnPlan, check_month, read_standing, schedule_row, schedule_seed
from scheduler.inspections.visit_lines import VisitLine, month_lines, named_line
from scheduler.plans.life_cycle.day_secret import find_secret
from scheduler.plans.life_cycle.step_record import find_newest
from scheduler.plans.queries import lottery_id, plan_state, published_version


@dataclass(frozen=True)
class MonthView:
    """A month of a plan: its newest schedule if there is one, every visit due in it, versions, visits still waiting.

    `stale` counts the visits that the newest schedule does not know yet or that were pinned since: make it again.
    """

    plan: DrawnPlan
    month: int
    workdays: tuple[str, ...]
    document: Mapping[str, Any] | None
    made_at: datetime | None
    versions: tuple[tuple[int, str], ...]
    visits: tuple[VisitLine, ...]
    divisions: Mapping[str, tuple[str, str]]
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def placed(self) -> tuple[VisitLine, ...]:
        """The visits with a day, by day and enterprise."""
        return tuple(sorted((each for each in self.visits if each.day), key=lambda each: (each.day, each.id)))

    @property
    def unplaced(self) -> tuple[VisitLine, ...]:
        """The visits without a day."""
        return tuple(each for each in self.visits if not each.day)

    @property
    def stale(self) -> int:
        """How many visits ask for the schedule to be made again."""
        return sum(each.state == "waiting" or bool(each.due_pin) for each in self.visits) if self.document else 0

    @property
    def rolled_in(self) -> int:
        """How many visits came from earlier months."""
        return sum(each.first < self.month for each in self.visits)


def view_month(session: Session, plan_id: str, month: int) -> MonthView:
    """Return a month of a plan; raise `InvalidInput` (`schedule-month`), and what `read_standing` raises."""
    check_month(month)
    standing = read_standing(session, plan_id)
    document = standing.schedules.get(month)
    row = schedule_row(session, plan_id, month) if document else None
    lines = month_lines(standing, month)
    people = people_names(session, {name for each in lines for name in each.team})
    codes = enterprise_names(session, {each.enterprise for each in lines})
    divisions = session.execute(select(Division.id, Division.name, Division.name_en))
    return MonthView(
        plan=standing.plan,
        month=month,
        workdays=month_workdays(standing.plan.year, month),
        document=document,
        made_at=row.created_at if row else None,
        versions=_versions(session, plan_id, month),
        visits=tuple(named_line(each, codes, people) for each in lines),
        divisions={row.id: (row.name, row.name_en) for row in sorted(divisions, key=lambda row: row.id)},
        people={name: words[0] for name, words in sorted(people.items())},
    )


def _versions(session: Session, plan_id: str, month: int) -> tuple[tuple[int, str], ...]:
    query = select(MonthSchedule.version, MonthSchedule.reason).where(
        MonthSchedule.plan_id == plan_id, MonthSchedule.month == month
    )
    return tuple(sorted((version, reason) for version, reason in session.execute(query)))


def completion(session: Session, plan_id: str) -> tuple[Completion, ...]:
    """Return the completion of a plan's key visits by division and month; raise what `read_standing` raises."""
    return count_completion(read_standing(session, plan_id))


@dataclass(frozen=True, slots=True)
class InspectorDays:
    """An inspector's visits of the year as they stand, with the months whose schedules they come from."""

    plan: DrawnPlan
    inspector: str
    name: str
    visits: tuple[VisitLine, ...]
    made_at: datetime | None


def inspector_days(session: Session, plan_id: str, inspector: str) -> InspectorDays:
    """Return the days of one inspector; raise `NotFound` (`schedule-inspector`) for an unknown one."""
    person = session.get(Inspector, inspector)
    if person is None:
        raise NotFound("schedule-inspector", inspector=inspector[:48])
    standing = read_standing(session, plan_id)
    found = []
    for month in standing.schedules:
        found += [each for each in month_lines(standing, month) if inspector in each.team]
    codes = enterprise_names(session, {each.enterprise for each in found})
    people = people_names(session, {name for each in found for name in each.team})
    rows = [schedule_row(session, plan_id, month).created_at for month in standing.schedules]
    visits = sorted((named_line(each, codes, people) for each in found), key=lambda each: (each.day, each.id))
    return InspectorDays(standing.plan, person.id, person.name, tuple(visits), max(rows, default=None))


def show_schedule(session: Session, plan_id: str, month: int, version: int | None = None) -> dict[str, Any]:
    """Return the stored document of a month's schedule, the newest version by default."""
    return read_document(schedule_row(session, plan_id, check_month(month), version).document)


@dataclass(frozen=True, slots=True)
class RevealedDays:
    """The secret behind the days of one lottery, with which anybody recomputes them."""

    draw: str
    commitment: str
    secret: str
    seed: str


def reveal_days(session: Session, plan_id: str) -> tuple[RevealedDays, ...]:
    """Return the secrets of a closed plan, of every version that was scheduled.

    Raises `NotFound` (`plan-unknown`), `Conflict` (`days-plan-open`) before the plan is closed.
    """
    find_newest(session, plan_id)
    version = published_version(session, plan_id)
    if version is None or plan_state(session, version) != "closed":
        raise Conflict("days-plan-open", plan=plan_id)
    scheduled = session.scalars(select(MonthSchedule.plan_version).where(MonthSchedule.plan_id == plan_id))
    found = []
    for number in sorted(set(scheduled)):
        lottery = lottery_id(plan_id, number)
        secret = find_secret(session, lottery)
        if secret is not None:
            seed = schedule_seed(session, lottery).seed
            found.append(RevealedDays(lottery, secret.commitment, secret.secret, seed))
    return tuple(found)
