"""The pages of a year's budget: the grid that adds up, two people at once, who may do what, and the plan built."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict

from api.pages.work.bureau_members import composed, with_step
from config.workdays import workday_catalogue
from scheduler.accounts.users import add_user
from scheduler.errors import InvalidInput
from scheduler.plans.drafting.drafts import division_part_id, find_draft
from scheduler.plans.workday_budget.budget import DEDUCTIONS
from scheduler.store.session import reading, writing
from tests.api import sample_city
from tests.api.conftest import PASSWORD, finish, post, token
from tests.api.test_pages import Outline

Staff = Callable[[str], FlaskClient]
YEAR = "/work/budget/2025"
CHEM = f"{YEAR}/divisions/chemicals"
READERS = ("planner", "reviewer", "approver", "auditor")


def cells(staff: object = 3, days: object = 5, **more: str) -> dict[str, str]:
    rows = {f"{kind}.{row.id}": str(days) for kind in DEDUCTIONS for row in getattr(workday_catalogue(), kind)}
    return {"seen": "0", "staff": str(staff), "notes": "", **rows, **more}


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": token(client), **fields})
    return answer.status_code, answer.text


def figure(page: str, name: str) -> str:
    found = re.search(rf'data-figure="{re.escape(name)}">([^<]*)<', page)
    assert found, name
    return unescape(found[1]).replace("\u202f", "")


def fault(page: str, cell: str) -> str:
    found = re.search(rf'id="fault-{re.escape(cell)}"[^>]*>([^<]*)<', page)
    assert found, cell
    return unescape(found[1])


def value(page: str, cell: str) -> str:
    found = re.search(rf'name="{re.escape(cell)}"[^>]* value="([^"]*)"', page)
    assert found, cell
    return unescape(found[1])


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the autumn before the drafted year: the desk asks for no past year's budget."""
    monkeypatch.setattr("api.pages.work.desk.today_here", lambda: "2024-11-20")


@pytest.fixture
def chemist(app: Flask, city: Engine) -> FlaskClient:
    """A planner of the division of chemicals, logged in."""
    with writing(city) as session:
        add_user(session, "chemist", PASSWORD, ["planner"], division_id="chemicals", actor="test")
    client = app.test_client()
    post(client, "/login", name="chemist", password=PASSWORD)
    return client


def test_the_pages_are_sound_and_open_to_their_roles_alone(staff: Staff) -> None:
    paths = ("/work/budget", YEAR, CHEM, f"{YEAR}/bureau", f"{YEAR}/merge", "/work/budget/2031")
    for role in (*READERS, "operator", "admin"):
        client = staff(role)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == (200 if role in READERS else 403), (role, path)
            assert Outline(answer.text).faults == [], path
    planner = staff("planner")
    assert planner.get("/work/budget/1999").status_code == 404
    assert planner.get(f"{YEAR}/divisions/tea").status_code == 404


def test_recompute_adds_up_without_script_and_saves_nothing(staff: Staff, city: Engine) -> None:
    """2025: 3 x 248 = 744; 50 and 35 leave 659: 395.4, 197.7, 65.9 in whole days are 395, 198, 66."""
    status, page = send(staff("planner"), CHEM, **cells(), step="recompute")
    assert status == 200
    names = ("sum.other_enforcement", "sum.non_enforcement", "total", "supervision")
    assert [figure(page, name) for name in names] == ["50", "35", "744", "659"]
    assert [figure(page, f"part.{name}") for name in ("key", "general", "reserve")] == ["395", "198", "66"]
    shares = [figure(page, f"share.{name}") for name in (*DEDUCTIONS, "supervision")]
    assert shares == ["6.7 %", "4.7 %", "88.6 %"]  # 6.720, 4.704, 88.575
    assert figure(page, "missing") == "0"
    with reading(city) as session:
        assert find_draft(session, "220200-2025", division_part_id("chemicals")) is None


