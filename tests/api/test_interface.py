"""The REST interface: its description is true, its public answers keep their shape, its steps do what pages do."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from scheduler.accounts.models import ROLES
from tests.api import sample_city
from tests.api.conftest import PASSWORD

DRAW, SEALED, DRAFT = "220200-2026-01", "220200-2026-02", "220200-2026-batch-3"
Call = Callable[..., Any]


@pytest.fixture
def call(app: Flask) -> Call:
    """Call the interface as the account of a role and return (status, body)."""

    def send(role: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": "Basic " + b64encode(f"{role}:{PASSWORD}".encode()).decode()}
        answer = app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)
        return answer.status_code, answer.get_json()

    return send


def shape(value: Any) -> Any:
    """Reduce an answer to names and types, so that a pinned shape does not hang on figures."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_the_public_list_of_draws_keeps_its_shape(client: FlaskClient) -> None:
    body = client.get("/api/v1/draws?kind=enterprises").get_json()
    assert [draw["id"] for draw in body["items"]] == [SEALED, DRAW]
    assert shape(body) == {
        "items": [
            {
                "id": "str",
                "kind": "str",
                "plan_id": "str",
                "sequence": "int",
                "batch": "int",
                "title": "str",
                "mode": "str",
                "demonstration": "bool",
                "state": "str",
                "manifest_sha256": "str",
                "sealed_at": "str",
                "population": "int",
                "take": "int",
            }
        ],
        "next": "NoneType",
    }


def test_one_public_draw_keeps_its_shape(client: FlaskClient) -> None:
    body = client.get(f"/api/v1/draws/{DRAW}").get_json()
    assert list(body) == [
        "summary", "manifest", "sources", "strata", "steps", "result", "seed", "events", "short", "files",
    ]  # fmt: skip
    assert shape(body["sources"]) == [
        {"id": "str", "type": "str", "named": {"count": "int", "id": "str", "type": "str"}, "due": "NoneType",
         "value": "str", "arrived_at": "str"}
    ]  # fmt: skip
    assert shape(body["strata"]) == [
        {"id": "str", "population": "int", "take": "int", "cutoff": "str",
         "rule": {"kind": "str", "numerator": "int", "denominator": "int", "rounding": "str", "minimum": "int"}}
    ]  # fmt: skip
    assert sorted(body["steps"]) == ["conducted", "published"]
    assert sorted(body["result"]) == [
        "assign_sha256", "draw", "level", "manifest", "max_load", "order_root", "order_sha256", "seed_sha256",
        "team_root", "type", "unfilled",
    ]  # fmt: skip
    seed_text = client.get(f"/api/v1/draws/{DRAW}/files/seed.txt").data
    assert hashlib.sha256(seed_text).hexdigest() == body["seed"]


def test_order_and_teams_keep_their_shape_and_page_to_the_end(client: FlaskClient) -> None:
    seen, after = [], 0
    while after is not None:
        body = client.get(f"/api/v1/draws/{DRAW}/order?stratum=B&limit=20&after={after}").get_json()
        assert shape(body["items"]) == [{"rank": "int", "entry_id": "str", "ticket": "str", "selected": "bool"}]
        seen += body["items"]
        after = body["next"]
    table = client.get(f"/api/v1/draws/{DRAW}/files/order.tsv").text.splitlines()
    assert [line["entry_id"] for line in seen] == [row.split("\t")[2] for row in table if row.startswith("B\t")]
    teams, after = [], ""
    while after is not None:
        body = client.get(f"/api/v1/draws/{DRAW}/teams?limit=2&after={after}").get_json()
        teams += body["items"]
        after = body["next"]
    assert shape(teams[0]) == {
        "entry": "str",
        "name": "str",
        "status": "str",
        "members": [{"id": "str", "name": "str", "department": "str"}],
    }
    drawn = {row.split("\t")[2] for row in table if row.endswith("selected")}
    assert {team["entry"] for team in teams} == drawn and len(teams) == len(drawn)


