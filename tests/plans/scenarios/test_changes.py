"""Changes of a scenario: laid over a plan's inputs one after the other, strictly, the inputs themselves untouched."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput
from scheduler.plans.json_input import Field, parse_json, write_json
from scheduler.plans.scenarios.changes import KINDS, apply_changes
from scheduler.plans.scenarios.words import changes_in_words

PLAN = load_settings(Path("/nowhere"), {}).plan
DIVISIONS = (("chemicals", "危化处"), ("mines", "矿山处"))
ROWS = [row.id for row in workday_catalogue().other_enforcement]
INPUTS: dict[str, Any] = {
    "year": 2026,
    "registered_staff": 20,
    "divisions": [
        {"name": "危化处", "staff": 9, "other_enforcement": 600, "non_enforcement": 500, "printed": {"total": 2232}},
        {"name": "矿山处", "staff": 6, "other_enforcement": dict.fromkeys(ROWS, 40), "non_enforcement": 400.5},
    ],
    "printed": {"total": 3720},
    "campaigns": [{"id": "winter", "title": "冬季行动", "months": [12], "reason": "r"}],
}


def change(*changes: dict[str, Any], inputs: dict[str, Any] = INPUTS, divisions: Any = DIVISIONS) -> dict[str, Any]:
    """Apply changes as JSON and return the changed inputs as plain JSON."""
    before = parse_json(json.dumps(inputs).encode())
    kept = deepcopy(before.value)
    after = apply_changes(before, parse_json(json.dumps(list(changes)).encode()), PLAN, divisions)
    assert before.value == kept  # the inputs of the version are nobody's to change
    found: dict[str, Any] = json.loads(write_json(after))
    return found


def refusal(*changes: dict[str, Any], **more: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        change(*changes, **more)
    return caught.value


def staff(division: str, **amount: Any) -> dict[str, Any]:
    return {"kind": "staff", "division": division, **amount}


def test_no_change_leaves_everything_as_it_was() -> None:
    assert change() == INPUTS


def test_staff_is_set_or_moved_by_id_or_name_and_printed_figures_go() -> None:
    after = change(staff("chemicals", to=7), staff("矿山处", by=2))
    assert [each["staff"] for each in after["divisions"]] == [7, 8]
    assert after["registered_staff"] == 20
    assert "printed" not in after and "printed" not in after["divisions"][0]
    assert after["divisions"][1]["other_enforcement"] == INPUTS["divisions"][1]["other_enforcement"]


def test_people_beyond_the_registered_are_registered_with_them() -> None:
    """9 + 14 people are 3 more than the 20 registered."""
    assert change(staff("mines", by=8))["registered_staff"] == 23


def test_days_are_changed_where_they_stand() -> None:
    total = {"kind": "days", "division": "chemicals", "deduction": "other_enforcement", "by": -50.5}
    row = {"kind": "days", "division": "mines", "deduction": "other_enforcement", "row": ROWS[3], "to": 12}
    after = change(total, row)["divisions"]
    assert after[0]["other_enforcement"] == 549.5
    assert after[1]["other_enforcement"] == dict.fromkeys(ROWS, 40) | {ROWS[3]: 12}


def test_rows_may_stand_in_a_list_or_beside_a_printed_sum_which_then_goes() -> None:
    division = {"name": "x", "staff": 1, "other_enforcement": 100, "other_enforcement_rows": [10] * 10}
    given = {"year": 2026, "divisions": [division]}
    moved = {"kind": "days", "division": "x", "deduction": "other_enforcement", "row": ROWS[1], "by": -3}
    after = change(moved, inputs=given, divisions=())["divisions"][0]
    assert after["other_enforcement_rows"] == [10, 7, *[10] * 8]
    assert "other_enforcement" not in after


@pytest.mark.parametrize(
    ("given", "expected"),
    [  # the office's settings are 60, 30, 10
        ({"reserve": 5}, {"key": 60, "general": 35, "reserve": 5}),
        ({"key": 72.5}, {"key": 72.5, "general": 17.5, "reserve": 10}),
        ({"general": 20}, {"key": 70, "general": 20, "reserve": 10}),
        ({"key": 50, "general": 20}, {"key": 50, "general": 20, "reserve": 30}),
    ],
)
def test_shares_that_are_not_named_keep_or_take_the_rest(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert change({"kind": "shares", **given})["shares"] == expected


def test_further_members_of_the_inputs_are_laid_over() -> None:
    after = change(
        {"kind": "ratio", "class": "A", "to": "1/50"},
        {"kind": "frequency", "rule": "chemicals-1", "visits": 3},
        {"kind": "frequency", "rule": "chemicals-1", "visits": 2, "workload": 4},
        {"kind": "remove-campaign", "id": "winter"},
        {"kind": "add-campaign", "campaign": {"id": "summer", "title": "夏季", "months": [7], "reason": "r"}},
        {"kind": "closed-months", "to": [{"months": [2], "reason": "r"}]},
        {"kind": "statutory-days", "to": 250, "reason": "省里通知"},
    )
    assert after["ratios"] == {"A": "1/50"}
    assert after["frequencies"] == {"chemicals-1": {"visits": 2, "workload": 4}}
    assert [each["id"] for each in after["campaigns"]] == ["summer"]
    assert after["closed_months"] == [{"months": [2], "reason": "r"}]
    assert (after["statutory_days"], after["statutory_days_reason"]) == (250, "省里通知")
    back = change({"kind": "statutory-days", "to": None}, {"kind": "closed-months", "to": []}, inputs=after)
    assert not {"statutory_days", "statutory_days_reason", "closed_months"} & set(back)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ([staff("nobody", to=1)], "scenario-division-unknown", "changes[0].division"),
        ([staff("mines", to=1), staff("mines", to=-1)], "json-negative", "changes[1].to"),
        ([staff("mines", to=1.5)], "json-fractional", "changes[0].to"),
        ([staff("mines", by=0.5)], "json-fractional", "changes[0].by"),
        ([staff("mines", by=-7)], "scenario-below-zero", "changes[0].by"),
        ([staff("mines", to="7")], "json-not-number", "changes[0].to"),
        ([staff("mines")], "scenario-to-or-by", "changes[0]"),
        ([staff("mines", to=1, by=1)], "scenario-to-or-by", "changes[0]"),
        ([{"kind": "people", "division": "mines", "to": 1}], "scenario-change-unknown", "changes[0].kind"),
        ([{"division": "mines", "to": 1}], "scenario-change-unknown", "changes[0].kind"),
        ([{"kind": ["staff"]}], "scenario-change-unknown", "changes[0].kind"),
        ([staff("mines", to=1)] * 501, "scenario-changes-many", "changes"),
        ([{"kind": "staff", "to": 1}], "json-member-missing", "changes[0].division"),
        ([{**staff("mines", to=1), "row": 1}], "json-member-unknown", "changes[0].row"),
        ([{"kind": "shares", "reserve": 41}], "budget-shares", "changes[0]"),
        ([{"kind": "shares", "key": 60, "general": 30, "reserve": 20}], "budget-shares", "changes[0]"),
        ([{"kind": "shares"}], "scenario-shares-none", "changes[0]"),
        ([{"kind": "days", "division": "mines", "deduction": "leave", "to": 1}], "scenario-deduction-unknown",
         "changes[0].deduction"),
        ([{"kind": "days", "division": "mines", "deduction": "other_enforcement", "to": 1}], "scenario-row-needed",
         "changes[0].row"),
        ([{"kind": "days", "division": "chemicals", "deduction": "other_enforcement", "row": "licensing", "to": 1}],
         "scenario-no-rows", "changes[0].row"),
        ([{"kind": "days", "division": "mines", "deduction": "other_enforcement", "row": "tea", "to": 1}],
         "scenario-row-unknown", "changes[0].row"),
        ([{"kind": "days", "division": "chemicals", "deduction": "non_enforcement", "to": 1.25}],
         "json-days-decimals", "changes[0].to"),
        ([{"kind": "statutory-days", "to": 250}], "json-member-missing", "changes[0].reason"),
        ([{"kind": "remove-campaign", "id": "spring"}], "scenario-campaign-unknown", "changes[0].id"),
        ([{"kind": "add-campaign", "campaign": {"id": "winter"}}], "scenario-campaign-twice", "changes[0].campaign.id"),
        (["staff"], "json-not-object", "changes[0]"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_stand_is_refused_with_its_place(changes: list[Any], code: str, path: str) -> None:
    found = refusal(*changes)
    assert (found.code, found.params["path"]) == (code, path)


def test_changes_that_are_no_list_are_refused() -> None:
    with pytest.raises(InvalidInput, match="json-not-list"):
        apply_changes(parse_json(json.dumps(INPUTS).encode()), Field({"kind": "staff"}, ""), PLAN)


NAMED = st.sampled_from(["chemicals", "危化处", "mines"])
CHANGES = st.lists(
    st.one_of(
        st.builds(lambda name, to: staff(name, to=to), NAMED, st.integers(0, 40)),
        st.builds(lambda name, by: staff(name, by=by), NAMED, st.integers(0, 9)),
        st.builds(
            lambda row, to: {
                "kind": "days",
                "division": "mines",
                "deduction": "other_enforcement",
                "row": row,
                "to": to,
            },
            st.sampled_from(ROWS),
            st.integers(0, 300),
        ),
        st.builds(lambda key: {"kind": "shares", "key": key}, st.integers(0, 90)),
    ),
    max_size=6,
)


@given(CHANGES, CHANGES)
def test_changes_add_up_and_staff_is_never_above_the_registered(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    """All at once is the same as one part after the other, and says exactly what a hand count says of the staff."""
    once = change(*first, *second)
    assert change(*second, inputs=change(*first)) == once
    counted = {"危化处": 9, "mines": 6}
    for each in [*first, *second]:
        if each["kind"] == "staff":
            name = "mines" if each["division"] == "mines" else "危化处"
            counted[name] = each["to"] if "to" in each else counted[name] + each["by"]
    assert [each["staff"] for each in once["divisions"]] == list(counted.values())
    assert sum(counted.values()) <= once["registered_staff"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_change_has_its_words(language: str) -> None:
    changes: list[dict[str, Any]] = [
        staff("mines", by=-2),
        {"kind": "days", "division": "mines", "deduction": "other_enforcement", "row": ROWS[0], "to": 3},
        {"kind": "shares", "key": 62.5},
        {"kind": "statutory-days", "to": 250, "reason": "r"},
        {"kind": "ratio", "class": "A", "to": "1/50"},
        {"kind": "frequency", "rule": "r", "visits": 2, "workload": 3},
        {"kind": "add-campaign", "campaign": {"id": "c", "title": "t"}},
        {"kind": "remove-campaign", "id": "c"},
        {"kind": "closed-months", "to": []},
    ]
    assert {each["kind"] for each in changes} == set(KINDS)
    told = changes_in_words(parse_json(json.dumps(changes).encode()), {"mines": "矿山处"}, language)
    assert len(set(told)) == len(changes) and not any("?" in each for each in told)
    assert "矿山处" in told[0] and "-2" in told[0] and "62.5 %" in told[2]