def test_what_is_wrong_is_told_beside_its_cell_and_nothing_typed_is_lost(staff: Staff, city: Engine) -> None:
    wrong = {
        "staff": "2.5",
        "other_enforcement.licensing": "-3",
        "non_enforcement.office-duty": "1.25",
    }
    status, page = send(staff("planner"), CHEM, **cells(**wrong, notes="草稿"), step="save")
    assert status == 422
    assert "不是整数" in fault(page, "staff") and "负数" in fault(page, "other_enforcement.licensing")
    assert "超过一位" in fault(page, "non_enforcement.office-duty")
    assert fault(page, "non_enforcement.other-assigned") == ""
    assert [value(page, name) for name in wrong] == ["2.5", "-3", "1.25"]
    assert "草稿" in page
    status, page = send(staff("planner"), CHEM, **cells(1, 15), step="save")
    assert status == 422 and "多出 7" in fault(page, "sum")
    with reading(city) as session:
        assert find_draft(session, "220200-2025", division_part_id("chemicals")) is None


def test_the_second_of_two_sees_both_versions_and_may_save_again(staff: Staff, chemist: FlaskClient) -> None:
    assert send(chemist, CHEM, **cells(4), step="save")[0] == 303
    planner = staff("planner")
    status, page = send(planner, CHEM, **cells(5, **{"other_enforcement.licensing": "12.5"}), step="save")
    assert status == 409
    assert "chemist 在您打开之后保存了第 1 稿" in page
    (table,) = re.findall(r'id="versions".*?</table>', page, re.S)
    assert re.findall(r'class="mine">([^<]*)</td><td>([^<]*)<', table) == [("5", "4"), ("12.5", "5")]
    assert (value(page, "staff"), value(page, "seen")) == ("5", "1")
    assert send(planner, CHEM, **{**cells(5), "seen": "1"}, step="save")[0] == 303
    assert value(chemist.get(CHEM).text, "staff") == "5"


def test_a_planner_of_a_division_drafts_for_it_alone(staff: Staff, chemist: FlaskClient) -> None:
    other = f"{YEAR}/divisions/mines"
    assert send(chemist, other, **cells(), step="save")[0] == 403
    assert chemist.get(other).status_code == 200
    assert "disabled" in chemist.get(other).text
    assert send(chemist, f"{YEAR}/bureau", seen="0")[0] == 403
    assert send(chemist, f"{YEAR}/merge")[0] == 403
    assert send(staff("reviewer"), CHEM, **cells(), step="save")[0] == 403
    assert send(chemist, CHEM, **cells(), step="save")[0] == 303
    assert "填写并提交 2025 年工作日测算：危险化学品监督管理处" in chemist.get("/work").text
    assert "矿山" not in re.sub(r"(?s)<header.*?</header>", "", chemist.get("/work").text)


def test_a_part_is_handed_in_returned_and_taken_back(staff: Staff, chemist: FlaskClient) -> None:
    reviewer = staff("reviewer")
    status, page = send(chemist, CHEM, **cells(**{"other_enforcement.licensing": ""}), step="hand-in")
    assert (status, "还有 1 项未填" in page) == (409, True)
    assert send(chemist, CHEM, **cells(), step="hand-in")[0] == 303
    assert send(chemist, CHEM, **{**cells(), "seen": "2"}, step="save")[0] == 409
    assert send(chemist, f"{CHEM}/return", seen="2", note="x")[0] == 403
    assert send(reviewer, f"{CHEM}/return", seen="2", note="值班天数偏多")[0] == 303
    assert "值班天数偏多" in chemist.get(CHEM).text
    assert send(chemist, CHEM, **{**cells(), "seen": "3"}, step="hand-in")[0] == 303
    assert send(chemist, f"{CHEM}/take-back", seen="5")[0] == 303
    assert send(chemist, f"{CHEM}/take-back", seen="6")[0] == 409