def test_draws_are_paged_and_filtered(client: FlaskClient) -> None:
    first = client.get("/api/v1/draws?limit=2").get_json()
    rest = client.get(f"/api/v1/draws?limit=2&after={first['next']}").get_json()
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    assert client.get("/api/v1/draws?state=published&kind=months").get_json()["items"][0]["id"] == "220200-2026-v1"
    assert client.get("/api/v1/draws?plan=none").get_json() == {"items": [], "next": None}


def test_public_plans_and_the_look_up_keep_their_shape(client: FlaskClient) -> None:
    plans = client.get("/api/v1/plans").get_json()
    assert shape(plans) == {
        "items": [
            {"plan_id": "str", "version": "int", "year": "int", "title": "str", "state": "str", "demonstration": "bool"}
        ]
    }
    plan = client.get(f"/api/v1/plans/{sample_city.PLAN}").get_json()
    assert list(plan) == [
        "summary", "document", "sha256", "reason", "lottery_id", "versions", "published_at", "papers", "history",
    ]  # fmt: skip
    assert [(each["step"], each["number"]) for each in plan["papers"]] == [
        ("approved", "示范〔2026〕1号"),
        ("filed-government", "示范〔2026〕2号"),
        ("filed-province", "示范〔2026〕3号"),
    ]
    assert client.get(f"/api/v1/plans/{sample_city.PLAN}/difference").get_json()["code"] == "plan-one-version"
    visits = client.get(f"/api/v1/plans/{sample_city.PLAN}/visits?month=3&limit=1").get_json()
    assert shape(visits["items"][0]) == {
        "uscc": "str", "name": "str", "division_id": "str", "sector": "str", "district": "str", "months": ["int"],
    }  # fmt: skip
    found = client.get(f"/api/v1/enterprises/{sample_city.uscc(2).lower()}").get_json()
    assert list(found) == ["uscc", "name", "draws"]
    assert list(found["draws"][0]) == [
        "draw", "reason", "stratum", "rank", "population", "take", "ticket", "cutoff", "key", "drawn", "standing",
        "taken_out", "team", "months",
    ]  # fmt: skip


def test_nobody_reads_certificates_or_telephone_numbers(client: FlaskClient) -> None:
    for path in (f"/draws/{DRAW}", f"/draws/{DRAW}/teams", f"/enterprises/{sample_city.uscc(2)}"):
        assert not re.search(r"Z\d{6}|certificate|phone", client.get(f"/api/v1{path}").text)


def test_a_draw_goes_through_its_life_over_the_interface(call: Call) -> None:
    ratio = {"rules": {"A": {"kind": "fixed", "count": 200}}}
    assert call("planner", "PATCH", f"/drafts/{DRAFT}", {"settings": ratio})[1]["code"] == "draft-of-plan"
    status, draw = call("operator", "POST", f"/drafts/{DRAFT}/seal")
    assert (status, draw["summary"]["id"], draw["summary"]["state"]) == (201, "220200-2026-03", "sealed")
    path = "/draws/220200-2026-03"
    assert call("operator", "PATCH", f"/drafts/{DRAFT}", {"settings": {"title": "late"}})[0] == 409
    assert call("operator", "POST", f"{path}/conduct")[1]["code"] == "randomness-missing"
    assert call("witness", "POST", f"{path}/contributions", {"source": "dice", "value": "123"})[0] == 422
    status, value = call("witness", "POST", f"{path}/contributions", {"source": "dice", "value": sample_city.DICE})
    assert (status, value["value"], value["contributed_by"]) == (201, sample_city.DICE, "witness")
    assert call("witness", "POST", f"{path}/contributions", {"source": "dice", "value": sample_city.DICE})[0] == 409
    status, first = call("operator", "POST", f"{path}/conduct")
    assert (status, first["summary"]["state"]) == (200, "conducted")
    assert call("operator", "POST", f"{path}/conduct")[1]["result"] == first["result"]
    assert call("operator", "POST", f"{path}/publish")[1]["summary"]["state"] == "published"


