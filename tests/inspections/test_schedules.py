"""Schedules in the database: made, made again, kept, rolled on, recomputed; on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from config.calendars import calendar
from config.settings import Settings
from scheduler.demonstration.formalities import file_plan
from scheduler.directory.models import Absence, Enterprise, Inspector
from scheduler.draws.protocol.selection import seed_of
from scheduler.draws.record import read_files
from scheduler.errors import Conflict, ServiceError
from scheduler.inspections import making
from scheduler.inspections.closing_figures import closing_completion
from scheduler.inspections.document import read_problem
from scheduler.inspections.making import follows_from_its_inputs, make_schedule
from scheduler.inspections.marks import mark_done, mark_missed, pin_visit
from scheduler.inspections.models import MonthSchedule, VisitMark
from scheduler.inspections.month_draw import draw_month
from scheduler.inspections.queries import (
    completion,
    inspector_days,
    reveal_days,
    show_schedule,
    view_month,
)
from scheduler.inspections.standing import read_standing
from scheduler.plans.life_cycle.closing import close_plan
from scheduler.plans.life_cycle.life import publish_plan
from scheduler.plans.models import KeyVisit
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing
from tests.inspections import city
from tests.inspections.second_way import recompute

MARCH = 3
PLAN = city.PLAN


def make(engine: Engine, settings: Settings, month: int = MARCH, **options: Any) -> dict[str, Any]:
    with writing(engine) as session:
        make_schedule(session, settings, PLAN, month, actor="li", **options)
    with reading(engine) as session:
        return show_schedule(session, PLAN, month)


def placed(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: {**each, "day": each["days"][0]} for each in document["outcome"]["placed"]}


def test_a_month_is_scheduled_on_either_database_with_the_same_bytes_whatever_the_order_of_the_rows(
    engine: Engine, month_settings: Settings, drawn: Engine
) -> None:
    city.fill(engine, month_settings, backwards=True)
    make(engine, month_settings)
    make(drawn, month_settings)
    kept = []
    for each in (engine, drawn):
        with reading(each) as session:
            row = session.scalars(select(MonthSchedule)).one()
            assert row.sha256 == sha256(row.document).hexdigest()
            document = json.loads(row.document)
            kept.append((document["inputs"], document["outcome"]))
            assert follows_from_its_inputs(session, PLAN, MARCH)
            assert first_broken_entry(session) is None
    assert kept[0] == kept[1]
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE month_schedule SET reason = 'x'")


def test_a_schedule_holds_to_directory_and_calendar(drawn: Engine, month_settings: Settings) -> None:
    """Every rule read off the directory itself, not off the document's own inputs."""
    document = make(drawn, month_settings)
    with reading(drawn) as session:
        due = select(KeyVisit).where(KeyVisit.month == MARCH)
        wanted = {f"{each.uscc}.{each.visit}" for each in session.scalars(due)}
        unplaced = {each["id"] for each in document["outcome"]["unplaced"]}
        assert set(placed(document)) | unplaced == wanted
        assert len(placed(document)) > 12
        people = {each.id: each for each in session.scalars(select(Inspector))}
        enterprises = {each.uscc: each for each in session.scalars(select(Enterprise))}
        taken = [(name, day) for each in placed(document).values() for name in each["team"] for day in each["days"]]
        assert len(taken) == len(set(taken)) and len(taken) > 2 * len(placed(document))
        for each in placed(document).values():
            days, enterprise = [*map(date.fromisoformat, each["days"])], enterprises[each["id"].split(".")[0]]
            team = [people[name] for name in each["team"]]
            assert all(day.month == MARCH and calendar(2026).is_workday(day) for day in days)
            assert f"skill:{enterprise.sector}" in team[-1].skills
            assert len({person.id for person in team}) == 2
            for person in team:
                assert person.certified_until is not None and person.certified_until >= days[-1]
                assert f"area:{enterprise.district}" not in person.denies
                assert (person.id, enterprise.uscc) != ("JL001", city.code(0))
                assert not (person.id == "JL004" and days[0] <= date(2026, 3, 11))
                assert not (person.id == "JL008" and date(2026, 3, 9) in days)
            assert each["neighbours"] == any(person.division_id != each["division"] for person in team)
        mines = [each for each in placed(document).values() if each["division"] == "mines"]
        assert mines and all(each["neighbours"] for each in mines)
        assert any("JL009" in each["team"] for each in placed(document).values())  # the absence was called off
        assert "sick" not in json.dumps(document)


