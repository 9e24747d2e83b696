"""How a plan's visits stand: what the lottery gave, what the newest schedules say, what was marked since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from scheduler.draws.models import Draw
from scheduler.draws.record import read_files
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.inspections.document import read_document, read_placed
from scheduler.inspections.due_months import DueRule, MonthRecord, VisitMonths
from scheduler.inspections.models import MonthSchedule, VisitMark
from scheduler.inspections.month_problem import Placed
from scheduler.plans.life_cycle.day_secret import days_seed, find_secret
from scheduler.plans.models import KeyVisit, PlanStep, PlanVersion
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.queries import lottery_id, newest_version, plan_state, published_version

DONE, PIN, MISSED = "done", "pin", "missed"
LEAST_TEAM = 2
MOST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """The newest version of a plan whose months are drawn, and the lottery that drew them."""

    plan_id: str
    version: int
    year: int
    title: str
    demonstration: bool
    lottery: str


def drawn_plan(session: Session, plan_id: str) -> DrawnPlan:
    """Return the newest version whose months are drawn; raise `NotFound` (`plan-unknown`), `Conflict`."""
    drawn = select(PlanStep.version).where(PlanStep.plan_id == plan_id, PlanStep.step == "drawn")
    number = max(session.scalars(drawn), default=None)
    if number is None:
        if newest_version(session, plan_id) is None:
            raise NotFound("plan-unknown", plan=plan_id)
        raise Conflict("plan-not-drawn", plan=plan_id)
    row = session.get_one(PlanVersion, (plan_id, number))
    return DrawnPlan(plan_id, number, row.year, row.title, row.demonstration, lottery_id(plan_id, number))


def is_closed(session: Session, plan_id: str) -> bool:
    """Say whether the plan's published version is closed."""
    version = published_version(session, plan_id)
    return version is not None and plan_state(session, version) == "closed"


def check_open(session: Session, plan_id: str) -> None:
    """Refuse to go on with a closed plan (`Conflict`, `plan-closed`): its figures stand, its secret is given away."""
    if is_closed(session, plan_id):
        raise Conflict("plan-closed", plan=plan_id)


@dataclass(frozen=True, slots=True)
class DaysSeed:
    """The seed that days and teams are drawn with: of a lottery (manifest hash M) and the secret committed for them."""

    draw: str
    manifest: str
    commitment: str
    seed: str


def schedule_seed(session: Session, lottery: str) -> DaysSeed:
    """Return the seed of a plan's days; raise `Conflict` (`days-not-committed`) where no secret was committed."""
    secret = find_secret(session, lottery)
    if secret is None:
        raise Conflict("days-not-committed", draw=lottery)
    transcript = read_files(session, lottery, ("seed.txt",))["seed.txt"]
    manifest = session.get_one(Draw, lottery).manifest_sha256
    return DaysSeed(lottery, manifest, secret.commitment, days_seed(transcript, secret.secret))


def visit_efforts(session: Session, plan: DrawnPlan) -> dict[str, tuple[int, int]]:
    """Return the people of a team, and the workdays of each of them, of a visit to each key enterprise.

    The days are those of the plan's class, on site and under way, rounded up to whole ones. The first release wrote a
    class's person-days alone: then a team is the two people whom the law asks for at least.
    """
    columns = undefer(PlanVersion.document), undefer(PlanVersion.enterprises)
    asked = select(PlanVersion).where(PlanVersion.plan_id == plan.plan_id, PlanVersion.version == plan.version)
    row = session.scalars(asked.options(*columns)).one()
    efforts = {}
    for each in json.loads(row.document)["coverage"]["classes"]:
        team = each.get("team", LEAST_TEAM)
        days = (
            Fraction(each["days"]) + Fraction(each["travel"]) if "days" in each else Fraction(each["workload"]) / team
        )
        efforts[each["id"]] = (team, max(1, ceil(days)))
    lines = (line.split("\t") for line in row.enterprises.decode().splitlines())
    return {uscc: efforts[visit_class] for uscc, visit_class in lines}


def check_month(month: int) -> int:
    """Return a month of the year; raise `InvalidInput` (`schedule-month`) for any other number."""
    if month not in MONTHS:
        raise InvalidInput("schedule-month", month=month)
    return month


