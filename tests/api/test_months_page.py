"""The pages of months: for the staff alone, made, marked and made again; every refusal is told on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine, select

from scheduler.directory.models import Absence
from scheduler.inspections import marks
from scheduler.inspections.models import VisitMark
from scheduler.inspections.queries import view_month
from scheduler.store.session import reading, writing
from tests.api import sample_city
from tests.api.conftest import post, token

PLAN = f"/work/plans/{sample_city.PLAN}"
MARCH = f"{PLAN}/months/3"
Staff = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def year_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever marks visits does so at the end of the plan's year."""
    monkeypatch.setattr(marks, "utc_now", lambda: datetime(2026, 12, 31, tzinfo=UTC))


def ticked(client: FlaskClient, **fields: object) -> tuple[int, str]:
    answer = client.post(f"{MARCH}/marks", data={"csrf_token": token(client), **fields}, follow_redirects=True)
    return answer.status_code, answer.text


def test_nobody_outside_sees_a_day(client: FlaskClient, staff: Staff) -> None:
    """The public pages say the same before and after; every page of the months asks for an account with a role."""
    public = [f"/plans/{sample_city.PLAN}", f"/plans/{sample_city.PLAN}/visits", f"/plans/{sample_city.PLAN}/plan.json"]
    public += [f"/enterprises/{sample_city.uscc(number)}" for number in (1, 5, 9)]
    before = [client.get(path).text for path in public]
    assert post(staff("planner"), MARCH) == 303
    assert [client.get(path).text for path in public] == before
    for path in (MARCH, f"{PLAN}/months", f"{PLAN}/inspectors/JL0001.ics"):
        assert client.get(path).status_code == 302
        assert staff("witness").get(path).status_code == 403
        assert staff("auditor").get(path).status_code == 200
    assert staff("approver").post(MARCH, data={"csrf_token": "x"}).status_code in (400, 403)


def test_a_month_is_made_marked_and_made_again(staff: Staff, city: Engine) -> None:
    planner = staff("planner")
    assert "安排本月" in planner.get(MARCH).text
    assert post(planner, MARCH) == 303
    with reading(city) as session:
        placed = view_month(session, sample_city.PLAN, 3).placed
    done, missed, pinned = placed[0], placed[1], placed[2]
    page = planner.get(MARCH).text
    assert all(each.name in page and each.id in page for each in placed)
    assert "已标记完成 1 次检查" in ticked(planner, visit=done.id, action="done")[1]
    assert ticked(planner, visit=missed.id, action="missed", reason="停产")[0] == 200
    assert "将固定在 2026-03-24" in ticked(planner, visit=pinned.id, action="pin", day="2026-03-24", reason="联检")[1]
    assert "请重新安排" in planner.get(MARCH).text
    assert post(planner, MARCH) == 409  # a reason is needed now
    assert post(planner, MARCH, reason="联检") == 303
    with reading(city) as session:
        lines = {each.id: each for each in view_month(session, sample_city.PLAN, 3).visits}
        assert (lines[done.id].state, lines[done.id].days) == ("done", done.days)
        assert (lines[missed.id].state, lines[pinned.id].state) == ("rolled", "pinned")
        marks = {each.visit: each for each in session.scalars(select(VisitMark))}
        assert str(marks[done.id].day) == done.days[-1]
    assert "下月" in planner.get(MARCH).text
    assert planner.get(f"{PLAN}/months").status_code == 200


def test_the_months_of_a_closed_plan_are_only_looked_at(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = staff("planner")
    assert post(planner, MARCH) == 303
    open_page = planner.get(MARCH).text
    assert "1月、2月还没有安排日程" in open_page
    assert 'name="visit"' in open_page
    monkeypatch.setattr("api.pages.work.months.is_closed", lambda session, plan: True)
    page = planner.get(MARCH).text
    assert "计划已经办结" in page
    assert 'name="visit"' not in page and "重新安排" not in page and "还没有安排日程" not in page


def test_after_december_nothing_rolls_on(staff: Staff, city: Engine) -> None:
    planner, december = staff("planner"), f"{PLAN}/months/12"
    assert post(planner, december) == 303
    with reading(city) as session:
        missed = view_month(session, sample_city.PLAN, 12).placed[0]
    fields = {"csrf_token": token(planner), "visit": missed.id, "action": "missed", "reason": "停产"}
    answer = planner.post(f"{december}/marks", data=fields, follow_redirects=True)
    assert "12 月之后没有下个月" in answer.text and "转入下个月。" not in answer.text.split("<h1", 1)[0]


def test_a_filter_leaves_one_division_or_one_inspector(staff: Staff, city: Engine) -> None:
    planner = staff("planner")
    post(planner, MARCH)
    with reading(city) as session:
        placed = view_month(session, sample_city.PLAN, 3).placed
    division, inspector = placed[0].division, placed[0].team[0]
    for query, wanted in (
        (f"division={division}", {each.id for each in placed if each.division == division}),
        (f"inspector={inspector}", {each.id for each in placed if inspector in each.team}),
    ):
        page = planner.get(f"{MARCH}?{query}&lang=en").text
        assert {each.id for each in placed if f'value="{each.id}"' in page} == wanted
    calendar = Calendar.from_ical(planner.get(f"{PLAN}/inspectors/{inspector}.ics").data)
    mine = [each for each in placed if inspector in each.team]
    days = {day for each in mine for day in each.days}
    assert {str(event.decoded("DTSTART")) for event in calendar.walk("VEVENT")} <= days
    assert all(event["CLASS"] == "CONFIDENTIAL" for event in calendar.walk("VEVENT"))
    names = " ".join(str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))
    assert mine and all(each.name in names for each in mine)


def test_refusals_are_told_on_the_page(staff: Staff) -> None:
    planner = staff("planner")
    assert planner.get(f"{PLAN}/months/13").status_code == 422
    assert planner.get("/work/plans/nowhere-2026/months/3").status_code == 404
    assert planner.get(f"{PLAN}/inspectors/JL9999.ics").status_code == 404
    post(planner, MARCH)
    visit = re.findall(r'name="visit" value="([^"]+)"', planner.get(MARCH).text)[0]
    assert ticked(planner, action="done")[0] == 422
    assert ticked(planner, visit=visit, action="other")[0] == 422
    assert ticked(planner, visit=visit, action="pin", day="2026-03-07", reason="x")[0] == 422
    assert ticked(planner, visit=visit, action="pin", day="", reason="x")[0] == 422
    assert ticked(planner, visit=visit, action="done", day="yesterday")[0] == 422
    assert ticked(planner, visit="x.1", action="missed")[0] == 404
    assert ticked(planner, visit=[visit, "x.1"], action="done", day="2026-03-10", reason="x")[0] == 404
    status, text = ticked(planner, visit=visit, action="done")
    assert status == 200 and "已标记完成 1 次检查" in text  # the failed pair above left nothing behind
    assert ticked(planner, visit=visit, action="done")[0] == 409


def test_absences_are_shown_to_those_who_plan_alone(staff: Staff, city: Engine) -> None:
    """Why somebody is away is nobody's business but theirs and the planners'."""
    with writing(city) as session:
        session.add(
            Absence(id="JL0001.x", person_id="JL0001", first=date(2026, 3, 2), last=date(2026, 3, 6), kind="sick")
        )
    assert "病假" in staff("planner").get("/work/directory/people").text
    for role in ("witness", "auditor", "approver"):
        assert "病假" not in staff(role).get("/work/directory/people").text