def test_the_stored_document_and_the_lottery_give_the_schedule_a_second_way(
    drawn: Engine, month_settings: Settings, verifier: ModuleType
) -> None:
    document = make(drawn, month_settings)
    with reading(drawn) as session:
        transcript = read_files(session, document["seed"]["draw"], ("seed.txt",))["seed.txt"]
    line = f"source\t1\tdays\t{city.secret_of(1)}\n"
    seed = sha256(transcript + line.encode()).hexdigest()
    committed = f"double-random/1/commit\n{PLAN}-v1\ndays\n{city.secret_of(1)}\n"
    assert document["seed"]["commitment"] == sha256(committed.encode()).hexdigest()
    found, missing = recompute(document, seed, verifier)
    assert found == document["outcome"]["placed"]
    assert missing == {each["id"]: each["reason"] for each in document["outcome"]["unplaced"]}


def test_making_again_needs_a_reason_and_keeps_what_is_done_pinned_or_past(
    drawn: Engine, month_settings: Settings
) -> None:
    first = placed(make(drawn, month_settings))
    by_day = sorted(first, key=lambda name: (first[name]["day"], name))
    done, past, pinned, moved = by_day[0], by_day[1], by_day[-1], by_day[-2]
    other_day = next(day for day in ("2026-03-25", "2026-03-26") if day != first[moved]["day"])
    with pytest.raises(Conflict) as refusal:
        make(drawn, month_settings)
    assert refusal.value.code == "schedule-reason-needed"
    with writing(drawn) as session:
        mark_done(session, PLAN, done, date(2026, 3, 10), actor="li", reason="雪后改期")
        pin_visit(session, PLAN, pinned, date.fromisoformat(first[pinned]["day"]), actor="li", reason="企业停产检修")
        pin_visit(session, PLAN, moved, date.fromisoformat(other_day), actor="li", reason="联合检查")
        assert view_month(session, PLAN, MARCH).stale == 1
        for name in ("JL005", "JL006"):
            session.add(
                Absence(id=f"{name}.2026-03-12", person_id=name, first=date(2026, 3, 12), last=date(2026, 3, 20))
            )
    again = make(drawn, month_settings, reason="两人外出培训", open_from="2026-03-12")
    second = placed(again)
    assert (again["version"], again["reason"]) == (2, "两人外出培训")
    assert second[done] == {**first[done], "day": "2026-03-10", "days": ["2026-03-10"], "state": "done"}
    assert past not in second or first[past]["day"] >= "2026-03-12" or second[past] == first[past]
    assert second[pinned] == {**first[pinned], "state": "pinned"}
    assert (second[moved]["day"], second[moved]["state"]) == (other_day, "pinned")
    for each in second.values():
        if {"JL005", "JL006"} & set(each["team"]):
            assert not any("2026-03-12" <= day <= "2026-03-20" for day in each["days"]) or each == first[each["id"]]
        if first.get(each["id"], {}).get("day", "9") >= "2026-03-12" and each["state"] == "planned":
            assert each["day"] >= "2026-03-12"
    assert set(first) <= set(second) | {each["id"] for each in again["outcome"]["unplaced"]}
    with reading(drawn) as session:
        assert view_month(session, PLAN, MARCH).stale == 0
        assert follows_from_its_inputs(session, PLAN, MARCH, 1) and follows_from_its_inputs(session, PLAN, MARCH)


