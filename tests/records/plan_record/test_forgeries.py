"""Forgers who do everything anew, classes and randomness too: what must fail, what is told as not shown."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from scheduler.commands.verify import report_lines
from scheduler.draws.documents import build_plan
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.lottery import draw_plan
from scheduler.plans.life_cycle.binding import bind_document
from scheduler.records.checks import Check, Report
from scheduler.records.plan_record.verification import verify_record_files
from tests.records.plan_record.conftest import Files

Document = dict[str, Any]


def reseal(files: Files, document: Document) -> Files:
    """Seal and draw a changed document anew, with its own classes and counts in plan.json."""
    data, old = canonical_json(document), json.loads(files["lottery/plan.json"])
    table = files["lottery/enterprises.tsv"]
    sealed = build_plan(
        agency=document["agency"],
        plan=document["plan"],
        version=document["version"],
        classes={
            each["id"]: {tuple(one["months"]): one["count"] for one in each["patterns"]}
            for each in document["coverage"]["classes"]
        },
        randomness=old["randomness"],
        code=("double-random", bind_document("0.1.0", sha256(data).hexdigest(), "5e" * 32)),
        enterprises=table,
        lead_seconds=old["lead_seconds"],
    )
    dice = json.loads(files["lottery/randomness/dice.json"])["value"]
    _, drawn = draw_plan(sealed, table, {"dice": dice})
    lottery = {"plan.json": sealed, **drawn}
    return files | {"document.json": data} | {f"lottery/{name}": content for name, content in lottery.items()}


def verified(files: Files, document: Document, *, solve: bool = False) -> Report:
    return verify_record_files(reseal(files, document), "record", solve=solve)


def failed(report: Report) -> dict[str, Check]:
    return {check.name: check for check in report.checks if check.outcome == "FAIL"}


def optimum(report: Report) -> Check:
    return next(check for check in report.checks if check.name == "optimum")


@pytest.fixture
def document(record: Files) -> Document:
    read: Document = json.loads(record["document.json"])
    return read


def test_a_record_sealed_anew_without_a_change_passes(record: Files, document: Document) -> None:
    assert not failed(verified(record, document))


def crowded(document: Document) -> Document:
    """Put a whole class of thirteen into May; loads and goals told as they then are, the least "by search"."""
    forged = deepcopy(document)
    coverage = forged["coverage"]
    each = next(one for one in coverage["classes"] if one["population"] == 13)
    stated = next(one for one in coverage["loads"] if one["division"] == each["division"])
    goals = next(one["goals"] for one in coverage["goals"] if one["division"] == each["division"])
    days, load = Fraction(each["workload"]), [Fraction(one) for one in stated["load"]]
    for pattern in each["patterns"]:
        for month in pattern["months"]:
            load[month - 1] -= days * pattern["count"]
    load[4] += 13 * days
    each["patterns"] = [{"months": [5], "count": 13}]
    room = [Fraction(one) for one in stated["capacity"]]
    peak = max(used / there for used, there in zip(load, room, strict=True) if there)
    away = sum(abs(used - sum(load) * there / sum(room)) for used, there in zip(load, room, strict=True))
    own = [one for one in coverage["classes"] if one["division"] == each["division"]]
    trips = {(one["district"], month) for one in own for pattern in one["patterns"] for month in pattern["months"]}
    assert all(used.denominator == 1 for used in load)
    stated |= {"load": [int(used) for used in load], "peak_percent": f"{float(100 * peak):.1f}"}
    for goal, value in (("peak", peak), ("deviation", away), ("journeys", Fraction(len(trips)))):
        told = next(one for one in goals if one["goal"] == goal)
        told |= {"value": str(value), "bound": "0", "by": "search", "prices": None}
    return forged


def test_an_optimum_claimed_by_a_search_that_never_was_warns_with_its_gap_and_fails_the_solver(
    record: Files, document: Document
) -> None:
    forged = crowded(document)
    told = optimum(verified(record, forged))
    assert told.outcome == "warn"
    assert "trade peak 37.1 % >= 0.0 %" in told.detail("en")  # 26 person-days in May's 70
    found = failed(verified(record, forged, solve=True))
    assert list(found) == ["optimum"]
    assert (found["optimum"].key, found["optimum"].params["goal"]) == ("plan-record.not-optimal", "peak")


def test_the_solver_agrees_with_honest_records(record: Files, short_record: Files) -> None:
    for files in (record, short_record):
        told = optimum(verify_record_files(files, "record", solve=True))
        assert (told.outcome, told.key) == ("pass", "plan-record.optimum-solved")


def rule_twice(document: Document) -> None:
    rules = document["coverage"]["rules"]
    rules.insert(0, rules[0] | {"visits": 9, "cap": 12})


def campaign_twice(document: Document) -> None:
    campaigns = document["coverage"]["campaigns"]
    campaigns.insert(0, campaigns[0] | {"days": [], "title": "全市大检查"})


def left_out_twice(document: Document) -> None:
    """One unit more left to the province in the count, so that one of the city's own can go unseen."""
    document["coverage"]["left_out"] *= 2