@dataclass(frozen=True)
class Standing:
    """All visits of a plan by id: their division and the month the lottery gave; newest schedules; marks in order."""

    plan: DrawnPlan
    visits: Mapping[str, tuple[str, int]]
    schedules: Mapping[int, Mapping[str, Any]]
    marks: Sequence[VisitMark]

    @cached_property
    def done(self) -> dict[str, str]:
        """The day each visit was done on."""
        return {each.visit: _day(each) for each in self.marks if each.kind == DONE}

    @cached_property
    def placed(self) -> dict[int, dict[str, Placed]]:
        """The placed visits of each month's newest schedule, by id."""
        return {
            month: {each["id"]: read_placed(each) for each in document["outcome"]["placed"]}
            for month, document in self.schedules.items()
        }

    @cached_property
    def rule(self) -> DueRule:
        """In which month each visit is due."""
        records = {month: self._record(month) for month in self.schedules}
        return DueRule(records, {visit: int(day[5:7]) for visit, day in self.done.items()})

    def _record(self, month: int) -> MonthRecord:
        document = self.schedules[month]
        without = [*document["outcome"]["unplaced"], *document["set_aside"]]
        return MonthRecord(
            placed=frozenset(self.placed[month]),
            unplaced=frozenset(each["id"] for each in without),
            missed=frozenset(self.missed_in(month)),
        )

    def missed_in(self, month: int) -> set[str]:
        """Return the visits marked as missed in a month."""
        return {each.visit for each in self.marks if each.kind == MISSED and each.month == month}

    def pins_of(self, month: int) -> dict[str, str]:
        """Return the day of each visit that is pinned in a month; the last pin counts."""
        return {each.visit: _day(each) for each in self.marks if each.kind == PIN and each.month == month}

    def months_of(self, visit: str) -> VisitMonths:
        """Return the months a visit was due in; raise `NotFound` (`visit-unknown`)."""
        if visit not in self.visits:
            raise NotFound("visit-unknown", visit=visit[:48], plan=self.plan.plan_id)
        return self.rule.months_of(visit, self.visits[visit][1])


def _day(mark: VisitMark) -> str:
    return mark.day.isoformat() if mark.day else ""


def read_standing(session: Session, plan_id: str) -> Standing:
    """Read how a plan's visits stand; raise what `drawn_plan` raises."""
    plan = drawn_plan(session, plan_id)
    rows = session.execute(
        select(KeyVisit.uscc, KeyVisit.visit, KeyVisit.division_id, KeyVisit.month).where(
            KeyVisit.plan_id == plan_id, KeyVisit.version == plan.version
        )
    )
    visits = {f"{uscc}.{number}": (division, month) for uscc, number, division, month in rows}
    marks = session.scalars(select(VisitMark).where(VisitMark.plan_id == plan_id)).all()
    return Standing(
        plan=plan,
        visits=dict(sorted(visits.items())),
        schedules=newest_documents(session, plan_id),
        marks=sorted(marks, key=lambda each: (each.visit, each.sequence)),
    )


def newest_documents(session: Session, plan_id: str) -> dict[int, dict[str, Any]]:
    """Return the newest document of each month that has a schedule."""
    rows = session.execute(select(MonthSchedule.month, MonthSchedule.version).where(MonthSchedule.plan_id == plan_id))
    newest: dict[int, int] = {}
    for month, version in rows:
        newest[month] = max(version, newest.get(month, 0))
    found = {}
    for month, version in sorted(newest.items()):
        found[month] = read_document(schedule_row(session, plan_id, month, version).document)
    return found


def schedule_row(session: Session, plan_id: str, month: int, version: int | None = None) -> MonthSchedule:
    """Return a version of a month's schedule, the newest by default; raise `NotFound` (`schedule-unknown`)."""
    query = select(MonthSchedule).where(MonthSchedule.plan_id == plan_id, MonthSchedule.month == month)
    newest = query.order_by(MonthSchedule.version.desc())
    if version is not None:  # which may be a number that no column holds
        newest = newest.where(MonthSchedule.version == min(max(version, 0), MOST_VERSION))
    row = session.scalars(newest.options(undefer(MonthSchedule.document))).first()
    if row is None:
        raise NotFound("schedule-unknown", plan=plan_id, month=month)
    return row
