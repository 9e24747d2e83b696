"""What the schedule of a month is drawn from, gathered out of directory, plan, earlier schedules and marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.skills import skill_catalogue
from scheduler.directory.models import UNDECIDED, Absence, Enterprise, Inspector, Recusal
from scheduler.inspections.month_problem import MonthProblem, Person, Placed, Visit
from scheduler.inspections.standing import Standing, visit_efforts
from scheduler.plans.deadlines import statutory_calendar

_BLOCK = 500  # credit codes asked for at once


@dataclass(frozen=True)
class Gathered:
    """The problem of a month, and the visits due in it that are not drawn, with the reason (`moved`, `left`)."""

    problem: MonthProblem
    set_aside: tuple[tuple[str, str], ...]


def month_workdays(year: int, month: int) -> tuple[str, ...]:
    """Return the statutory workdays of a month."""
    calendar, day = statutory_calendar(year), date(year, month, 1)
    found = []
    while day.month == month:
        if calendar.is_workday(day):
            found.append(day.isoformat())
        day += timedelta(days=1)
    return tuple(found)


def gather_month(
    session: Session, settings: Settings, standing: Standing, month: int, open_from: str | None
) -> Gathered:
    """Gather the problem of a month; `open_from` closes the days before it, whose visits stay as they are."""
    workdays = month_workdays(standing.plan.year, month)
    days = tuple(day for day in workdays if open_from is None or day >= open_from)
    pins = standing.pins_of(month)
    due = _due(standing, month)
    moved = {name for later in standing.placed if later > month for name in standing.placed[later]} & due
    visits, left = _visits(session, standing, due - moved)
    bare = MonthProblem(
        workdays=workdays,
        days=days,
        people=_people(session, standing, month, workdays),
        visits=(),
        pins=(),
        kept=(),
        recusals=_recusals(session, {each.enterprise for each in visits.values()}),
        visits_a_day=settings.schedule.visits_a_day,
    )
    kept = tuple(_kept(standing, bare, month, visits, pins, open_from))
    staying = {each.id for each in kept}
    drawn = tuple(each for name, each in visits.items() if name not in staying)
    pinned = tuple((each.id, pins[each.id]) for each in drawn if each.id in pins)
    problem = replace(bare, visits=drawn, pins=pinned, kept=kept)
    aside = dict.fromkeys(moved, "moved") | dict.fromkeys(left, "left")
    return Gathered(problem, tuple(sorted(aside.items())))


def _due(standing: Standing, month: int) -> set[str]:
    """Return the visits that are to be made in a month: not done, not missed in it, whatever its last schedule says."""
    missed = standing.missed_in(month)
    found = set()
    for visit, (_, first) in standing.visits.items():
        if first <= month and visit not in standing.done and visit not in missed:
            months = standing.rule.months_of(visit, first)
            if month in months.months:
                found.add(visit)
    return found


def _visits(session: Session, standing: Standing, due: Collection[str]) -> tuple[dict[str, Visit], list[str]]:
    """Return the visits with what they ask for, by id; apart those whose enterprise has left the directory."""
    codes = sorted({name.rpartition(".")[0] for name in due})
    known: dict[str, Enterprise] = {}
    for start in range(0, len(codes), _BLOCK):
        asked = select(Enterprise).where(Enterprise.uscc.in_(codes[start : start + _BLOCK]))
        known |= {each.uscc: each for each in session.scalars(asked)}
    efforts = visit_efforts(session, standing.plan)
    visits, left = {}, []
    for name in sorted(due):
        enterprise = known.get(name.rpartition(".")[0])
        if enterprise is None or enterprise.left_on is not None:
            left.append(name)
            continue
        division, first = standing.visits[name]
        needs = skill_catalogue().needs_of(enterprise.sector)
        team, days = efforts[enterprise.uscc]
        visits[name] = Visit(name, division, first, needs, _tags(enterprise), team, days)
    return visits, left


def _tags(enterprise: Enterprise) -> tuple[str, ...]:
    """Return what people may deny of an enterprise, as a draw names it."""
    area = [f"area:{enterprise.district}"] if enterprise.district != UNDECIDED else []
    return tuple(sorted([*area, f"sector:{enterprise.sector}", f"risk:{enterprise.risk.lower()}"]))


def _people(session: Session, standing: Standing, month: int, workdays: tuple[str, ...]) -> tuple[Person, ...]:
    """Return the inspectors with a certificate on some workday of the month."""
    away = _away(session, workdays)
    held, taken = _elsewhere(standing, month, frozenset(workdays))
    certified = Inspector.left_on.is_(None) & (Inspector.certified_until >= date.fromisoformat(workdays[0]))
    return tuple(
        Person(
            id=each.id,
            division=each.division_id or "",
            capacity=max(0, each.capacity - held[each.id]),
            skills=tuple(each.skills),
            denies=tuple(each.denies),
            certified_until=each.certified_until.isoformat() if each.certified_until else "",
            away=away.get(each.id, ()),
            taken=tuple(sorted(taken.get(each.id, ()))),
        )
        for each in sorted(session.scalars(select(Inspector).where(certified)), key=lambda each: each.id)
    )


def _away(session: Session, workdays: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the workdays on which people are away; overlapping absences count once."""
    first, last = (date.fromisoformat(workdays[place]) for place in (0, -1))
    standing = Absence.left_on.is_(None) & (Absence.first <= last) & (Absence.last >= first)
    found: dict[str, set[str]] = {}
    for each in session.scalars(select(Absence).where(standing)):
        from_day, to_day = each.first.isoformat(), each.last.isoformat()
        found.setdefault(each.person_id, set()).update(day for day in workdays if from_day <= day <= to_day)
    return {person: tuple(sorted(days)) for person, days in found.items()}


def _elsewhere(standing: Standing, month: int, workdays: frozenset[str]) -> tuple[Counter[str], dict[str, list[str]]]:
    """Return how many visits of other months people hold, and which days of this month those take."""
    held: Counter[str] = Counter()
    taken: dict[str, list[str]] = {}
    for other, placed in standing.placed.items():
        if other == month:
            continue
        missed = standing.missed_in(other)
        for each in placed.values():
            if each.id in missed:
                continue
            days = workdays & set(done_days(each, standing.done.get(each.id)))
            for person in each.team:
                held[person] += 1
                if days:
                    taken.setdefault(person, []).extend(days)
    return held, taken


def _recusals(session: Session, codes: Collection[str]) -> tuple[tuple[str, str], ...]:
    rows = session.execute(select(Recusal.person_id, Recusal.uscc))
    return tuple(sorted((person, uscc) for person, uscc in rows if uscc in codes))


def _kept(
    standing: Standing,
    problem: MonthProblem,
    month: int,
    visits: Mapping[str, Visit],
    pins: Mapping[str, str],
    open_from: str | None,
) -> Iterator[Placed]:
    """Yield what the last schedule of the month placed and stays.

    Done visits on the day they were done; visits of days that are closed; pinned ones whose team can still make it.
    """
    for name, last in standing.placed.get(month, {}).items():
        if name in standing.done:
            yield replace(last, days=done_days(last, standing.done[name]), state="done")
        elif name not in visits:
            continue
        elif pins.get(name, last.day) == last.day and open_from is not None and last.day < open_from:
            yield last
        elif pins.get(name) == last.day and problem.may_form(visits[name], last.team, last.days):
            yield replace(last, state="pinned")


def done_days(placed: Placed, done: str | None) -> tuple[str, ...]:
    """Return the days a visit took: those planned, or the day it was done when that is another."""
    return placed.days if done is None or done in placed.days else (done,)