def test_a_pinned_visit_gets_other_people_when_its_own_are_away(drawn: Engine, month_settings: Settings) -> None:
    first = placed(make(drawn, month_settings))
    name = next(each for each in sorted(first) if first[each]["division"] == "trade")
    day = date.fromisoformat(first[name]["day"])
    with writing(drawn) as session:
        pin_visit(session, PLAN, name, day, actor="li", reason="联合检查")
        person = first[name]["team"][0]
        session.add(Absence(id=f"{person}.{day}.x", person_id=person, first=day, last=day))
    second = placed(make(drawn, month_settings, reason="请假"))
    assert (second[name]["day"], second[name]["state"]) == (day.isoformat(), "pinned")
    assert person not in second[name]["team"]


def test_what_is_missed_or_finds_no_place_rolls_on_and_is_counted(drawn: Engine, month_settings: Settings) -> None:
    march = placed(make(drawn, month_settings))
    missed, done = sorted(march)[:2]
    with writing(drawn) as session:
        mark_missed(session, PLAN, missed, actor="li", reason="大雪封路")
        mark_done(session, PLAN, done, date(2026, 3, 20), actor="li", reason="雪后改期")
    april = make(drawn, month_settings, 4)
    assert missed in placed(april) and done not in placed(april)
    assert {each["id"]: each["month"] for each in april["inputs"]["visits"]}[missed] == MARCH
    assert missed not in placed(make(drawn, month_settings, reason="再排"))
    with reading(drawn) as session:
        view = view_month(session, PLAN, MARCH)
        line = next(each for each in view.visits if each.id == missed)
        assert (line.state, line.reason, line.day) == ("rolled", "missed", "")
        assert view_month(session, PLAN, 4).rolled_in == 1
        rows = {(each.division, each.month): each for each in completion(session, PLAN)}
        division = march[missed]["division"]
        assert rows[division, MARCH].rolled_on == rows[division, 4].rolled_in == 1
        assert sum(each.done for each in rows.values()) == 1
        for each in rows.values():
            assert each.planned + each.rolled_in == each.due == each.done + each.rolled_on + each.open
        assert sum(each.planned for each in rows.values()) == len(session.scalars(select(KeyVisit)).all())
        for key, each in rows.items():
            following = rows.get((key[0], key[1] + 1))
            assert following is None or following.rolled_in == each.rolled_on


def test_a_visit_placed_in_a_later_month_is_not_planned_twice(drawn: Engine, month_settings: Settings) -> None:
    """Nobody is there in March: all roll on; once April has them, a new March leaves them alone."""
    with writing(drawn) as session:
        for person in session.scalars(select(Inspector.id)):
            session.add(Absence(id=f"{person}.all", person_id=person, first=date(2026, 3, 1), last=date(2026, 3, 31)))
    march = make(drawn, month_settings)
    everyone = {each["id"] for each in march["outcome"]["unplaced"]}
    assert placed(march) == {} and {each["reason"] for each in march["outcome"]["unplaced"]} == {"no-team"}
    april = placed(make(drawn, month_settings, 4))
    assert everyone & set(april)
    with writing(drawn) as session:
        for absence in session.scalars(select(Absence).where(Absence.id.endswith(".all"))):
            absence.left_on = date(2026, 3, 1)
    again = make(drawn, month_settings, reason="疫情解除")
    assert not set(placed(again)) & set(april)
    assert {each["id"] for each in again["set_aside"]} == everyone & set(april)


def test_a_months_load_counts_against_the_years_capacity(drawn: Engine, month_settings: Settings) -> None:
    march = placed(make(drawn, month_settings))
    held = Counter(name for each in march.values() for name in each["team"])
    with writing(drawn) as session:
        for person in session.scalars(select(Inspector)):
            person.capacity = held[person.id] + 1
    april = make(drawn, month_settings, 4)
    assert {each["capacity"] for each in april["inputs"]["people"]} == {1}
    assert set(Counter(name for each in placed(april).values() for name in each["team"]).values()) <= {1}


