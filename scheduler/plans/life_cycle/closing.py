"""Closing a plan: how much of what was due has been done, by division and month, and why not all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from scheduler.draws.record import lock_draws
from scheduler.errors import Conflict, InvalidInput
from scheduler.plans.exact import fixed
from scheduler.plans.life_cycle.step_record import Paper, Seen, check_seen, find_newest, record_step
from scheduler.plans.life_cycle.steps import TakenStep, standing_of
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.queries import life_of, published_version

Month = tuple[str, int]


@dataclass(frozen=True)
class MonthDone:
    """The visits of a division in a month: due, and done of them."""

    division: str
    month: int
    due: int
    done: int


@dataclass(frozen=True)
class Completion:
    """The visits of a year, ascending by division and month."""

    months: tuple[MonthDone, ...]

    @property
    def due(self) -> int:
        """The visits due in the whole year."""
        return sum(each.due for each in self.months)

    @property
    def done(self) -> int:
        """Those of them that were done."""
        return sum(each.done for each in self.months)

    @property
    def percent(self) -> str:
        """The completion rate with one decimal; 100.0 when nothing was due.

        >>> Completion((MonthDone("mines", 3, 3, 2),)).percent
        '66.7'
        """
        return fixed(Fraction(100 * self.done, self.due) if self.due else Fraction(100), 1)

    @property
    def is_whole(self) -> bool:
        """Whether everything due was done."""
        return self.done == self.due

    def of(self, division: str) -> Completion:
        """Return the completion of one division."""
        return Completion(tuple(each for each in self.months if each.division == division))


def complete(due: Mapping[Month, int], done: Mapping[Month, int]) -> Completion:
    """Put due and done together; raises `InvalidInput` (`plan-done-wrong`) where more was done than was due."""
    for division, month in sorted({*due, *done}):
        wanted, found = due.get((division, month), 0), done.get((division, month), 0)
        if not 0 <= found <= wanted or month not in MONTHS:
            raise InvalidInput("plan-done-wrong", division=division, month=month, due=wanted, done=found)
    return Completion(tuple(MonthDone(*key, due[key], done.get(key, 0)) for key in sorted(due)))


def close_plan(
    session: Session,
    plan_id: str,
    completion: Completion,
    *,
    actor: str,
    reason: str = "",
    seen: Seen | None = None,
) -> TakenStep:
    """Close the published version of a plan with its completion; what was not done needs a reason.

    Raises `Conflict`: `plan-not-published`, `plan-closed`, `plan-adjustment-approved` (a newer version is approved and
    waits for its publication); `InvalidInput`: `plan-close-reason-needed`.
    """
    lock_draws(session)
    newest = find_newest(session, plan_id)
    version = published_version(session, plan_id)
    if version is None:
        raise Conflict("plan-not-published", plan=plan_id)
    if standing_of(life_of(session, plan_id, newest.version)).phase == "approved":
        raise Conflict("plan-adjustment-approved", plan=plan_id, version=newest.version)
    steps = life_of(session, plan_id, version.version)
    if seen is not None:
        check_seen(version, steps, seen)
    if not completion.is_whole and not reason.strip():
        raise InvalidInput("plan-close-reason-needed", percent=completion.percent)
    figures = {"due": completion.due, "done": completion.done, "percent": completion.percent}
    return record_step(
        session,
        version,
        steps,
        "closed",
        actor=actor,
        paper=Paper(note=reason),
        detail={**figures, "months": write_months(completion)},
        audited=figures,
    )


def write_months(completion: Completion) -> list[dict[str, Any]]:
    """Return the rows of a completion as they are stored."""
    return [
        {"division": each.division, "month": each.month, "due": each.due, "done": each.done}
        for each in completion.months
    ]


def read_completion(step: TakenStep) -> Completion:
    """Return the completion that a closing recorded."""
    return Completion(
        tuple(MonthDone(each["division"], each["month"], each["due"], each["done"]) for each in step.detail["months"])
    )
