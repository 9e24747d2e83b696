"""What if, on the pages: answers beside the form, scenarios kept and compared, a plan only by building it."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from scheduler.computations.record import view_computation
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import view_plan
from scheduler.plans.scenarios.kept import list_scenarios
from scheduler.store.session import reading
from tests.api import sample_city
from tests.api.conftest import finish, post, token
from tests.api.test_pages import Outline

Staff = Callable[[str], FlaskClient]
PATH = f"/work/plans/{sample_city.PLAN}/what-if"
SCENARIOS = f"/work/plans/{sample_city.PLAN}/scenarios"


def form_of(client: FlaskClient) -> dict[str, str]:
    """Return the fields of the form with the values that stand."""
    text = client.get(PATH).text
    return dict(re.findall(r'<input id="([^"]+)" name="\1" value="([^"]*)" data-stands', text))


def ask(client: FlaskClient, **changed: str) -> Any:
    """Send the form with some fields changed (`__` for the dot) as a page without a script does."""
    fields = form_of(client) | {name.replace("__", "."): value for name, value in changed.items()}
    return client.post(PATH, data={"csrf_token": token(client), **fields})


def computed(client: FlaskClient, **changed: str) -> str:
    """Ask, wait, and return the computation's identifier."""
    answer = ask(client, **changed)
    assert answer.status_code == 303, answer.text
    computation: str = answer.location.split("computation=")[1]
    assert finish(client, f"/work/computations/{computation}") == "done"
    return computation


def versions(engine: Engine) -> list[tuple[int, str]]:
    with reading(engine) as session:
        return [(each.version, each.sha256) for each in session.scalars(select(PlanVersion))]


def test_the_form_shows_what_stands_and_an_answer_without_a_change_is_the_plan(staff: Staff) -> None:
    planner = staff("planner")
    fields = form_of(planner)
    assert {name: value for name, value in fields.items() if name.startswith("staff.")} == {
        f"staff.{name}": str(people) for name, _, _, _, people in sample_city.DIVISIONS
    }
    assert (fields["share.key"], fields["share.reserve"], fields["statutory"]) == ("60", "10", "248")
    assert fields["days.mines.other_enforcement"] == "420"
    page = planner.get(f"{PATH}?computation={computed(planner)}").text
    assert "没有改动" in page and 'class="differs"' not in page


def test_other_staff_is_answered_kept_compared_and_removed(staff: Staff, city: Engine) -> None:
    planner, auditor = staff("planner"), staff("auditor")
    before = versions(city)
    fewer = computed(planner, staff__mines="4", share__reserve="20")
    page = planner.get(f"{PATH}?computation={fewer}")
    assert Outline(page.text).faults == []
    assert "矿山监督管理处：执法人员 4" in page.text and "预留 20 %" in page.text
    assert 'value="4" data-stands="6"' in page.text and "计划 27" in page.text
    assert "三项目标均已证明最优" in page.text
    assert planner.get(f"{PATH}/{fewer}").text in page.text  # the answer alone, as a script asks for it
    assert post(auditor, f"{PATH}/{fewer}/keep", name="x") == 403
    assert "您可以查看已保存的方案" in auditor.get(PATH).text and "what_if.js" not in auditor.get(PATH).text
    assert post(planner, f"{PATH}/{fewer}/keep", name=" ") == 422
    assert post(planner, f"{PATH}/{fewer}/keep", name="矿山减两人") == 303
    assert post(planner, f"{PATH}/{fewer}/keep", name="矿山减两人") == 409
    more = computed(planner, staff__trade="15")
    assert post(planner, f"{PATH}/{more}/keep", name="工贸加三人") == 303
    assert versions(city) == before
    compared = auditor.get(f"{SCENARIOS}?with=1&with=2")
    assert Outline(compared.text).faults == []
    [line] = re.findall(r'<th scope="row">执法人员</th>(.*?)</tr>', compared.text.split("各月利用率")[0], re.S)
    assert re.findall(r'<td class="num( differs)?">(\d+)', line) == [("", "27"), (" differs", "25"), (" differs", "30")]
    assert auditor.get(SCENARIOS).status_code == 422
    assert auditor.get(f"{SCENARIOS}?with=7").status_code == 404
    assert post(planner, f"{SCENARIOS}/2/remove") == 303
    with reading(city) as session:
        assert [each.name for each in list_scenarios(session, sample_city.PLAN)] == ["矿山减两人"]


def test_a_scenario_becomes_the_draft_by_being_built_and_only_from_the_newest_version(
    staff: Staff, city: Engine
) -> None:
    planner = staff("planner")
    more = computed(planner, staff__trade="15")
    post(planner, f"{PATH}/{more}/keep", name="工贸加三人")
    assert post(staff("approver"), f"{SCENARIOS}/1/draft", reason="扩编") == 403
    assert post(planner, f"{SCENARIOS}/1/draft", reason=" ") == 422
    begun = planner.post(f"{SCENARIOS}/1/draft", data={"csrf_token": token(planner), "reason": "扩编"})
    assert begun.status_code == 303 and finish(planner, begun.location) == "done"
    with reading(city) as session:
        built = view_plan(session, sample_city.PLAN, None, published_only=False)
        kept = list_scenarios(session, sample_city.PLAN)[0]
    assert (built.summary.version, built.document["reason"]) == (2, "扩编")
    assert built.document["budget"]["bureau"]["staff"] == 30
    assert built.document["coverage"]["loads"] == kept.outcome["coverage"]["loads"]
    assert post(planner, f"{SCENARIOS}/1/draft", reason="再来") == 409
    assert "从第 1 版推演" in planner.get(f"{SCENARIOS}?with=1").text