def test_an_enterprise_that_left_is_named_and_not_visited(drawn: Engine, month_settings: Settings) -> None:
    first = sorted(placed(make(drawn, month_settings)))[0]
    with writing(drawn) as session:
        session.get_one(Enterprise, first.split(".")[0]).left_on = date(2026, 3, 1)
    again = make(drawn, month_settings, reason="企业注销")
    assert again["set_aside"] == [{"id": first, "reason": "left"}] and first not in placed(again)


def test_months_without_a_schedule_are_named_with_their_visits(drawn: Engine, month_settings: Settings) -> None:
    document = make(drawn, month_settings)
    with reading(drawn) as session:
        counted = Counter(session.scalars(select(KeyVisit.month)))
    assert document["waiting"] == [{"month": month, "visits": counted[month]} for month in (1, 2) if counted[month]]


def test_a_new_version_of_the_plan_keeps_what_is_done(drawn: Engine, month_settings: Settings) -> None:
    first = placed(make(drawn, month_settings))
    done = sorted(first)[0]
    with writing(drawn) as session:
        mark_done(session, PLAN, done, date(2026, 3, 5), actor="li", reason="雪后改期")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
        city.plan(session, month_settings, reason="调整")
        assert make_schedule(session, month_settings, PLAN, MARCH, actor="li", reason="再排").plan_version == 1
    with writing(drawn) as session:
        city.draw_months(session, month_settings, number=2)
    again = make(drawn, month_settings, reason="计划调整")
    assert again["plan_version"] == 2 and again["seed"]["draw"] == f"{PLAN}-v2"
    assert placed(again)[done]["state"] == "done"
    with reading(drawn) as session:
        assert all(follows_from_its_inputs(session, PLAN, MARCH, version) for version in (1, 2, 3))


def test_an_inspector_reads_the_own_days(drawn: Engine, month_settings: Settings) -> None:
    march = placed(make(drawn, month_settings))
    april = placed(make(drawn, month_settings, 4))
    with reading(drawn) as session:
        mine = inspector_days(session, PLAN, "JL001")
    wanted = {(each["day"], each["id"]) for each in (*march.values(), *april.values()) if "JL001" in each["team"]}
    assert {(each.day, each.id) for each in mine.visits} == wanted and wanted
    assert [each.day for each in mine.visits] == sorted(each.day for each in mine.visits)
    assert all("检查员01" in each.names and each.name.startswith("示范") for each in mine.visits)


def refused(engine: Engine, step: Any) -> str:
    with pytest.raises(ServiceError) as refusal, writing(engine) as session:
        step(session)
    return refusal.value.code


