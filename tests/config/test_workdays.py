"""The rows of the workday budget: ten and seven, each named once in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.workdays import FILE, WorkdayCatalogueFault, load_workdays, workday_catalogue


def test_there_are_ten_and_seven_rows() -> None:
    rows = workday_catalogue()
    assert (len(rows.other_enforcement), len(rows.non_enforcement)) == (10, 7)
    assert rows.other_enforcement[0].zh == "综合监管"
    assert rows.non_enforcement[-1].en == "Other assigned"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "licensing"', 'id = "complaints-and-reports"', "complaintsandreports names two rows"),
        ('en = "Licensing"', 'en = "Office duty"\nru = "x"', "a row is exactly id, zh, en"),
        ('en = "Licensing"', "en = 3", "a row is exactly id, zh, en"),
        ("[[other_enforcement]]", "[[others]]", "others is unknown"),
        ("[[other_enforcement]]", "[[others]]", "other_enforcement needs 10 rows, has 9"),
        ("[[other_enforcement]]", "[[other_enforcement", "not TOML"),
    ],
)
def test_a_fault_in_the_catalogue_is_reported(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "workdays.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WorkdayCatalogueFault, match=fault):
        load_workdays(path)