def test_proposals_of_earlier_years_stand_beside_the_rows_and_are_taken(staff: Staff) -> None:
    """2024: 4 people with 6 days in every row, so 1.5 a head; three people are proposed 4.5, 45 in ten rows."""
    rows = {kind: {row.id: 6 for row in getattr(workday_catalogue(), kind)} for kind in DEDUCTIONS}
    history = json.dumps({"2024": {"divisions": [{"name": "chemicals", "staff": 4, **rows}]}})
    planner = staff("planner")
    assert send(planner, f"{YEAR}/bureau", seen="0", history=history)[0] == 303
    empty = dict.fromkeys(cells(), "") | {"seen": "0", "staff": "3", "other_enforcement.licensing": "9"}
    _, page = send(planner, CHEM, **empty, step="take:non_enforcement.office-duty")
    assert value(page, "non_enforcement.office-duty") == "4.5"
    assert value(page, "other_enforcement.licensing") == "9"
    assert figure(page, "proposed.other_enforcement") == "45"
    _, page = send(planner, CHEM, **empty, step="take:all")
    assert (value(page, "other_enforcement.licensing"), figure(page, "sum.other_enforcement")) == ("4.5", "45")
    assert figure(page, "sum.non_enforcement") == "31.5"


def test_the_bureaus_part_tells_every_fault_beside_its_field(staff: Staff) -> None:
    reviewer, path = staff("reviewer"), f"{YEAR}/bureau"
    given = {"seen": "0", "statutory_days": "250", "registered_staff": "8.5", "key": "95", "history": "{"}
    status, page = send(reviewer, path, **given)
    assert status == 422
    assert "请写明理由" in fault(page, "statutory_days_reason") and "不是整数" in fault(page, "registered_staff")
    assert "100 %" in fault(page, "key") and "JSON" in fault(page, "history")
    assert value(page, "statutory_days") == "250"
    good = {"statutory_days": "250", "statutory_days_reason": "本市公布", "registered_staff": "30", "key": "62.5"}
    assert send(reviewer, path, seen="0", **good)[0] == 303
    assert "250 天（法定日历 248 天），理由：本市公布" in reviewer.get(YEAR).text
    status, page = send(staff("planner"), path, seen="0", **{**good, "key": "70"})
    assert status == 409 and 'class="mine">70</td><td>62.5' in page


def test_ratios_are_typed_by_risk_class_and_batches_as_json(staff: Staff) -> None:
    reviewer, path = staff("reviewer"), f"{YEAR}/bureau"
    page = reviewer.get(path).text
    assert 'placeholder="1/100"' in page  # class A of the catalogue
    asked = {"ratios.asked": "yes", "ratios.A": "1/10", "ratios.D": "150 %"}
    status, page = send(reviewer, path, seen="0", **asked)
    assert (status, value(page, "ratios.D")) == (422, "150 %")
    assert "ratios.D" in fault(page, "ratios")
    status, page = send(reviewer, path, seen="0", batches='[{"month": 13}]')
    assert status == 422 and "batches[0]" in fault(page, "batches")
    given = {**asked, "ratios.D": "50 %", "batches": '[{"month": 4}, {"month": 9}]'}
    assert send(reviewer, path, seen="0", **given)[0] == 303
    assert value(reviewer.get(path).text, "ratios.D") == "50 %"


def test_months_campaigns_and_frequencies_are_entered_on_the_page(staff: Staff) -> None:
    reviewer, path = staff("reviewer"), f"{YEAR}/bureau"
    months = {"closed_months.months": "2", "closed_months.reason": "春节", "closed_months.divisions": "mines"}
    status, page = send(reviewer, path, seen="0", step="add:closed_months", **{**months, "closed_months.months": ""})
    assert status == 422 and "closed_months[0]" in fault(page, "closed_months")
    assert value(page, "closed_months.reason") == "春节"  # nothing typed is lost
    status, page = send(reviewer, path, seen="0", step="add:closed_months", **months)
    assert status == 200 and "保存后生效" in page
    (text,) = re.findall(r'<textarea[^>]* name="closed_months"[^>]*>([^<]*)<', page)
    closed = unescape(text)
    assert json.loads(closed) == [{"months": [2], "divisions": ["mines"], "reason": "春节"}]
    rule = {"frequencies.asked": "metal-dust", "frequencies.metal-dust": "99"}
    status, page = send(reviewer, path, seen="0", closed_months=closed, **rule)
    assert status == 422 and "99" in fault(page, "frequencies") and value(page, "frequencies.metal-dust") == "99"
    given = {"closed_months": closed, **rule, "frequencies.metal-dust": "2"}
    assert send(reviewer, path, seen="0", **given)[0] == 303
    page = reviewer.get(path).text
    assert "矿山监督管理处" in page and "春节" in page
    assert value(page, "frequencies.metal-dust") == "2"