def test_bad_input_is_refused_with_its_own_code_and_leaves_nothing(drawn: Engine, month_settings: Settings) -> None:
    first = placed(make(drawn, month_settings))
    name, other = sorted(first)[:2]
    long = next(each for each in sorted(first) if len(first[each]["days"]) > 1 and each not in (name, other))
    with reading(drawn) as session:
        standing = read_standing(session, PLAN)
    unplaced = next(each for each, (_, month) in standing.visits.items() if month == 5)
    day = date(2026, 3, 10)

    def making(session: Session, plan: str = PLAN, month: int = MARCH, **options: Any) -> None:
        make_schedule(session, month_settings, plan, month, actor="li", **options)

    with writing(drawn) as session:
        mark_done(session, PLAN, other, day, actor="li", reason="雪后改期")
    cases: dict[str, list[Callable[[Session], object]]] = {
        "schedule-month": [
            lambda s: making(s, month=13),
            lambda s: making(s, month=0),
            lambda s: view_month(s, PLAN, 13),
        ],
        "plan-unknown": [lambda s: making(s, plan="220200-2031")],
        "schedule-from": [lambda s: making(s, reason="x", open_from="2026-04-01")],
        "reason-long": [lambda s: making(s, reason="x" * 501)],
        "schedule-unknown": [lambda s: show_schedule(s, PLAN, 7), lambda s: show_schedule(s, PLAN, MARCH, 9)],
        "schedule-inspector": [lambda s: inspector_days(s, PLAN, "JL999")],
        "visit-unknown": [lambda s: mark_done(s, PLAN, "91220200MA0000000X.1", day, actor="li")],
        "visit-done": [
            lambda s: mark_done(s, PLAN, other, day, actor="li", reason="雪后改期"),
            lambda s: mark_missed(s, PLAN, other, actor="li", reason="x"),
            lambda s: pin_visit(s, PLAN, other, day, actor="li", reason="x"),
        ],
        "visit-day": [lambda s: mark_done(s, PLAN, name, date(2025, 3, 10), actor="li", reason="雪后改期")],
        "visit-pin-day": [
            lambda s: pin_visit(s, PLAN, name, date(2026, 3, 14), actor="li", reason="x"),
            lambda s: pin_visit(s, PLAN, name, date(2026, 4, 1), actor="li", reason="x"),
        ],
        "visit-pin-end": [lambda s: pin_visit(s, PLAN, long, date(2026, 3, 31), actor="li", reason="x")],
        "reason-missing": [
            lambda s: pin_visit(s, PLAN, name, day, actor="li", reason=" "),
            lambda s: mark_missed(s, PLAN, name, actor="li", reason=" "),
        ],
        "visit-day-future": [lambda s: mark_done(s, PLAN, name, date(2026, 12, 31), actor="li", reason="x")],
        "visit-other-day": [
            lambda s: mark_done(s, PLAN, name, date(2026, 12, 30), actor="li"),
            lambda s: mark_done(s, PLAN, unplaced, date(2026, 4, 1), actor="li"),
        ],
    }
    with reading(drawn) as session:
        before = len(session.scalars(select(AuditEntry)).all())
    for code, steps in cases.items():
        for step in steps:
            assert refused(drawn, step) == code
    with writing(drawn) as session:
        mark_missed(session, PLAN, name, actor="li", reason="大雪封路")
    assert refused(drawn, lambda s: mark_missed(s, PLAN, name, actor="li", reason="x")) == "visit-not-planned"
    with reading(drawn) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == before + 1
        assert len(session.scalars(select(VisitMark)).all()) == 2


def test_a_plan_that_is_not_drawn_has_no_months(sqlite_engine: Engine, month_settings: Settings) -> None:
    with writing(sqlite_engine) as session:
        city.settle(session)
        city.plan(session, month_settings)
    code = refused(sqlite_engine, lambda session: make_schedule(session, month_settings, PLAN, 3, actor="li"))
    assert code == "plan-not-drawn"


def test_a_closing_records_what_was_done_in_the_months_of_the_lottery(drawn: Engine, month_settings: Settings) -> None:
    first = placed(make(drawn, month_settings))
    done = sorted(first)[:3]
    with writing(drawn) as session:
        assert closing_completion(session, PLAN).due == 0  # nothing is published yet
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
        for name in done:
            mark_done(session, PLAN, name, date(2026, 3, 20), actor="li", reason="雪后改期")
        found = closing_completion(session, PLAN)
        assert (found.done, found.due) == (3, len(session.scalars(select(KeyVisit)).all()))
        wanted = Counter(first[name]["division"] for name in done)
        assert {each.division: each.done for each in found.months if each.done} == wanted


def test_the_days_cannot_be_foretold_from_what_is_public(drawn: Engine, month_settings: Settings) -> None:
    """With the lottery's own seed and everything else known, hardly more days are guessed than by chance."""
    document = make(drawn, month_settings)
    with reading(drawn) as session:
        public = seed_of(read_files(session, f"{PLAN}-v1", ("seed.txt",))["seed.txt"])
        assert document["seed"]["commitment"] in {
            each.detail.get("days") for each in session.scalars(select(AuditEntry)) if each.action == "plan.sealed"
        }
    guessed = {each.id: each.day for each in draw_month(read_problem(document["inputs"]), public).placed}
    right = sum(guessed.get(name) == each["day"] for name, each in placed(document).items())
    assert right <= len(guessed) // 3


