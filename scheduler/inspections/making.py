"""Making the schedule of a month: the next version of its document, drawn with the seed of the plan's days.

Nobody chooses a day or a team: both follow from the seed and from inputs that stand in the document. Nobody outside can
foretell them: a secret of the office, committed before the lottery, is part of the seed (module `day_secret`).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from hashlib import sha256

from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.directory.changes import day_of
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.record import lock_draws
from scheduler.errors import Conflict, InvalidInput
from scheduler.inspections.document import ScheduleHead, read_document, read_problem, write_outcome, write_schedule
from scheduler.inspections.gathering import gather_month, month_workdays
from scheduler.inspections.models import MonthSchedule
from scheduler.inspections.month_draw import draw_month
from scheduler.inspections.standing import Standing, check_month, check_open, read_standing, schedule_row, schedule_seed
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

_REASON = 500


def make_schedule(
    session: Session,
    settings: Settings,
    plan_id: str,
    month: int,
    *,
    actor: str,
    reason: str = "",
    open_from: str | None = None,
) -> MonthSchedule:
    """Draw days and teams of a month's visits and store the next version of its schedule.

    Visits that are done or pinned stay; with `open_from` (`YYYY-MM-DD`) those of earlier days stay too. Raises
    `NotFound` (`plan-unknown`), `InvalidInput` (`schedule-month`, `schedule-from`, `reason-long`), `Conflict`
    (`plan-not-drawn`, `plan-closed`, `days-not-committed`), and without a reason (`schedule-reason-needed`) for a
    second version, (`schedule-from-reason`) for closing days that are still to come.
    """
    check_month(month)
    lock_draws(session)
    standing = read_standing(session, plan_id)
    check_open(session, plan_id)
    reason = checked_reason(reason)
    version = 1
    if month in standing.schedules:
        version += int(standing.schedules[month]["version"])
        if not reason:
            raise Conflict("schedule-reason-needed", plan=plan_id, month=month)
    workdays = month_workdays(standing.plan.year, month)
    if open_from is not None and open_from[:7] != workdays[0][:7]:
        raise InvalidInput("schedule-from", day=open_from[:20], month=month)
    if open_from is not None and not reason and open_from > day_of(utc_now()).isoformat():
        raise Conflict("schedule-from-reason", day=open_from)
    gathered = gather_month(session, settings, standing, month, open_from)
    seed = schedule_seed(session, standing.plan.lottery)
    schedule = draw_month(gathered.problem, seed.seed)
    head = ScheduleHead(
        plan=plan_id,
        plan_version=standing.plan.version,
        month=month,
        version=version,
        reason=reason,
        draw=seed.draw,
        manifest=seed.manifest,
        commitment=seed.commitment,
        open_from=open_from,
        set_aside=gathered.set_aside,
        missed=tuple(standing.missed_in(month)),
        waiting=_waiting(standing, month),
    )
    document = write_schedule(head, gathered.problem, schedule)
    row = MonthSchedule(
        plan_id=plan_id,
        month=month,
        version=version,
        plan_version=standing.plan.version,
        document=document,
        sha256=sha256(document).hexdigest(),
        reason=reason,
        created_at=utc_now(),
        created_by=actor,
    )
    session.add(row)
    session.flush()
    counts: dict[str, int | str] = {"placed": len(schedule.placed), "unplaced": len(schedule.unplaced)}
    if open_from is not None:
        counts["open_from"] = open_from
    append_entry(
        session, actor, "schedule.made", f"{plan_id}-{month:02}", version=version, sha256=row.sha256, reason=reason,
        **counts,
    )  # fmt: skip
    return row


def checked_reason(reason: str) -> str:
    """Return a reason in one line, empty for none; raise `InvalidInput` (`reason-long`)."""
    reason = unicodedata.normalize("NFC", " ".join(reason.split()))
    if len(reason) > _REASON:
        raise InvalidInput("reason-long", length=len(reason), longest=_REASON)
    return reason


def _waiting(standing: Standing, month: int) -> tuple[tuple[int, int], ...]:
    """Count the open visits of earlier months that have no schedule yet, from which nothing rolls on."""
    open_visits = Counter(standing.months_of(visit).now for visit in standing.visits if visit not in standing.done)
    return tuple(
        (each, open_visits[each]) for each in range(1, month) if each not in standing.schedules and open_visits[each]
    )


def follows_from_its_inputs(session: Session, plan_id: str, month: int, version: int | None = None) -> bool:
    """Say whether the outcome of a stored schedule is what its own inputs and the lottery's seed give."""
    row = schedule_row(session, plan_id, month, version)
    document = read_document(row.document)
    seed = schedule_seed(session, document["seed"]["draw"])
    named = {"draw": seed.draw, "manifest": seed.manifest, "commitment": seed.commitment}
    outcome = canonical_json(write_outcome(draw_month(read_problem(document["inputs"]), seed.seed)))
    digest = sha256(row.document).hexdigest()
    stored = canonical_json(document["outcome"])
    return (named, digest, outcome) == (document["seed"], row.sha256, stored)
