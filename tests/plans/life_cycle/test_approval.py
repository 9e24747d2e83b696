"""Review, approval, filings and closing in the database: papers, audit, two people at once; on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.changes import day_of
from scheduler.errors import Conflict, InvalidInput, ServiceError
from scheduler.plans.drafting.drafts import save_draft
from scheduler.plans.life_cycle.closing import close_plan, complete, read_completion
from scheduler.plans.life_cycle.life import publish_plan
from scheduler.plans.life_cycle.step_record import Paper, Seen, confirm_newest, may_build, take_step
from scheduler.plans.life_cycle.steps import comments_of
from scheduler.plans.life_cycle.waiting import waiting_steps
from scheduler.plans.models import KeyVisit, PlanStep, PlanVersion
from scheduler.plans.queries import life_of, view_plan, visits_by_month
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.base import utc_now
from scheduler.store.session import reading, writing

PLAN = "220200-2026"
TODAY = day_of(datetime.now(UTC))


def add_version(session: Session, version: int = 1, **changes: Any) -> None:
    """Store a version as building stores it, with a document of nothing but its name."""
    document = json.dumps({"plan": PLAN, "version": version}).encode()
    session.add(
        PlanVersion(
            plan_id=PLAN, version=version, year=2026, title="计划", enterprises=b"",
            sha256="0" * 64, demonstration=True, created_by="planner",
            **{"reason": "", "created_at": utc_now(), "document": document, **changes},
        )
    )  # fmt: skip
    session.flush()


def skip_lottery(session: Session, version: int = 1) -> None:
    """Stand in for the seal and the draw, which tests/plans/test_life.py does for real."""
    count = len(life_of(session, PLAN, version))
    for number, step in enumerate(("sealed", "drawn", "published"), start=count + 1):
        row = {"step": step, "at": utc_now(), "actor": "operator", "note": "", "number": "", "detail": {}}
        session.execute(insert(PlanStep), [{"plan_id": PLAN, "version": version, "sequence": number, **row}])
    visits = [("mines", 3, 2), ("mines", 5, 1), ("trade", 3, 1)]
    session.execute(
        insert(KeyVisit),
        [
            {"plan_id": PLAN, "version": version, "uscc": f"{division}{month}{each}", "visit": 1, "month": month,
             "division_id": division}
            for division, month, count in visits for each in range(count)
        ],
    )  # fmt: skip


@pytest.fixture
def office(sqlite_engine: Engine) -> Engine:
    """A version that is built; for rules that no database has a part in."""
    with writing(sqlite_engine) as session:
        add_version(session)
    return sqlite_engine


@pytest.fixture
def each_office(engine: Engine) -> Engine:
    """A version that is built, on each database."""
    with writing(engine) as session:
        add_version(session)
    return engine


def refused(engine: Engine, code: str, step: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refusal, writing(engine) as session:
        step(session)
    assert refusal.value.code == code
    return refusal.value


def test_review_and_approval_leave_every_word_in_the_record_and_in_the_audit_log(each_office: Engine) -> None:
    with writing(each_office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")
        take_step(session, PLAN, "commented", actor="reviewer", paper=Paper(note=" 重点单位占比偏低 "))
        take_step(session, PLAN, "answered", actor="planner", paper=Paper(note="见附件二", about=2))
    refused(
        each_office, "plan-comments-unresolved", lambda session: take_step(session, PLAN, "passed", actor="reviewer")
    )
    with writing(each_office) as session:
        take_step(session, PLAN, "resolved", actor="reviewer", paper=Paper(about=2))
        take_step(session, PLAN, "passed", actor="reviewer")
        take_step(session, PLAN, "submitted", actor="planner")
        take_step(session, PLAN, "sent-back", actor="approver", paper=Paper(note="补充依据"))
        take_step(session, PLAN, "handed-in", actor="planner")
        take_step(session, PLAN, "passed", actor="reviewer")
        take_step(session, PLAN, "submitted", actor="planner")
        paper = Paper(number="吉市应急〔2026〕12号", dated=TODAY)
        take_step(session, PLAN, "approved", actor="approver", paper=paper)
    with reading(each_office) as session:
        steps = life_of(session, PLAN, 1)
        assert [each.sequence for each in steps] == list(range(1, 12))
        assert (steps[-1].number, steps[-1].dated, steps[-1].actor) == ("吉市应急〔2026〕12号", TODAY, "approver")
        (comment,) = comments_of(steps)
        assert (comment.text, comment.answers[0].note) == ("重点单位占比偏低", "见附件二")
        assert comment.resolved is not None and comment.resolved.actor == "reviewer"
        told = session.scalars(select(AuditEntry).where(AuditEntry.subject == PLAN).order_by(AuditEntry.sequence)).all()
        assert [entry.action for entry in told] == [f"plan.{each.step}" for each in steps]
        assert told[-1].detail == {"version": 1, "number": "吉市应急〔2026〕12号", "date": TODAY.isoformat()}
        assert told[6].detail == {"version": 1, "note": "补充依据"}
        assert first_broken_entry(session) is None


def test_an_approval_needs_a_number_and_a_possible_date(office: Engine) -> None:
    with writing(office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")
        take_step(session, PLAN, "passed", actor="reviewer")
        take_step(session, PLAN, "submitted", actor="planner")
    for paper, code in (
        (Paper(dated=TODAY), "plan-number-needed"),
        (Paper(number="  ", dated=TODAY), "plan-number-needed"),
        (Paper(number="1" * 81, dated=TODAY), "plan-number-wrong"),
        (Paper(number="1\n2", dated=TODAY), "plan-number-wrong"),
        (Paper(number="1号"), "plan-date-needed"),
        (Paper(number="1号", dated=TODAY + timedelta(days=1)), "plan-date-future"),
        (Paper(number="1号", dated=TODAY - timedelta(days=1)), "plan-date-before-built"),
    ):
        refused(office, code, partial(take_step, plan_id=PLAN, name="approved", actor="approver", paper=paper))
    with reading(office) as session:
        assert len(life_of(session, PLAN, 1)) == 3


def test_a_filing_is_not_older_than_the_approval(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        add_version(session, created_at=utc_now() - timedelta(days=9))
        approve_plan(session, PLAN)
    early = Paper(number="1号", dated=TODAY - timedelta(days=1))
    step = "filed-government"
    refused(
        sqlite_engine,
        "plan-date-before-approval",
        lambda session: take_step(session, PLAN, step, actor="li", paper=early),
    )
    with writing(sqlite_engine) as session:
        file_plan(session, PLAN)
    late = Paper(number="1号", dated=TODAY)
    refused(sqlite_engine, "plan-step-taken", lambda session: take_step(session, PLAN, step, actor="li", paper=late))


def test_an_answer_is_about_an_open_comment(office: Engine) -> None:
    with writing(office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")
        take_step(session, PLAN, "commented", actor="reviewer", paper=Paper(note="一"))
        take_step(session, PLAN, "commented", actor="reviewer", paper=Paper(note="二"))
        take_step(session, PLAN, "resolved", actor="reviewer", paper=Paper(about=3))
    for paper, code in (
        (Paper(note="x"), "plan-comment-unknown"),
        (Paper(note="x", about=1), "plan-comment-unknown"),
        (Paper(about=2), "plan-note-needed"),
        (Paper(note="x" * 2001, about=2), "plan-note-long"),
        (Paper(note="x", about=3), "plan-comment-resolved"),
    ):
        refused(office, code, partial(take_step, plan_id=PLAN, name="answered", actor="planner", paper=paper))


def test_who_acts_on_an_old_sight_is_told_who_did_what_and_when(office: Engine) -> None:
    seen = Seen(version=1, steps=0)
    with writing(office) as session:
        take_step(session, PLAN, "handed-in", actor="planner", seen=seen)
    refusal = refused(
        office,
        "plan-overtaken-handed-in",
        lambda session: take_step(session, PLAN, "handed-in", actor="planner-2", seen=seen),
    )
    assert refusal.params["actor"] == "planner"
    assert str(refusal.params["at"]).startswith(TODAY.isoformat())
    refused(
        office, "plan-seen-wrong", lambda session: take_step(session, PLAN, "passed", actor="reviewer", seen=Seen(1, 9))
    )


def test_an_old_version_is_neither_reviewed_nor_approved(office: Engine) -> None:
    with writing(office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")
        add_version(session, 2)
    old = Seen(version=1, steps=1)
    for step in ("passed", "approved", "published"):
        refusal = refused(
            office, "plan-version-old", lambda session, step=step: take_step(session, PLAN, step, actor="x", seen=old)
        )
        assert (refusal.params["version"], refusal.params["newest"]) == (1, 2)
    with reading(office) as session:
        assert view_plan(session, PLAN, published_only=False).summary.state == "built"


def test_two_at_once_never_both_succeed(each_office: Engine) -> None:
    """Eight reviewers press at the same moment, each having seen the same page: one passes, seven are told."""
    with writing(each_office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")

    def press(number: int) -> str:
        try:
            with writing(each_office) as session:
                step = "passed" if number % 2 else "returned"
                take_step(session, PLAN, step, actor=f"reviewer-{number}", seen=Seen(1, 1), paper=Paper(note="x"))
        except Conflict as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(press, range(8)))
    assert outcomes.count("done") == 1
    assert {each for each in outcomes if each != "done"} <= {"plan-overtaken-passed", "plan-overtaken-returned"}
    with reading(each_office) as session:
        assert len(life_of(session, PLAN, 1)) == 2
        assert first_broken_entry(session) is None


def test_whoever_drafted_a_divisions_part_neither_reviews_nor_approves(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        save_draft(session, PLAN, 2026, "division/mines", {}, seen=0, actor="approver")
        save_draft(session, "220200-2027", 2027, "division/mines", {}, seen=0, actor="reviewer")
        add_version(session)
        take_step(session, PLAN, "handed-in", actor="planner")
        save_draft(session, PLAN, 2026, "division/trade", {}, seen=0, actor="reviewer")  # for the next version
        take_step(session, PLAN, "passed", actor="reviewer")
        take_step(session, PLAN, "submitted", actor="planner")
    paper = Paper(number="1号", dated=TODAY)
    step = partial(take_step, plan_id=PLAN, name="approved", paper=paper)
    refused(sqlite_engine, "plan-approver-is-party", partial(step, actor="approver"))
    with writing(sqlite_engine) as session:
        step(session, actor="director")


def test_no_version_is_built_in_the_place_of_an_approved_one(each_office: Engine) -> None:
    with writing(each_office) as session:
        last = may_build(session, PLAN, "")
        approve_plan(session, PLAN)
    refused(each_office, "plan-approved", lambda session: may_build(session, PLAN, "理由"))
    refused(each_office, "plan-approved", lambda session: confirm_newest(session, PLAN, last, "理由"))
    with writing(each_office) as session:
        file_plan(session, PLAN)
        skip_lottery(session)
    refused(each_office, "plan-reason-needed", lambda session: may_build(session, PLAN, "  "))
    with writing(each_office) as session:
        assert may_build(session, PLAN, "理由") == last == 1
        add_version(session, 2)
    refusal = refused(each_office, "plan-built-meanwhile", lambda session: confirm_newest(session, PLAN, last, "理由"))
    assert (refusal.params["version"], refusal.params["actor"]) == (2, "planner")


def test_a_plan_is_closed_with_its_completion_and_a_reason_for_what_was_left(each_office: Engine) -> None:
    """3 of 4 visits done: 75.0 % of the bureau; of the mines 2 of 3: 66.7 %."""
    refused(
        each_office, "plan-not-published", lambda session: close_plan(session, PLAN, complete({}, {}), actor="planner")
    )
    with writing(each_office) as session:
        approve_plan(session, PLAN)
        skip_lottery(session)
        due = visits_by_month(session, PLAN, 1)
    assert due == {("mines", 3): 2, ("mines", 5): 1, ("trade", 3): 1}
    part = complete(due, {("mines", 3): 2, ("trade", 3): 1})
    refused(each_office, "plan-close-reason-needed", lambda session: close_plan(session, PLAN, part, actor="planner"))
    with writing(each_office) as session:
        close_plan(session, PLAN, part, actor="planner", reason="一家停产", seen=Seen(1, 7))
    with reading(each_office) as session:
        view = view_plan(session, PLAN, published_only=True)
        assert view.summary.state == "closed"
        kept = read_completion(view.steps[-1])
        assert kept == part
        assert (kept.percent, kept.of("mines").percent, kept.of("trade").percent) == ("75.0", "66.7", "100.0")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.closed")).one()
        assert entry.detail == {"version": 1, "note": "一家停产", "due": 4, "done": 3, "percent": "75.0"}
    refused(each_office, "plan-closed", lambda session: may_build(session, PLAN, "理由"))
    refused(each_office, "plan-closed", lambda session: close_plan(session, PLAN, part, actor="planner", reason="x"))


def test_a_plan_is_not_closed_over_an_approved_adjustment(office: Engine) -> None:
    with writing(office) as session:
        approve_plan(session, PLAN)
        skip_lottery(session)
        add_version(session, 2)
        approve_plan(session, PLAN)
    whole = complete({}, {})
    refused(office, "plan-adjustment-approved", lambda session: close_plan(session, PLAN, whole, actor="planner"))
    refused(office, "plan-not-sealed", lambda session: publish_plan(session, PLAN, actor="planner"))


@pytest.mark.parametrize("done", [{("mines", 3): 3}, {("mines", 3): -1}, {("trade", 9): 1}])
def test_more_than_was_due_cannot_be_done(done: dict[tuple[str, int], int]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        complete({("mines", 3): 2}, done)
    assert refusal.value.code == "plan-done-wrong"


def test_the_inbox_holds_what_can_be_done_the_longest_wait_first(office: Engine) -> None:
    def waiting(now: datetime | None = None) -> list[tuple[str, int]]:
        with reading(office) as session:
            found = waiting_steps(session, now or utc_now())
            assert [each.since for each in found] == sorted(each.since for each in found)
            return [(each.step, each.version) for each in found]

    assert waiting() == [("handed-in", 1)]
    with writing(office) as session:
        take_step(session, PLAN, "handed-in", actor="planner")
    assert waiting() == [("passed", 1)]
    with writing(office) as session:
        take_step(session, PLAN, "commented", actor="reviewer", paper=Paper(note="一"))
    assert waiting() == [("passed", 1), ("answered", 1)]
    with writing(office) as session:
        take_step(session, PLAN, "answered", actor="planner", paper=Paper(note="二", about=2))
    assert waiting() == [("passed", 1)]
    with writing(office) as session:
        take_step(session, PLAN, "resolved", actor="reviewer", paper=Paper(about=2))
    with writing(office) as session:
        take_step(session, PLAN, "passed", actor="reviewer")
        take_step(session, PLAN, "submitted", actor="planner")
    with reading(office) as session:
        approval = waiting_steps(session, utc_now())[0]
        assert (approval.step, approval.roles) == ("approved", ("approver",))
        assert approval.barred == {"planner", "reviewer"}
    with writing(office) as session:
        take_step(session, PLAN, "approved", actor="approver", paper=Paper(number="1号", dated=TODAY))
    assert waiting() == [("filed-government", 1), ("filed-province", 1), ("sealed", 1)]
    with writing(office) as session:
        file_plan(session, PLAN)
        skip_lottery(session)
        add_version(session, 2)
    summer, december = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    with reading(office) as session:
        found = {each.step: each for each in waiting_steps(session, december + timedelta(days=36_500))}
        assert set(found) == {"handed-in", "closed"}
        assert found["closed"].version == 1 and found["closed"].since >= datetime(2026, 11, 30, 16, tzinfo=UTC)
        assert "closed" not in {each.step for each in waiting_steps(session, summer)}
