"""Writing a planner's JSON again: nothing of what was given is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scheduler.plans.json_input import parse_json, write_json


@pytest.mark.parametrize(
    "text",
    ['{"year": 2026, "名": "甲\\"乙", "days": [1, 2.5, 0.1], "none": null, "yes": true}', "[]", "-3", '"\\u0001"'],
)
def test_what_is_written_reads_as_the_same_value(text: str) -> None:
    assert parse_json(write_json(parse_json(text.encode()))) == parse_json(text.encode())


def test_decimal_digits_stay_as_they_were_given() -> None:
    given = parse_json(b'{"a": 0.10, "b": 1e3, "c": 12.5}')
    assert write_json(given) == b'{"a": 0.10, "b": 1000, "c": 12.5}'
    assert parse_json(write_json(given)).at("b").value == Decimal(1000)
