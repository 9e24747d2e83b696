"""Reading a planner's JSON file: every value is checked where it stands and a refusal names the path to it.

A path reads like `divisions[1].staff`. Numbers keep their decimal digits: no float is ever made of them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scheduler.errors import InvalidInput

LARGEST = 2**53 - 1
LONGEST_TEXT = 1000
_MOST_EXPONENT = 16
_MOST_DEPTH = 64
_SHOWN = 80
_HALF = re.compile("[\ud800-\udfff]")
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")
# Characters that turn the direction of writing: what a reader sees would not be what is stored.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def parse_json(data: bytes) -> Field:
    """Parse a file's bytes (UTF-8, BOM allowed); refuse what is no JSON, a member twice, NaN and infinities."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("json-not-utf8", byte=error.start) from None
    if not text.strip():
        raise InvalidInput("json-empty")
    try:
        value = json.loads(
            text,
            parse_int=_parse_number,
            parse_float=_parse_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_repeated,
        )
    except json.JSONDecodeError as error:
        raise InvalidInput("json-malformed", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise InvalidInput("json-too-deep") from None
    top = Field(value, "")
    _check_texts(top, 0)
    return top


def _check_texts(field: Field, depth: int) -> None:
    """Refuse what is nested too deeply, and a text or name with half a character, which no file can hold."""
    if isinstance(field.value, str):
        if _HALF.search(field.value):
            raise field.fault("json-text-control")
        return
    inside: list[Field] = []
    if isinstance(field.value, dict):
        inside = [each for name in field.value for each in (Field(name, field.at(name).path), field.at(name))]
    elif isinstance(field.value, list):
        inside = [Field(item, f"{field.path}[{place}]") for place, item in enumerate(field.value)]
    if inside and depth == _MOST_DEPTH:
        raise InvalidInput("json-too-deep")
    for each in inside:
        _check_texts(each, depth + 1)


def write_json(field: Field) -> bytes:
    """Write a parsed value as JSON again: members in the file's order, numbers with their decimal digits."""
    return _written(field.value).encode()


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(name)}: {_written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)


def _parse_number(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= 40 else Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MOST_EXPONENT or number.adjusted() > _MOST_EXPONENT:
        raise InvalidInput("json-number-size", value=text[:40])
    return number


def _refuse_constant(text: str) -> None:
    raise InvalidInput("json-number-size", value=text)


def _refuse_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        raise InvalidInput("json-member-twice", name=next(name for name, count in counted.items() if count > 1)[:80])
    return table


def _brief(value: object) -> object:
    """Return a value that a refusal repeats: a text shortened, controls written as escapes."""
    if not isinstance(value, str):
        return value
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in value[:_SHOWN])
    return shown if len(value) <= _SHOWN else f"{shown}…"


@dataclass(frozen=True)
class Field:
    """A value of the file and the path to it."""

    value: object
    path: str

    def fault(self, code: str, **params: object) -> InvalidInput:
        """Make the error that says what is wrong with this value; `$` names the file's top value."""
        told = {name: _brief(value) if name != "known" else value for name, value in params.items()}
        return InvalidInput(code, path=_brief(self.path) or "$", **told)

    def check_members(self, known: Iterable[str], required: Iterable[str] = ()) -> None:
        """Refuse a value that is no object, has an unknown member, or lacks a required one."""
        if not isinstance(self.value, dict):
            raise self.fault("json-not-object")
        known = list(known)
        for name in self.value:
            if name not in known:
                raise self.at(name).fault("json-member-unknown", known=", ".join(known))
        for name in required:
            if name not in self.value:
                raise self.at(name).fault("json-member-missing")

    def at(self, name: str) -> Field:
        """Return the field of a member's name, whose value is None when it is not there."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        shown = name if name.isprintable() else ascii(name)
        return Field(value, f"{self.path}.{shown}" if self.path else shown)

    def find(self, name: str) -> Field | None:
        """Return a member, or None when it is not there."""
        return self.at(name) if isinstance(self.value, dict) and name in self.value else None

    def items(self) -> list[Field]:
        """Return the items of a list, at least one."""
        if not isinstance(self.value, list) or not self.value:
            raise self.fault("json-not-list")
        return [Field(item, f"{self.path}[{place}]") for place, item in enumerate(self.value)]

    def members(self) -> list[tuple[str, Field]]:
        """Return the members of an object in the order of the file."""
        if not isinstance(self.value, dict):
            raise self.fault("json-not-object")
        return [(name, self.at(name)) for name in self.value]

    def text(self, longest: int = LONGEST_TEXT) -> str:
        """Return a text of one line that is not blank, without space at its ends and not longer than that."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault("json-not-text")
        stripped = self.value.strip()
        if len(stripped) > longest:
            raise self.fault("json-text-long", length=len(stripped), longest=longest)
        if any(unicodedata.category(letter) in _CONTROLS or letter in _TURNS for letter in stripped):
            raise self.fault("json-text-control")
        return stripped

    def number(self) -> Decimal:
        """Return a number that is at least 0."""
        if not isinstance(self.value, Decimal):
            raise self.fault("json-not-number")
        if self.value < 0:
            raise self.fault("json-negative", value=self.value)
        if self.value > LARGEST:
            raise self.fault("json-number-size", value=self.value)
        return self.value

    def whole(self) -> int:
        """Return a whole number that is at least 0; `3.0` is whole, `2.5` is refused."""
        number = self.number()
        if number != int(number):
            raise self.fault("json-fractional", value=number)
        return int(number)

    def days(self) -> Fraction:
        """Return person-days: at least 0, with at most one decimal."""
        days = Fraction(self.number())
        if (days * 10).denominator != 1:
            raise self.fault("json-days-decimals", value=self.value)
        return days
