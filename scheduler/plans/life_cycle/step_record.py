"""Taking a step of a plan's life: checked against the table, written down with who, when, number and date, audited.

Two people who act at once never both succeed on one sight of the plan: whoever acts says what they had seen (`Seen`),
and when somebody was faster the refusal says who did what, and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from scheduler.directory.changes import CHINA, day_of
from scheduler.draws.contributions import can_never_be_drawn
from scheduler.draws.models import Draw
from scheduler.draws.record import lock_draws
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.plans.life_cycle.steps import RULES, StepRule, TakenStep, check_step, comments_of, last_step, standing_of
from scheduler.plans.models import PlanStep, PlanVersion
from scheduler.plans.queries import authors_of, life_of, lottery_id, newest_version
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

LONGEST_NOTE, LONGEST_NUMBER = 2000, 80


@dataclass(frozen=True)
class Seen:
    """What somebody had before them when they decided: the version, and how many steps it had."""

    version: int
    steps: int


@dataclass(frozen=True)
class Paper:
    """What a step is recorded with: a remark or reason, a document's number and date, the comment it is about."""

    note: str = ""
    number: str = ""
    dated: date | None = None
    about: int | None = None


def find_newest(session: Session, plan_id: str) -> PlanVersion:
    """Return the newest version of a plan; raises `NotFound` (`plan-unknown`)."""
    version = newest_version(session, plan_id)
    if version is None:
        raise NotFound("plan-unknown", plan=plan_id)
    return version


def open_newest(session: Session, plan_id: str, seen: Seen | None) -> tuple[PlanVersion, tuple[TakenStep, ...]]:
    """Keep others from acting on plans, and return the newest version with its steps.

    Raises `Conflict` when somebody acted after what the caller had seen: `plan-version-old`, `plan-overtaken-<step>`.
    """
    lock_draws(session)
    version = find_newest(session, plan_id)
    steps = life_of(session, plan_id, version.version)
    if seen is not None:
        check_seen(version, steps, seen)
    return version, steps


def check_seen(version: PlanVersion, steps: Sequence[TakenStep], seen: Seen) -> None:
    """Refuse an act on anything but the version and the steps as they stand."""
    if seen.version != version.version:
        raise Conflict(
            "plan-version-old",
            version=seen.version,
            newest=version.version,
            actor=version.created_by,
            at=told_time(version.created_at),
        )
    if seen.steps != len(steps):
        first = steps[seen.steps] if 0 <= seen.steps < len(steps) else None
        if first is None:
            raise InvalidInput("plan-seen-wrong", seen=seen.steps, steps=len(steps))
        raise Conflict(f"plan-overtaken-{first.step}", actor=first.actor, at=told_time(first.at))


def told_time(instant: datetime) -> str:
    """Write an instant in the time of the office, to the minute."""
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M}"


def take_step(
    session: Session,
    plan_id: str,
    name: str,
    *,
    actor: str,
    seen: Seen | None = None,
    paper: Paper | None = None,
) -> TakenStep:
    """Take a step that only records something: hand in, comment, pass, submit, approve, send back, file.

    The caller has checked the role (`steps.check_role`). Raises `Conflict` where the step cannot be taken now or
    somebody was faster, `NotAllowed` where the actor had another part in this version, and `InvalidInput` for a
    missing or impossible number, date, reason or comment.
    """
    version, steps = open_newest(session, plan_id, seen)
    return record_step(session, version, steps, name, actor=actor, paper=paper)


def record_step(
    session: Session,
    version: PlanVersion,
    steps: Sequence[TakenStep],
    name: str,
    *,
    actor: str,
    paper: Paper | None = None,
    detail: Mapping[str, Any] | None = None,
    audited: Mapping[str, Any] | None = None,
) -> TakenStep:
    """Write a step of an opened version down, after every check of the table and of what it needs."""
    rule, given = RULES[name], paper or Paper()
    check_step(rule, version.plan_id, steps, actor, authors_of(session, version))
    kept = _checked(rule, given, version, steps)
    row = PlanStep(
        plan_id=version.plan_id,
        version=version.version,
        sequence=len(steps) + 1,
        step=name,
        at=utc_now(),
        actor=actor,
        note=kept.note,
        number=kept.number,
        dated=kept.dated,
        about=kept.about,
        detail=dict(detail or {}),
    )
    session.add(row)
    session.flush()
    told: dict[str, Any] = {
        "version": version.version,
        "note": kept.note,
        "number": kept.number,
        "date": kept.dated.isoformat() if kept.dated else "",
        "about": kept.about,
        **(audited or {}),
    }
    said = {key: value for key, value in told.items() if value not in ("", None)}
    append_entry(session, actor, f"plan.{name}", version.plan_id, **said)
    return row.taken()


