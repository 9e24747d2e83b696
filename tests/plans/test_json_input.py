"""A planner's JSON, read and written again: nothing of it is lost, and what no file can hold is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scheduler.errors import InvalidInput
from scheduler.plans.json_input import Field, parse_json, write_json


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


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (rb'{"divisions": [{"name": "\ud800"}]}', "json-text-control", "divisions[0].name"),
        (rb'{"\udfff": 1}', "json-text-control", r"'\udfff'"),
        (b'{"a": ' + b"[" * 70 + b"1" + b"]" * 70 + b"}", "json-too-deep", None),
        (b"[" * 100_000 + b"]" * 100_000, "json-too-deep", None),
    ],
)
def test_what_no_file_can_hold_is_refused_where_it_stands(data: bytes, code: str, path: str | None) -> None:
    """Half a character could not be stored, a deep nest not be walked."""
    with pytest.raises(InvalidInput) as refusal:
        parse_json(data)
    assert (refusal.value.code, refusal.value.params.get("path")) == (code, path)


@pytest.mark.parametrize(
    ("value", "code"),
    [("名" * 1001, "json-text-long"), ("专项\u202e查检", "json-text-control"), ("行\u2028行", "json-text-control")],
)
def test_a_text_nobody_could_read_is_refused(value: str, code: str) -> None:
    """What is too long, and what turns the direction of writing."""
    with pytest.raises(InvalidInput) as refusal:
        Field(value, "campaigns[0].title").text()
    assert (refusal.value.code, refusal.value.params["path"]) == (code, "campaigns[0].title")
    assert Field("名" * 1000, "").text() == "名" * 1000


def test_a_refusal_repeats_little_and_no_control() -> None:
    """A long value with an escape sequence is shortened and written out."""
    refusal = Field(None, "a" * 5000).fault("plan-choice-unknown", value="\x1b[31m" + "x" * 5000, known="y" * 200)
    assert refusal.params["value"] == r"\x1b[31m" + "x" * 75 + "…"
    assert (len(str(refusal.params["path"])), len(str(refusal.params["known"]))) == (81, 200)


def test_a_member_twice_is_found_at_once_among_many() -> None:
    """The last of 200,000 members is there twice."""
    members = ", ".join(f'"m{number}": 0' for number in range(200_000))
    with pytest.raises(InvalidInput) as refusal:
        parse_json(f'{{{members}, "m199999": 1}}'.encode())
    assert (refusal.value.code, refusal.value.params["name"]) == ("json-member-twice", "m199999")
