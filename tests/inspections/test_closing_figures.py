"""What a plan is closed with: every visit counts once, in the month the lottery gave it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert

from scheduler.demonstration.formalities import approve_plan
from scheduler.inspections.closing_figures import closing_completion
from scheduler.inspections.models import VisitMark
from scheduler.inspections.standing import DONE, MISSED
from scheduler.plans.life_cycle.closing import MonthDone
from scheduler.store.session import reading, writing
from tests.plans.life_cycle.test_approval import PLAN, add_version, skip_lottery


def mark(visit: str, sequence: int, kind: str, month: int, day: date | None = None) -> dict[str, object]:
    return {
        "plan_id": PLAN, "visit": visit, "sequence": sequence, "kind": kind, "month": month, "day": day,
        "reason": "", "actor": "operator", "at": datetime(2026, 5, 4, tzinfo=UTC),
    }  # fmt: skip


def test_before_the_publication_nothing_is_due(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        add_version(session)
        assert closing_completion(session, PLAN).months == ()


def test_a_visit_counts_once_in_the_month_the_lottery_gave_it(sqlite_engine: Engine) -> None:
    """The mines have two visits in March and one in May, trade one in March. One of March was missed and made in May;
    the visit of May is done; that of trade was missed for good."""
    with writing(sqlite_engine) as session:
        add_version(session)
        approve_plan(session, PLAN)
        skip_lottery(session)
        rows = [
            mark("mines30.1", 1, MISSED, 3),
            mark("mines30.1", 2, DONE, 5, date(2026, 5, 12)),
            mark("mines50.1", 1, DONE, 5, date(2026, 5, 13)),
            mark("trade30.1", 1, MISSED, 3),
        ]
        session.execute(insert(VisitMark), rows)
    with reading(sqlite_engine) as session:
        found = closing_completion(session, PLAN)
    assert found.months == (
        MonthDone("mines", 3, 2, 1), MonthDone("mines", 5, 1, 1), MonthDone("trade", 3, 1, 0),
    )  # fmt: skip
    assert (found.due, found.done, found.percent) == (4, 2, "50.0")