def test_entries_are_added_to_a_list_and_taken_out_of_it() -> None:
    entry: dict[str, str | list[str]] = {
        "closed_months.months": ["1", "2"],
        "closed_months.reason": "春节",
        "closed_months.divisions": ["mines"],
        "campaigns.id": "dust",
        "campaigns.title": "粉尘",
        "campaigns.months": ["5"],
        "campaigns.reason": "专项",
        "campaigns.days.mines": "12.5",
        "campaigns.days.trade": "",
        "campaigns.extra": "1",
        "campaigns.sectors": ["dust-explosion"],
    }
    form: MultiDict[str, str] = MultiDict(entry)
    texts = with_step("add:closed_months", form, {})
    closed = {"months": [1, 2], "divisions": ["mines"], "reason": "春节"}
    assert json.loads(texts["closed_months"]) == [closed]
    texts = with_step("add:campaigns", form, texts)
    assert json.loads(texts["campaigns"]) == [
        {
            "id": "dust",
            "title": "粉尘",
            "months": [5],
            "reason": "专项",
            "days": {"mines": 12.5},
            "visits": {"sectors": ["dust-explosion"], "extra": 1},
        }
    ]
    assert with_step("remove:closed_months:0", form, texts)["closed_months"] == ""
    assert with_step("remove:closed_months:7", form, texts)["closed_months"] == texts["closed_months"]
    assert with_step("add:closed_months", form, {"closed_months": "{"}) == {"closed_months": "{"}
    with pytest.raises(InvalidInput):
        with_step("add:campaigns", MultiDict([("campaigns.days.mines", "1.25")]), {})


def test_visits_are_laid_over_what_the_json_says_of_a_rule() -> None:
    form = MultiDict([("frequencies.asked", "coal-a"), ("frequencies.asked", "coal-b"), ("frequencies.coal-b", "3")])
    texts = composed(form, {"frequencies": '{"coal-a": {"visits": 1}, "coal-b": {"gap": 2}}'})
    assert json.loads(texts["frequencies"]) == {"coal-b": {"gap": 2, "visits": 3}}
    assert composed(MultiDict(), {"frequencies": "{"}) == {"frequencies": "{"}
    with pytest.raises(InvalidInput):
        composed(MultiDict([("frequencies.asked", "coal-a"), ("frequencies.coal-a", "two")]), {})


def test_the_plan_is_built_from_what_every_division_handed_in(staff: Staff) -> None:
    """27 staff x 248 days are 6696; three divisions with 17 rows of 5 take 255 and leave 6441."""
    planner = staff("planner")
    assert send(planner, f"{YEAR}/merge")[0] == 409
    for name, _, _, _, heads in sample_city.DIVISIONS:
        assert send(planner, f"{YEAR}/divisions/{name}", **cells(heads), step="hand-in")[0] == 303
    assert send(planner, f"{YEAR}/bureau", seen="0", registered_staff="50")[0] == 303
    page = planner.get(f"{YEAR}/merge").text
    assert "54.0 %" in page and "低于下限 30 人（60 %）" in page  # 27 of 50; the floor of a city is 60 %
    assert "6\u202f441" in page and "合并并编制计划" in page
    assert "各处室已全部提交 2025 年测算" in planner.get("/work").text
    begun = planner.post(f"{YEAR}/merge", data={"csrf_token": token(planner), "demonstration": "yes"})
    assert begun.status_code == 303
    assert finish(planner, begun.headers["Location"]) == "done"
    assert "6\u202f441" in planner.get("/work/plans/220200-2025").text
    assert "各处室已全部提交 2025 年测算" not in planner.get("/work").text


def test_accounts_are_given_their_division(staff: Staff) -> None:
    admin = staff("admin")
    fields = {"name": "miner", "password": PASSWORD, "roles": "planner", "division": "mines"}
    assert post(admin, "/work/users", **fields) == 303
    assert 'value="mines" selected' in admin.get("/work/users").text
    assert post(admin, "/work/users/miner/division", division="tea") == 404
    assert post(admin, "/work/users/miner/division", division="") == 303
    assert 'value="mines" selected' not in admin.get("/work/users").text
