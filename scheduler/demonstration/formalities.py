"""The people and papers that carry a demonstration's plan through its life: no step is left out, no one acts twice."""

from __future__ import annotations

from sqlalchemy.orm import Session

from scheduler.directory.changes import day_of
from scheduler.plans.life_cycle.step_record import Paper, find_newest, take_step
from scheduler.store.base import utc_now

PLANNER, REVIEWER, APPROVER, OPERATOR = "planner", "reviewer", "approver", "operator"
# Papers of one version, in the order of their numbers.
_PAPERS = ("approved", "filed-government", "filed-province")


def approve_plan(session: Session, plan_id: str) -> None:
    """Take a version that is built through legal review, submission and approval."""
    take_step(session, plan_id, "handed-in", actor=PLANNER)
    take_step(session, plan_id, "passed", actor=REVIEWER)
    take_step(session, plan_id, "submitted", actor=PLANNER)
    take_step(session, plan_id, "approved", actor=APPROVER, paper=_paper(session, plan_id, "approved"))


def file_plan(session: Session, plan_id: str) -> None:
    """Record both filings of an approved version."""
    for step in _PAPERS[1:]:
        take_step(session, plan_id, step, actor=OPERATOR, paper=_paper(session, plan_id, step))


def _paper(session: Session, plan_id: str, step: str) -> Paper:
    version = find_newest(session, plan_id)
    number = (version.version - 1) * len(_PAPERS) + _PAPERS.index(step) + 1
    return Paper(number=f"示范〔{version.year}〕{number}号", dated=day_of(utc_now()))
