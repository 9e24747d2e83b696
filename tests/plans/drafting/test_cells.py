"""What is typed into the cells of a draft: read exactly, or refused where it stands."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.messages import render
from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput
from scheduler.plans.drafting.cells import read_count, read_days
from scheduler.plans.drafting.division_part import (
    check_part,
    missing_cells,
    part_figures,
    part_json,
    part_of_json,
    read_part,
)
from scheduler.plans.workday_budget.budget import Shares
from tests.plans.drafting.conftest import CATALOGUE, typed

SHARES = Shares(Fraction(60), Fraction(30), Fraction(10))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("12", 12),
        ("12.5", "12.5"),
        ("１２．５", "12.5"),
        ("1 234", 1234),
        ("7.0", 7),
    ],
)
def test_days_are_read_as_they_are_typed(text: str, days: object) -> None:
    assert read_days(text) == (None if days is None else Fraction(str(days)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "cell-negative"),
        ("−0.5", "cell-negative"),
        ("1.25", "cell-decimals"),
        ("abc", "cell-not-number"),
        ("1e3", "cell-not-number"),
        ("1,5", "cell-not-number"),
        ("12345678", "cell-not-number"),
        (".5", "cell-not-number"),
        ("½", "cell-not-number"),
        ("٣", "cell-not-number"),
    ],
)
def test_what_is_no_days_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_days(text)
    assert refused.value.code == code
    assert "?" not in render(f"error.{code}", "en", **refused.value.params)


def test_staff_are_whole() -> None:
    assert [read_count(text) for text in ("", "0", "5", "5.0")] == [None, 0, 5, 5]
    for text, code in (("2.5", "cell-fractional"), ("-1", "cell-negative"), ("five", "cell-not-number")):
        with pytest.raises(InvalidInput) as refused:
            read_count(text)
        assert refused.value.code == code


def test_each_wrong_cell_has_its_own_fault_and_the_others_are_read() -> None:
    cells = typed(**{"staff": "2.5", "other_enforcement.licensing": "-3", "non_enforcement.office-duty": "1.25"})
    part, faults = read_part(cells, CATALOGUE)
    assert {name: fault.code for name, fault in faults.items()} == {
        "staff": "cell-fractional",
        "other_enforcement.licensing": "cell-negative",
        "non_enforcement.office-duty": "cell-decimals",
    }
    assert part.spent("other_enforcement") == 90
    assert set(missing_cells(part, CATALOGUE)) == set(faults)


def test_days_over_the_year_are_refused_beside_the_cell_and_in_all() -> None:
    """One person has 248 days: 249 in one row are too many, and so are 17 rows of 15 (255)."""
    part, _ = read_part(typed(staff=1, days=0, **{"other_enforcement.licensing": 249}), CATALOGUE)
    assert [(name, fault.code) for name, fault in check_part(part, 248).items()] == [
        ("other_enforcement.licensing", "cell-over-total"),
        ("sum", "draft-over-total"),
    ]
    part, _ = read_part(typed(staff=1, days=15), CATALOGUE)
    assert check_part(part, 248)["sum"].params == {"spent": "255", "total": "248", "over": "7"}
    assert part_figures(part, 248, SHARES) is None
    assert check_part(part, 255) == check_part(part, None) == {}


def test_figures_follow_from_the_cells() -> None:
    """5 x 248 = 1240; 100 and 70.5 leave 1069.5: 641.7, 320.85 and 106.95 round to tenths that add up."""
    part, _ = read_part(typed(**{"non_enforcement.office-duty": "10.5"}), CATALOGUE)
    figures = part_figures(part, 248, SHARES)
    assert figures is not None
    assert [figures.total, figures.supervision] == [Fraction(1240), Fraction("1069.5")]
    assert [str(figures.parts[name] * 10) for name in ("key", "general", "reserve")] == ["6417", "3209", "1069"]


@given(st.dictionaries(st.sampled_from(sorted(typed())), st.integers(0, 99999).map(lambda n: f"{n // 10}.{n % 10}")))
def test_a_part_is_stored_and_shown_as_it_was_read(cells: dict[str, str]) -> None:
    part, _ = read_part({**cells, "notes": "说明\r\n第二行"}, workday_catalogue())
    again = part_of_json(part_json(part))
    assert again == part
    assert read_part(again.texts(), workday_catalogue()) == (part, {})


def test_notes_have_a_limit() -> None:
    _, faults = read_part({"notes": "长" * 2001}, CATALOGUE)
    assert faults["notes"].code == "notes-too-long"