def test_the_secret_of_the_days_is_given_away_when_the_plan_is_closed(drawn: Engine, month_settings: Settings) -> None:
    make(drawn, month_settings)
    assert refused(drawn, lambda session: reveal_days(session, PLAN)) == "days-plan-open"
    with writing(drawn) as session:
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
        close_plan(session, PLAN, closing_completion(session, PLAN), actor="li", reason="演示")
        (revealed,) = reveal_days(session, PLAN)
        sealed = json.loads(read_files(session, f"{PLAN}-v1", ("plan.json",))["plan.json"])
    assert (revealed.draw, revealed.secret) == (f"{PLAN}-v1", city.secret_of(1))
    opened = f"double-random/1/commit\n{PLAN}-v1\ndays\n{revealed.secret}\n".encode()
    assert sealed["code"]["version"].endswith(f".days.{sha256(opened).hexdigest()}")


def test_a_lottery_without_a_committed_secret_gives_no_days(drawn: Engine, month_settings: Settings) -> None:
    with drawn.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER office_secret_no_delete")
        connection.exec_driver_sql("DELETE FROM office_secret")
    code = refused(drawn, lambda session: make_schedule(session, month_settings, PLAN, MARCH, actor="li"))
    assert code == "days-not-committed"


def test_a_visit_made_on_its_planned_day_needs_no_reason_and_the_log_keeps_what_was_planned(
    drawn: Engine, month_settings: Settings
) -> None:
    first = placed(make(drawn, month_settings))
    done, missed = sorted(first)[:2]
    with writing(drawn) as session:
        mark_done(session, PLAN, done, date.fromisoformat(first[done]["days"][-1]), actor="li")
        mark_missed(session, PLAN, missed, actor="li", reason="大雪封路")
    with reading(drawn) as session:
        kept = {
            each.action: each.detail for each in session.scalars(select(AuditEntry)) if each.action.startswith("visit.")
        }
    assert kept["visit.done"]["planned"] == first[done]["day"]
    assert (kept["visit.missed"]["planned"], kept["visit.missed"]["reason"]) == (first[missed]["day"], "大雪封路")


def test_closing_days_that_are_to_come_needs_a_reason_from_the_first_version_on(
    drawn: Engine, month_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves one day open to the lot has chosen it."""
    monkeypatch.setattr(making, "utc_now", lambda: datetime(2026, 3, 9, tzinfo=UTC))
    code = refused(drawn, lambda s: make_schedule(s, month_settings, PLAN, MARCH, actor="li", open_from="2026-03-31"))
    assert code == "schedule-from-reason"
    make(drawn, month_settings, open_from="2026-03-09")
    make(drawn, month_settings, reason="两会", open_from="2026-03-16")
    with reading(drawn) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "schedule.made"))
        assert [each.detail["open_from"] for each in entries] == ["2026-03-09", "2026-03-16"]


def test_a_closed_plan_takes_no_more_schedules_and_marks(drawn: Engine, month_settings: Settings) -> None:
    """Its secret is given away, so the days of a month drawn now could be foretold."""
    visit = sorted(placed(make(drawn, month_settings)))[0]
    with writing(drawn) as session:
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
        close_plan(session, PLAN, closing_completion(session, PLAN), actor="li", reason="演示")
    steps: tuple[Callable[[Session], object], ...] = (
        lambda s: make_schedule(s, month_settings, PLAN, 4, actor="li"),
        lambda s: mark_missed(s, PLAN, visit, actor="li", reason="x"),
        lambda s: mark_done(s, PLAN, visit, date(2026, 3, 10), actor="li", reason="x"),
    )
    assert [refused(drawn, step) for step in steps] == ["plan-closed"] * 3
