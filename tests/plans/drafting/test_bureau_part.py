"""The bureau's part: each field's fault stands beside it, the others are read all the same."""

from __future__ import annotations

import pytest

from config.settings import Settings, load_settings
from scheduler.plans.drafting.bureau_part import BureauRead, bureau_texts, read_bureau
from scheduler.plans.json_input import parse_json


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(tmp_path_factory.mktemp("office"), {})


def read(office: Settings, year: int = 2026, /, **texts: str) -> BureauRead:
    return read_bureau(texts, year, office, {"chem": 5, "mines": 4})


def test_nothing_typed_is_the_calendar_and_the_offices_settings(office: Settings) -> None:
    found = read(office)
    assert (found.faults, dict(found.members)) == ({}, {})
    assert (found.frame.days, found.frame.calendar_days, found.frame.level) == (248, 248, "city")
    assert [found.frame.shares.key, found.frame.shares.general, found.frame.shares.reserve] == [60, 30, 10]


def test_an_override_of_the_days_needs_its_reason(office: Settings) -> None:
    assert read(office, statutory_days="250").faults["statutory_days_reason"].code == "draft-days-reason"
    assert read(office, statutory_days_reason="本市").faults["statutory_days"].code == "draft-days-needed"
    assert read(office, statutory_days="400", statutory_days_reason="x").faults["statutory_days"].code == (
        "budget-days-over-year"
    )
    found = read(office, statutory_days="250", statutory_days_reason="本市公布")
    assert (found.faults, found.frame.days, found.frame.reason) == ({}, 250, "本市公布")
    assert read(office, statutory_days="248").faults == {}


def test_a_year_without_calendar_waits_for_its_days(office: Settings) -> None:
    found = read(office, 2031)
    assert found.frame.days is None
    assert found.faults["statutory_days"].code == "draft-days-needed"
    assert read(office, 2031, statutory_days="250").faults["statutory_days_reason"].code == "draft-days-reason"
    assert read(office, 2031, statutory_days="250", statutory_days_reason="暂按").frame.days == 250


@pytest.mark.parametrize(
    ("texts", "field", "code"),
    [
        ({"registered_staff": "8"}, "registered_staff", "budget-registered-below-staff"),
        ({"registered_staff": "8.5"}, "registered_staff", "cell-fractional"),
        ({"level": "town"}, "level", "budget-level-unknown"),
        ({"key": "-1"}, "key", "cell-negative"),
        ({"key": "95", "reserve": "10"}, "key", "budget-shares"),
        ({"reserve": "20"}, "key", "json-member-missing"),
        ({"history": "{"}, "history", "json-malformed"),
        ({"history": '{"2026": {"divisions": []}}'}, "history", "budget-history-year"),
    ],
)
def test_a_fault_stands_beside_its_field_and_the_others_count(
    office: Settings, texts: dict[str, str], field: str, code: str
) -> None:
    found = read(office, 2026, **{"statutory_days": "250", "statutory_days_reason": "本市公布", **texts})
    assert {name: fault.code for name, fault in found.faults.items()} == {field: code}
    assert found.frame.days == 250


def test_a_file_fills_the_fields(office: Settings) -> None:
    file = b'{"year": 2026, "statutory_days": 248, "level": "county", "shares": {"key": 62.5}, "history": {}}'
    texts = bureau_texts(parse_json(file))
    assert texts == {"statutory_days": "248", "level": "county", "key": "62.5", "history": "{}"}
    found = read(office, 2026, **texts)
    assert found.faults == {}
    assert str(found.frame.shares.general) == "55/2"  # 100 - 62.5 - 10