def _checked(rule: StepRule, paper: Paper, version: PlanVersion, steps: Sequence[TakenStep]) -> Paper:
    note, number = paper.note.strip(), paper.number.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("plan-note-long", most=LONGEST_NOTE)
    if "note" in rule.needs and not note:
        raise InvalidInput("plan-note-needed")
    if "number" in rule.needs:
        _check_number(number)
        _check_date(paper.dated, version, steps)
    if "about" in rule.needs:
        comment = next((each for each in comments_of(steps) if each.number == paper.about), None)
        if comment is None:
            raise InvalidInput("plan-comment-unknown", comment=paper.about)
        if comment.resolved is not None:
            raise Conflict("plan-comment-resolved", comment=paper.about, actor=comment.resolved.actor)
    takes_paper = "number" in rule.needs
    return Paper(
        note,
        number if takes_paper else "",
        paper.dated if takes_paper else None,
        paper.about if "about" in rule.needs else None,
    )


def _check_number(number: str) -> None:
    if not number:
        raise InvalidInput("plan-number-needed")
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise InvalidInput("plan-number-wrong", most=LONGEST_NUMBER)


def _check_date(dated: date | None, version: PlanVersion, steps: Sequence[TakenStep]) -> None:
    """A paper is neither from the future nor older than what it decides about."""
    if dated is None:
        raise InvalidInput("plan-date-needed")
    if dated > day_of(utc_now()):
        raise InvalidInput("plan-date-future", date=dated)
    if dated < day_of(version.created_at):
        raise InvalidInput("plan-date-before-built", date=dated, built=day_of(version.created_at))
    approval = last_step(steps, "approved")
    if approval is not None and approval.dated is not None and dated < approval.dated:
        raise InvalidInput("plan-date-before-approval", date=dated, approved=approval.dated)


def may_build(session: Session, plan_id: str, reason: str) -> int:
    """Return the number of the version after which the next may be built, 0 when it would be the first.

    An approved version is carried through to its publication as it was approved: building another in its place would
    be a way to throw away what the lot gave. Only where its lottery can never be drawn, since a contribution came too
    late for the beacon, does another version follow it, with the reason: then nobody knows what the lot would have
    given. Raises `Conflict`: `plan-approved`, `plan-closed`, `plan-reason-needed`.
    """
    last = newest_version(session, plan_id)
    if last is None:
        return 0
    standing = standing_of(life_of(session, plan_id, last.version))
    if standing.phase == "closed" or (standing.phase == "approved" and not _is_lost(session, last)):
        raise Conflict(f"plan-{standing.phase}", plan=plan_id)
    if (standing.phase == "published" or standing.done) and not reason.strip():
        raise Conflict("plan-reason-needed", plan=plan_id)
    return last.version


def _is_lost(session: Session, version: PlanVersion) -> bool:
    """Say whether a version's lottery is sealed and can never be drawn."""
    lottery = session.get(Draw, lottery_id(version.plan_id, version.version))
    return lottery is not None and can_never_be_drawn(session, lottery)


def confirm_newest(session: Session, plan_id: str, last: int, reason: str) -> None:
    """Make sure that nobody built or approved a version while the next one was computed; others wait from here on."""
    lock_draws(session)
    if may_build(session, plan_id, reason) != last:
        now = find_newest(session, plan_id)
        at = told_time(now.created_at)
        raise Conflict("plan-built-meanwhile", plan=plan_id, version=now.version, actor=now.created_by, at=at)
