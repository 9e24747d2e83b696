"""The staff's pages: forms that carry out each step, refuse with words, and are there for their roles alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from scheduler.accounts.models import ROLES
from scheduler.directory.models import Enterprise
from scheduler.draws.drafts import open_draft
from scheduler.draws.queries import state_of
from scheduler.store.audit import AuditEntry
from scheduler.store.session import reading
from tests.api import sample_city
from tests.api.conftest import PASSWORD, logged_in, post, token
from tests.api.test_pages import Outline

SEALED, DRAFT = "220200-2026-02", "220200-2026-batch-3"
Staff = Callable[[str], FlaskClient]
WORK = {
    "/work": ROLES,
    "/work/inbox": ("planner", "reviewer", "approver", "operator"),
    "/work/plans": ("planner", "reviewer", "approver", "operator", "auditor"),
    f"/work/plans/{sample_city.PLAN}": ("planner", "reviewer", "approver", "operator", "auditor"),
    f"/work/plans/{sample_city.PLAN}/outlook?years=50": ("planner", "reviewer", "approver", "operator", "auditor"),
    f"/work/plans/{sample_city.PLAN}/what-if": ("planner", "reviewer", "approver", "operator", "auditor"),
    "/work/drafts": ("planner", "operator", "auditor"),
    f"/work/drafts/{DRAFT}": ("planner", "operator", "auditor"),
    f"/work/draws/{SEALED}": ("operator", "witness", "planner", "reviewer", "approver", "auditor"),
    "/work/directory": ROLES,
    "/work/directory?undecided=any": ROLES,
    f"/work/directory/{sample_city.uscc(60)}": ROLES,
    "/work/directory/people": ROLES,
    "/work/import": ("admin", "planner"),
    "/work/users": ("admin",),
    "/work/users/me": ROLES,
    "/work/audit?check=yes": ("auditor",),
}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_sound_and_open_to_its_roles_alone(staff: Staff, role: str) -> None:
    client = staff(role)
    for path, roles in WORK.items():
        answer = client.get(path)
        assert answer.status_code == (200 if role in roles else 403), path
        outline = Outline(answer.text)
        assert outline.faults == [], path
        assert len(outline.all("h1")) == 1


def test_the_papers_of_a_plan_under_way_are_for_those_who_judge_it(staff: Staff, client: FlaskClient) -> None:
    path = f"/work/plans/{sample_city.PLAN}/papers/budget.csv"
    assert staff("approver").get(path).data.startswith("\ufeff".encode())
    assert staff("witness").get(path).status_code == 403
    assert client.get(path).status_code == 302


def test_a_reader_without_login_sees_none_of_them(client: FlaskClient) -> None:
    for path in WORK:
        assert client.get(path).headers["Location"].startswith("/login?next=/work")


def test_the_navigation_offers_what_the_role_may_open(staff: Staff) -> None:
    for role in ("witness", "admin"):
        client = staff(role)
        for path in re.findall(r'href="(/work[^"]*)"', client.get("/work").text):
            assert client.get(path).status_code == 200, (role, path)


def test_the_desk_tells_each_role_what_waits_for_it(staff: Staff) -> None:
    operator = staff("operator").get("/work").text
    assert "录入随机数：当众掷骰" in operator
    assert "检查草案并锁定名单" not in operator  # the third batch is the clock's
    assert "录入随机数：当众掷骰" in staff("witness").get("/work").text
    assert "4 家企业有待人工确定的事项" in staff("admin").get("/work").text
    assert "目前没有等您处理的事" in staff("approver").get("/work").text


def test_a_draw_goes_through_its_life_on_the_pages(staff: Staff, city: Engine) -> None:
    operator, witness = staff("operator"), staff("witness")
    path = f"/work/draws/{SEALED}"
    wrong = witness.post(f"{path}/values/dice", data={"csrf_token": token(witness), "value": "12a"})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text and 'value="12a"' in wrong.text
    assert post(operator, f"{path}/conduct") == 409
    assert post(witness, f"{path}/values/dice", value=sample_city.DICE) == 303
    assert post(witness, f"{path}/conduct") == 403
    assert post(operator, f"{path}/conduct") == 303
    assert post(operator, f"{path}/publish") == 422  # not confirmed
    with reading(city) as session:
        assert state_of(session, SEALED) == "conducted"
    assert post(operator, f"{path}/publish", confirmed="yes") == 303
    with reading(city) as session:
        assert state_of(session, SEALED) == "published"
        actors = [
            (entry.action, entry.actor)
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.sequence))
            if entry.subject == SEALED
        ]
    assert actors[-3:] == [("draw.contribute", "witness"), ("draw.conduct", "operator"), ("draw.publish", "operator")]
    assert "被抽中的企业和检查人员" in operator.get(f"/draws/{SEALED}").text


def test_the_program_rolls_dice_for_a_demonstration(staff: Staff) -> None:
    operator = staff("operator")
    assert post(operator, f"/work/draws/{SEALED}/roll/dice") == 303
    assert "随机数已录入" in operator.get(f"/work/draws/{SEALED}").text


def draft_form(**changes: str) -> dict[str, str]:
    form = {"title": "专项（调整）", "on": "2026-09-02", "strata": "risk.district", "dice": "yes", "dice_count": "30"}
    for name in "ABCDU":
        form |= {f"numerator.{name}": "1", f"denominator.{name}": "50", f"minimum.{name}": "1"}
    return form | changes


def test_a_draft_beside_the_plan_is_changed_and_dropped(staff: Staff) -> None:
    planner, path = staff("planner"), f"/work/drafts/{sample_city.PLAN}-draft-1"
    fields = {"plan": sample_city.PLAN, "title": "专项", "on": "2026-05-11", "demonstration": "yes"}
    assert post(planner, "/work/drafts", **{**fields, "on": ""}) == 422
    assert post(planner, "/work/drafts", **fields) == 303
    assert "专项" in planner.get("/work/drafts").text
    assert post(planner, path, **draft_form()) == 303
    page = planner.get(path).text
    assert 'value="专项（调整）"' in page and 'value="30"' in page and 'value="50"' in page
    assert post(planner, path, **draft_form(**{"numerator.A": "many"})) == 422
    assert post(planner, path, **draft_form(on="tomorrow")) == 422
    assert post(planner, f"{path}/discard") == 303
    assert "专项" not in planner.get("/work/drafts").text
    assert post(planner, f"/work/drafts/{DRAFT}/seal", confirmed="yes") == 403


def test_of_a_batch_only_the_randomness_may_be_chosen_until_it_is_sealed(staff: Staff, city: Engine) -> None:
    operator = staff("operator")
    with reading(city) as session:
        before = open_draft(session, DRAFT).settings
    assert post(operator, f"/work/drafts/{DRAFT}", **draft_form()) == 303
    with reading(city) as session:
        after = open_draft(session, DRAFT).settings
    assert {name for name in after if after[name] != before[name]} == {"randomness"}
    assert after["randomness"][0]["count"] == 30
    assert "由已批准的计划决定" in operator.get(f"/work/drafts/{DRAFT}").text
    assert post(operator, f"/work/drafts/{DRAFT}/discard") == 409
    assert post(operator, f"/work/drafts/{DRAFT}/seal") == 422  # not confirmed
    assert post(operator, f"/work/drafts/{DRAFT}/seal", confirmed="yes") == 303
    with reading(city) as session:
        assert state_of(session, "220200-2026-03") == "sealed"
    assert operator.get(f"/work/drafts/{DRAFT}").status_code == 409


def test_a_budget_that_cannot_be_used_is_refused_in_words(staff: Staff) -> None:
    planner = staff("planner")
    for content in (b"", b"no json", b'{"year": 2026}'):
        fields = {"csrf_token": token(planner), "year": "2026", "budget": (io.BytesIO(content), "budget.json")}
        answer = planner.post("/work/plans", data=fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_person_decides_with_a_reason_and_gives_back_to_the_rules(staff: Staff, city: Engine) -> None:
    admin = staff("admin")
    path = f"/work/directory/{sample_city.uscc(60)}"
    assert post(admin, f"{path}/decisions", aspect="tier", value="general", reason="") == 422
    assert post(admin, f"{path}/decisions", aspect="tier", value="purple", reason="x") == 422
    assert post(admin, f"{path}/decisions", aspect="tier", value="general", reason="现场核实") == 303
    assert "现场核实" in admin.get(path).text
    with reading(city) as session:
        assert session.get_one(Enterprise, sample_city.uscc(60)).tier == "general"
    assert post(admin, f"{path}/decisions", aspect="tier", value="", reason="误判") == 303
    assert post(staff("planner"), f"{path}/decisions", aspect="tier", value="general", reason="x") == 403


CSV = (
    "统一社会信用代码,企业名称,经营范围,住所\n{code},新企业有限公司,五金销售,吉林市昌邑区示范街1号\n123,坏代码公司,,\n"
)


def test_an_import_shows_what_would_change_before_it_is_confirmed(staff: Staff, city: Engine) -> None:
    admin = staff("admin")
    content = CSV.format(code=sample_city.uscc(900)).encode("gb18030")
    fields = {"csrf_token": token(admin), "register": "enterprises", "file": (io.BytesIO(content), "../新 名单.csv")}
    answer = admin.post("/work/import", data=fields)
    assert answer.status_code == 200
    assert sample_city.uscc(900) in answer.text and "坏代码公司" not in answer.text and "123" in answer.text
    with reading(city) as session:
        assert session.get(Enterprise, sample_city.uscc(900)) is None
    upload = re.search(r'action="(/work/import/[0-9a-f]{32})"', answer.text)
    assert upload is not None
    with admin.get(f"{upload[1]}/refused.xlsx") as refused:
        assert refused.data[:2] == b"PK"
    assert post(admin, upload[1], register="enterprises", reason="首次导入") == 303
    with reading(city) as session:
        assert session.get_one(Enterprise, sample_city.uscc(900)).name == "新企业有限公司"
    assert "新 名单.csv" not in admin.get("/work/import").text and "新_名单.csv" in admin.get("/work/import").text


def test_a_strict_import_with_a_refused_row_changes_nothing(staff: Staff, city: Engine) -> None:
    admin = staff("admin")
    content = CSV.format(code=sample_city.uscc(901)).encode()
    fields = {
        "csrf_token": token(admin), "register": "enterprises", "strict": "yes",
        "file": (io.BytesIO(content), "list.csv"),
    }  # fmt: skip
    upload = re.search(r'action="(/work/import/[0-9a-f]{32})"', admin.post("/work/import", data=fields).text)
    assert upload is not None
    assert post(admin, upload[1], register="enterprises", strict="yes") == 422
    with reading(city) as session:
        assert session.get(Enterprise, sample_city.uscc(901)) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", b"\x00\x01\x02", b"a,b\n1,2\n"])
def test_a_file_that_is_no_register_is_refused_in_words(staff: Staff, content: bytes) -> None:
    admin = staff("admin")
    fields = {"csrf_token": token(admin), "register": "enterprises", "file": (io.BytesIO(content), "list.xlsx")}
    answer = admin.post("/work/import", data=fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_an_upload_that_is_gone_is_named(staff: Staff) -> None:
    assert post(staff("admin"), f"/work/import/{'0' * 32}", register="enterprises") == 404
    assert post(staff("admin"), "/work/import/..", register="enterprises") == 404


def test_an_administrator_manages_accounts(staff: Staff, app: Flask) -> None:
    admin = staff("admin")
    fields = {"name": "zhao", "display_name": "赵敏", "password": PASSWORD, "roles": "planner"}
    assert post(admin, "/work/users", **{**fields, "password": "short"}) == 422
    assert post(admin, "/work/users", **fields) == 303
    assert post(admin, "/work/users", **fields) == 409
    assert post(admin, "/work/users/zhao/roles", roles="operator") == 303
    assert post(admin, "/work/users/zhao/password", password=PASSWORD + "2") == 303
    zhao = app.test_client()
    assert post(zhao, "/login", name="zhao", password=PASSWORD + "2") == 302
    assert post(admin, "/work/users/zhao/active", active="no") == 303
    assert not logged_in(zhao)
    assert post(admin, "/work/users/admin/active", active="no") == 409


def test_everyone_changes_their_own_password_with_the_old_one(staff: Staff, app: Flask) -> None:
    witness = staff("witness")
    new = PASSWORD + " again"
    assert post(witness, "/work/users/me", old="wrong", password=new, again=new) == 403
    assert post(witness, "/work/users/me", old=PASSWORD, password=new, again=new + "x") == 422
    assert post(witness, "/work/users/me", old=PASSWORD, password=new, again=new) == 303
    assert not logged_in(witness)
    fresh = app.test_client()
    assert post(fresh, "/login", name="witness", password=new) == 302


def test_an_auditor_reads_the_log_filters_it_and_sees_that_its_chain_holds(staff: Staff) -> None:
    auditor = staff("auditor")
    assert "整条链完好" in auditor.get("/work/audit?check=yes").text
    page = auditor.get("/work/audit?action=draw.").text
    assert "抽取" in page and "添加账号" not in page.split("<tbody>")[1]
    assert "没有符合条件的内容" in auditor.get("/work/audit?actor=nobody").text


def test_events_after_the_draw_are_appended_and_change_who_is_visited(staff: Staff, client: FlaskClient) -> None:
    operator = staff("operator")
    path = "/work/draws/220200-2026-01/events"
    table = client.get("/draws/220200-2026-01/files/order.tsv").text.splitlines()
    rows = [line.split("\t") for line in table]
    drawn = next(row for row in rows if row[4] == "selected")
    reserve = next(row for row in rows if row[4] == "reserve" and row[0] == drawn[0])
    event = {"kind": "exclude", "subject": drawn[2], "detail": "closed"}
    assert post(operator, path, **event) == 422  # not confirmed
    assert post(operator, path, **{**event, "detail": "because"}, confirmed="yes") == 422
    assert post(operator, path, **event, confirmed="yes") == 303
    assert post(operator, path, **event, confirmed="yes") == 422
    assert "后来移出" in client.get(f"/enterprises/{drawn[2]}").text
    assert "候补递补" in client.get(f"/enterprises/{reserve[2]}").text
    page = client.get("/draws/220200-2026-01").text
    assert 'id="events"' in page and reserve[2] in page
    joins = {"kind": "enlist", "subject": "JL9001", "capacity": "5", "skills": "role:inspector skill:metallurgy"}
    assert post(operator, path, **joins, confirmed="yes") == 303
    assert post(operator, path, kind="withdraw", subject="JL9001", confirmed="yes") == 303
    assert post(operator, path, kind="done", subject=reserve[2], confirmed="yes") == 303
    assert post(staff("auditor"), path, **event, confirmed="yes") == 403
    assert staff("auditor").get(path).text.count("<tr><td") == 4


def test_a_draw_declared_void_says_so_in_public(staff: Staff, client: FlaskClient) -> None:
    operator = staff("operator")
    reason = re.search(r'id="void-detail".*?value="([a-z-]+)"', operator.get(f"/work/draws/{SEALED}/events").text)
    assert reason is not None
    assert post(operator, f"/work/draws/{SEALED}/events", kind="void", detail=reason[1], confirmed="yes") == 303
    assert "这次抽取已作废" in client.get(f"/draws/{SEALED}").text