def test_a_draft_is_prepared_and_changed_over_the_interface(call: Call) -> None:
    body = {"plan": sample_city.PLAN, "title": "专项", "on": "2026-05-11", "settings": {"demonstration": True}}
    status, draft = call("planner", "POST", "/drafts", body)
    assert (status, draft["settings"]["title"]) == (201, "专项")
    changed = call("planner", "PATCH", f"/drafts/{draft['id']}", {"settings": {"strata": "risk.district"}})[1]
    assert changed["settings"]["strata"] == "risk.district"
    wrong = call("planner", "PATCH", f"/drafts/{draft['id']}", {"settings": {"colour": "red"}})
    assert (wrong[0], wrong[1]["code"]) == (422, "draft-setting-unknown")
    assert call("planner", "POST", "/drafts", {"plan": sample_city.PLAN})[0] == 422
    assert call("auditor", "POST", "/drafts", body)[0] == 403


def test_a_person_decides_over_the_interface_with_a_reason(call: Call) -> None:
    path = f"/directory/enterprises/{sample_city.uscc(60)}"
    body = {"aspect": "tier", "value": "general", "reason": "现场核实"}
    assert call("planner", "POST", f"{path}/decisions", body)[0] == 403
    assert call("admin", "POST", f"{path}/decisions", {**body, "reason": ""})[0] == 422
    status, found = call("admin", "POST", f"{path}/decisions", body)
    assert (status, found["tier"], found["decisions"]["tier"]["reason"]) == (200, "general", "现场核实")


def test_the_directory_is_read_page_by_page(call: Call) -> None:
    status, page = call("auditor", "GET", "/directory/enterprises?tier=key&limit=3")
    assert status == 200 and len(page["items"]) == 3 and all(each["tier"] == "key" for each in page["items"])
    following = call("auditor", "GET", f"/directory/enterprises?tier=key&limit=3&after={page['next']}")[1]
    assert following["items"][0]["uscc"] > page["items"][-1]["uscc"]
    assert len(call("auditor", "GET", "/directory/inspectors")[1]["items"]) == 24
    assert len(call("auditor", "GET", "/directory/divisions")[1]["items"]) == 3
    assert call("auditor", "GET", "/directory/experts")[1] == {"items": []}
    assert call("auditor", "GET", "/directory/items")[1] == {"items": []}


@pytest.mark.parametrize("role", ROLES)
def test_steps_are_for_their_roles_alone(call: Call, role: str) -> None:
    allowed = {
        "/drafts/none/seal": ("operator",),
        "/draws/none/conduct": ("operator",),
        "/draws/none/publish": ("operator",),
    }
    for path, roles in allowed.items():
        status, body = call(role, "POST", path)
        assert (status, body["code"] == "role-needed") == ((404, False) if role in roles else (403, True))


def test_a_changing_request_of_a_session_needs_its_token(staff: Callable[[str], FlaskClient]) -> None:
    client = staff("operator")
    assert client.post(f"/api/v1/drafts/{DRAFT}/seal").get_json()["code"] == "form-expired"
    token = re.search(r'csrf_token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    assert client.post(f"/api/v1/drafts/{DRAFT}/seal", headers={"X-CSRFToken": token[1]}).status_code == 201


def test_the_description_names_every_address_who_may_call_it_and_how_refusals_look(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    assert len(operations) > 20
    for path, method, operation in operations:
        assert operation["summary"], (path, method)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert method == "get" or operation["x-roles"], (path, method)
    page = client.get("/api").text
    assert all(f'id="{method}-' in page for _, method, _ in operations)
    assert all(f'id="schema-{name}"' in page for name in document["components"]["schemas"])


KNOWN = {
    "draw_id": DRAW,
    "plan_id": sample_city.PLAN,
    "uscc": sample_city.uscc(2),
    "draft_id": DRAFT,
    "name": "pool.tsv",
}


@pytest.mark.parametrize("known", [False, True], ids=["any-address", "addresses-that-exist"])
def test_what_the_interface_answers_is_what_its_description_says(app: Flask, known: bool) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.method.upper() == "GET":
            names = re.findall(r"{(\w+)}", operation.path)
            send_generated(operation, {name: KNOWN[name] for name in names} if known and names else None)


def send_generated(operation: Any, path_parameters: dict[str, str] | None) -> None:
    """Send generated requests for one operation and hold every answer against the description."""
    given_path = {} if path_parameters is None else {"path_parameters": path_parameters}

    @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(**given_path))
    def check(case: Any) -> None:
        # a credit code also has check digits, which no schema can say
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()
