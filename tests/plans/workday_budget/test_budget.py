"""The workday budget computed: rows and totals, shares of supervision days, staff floor, overrides, exact sums."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput, NotFound
from scheduler.plans.json_input import parse_json
from scheduler.plans.workday_budget.budget import compute_budget
from scheduler.plans.workday_budget.budget_file import read_budgets
from scheduler.plans.workday_budget.budget_report import report_budget
from scheduler.plans.workday_budget.printed import compare_printed

OTHER = {row.id: days for row, days in zip(workday_catalogue().other_enforcement, range(1, 11), strict=True)}  # 55
NON = {row.id: 2 for row in workday_catalogue().non_enforcement}  # 14


def report(budget: dict[str, Any]) -> dict[str, Any]:
    plan = load_settings(None, {}).plan
    (document,) = read_budgets(parse_json(json.dumps(budget).encode()), workday_catalogue(), plan)
    computed = compute_budget(document.given, plan.staff_floor_percent, document.path)
    found = report_budget(document, computed, compare_printed(document.printed, computed, document.calendar_days))
    json.dumps(found)
    return found


def budget(*divisions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"year": 2025, "divisions": list(divisions), **more}


def division(name: str = "甲", staff: int = 2, **more: Any) -> dict[str, Any]:
    return {"name": name, "staff": staff, **more}


def test_rows_are_added_up_to_their_deduction_and_over_divisions() -> None:
    found = report(
        budget(
            division("甲", 2, other_enforcement=OTHER, non_enforcement=list(NON.values())),
            division("乙", 1, other_enforcement=list(OTHER.values()), non_enforcement=NON),
        )
    )
    assert found["other_enforcement"] == 110
    assert found["non_enforcement"] == 28
    assert found["supervision"] == 3 * 248 - 138
    assert found["other_enforcement_rows"] == {row: 2 * days for row, days in OTHER.items()}
    assert found["divisions"][1] == {"total": 248, "supervision": 179, "other_enforcement": 55, "non_enforcement": 14}


@pytest.mark.parametrize("name", ["id", "zh", "en"])
def test_rows_may_be_named_by_id_or_in_either_language(name: str) -> None:
    rows = {getattr(row, name).upper(): 1 for row in workday_catalogue().other_enforcement}
    assert report(budget(division(other_enforcement=rows)))["other_enforcement"] == 10


def test_a_total_beside_rows_that_add_up_to_something_else_is_wrong() -> None:
    found = report(budget(division(other_enforcement=54, other_enforcement_rows=OTHER, non_enforcement=14)))
    assert found["wrong"] == [{"path": "divisions[0].other_enforcement", "printed": 54, "computed": 55}]
    assert found["supervision"] == 496 - 69


def test_half_days_are_exact() -> None:
    found = report(budget(division(other_enforcement=10.5, non_enforcement=0.1)))
    assert (found["other_enforcement"], found["supervision"]) == ("10.5", "485.4")


def test_supervision_days_are_parted_and_the_parts_add_up() -> None:
    found = report(
        budget(
            division("甲", 1, other_enforcement=47, non_enforcement=0),
            division("乙", 1, other_enforcement=48, non_enforcement=0),
            shares={"key": 60, "general": 30, "reserve": 10},
        )
    )
    # 201 days: 120.6, 60.3, 20.1; 200 days: 120, 60, 20
    assert [found["divisions"][0][part] for part in ("key", "general", "reserve")] == [121, 60, 20]
    assert [found["divisions"][1][part] for part in ("key", "general", "reserve")] == [120, 60, 20]
    assert [found[part] for part in ("key", "general", "reserve")] == [241, 120, 40]


def test_general_is_the_rest_and_the_reserve_the_offices_setting() -> None:
    found = report(budget(division(other_enforcement=0, non_enforcement=0), shares={"key": 65}))
    assert [found[part] for part in ("key", "general", "reserve")] == [322, 124, 50]  # 322.4, 124, 49.6


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=6),
    st.integers(0, 90),
)
def test_whatever_is_printed_adds_up(divisions: list[tuple[int, int, int]], key: int) -> None:
    """Independent sums in integers: staff, percent of the total used by each deduction."""
    parts = [
        division(f"d{n}", staff, other_enforcement=248 * staff * a // 200, non_enforcement=248 * staff * b // 200)
        for n, (staff, a, b) in enumerate(divisions)
    ]
    found = report(budget(*parts, shares={"key": key}))
    assert found["total"] == 248 * sum(staff for staff, _, _ in divisions)
    assert found["other_enforcement"] + found["non_enforcement"] + found["supervision"] == found["total"]
    assert found["key"] + found["general"] + found["reserve"] == found["supervision"]
    for name in ("total", "supervision", "key", "general", "reserve"):
        assert sum(each[name] for each in found["divisions"]) == found[name]
    if found["total"]:
        tenths = sum(int(share.replace(".", "")) for share in found["percent"])
        assert abs(tenths - 1000) <= 1


def test_a_figure_one_division_lacks_is_not_invented_for_the_bureau() -> None:
    found = report(budget(division("甲", other_enforcement=1, non_enforcement=1), division("乙", other_enforcement=1)))
    assert "supervision" not in found
    assert found["other_enforcement"] == 2
    assert found["divisions"] == [{"total": 496, "supervision": 494}, {"total": 496}]


@pytest.mark.parametrize(
    ("level", "staff", "floor", "holds"), [("county", 7, 7, True), ("county", 6, 7, False), ("city", 6, 6, True)]
)
def test_the_staff_floor_goes_by_level(level: str, staff: int, floor: int, holds: bool) -> None:
    found = report(budget(division(staff=staff), level=level, registered_staff=10))
    assert (found["staff_percent"], found["staff_floor"], found["holds"]) == (f"{staff}0.0", floor, holds)


def test_without_a_level_there_is_a_share_and_no_floor() -> None:
    found = report(budget(division(staff=1), registered_staff=3))
    assert found["staff_percent"] == "33.3"
    assert "staff_floor" not in found


def test_other_days_than_the_calendars_count_with_a_reason() -> None:
    found = report(budget(division(), statutory_days=250, statutory_days_reason="本市公布 250 天"))
    assert (found["total"], found["wrong"]) == (500, [])


def test_other_days_without_a_reason_are_wrong_and_the_calendar_counts() -> None:
    found = report(budget(division(), statutory_days=250, printed={"total": 500}))
    assert found["total"] == 496
    assert found["wrong"] == [
        {"path": "statutory_days", "printed": 250, "computed": 248},
        {"path": "printed.total", "printed": 500, "computed": 496},
    ]


def test_a_year_without_a_calendar_needs_days_and_a_reason() -> None:
    with pytest.raises(NotFound, match="calendar-missing"):
        report({"year": 2027, "divisions": [division()]})
    with pytest.raises(NotFound, match="calendar-missing"):
        report({"year": 2027, "statutory_days": 250, "divisions": [division()]})
    reasoned = {"year": 2027, "statutory_days": 250, "statutory_days_reason": "通知未发布，暂按 250 天"}
    assert report({**reasoned, "divisions": [division()]})["total"] == 500


def test_deductions_over_the_total_are_refused_with_their_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        report(budget(division(), division("乙", 1, other_enforcement=200, non_enforcement=49)))
    assert refused.value.code == "budget-days-over-total"
    assert refused.value.params["path"] == "divisions[1]"


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        ({"percent": [50, 25, 25]}, []),
        ({"percent": ["50.0%", "25.0%", "25.0％"]}, []),
        ({"percent": [25, 25, 50]}, ["printed.percent[0]", "printed.percent[2]"]),  # right figures, wrong places
        ({"percent": [50.01, 25, 25]}, ["printed.percent[0]"]),
        ({"percent": [50.0, 25.0, 25.1]}, ["printed.percent[2]"]),
        ({"total": 496.0, "supervision": 124}, []),
        ({"total": 496, "supervision": 125}, ["printed.supervision"]),
        ({"staff": 3}, ["printed.staff"]),
        ({"divisions": [{"total": 496, "supervision": 120}]}, ["printed.divisions[0].supervision"]),
        ({"staff_percent": 67, "staff_floor": 3, "staff_floor_percent": 70, "holds": False}, []),
        ({"staff_percent": 66.6, "holds": True}, ["printed.staff_percent", "printed.holds"]),
        ({"staff_floor": 2, "staff_floor_percent": 60}, ["printed.staff_floor", "printed.staff_floor_percent"]),
    ],
)
def test_exactly_the_wrong_printed_figures_are_named(printed: dict[str, Any], wrong: list[str]) -> None:
    found = report(
        budget(
            division(other_enforcement=248, non_enforcement=124), level="county", registered_staff=3, printed=printed
        )
    )
    assert [figure["path"] for figure in found["wrong"]] == wrong
    assert "unchecked" not in found


def test_percentages_rounded_to_add_up_to_100_are_right_as_a_whole_and_no_other_mixture_is() -> None:
    """375, 135 and 234 of 744: 50.403, 18.145, 31.452; 1035, 535, 414 of 1984: 52.167, 26.966, 20.867."""

    def wrong(*percent: float) -> list[str]:
        parts = [division("甲", 3, other_enforcement=375, non_enforcement=135)]
        parts.append(division("乙", 5, other_enforcement=660, non_enforcement=400))
        return [each["path"] for each in report(budget(*parts, printed={"percent": list(percent)}))["wrong"]]

    assert wrong(52.2, 27.0, 20.9) == []
    assert wrong(52.2, 26.9, 20.9) == []
    assert wrong(52.1, 27.0, 20.9) == ["printed.percent[0]"]
    assert wrong(52.2, 26.9, 20.8) == ["printed.percent[1]", "printed.percent[2]"]


def test_a_division_may_carry_its_own_printed_figures() -> None:
    found = report(
        budget(division(other_enforcement=248, non_enforcement=0, printed={"total": 500, "percent": [50, 0, 50]}))
    )
    assert found["wrong"] == [{"path": "divisions[0].printed.total", "printed": 500, "computed": 496}]


def test_printed_rows_are_compared_row_by_row() -> None:
    printed = {"other_enforcement_rows": {**OTHER, "licensing": 3}}
    found = report(budget(division(other_enforcement=OTHER), printed=printed))
    assert found["wrong"] == [{"path": "printed.other_enforcement_rows.licensing", "printed": 3, "computed": 2}]


def test_a_wrong_share_is_shown_with_the_decimals_that_show_the_difference() -> None:
    found = report(
        budget(division(staff=3, other_enforcement=248, non_enforcement=0), printed={"percent": [33.34, 0, 67]})
    )
    assert found["wrong"] == [{"path": "printed.percent[0]", "printed": "33.34", "computed": "33.33"}]


def test_figures_whose_inputs_are_missing_are_listed_as_not_compared() -> None:
    found = report(budget(division(), printed={"total": 496, "supervision": 400, "staff_floor": 1}))
    assert found["wrong"] == []
    assert found["unchecked"] == ["printed.supervision", "printed.staff_floor"]


def test_printed_figures_never_change_what_is_computed() -> None:
    given = budget(division(other_enforcement=248, non_enforcement=124))
    printed = {"total": 1, "supervision": 2, "percent": [1, 2, 3]}
    plain, checked = report(given), report({**given, "printed": printed})
    assert {**plain, "wrong": None} == {**checked, "wrong": None}


def test_a_bureau_without_staff_has_no_percentages() -> None:
    found = report(budget(division(staff=0, other_enforcement=0, non_enforcement=0)))
    assert (found["total"], found["supervision"]) == (0, 0)
    assert "percent" not in found