def test_a_page_with_a_script_gets_addresses_and_stops_what_it_asked_before(staff: Staff) -> None:
    planner = staff("planner")

    def send(**changed: str) -> Any:
        data = form_of(planner) | {"csrf_token": token(planner)} | changed
        return planner.post(PATH, data=data, headers={"Accept": "application/json"})

    first = send(**{"staff.mines": "5"}).get_json()
    assert first["answer"] == f"{PATH}/{first['id']}" and "<progress" in first["progress"]
    second = send(**{"staff.mines": "4", "replaces": first["id"]}).get_json()
    assert finish(planner, f"/work/computations/{second['id']}") == "done"
    assert finish(planner, f"/work/computations/{first['id']}") in ("done", "cancelled")
    refused = send(**{"staff.mines": "1.5"})
    assert refused.status_code == 422
    assert refused.get_json() == {"error": "矿山监督管理处：1.5 不是整数。"}


def test_what_cannot_be_is_refused_beside_the_form_which_keeps_what_was_typed(staff: Staff) -> None:
    planner = staff("planner")
    for changed, told in (
        ({"staff__mines": "-1"}, "矿山监督管理处：-1 为负数"),
        ({"staff__mines": "viele"}, "应为数字"),
        ({"staff__mines": "1"}, "超过总法定工作日"),
        ({"share__reserve": "101"}, "之和应为 100 %"),
        ({"statutory": "400"}, "2026 年法定工作日应在"),
    ):
        answer = ask(planner, **changed)
        assert answer.status_code == 422 and 'role="alert"' in answer.text and told in answer.text, changed
        [typed] = changed.values()
        assert f'value="{typed}"' in answer.text
    assert post(planner, PATH.replace("2026", "1999")) == 404
    assert post(planner, f"{PATH}?version=9") == 404
    assert post(staff("operator"), PATH) == 403
    assert planner.get(f"{PATH}?computation=none").status_code == 404


def test_frequencies_campaigns_and_closed_months_are_assumed_too(staff: Staff, city: Engine) -> None:
    """Counted by hand: one rule's visits doubled, one more to every key enterprise, nothing in January and July."""
    planner = staff("planner")
    fields = form_of(planner)
    with reading(city) as session:
        plan = view_plan(session, sample_city.PLAN, 1, published_only=False).document
    rule = next(each for each in plan["coverage"]["rules"] if each["visits"] == 1 and each["cap"] >= 3)
    visits = sum(each["population"] * each["visits"] for each in plan["coverage"]["classes"])
    enterprises = plan["units"]["key"]
    assert fields[f"visits.{rule['id']}"] == "1" and fields["closed"] == ""
    made = computed(
        planner,
        **{
            f"visits.{rule['id']}": "2", "closed": "1、7月", "new.title": "秋季行动", "new.months": "9, 10",
            "new.extra": "1", "new.days.mines": "5.5",
        },
    )  # fmt: skip
    page = planner.get(f"{PATH}?computation={made}").text
    assert "增加专项行动“秋季行动”" in page and 'value="1、7月" data-stands=""' in page
    with reading(city) as session:
        found = view_computation(session, made).result
    assert found is not None
    assert found["visits"] == visits + rule["population"] + enterprises
    loads = {each["division"]: each for each in found["coverage"]["loads"]}
    before = {each["division"]: each for each in plan["coverage"]["loads"]}
    assert all(each["load"][0] == each["load"][6] == 0 for each in loads.values())
    taken = Fraction(before["mines"]["capacity_total"]) - Fraction(loads["mines"]["capacity_total"])
    assert taken == Fraction("5.5")
    for changed, told in (
        ({f"visits.{rule['id']}": str(rule["cap"] + 1)}, "上限"),
        ({"closed": "13"}, "不是月份"),
        ({"new.title": "x"}, "不是月份"),
        ({"new.months": "9"}, "what-if"),
    ):
        answer = ask(planner, **changed)
        assert answer.status_code == 422 and told in answer.text, (
            changed,
            re.findall(r'role="alert">(.*?)<', answer.text),
        )


def test_ratios_of_the_general_tier_are_fractions_of_at_most_all(staff: Staff, city: Engine) -> None:
    planner = staff("planner")
    assert form_of(planner)["ratio.A"] == "1/100"
    made = computed(planner, ratio__A="1/2")
    with reading(city) as session:
        plan = view_plan(session, sample_city.PLAN, 1, published_only=False).document
        found = view_computation(session, made).result
    assert found is not None
    assert found["units"]["general_drawn"] > plan["units"]["general_drawn"]
    assert found["coverage"]["loads"] == plan["coverage"]["loads"]
    for text in ("3/2", "half", "1/0", ""):
        answer = ask(planner, ratio__A=text)
        [told] = re.findall(r'role="alert">(.*?)<', answer.text)
        assert answer.status_code == 422 and "ratios" not in told, text
