"""The difference of two versions: every figure that changed and no other, on documents written out by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.plans.difference import Change, compare_documents, write_difference
from scheduler.plans.difference_words import figure_words, value_words

FIRST: dict[str, Any] = {
    "calendar": {"workdays": 248, "counted": 248, "override_reason": ""},
    "units": {"key": 6, "general_drawn": 4, "key_percent": "60.0"},
    "tiers": {"general": 40, "key": 6},
    "warnings": [{"code": "key-share-below-floor"}],
    "budget": {
        "bureau": {"staff": 5, "total": 1240, "other_enforcement": 300, "non_enforcement": 200, "supervision": 740,
                   "parts": {"key": "444.5", "general": "295.5"}, "rows": {}},
        "divisions": [
            {"id": "mines", "name": "矿山处", "staff": 3, "total": 744, "other_enforcement": 200,
             "non_enforcement": 100, "supervision": 444, "parts": {"key": 300, "general": 144},
             "rows": {"other_enforcement": {"licensing": 120, "accidents": 80}, "non_enforcement": {"duty": 100}}},
            {"id": "trade", "name": "工贸处", "staff": 2, "total": 496, "other_enforcement": 100,
             "non_enforcement": 100, "supervision": 296, "parts": {}, "rows": {}},
        ],
    },
    "coverage": {
        "classes": [
            {"id": "coal", "division": "mines", "population": 2, "visits": 2, "workload": 4, "months": [1, 2, 3, 4],
             "patterns": [{"months": [1, 4], "count": 2}]},
            {"id": "dust", "division": "trade", "population": 4, "visits": 1, "workload": "2.5", "months": [3, 6],
             "patterns": [{"months": [3], "count": 1}, {"months": [6], "count": 3}]},
        ],
        "rules": [{"id": "coal", "visits": 2, "cap": 4, "gap": 3, "window": {"months": [1, 2, 3, 4]}}],
        "loads": [{"division": "mines", "capacity": [25] * 12}, {"division": "trade", "capacity": ["12.5"] * 12}],
    },
    "batches": [
        {"number": 1, "month": 3, "size": 4, "strata": [{"id": "A", "population": 40, "expected_size": 4}]},
    ],
}  # fmt: skip


def changed() -> dict[str, Any]:
    """The second version: one more in the mines, a class gone, a class new, a batch later, one warning for another."""
    second = deepcopy(FIRST)
    second["calendar"] |= {"counted": 247, "override_reason": "地方节日"}
    second["units"] |= {"key": 5, "key_percent": "55.6"}
    second["tiers"] = {"general": 40, "key": 5, "undecided": 1}
    second["warnings"] = [{"code": "tier-undecided", "count": 1}]
    mines = second["budget"]["divisions"][0]
    mines |= {"staff": 4, "total": 992}
    mines["rows"]["other_enforcement"]["accidents"] = "92.5"
    second["coverage"]["classes"] = [
        {"id": "coal", "division": "mines", "population": 3, "visits": 2, "workload": 4, "months": [1, 2, 3, 4],
         "patterns": [{"months": [1, 4], "count": 1}, {"months": [1, 3], "count": 2}]},
        {"id": "metal", "division": "trade", "population": 2, "visits": 1, "workload": 3, "months": [3, 6],
         "patterns": [{"months": [6], "count": 2}]},
    ]  # fmt: skip
    second["coverage"]["rules"][0] |= {"visits": 3, "window": None}
    second["coverage"]["loads"][0]["capacity"] = [25] * 11 + [30]
    second["batches"][0] |= {"month": 4}
    second["batches"].append({"number": 2, "month": 9, "size": 3, "strata": []})
    return second


def test_every_figure_that_changed_is_told_and_no_other() -> None:
    found = compare_documents(FIRST, changed())
    assert set(found.changes) == {
        Change("calendar", "", "counted", 248, 247),
        Change("calendar", "", "override_reason", "", "地方节日"),
        Change("units", "", "key", 6, 5),
        Change("units", "", "key_percent", "60.0", "55.6"),
        Change("units", "", "tier.key", 6, 5),
        Change("units", "", "tier.undecided", None, 1),
        Change("budget", "mines", "staff", 3, 4),
        Change("budget", "mines", "total", 744, 992),
        Change("budget", "mines", "other_enforcement.accidents", 80, "92.5"),
        Change("rules", "coal", "visits", 2, 3),
        Change("rules", "coal", "window", (1, 2, 3, 4), None),
        Change("classes", "coal", "population", 2, 3),
        Change("classes", "dust", "population", 4, None),
        Change("classes", "metal", "population", None, 2),
        Change("batches", "1", "month", 3, 4),
        Change("batches", "2", "size", None, 3),
    }
    deltas = {(each.subject, each.figure): each.delta for each in found.changes}
    assert deltas["mines", "other_enforcement.accidents"] == "+12.5"
    assert deltas["", "key_percent"] == "-4.4"
    assert deltas["", "counted"] == "-1"
    assert deltas["dust", "population"] is None
    kinds = {each.subject: each.kind for each in found.of("classes")}
    assert kinds == {"coal": "changed", "dust": "gone", "metal": "added"}


def test_months_are_told_by_division_with_their_change() -> None:
    """Mines: 2+2 visits in January and April become 3 in January, 2 in March, 1 in April. Trade: 1 in March, 3 in June
    become 2 in June. Capacity: five days more in the mines' December."""
    found = compare_documents(FIRST, changed())
    visits = {row.division: row for row in found.visits}
    assert [int(value) for value in visits["mines"].before] == [2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    assert [int(value) for value in visits["mines"].after] == [3, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert visits["mines"].deltas[:4] == ("+1", "", "+2", "-1")
    assert visits["trade"].deltas[:6] == ("", "", "-1", "", "", "-1")
    (capacity,) = found.capacity
    assert (capacity.division, capacity.deltas) == ("mines", ("",) * 11 + ("+5",))
    assert sum(capacity.after) - sum(capacity.before) == Fraction(5)


def test_warnings_come_and_go() -> None:
    found = compare_documents(FIRST, changed())
    assert found.new_warnings == ({"code": "tier-undecided", "count": 1},)
    assert found.gone_warnings == ({"code": "key-share-below-floor"},)


def test_a_version_does_not_differ_from_itself() -> None:
    found = compare_documents(FIRST, deepcopy(FIRST))
    assert found.is_empty
    assert not compare_documents(FIRST, changed()).is_empty


def test_the_way_back_is_the_same_way() -> None:
    there, back = compare_documents(FIRST, changed()), compare_documents(changed(), FIRST)
    turned = {Change(each.section, each.subject, each.figure, each.after, each.before) for each in back.changes}
    assert turned == set(there.changes)
    assert {(row.division, row.after, row.before) for row in back.visits} == {
        (row.division, row.before, row.after) for row in there.visits
    }


def test_a_document_without_rules_can_be_compared() -> None:
    """The first release wrote no rules."""
    old = deepcopy(FIRST)
    del old["coverage"]["rules"]
    assert {each.kind for each in compare_documents(old, FIRST).of("rules")} == {"added"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=12, max_size=12), st.lists(st.integers(0, 99), min_size=12, max_size=12))
def test_the_changes_of_the_months_add_up(before: list[int], after: list[int]) -> None:
    first, second = deepcopy(FIRST), deepcopy(FIRST)
    first["coverage"]["loads"][0]["capacity"], second["coverage"]["loads"][0]["capacity"] = before, after
    rows = compare_documents(first, second).capacity
    assert sum(int(delta) for row in rows for delta in row.deltas if delta) == sum(after) - sum(before)


def test_the_json_holds_the_same_figures() -> None:
    written = json.loads(json.dumps(write_difference(compare_documents(FIRST, changed()))))
    assert written["capacity"] == [{"division": "mines", "before": [25] * 12, "after": [25] * 11 + [30]}]
    assert {"section": "budget", "subject": "mines", "figure": "staff", "before": 3, "after": 4} in written["changes"]
    assert len(written["changes"]) == 16


def test_what_a_batch_may_say_is_compared_too() -> None:
    """Day, items, filter, rules and cool-down of a batch; the words name a stratum and a reason."""
    first, second = deepcopy(FIRST), deepcopy(FIRST)
    rule = {"kind": "ratio", "numerator": 1, "denominator": 100, "rounding": "up", "minimum": 1}
    first["batches"][0] |= {"on": "2026-03-02", "filter": {"sectors": ["coal-mines"]}, "rules": {"A": rule}}
    second["batches"][0] |= {
        "on": "2026-03-09", "filter": {}, "rules": {"A": {**rule, "numerator": 2}}, "cool_down": {"annual-cap": True},
    }  # fmt: skip
    found = compare_documents(first, second)
    assert set(found.changes) == {
        Change("batches", "1", "on", "2026-03-02", "2026-03-09"),
        Change("batches", "1", "filter.sectors", ("coal-mines",), None),
        Change("batches", "1", "rule.A", "1/100 (>=1, up)", "2/100 (>=1, up)"),
        Change("batches", "1", "cool_down.annual-cap", None, True),
    }
    words = {each.figure: figure_words(each, "en", lambda stratum: f"class {stratum}") for each in found.changes}
    assert words["rule.A"] == "class A: rule"
    assert words["filter.sectors"] == "only these sectors"
    told = {each.figure: value_words(each, each.before or each.after, "en") for each in found.changes}
    assert (told["filter.sectors"], told["cool_down.annual-cap"]) == ("coal mines", "yes")


def test_a_row_of_the_budget_is_named_as_the_catalogue_names_it() -> None:
    """The ten rows of other enforcement and the seven of non-enforcement (domain.md 2)."""
    change = Change("budget", "mines", "other_enforcement.licensing", 1, 2)
    assert figure_words(change, "zh", str) == "实施行政许可"