def campaign_of_class_twice(document: Document) -> None:
    each = next(one for one in document["coverage"]["classes"] if one["campaigns"])
    each["campaigns"] *= 2


@pytest.mark.parametrize(
    ("forge", "check"),
    [
        (rule_twice, "document"),
        (campaign_twice, "document"),
        (left_out_twice, "document"),
        (campaign_of_class_twice, "classes"),
    ],
)
def test_a_row_behind_another_of_the_same_name_is_refused(
    record: Files, document: Document, forge: Any, check: str
) -> None:
    forge(document)
    found = failed(verified(record, document))
    assert found[check].key == "plan-record.twice"


@pytest.mark.parametrize(("kind", "amount"), [("staff", 1), ("visits", 1), ("months", 34)])
def test_a_remedy_that_cannot_be_enough_is_refused(short_record: Files, kind: str, amount: int) -> None:
    """The mines have 44 days of visits and 10 for them: one person more makes 15, and the year has no room."""
    document = json.loads(short_record["document.json"])
    ways = document["coverage"]["remedies"]
    way = next(each for each in ways if each["division"] == "mines") | {"kind": kind, "amount": amount}
    others = [each for each in ways if each["kind"] != kind]
    document["coverage"]["remedies"] = sorted(
        [*others, way], key=lambda each: ["months", "general", "visits", "days", "staff"].index(each["kind"])
    )
    found = failed(verified(short_record, document))
    assert found["remedies"].key == "plan-record.remedy-too-small"


def test_more_in_the_general_tier_s_tables_than_in_the_tier_are_refused(record: Files, document: Document) -> None:
    document["tiers"]["general"] -= 1
    assert set(failed(verified(record, document))) == {"general"}


def test_what_a_record_cannot_show_is_said_in_readme_and_report(record: Files) -> None:
    readme, report = record["README.txt"].decode(), verify_record_files(record, "record")
    for language, words in (("zh", "重点单位是否一家不漏"), ("en", "whether every key enterprise is listed")):
        assert words in readme
        assert any(words in line for line in report_lines(report, language))
    drawn = next(check for check in report.checks if check.name == "months")
    document = json.loads(record["document.json"])
    alone = [each for each in document["coverage"]["classes"] if len(each["patterns"]) == 1]
    assert drawn.params["fixed"] == sum(each["population"] for each in alone) > 0


def test_nobody_gets_a_class_of_their_own(record: Files, document: Document) -> None:
    """A class of one has its months from the plan and not from the lot: one split off is found, whatever its name."""
    classes = document["coverage"]["classes"]
    whole = next(each for each in classes if each["population"] == 13)
    for name in (f"{whole['id']}.x", f"{whole['rule']}.{whole['district']}"):
        forged = deepcopy(document)
        listed = forged["coverage"]["classes"]
        place = classes.index(whole)
        split = listed[place] | {"id": name, "population": 1, "patterns": [{"months": [12], "count": 1}]}
        listed[place]["population"] = 12
        listed[place]["patterns"] = [{"months": [5], "count": 12}]
        listed.append(split)
        listed.sort(key=lambda each: each["id"])
        table = record["lottery/enterprises.tsv"].decode()
        table = table.replace(f"\t{whole['id']}\n", f"\t{name}\n", 1)
        found = failed(verified(record | {"lottery/enterprises.tsv": table.encode()}, forged))
        assert found["classes"].key in ("plan-record.class-split", "plan-record.differs")


@pytest.mark.parametrize(
    ("member", "value", "check"),
    [("district", "220299", "classes"), ("sector", "fireworks", "classes"), ("division", "chemicals", "rules")],
)
def test_what_the_name_of_a_class_says_cannot_be_changed_in_it(
    record: Files, document: Document, member: str, value: str, check: str
) -> None:
    each = next(each for each in document["coverage"]["classes"] if each["rule"] == "mines")
    each[member] = value
    assert check in failed(verified(record, document))


def test_travel_is_the_same_for_all_of_a_district(record: Files, document: Document) -> None:
    each = next(each for each in document["coverage"]["classes"] if each["district"] == "220281")
    each["travel"] = 3
    each["workload"] = each["team"] * (int(each["days"]) + 3)
    assert str(failed(verified(record, document))["rules"].params["member"]).endswith(".travel")


@pytest.mark.parametrize("years", [None, 9, 11])
def test_the_years_of_a_pass_are_those_of_the_draws(record: Files, document: Document, years: int | None) -> None:
    """118 enterprises, 12 drawn a year: ten years."""
    document["general"]["all"][0]["years"] = years
    assert set(failed(verified(record, document))) == {"general"}
