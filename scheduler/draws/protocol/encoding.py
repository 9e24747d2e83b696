"""Encodings: identifiers, numbers, list fields and canonical JSON.

Rules (draw-protocol.md, section 1):

1. Identifiers are ASCII `[0-9A-Za-z._-]{1,48}`; source ids `[a-z0-9-]{1,24}`; tags
   `[0-9a-z._:-]{1,48}`; integers match `0|[1-9][0-9]*` and are below 2^53. No floating point.
3. A list field is comma-joined, items strictly ascending by bytes, none empty, none twice.
4. JSON is written as RFC 8785 bytes without a final LF, and a file's bytes must equal their own
   RFC 8785 form: objects, arrays, strings, integers, booleans, null only; keys ASCII; strings NFC.
   Unknown, missing or repeated members are refused.

>>> canonical_json({"b": [1, None, True], "a": "一般检查\\n"}).decode()
'{"a":"一般检查\\\\n","b":[1,null,true]}'
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import is_normalized

from scheduler.draws.protocol.errors import ProtocolError

IDENTIFIER = r"[0-9A-Za-z._-]{1,48}"
SOURCE_ID = r"[a-z0-9-]{1,24}"
TAG = r"[0-9a-z._:-]{1,48}"
INTEGER = r"(?:0|[1-9][0-9]{0,15})"
HEX_32 = r"[0-9a-f]{64}"
LIMIT = 2**53


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` is in the grammar `pattern`."""
    return re.fullmatch(pattern, text) is not None


def read_integer(text: str) -> int | None:
    """The integer that `text` writes, None when it breaks the grammar or reaches 2^53."""
    return int(text) if matches(INTEGER, text) and int(text) < LIMIT else None


def split_list(field: str) -> tuple[str, ...]:
    """The items of a list field: an empty field is the empty list."""
    return tuple(field.split(",")) if field else ()


def order_fault(items: tuple[str, ...] | list[str]) -> str | None:
    """`list-repeated` or `list-unsorted` for items that are not strictly ascending, else None."""
    for before, after in pairwise(items):
        if before >= after:
            return "list-repeated" if before == after else "list-unsorted"
    return None


def canonical_json(value: object) -> bytes:
    """The RFC 8785 bytes of a value of the allowed types; anything else is `json-value`."""
    _check_value(value)
    plain = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
    return json.dumps(value, **plain).encode()  # type: ignore[arg-type]


def parse_json(data: bytes, file: str) -> Node:
    """Read a canonical JSON document and hand back its root; `file` names it in refusals."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise ProtocolError("bom", file=file)
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_unrepeated,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        canonical = canonical_json(value)
    except UnicodeDecodeError:
        raise ProtocolError("not-utf8", file=file) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ProtocolError("json-malformed", file=file, **place) from None
    except RecursionError:
        raise ProtocolError("json-malformed", file=file) from None
    except ProtocolError as error:
        raise ProtocolError(error.code, **{**error.params, "file": file}) from None
    if canonical != data:
        same = zip(canonical, data, strict=False)
        at = next((n for n, (a, b) in enumerate(same) if a != b), min(len(canonical), len(data)))
        raise ProtocolError("json-not-canonical", file=file, offset=at)
    return Node(value, file)


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProtocolError("member-repeated", name=twice)
    return members


def _whole(text: str) -> int:
    number = read_integer(text)
    return _no_number(text) if number is None else number


def _no_number(text: str) -> int:
    raise ProtocolError("json-value", value=text[:40])


def _check_value(value: object) -> None:
    match value:
        case None | bool():
            return
        case int() if 0 <= value < LIMIT:
            return
        case str() if is_normalized("NFC", value) and not re.search("[\ud800-\udfff]", value):
            return
        case list() | tuple():
            for item in value:
                _check_value(item)
        case dict() if all(isinstance(key, str) and key.isascii() for key in value):
            for item in value.values():
                _check_value(item)
        case _:
            raise ProtocolError("json-value", value=ascii(value)[:40])


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside a JSON document that knows its place, so that each refusal can name it."""

    value: object
    file: str
    member: str = ""

    def refuse(self, code: str, **params: object) -> ProtocolError:
        """The refusal `code` at this place."""
        return ProtocolError(code, file=self.file, member=self.member, **params)

    def members(self, *names: str) -> list[Node]:
        """The members of an object in the order of `names`, which must be all there are."""
        if not isinstance(self.value, dict):
            raise self.refuse("not-an-object")
        for name in sorted(self.value.keys() - set(names)):
            raise self.refuse("member-unknown", name=name)
        for name in names:
            if name not in self.value:
                raise self.refuse("member-missing", name=name)
        path = f"{self.member}." if self.member else ""
        return [Node(self.value[name], self.file, path + name) for name in names]

    def peek(self, name: str) -> object:
        """A member's value, None when there is none: to choose what the members have to be."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def items(self) -> list[Node]:
        """The items of an array."""
        if not isinstance(self.value, list):
            raise self.refuse("not-an-array")
        return [Node(item, self.file, f"{self.member}[{n}]") for n, item in enumerate(self.value)]

    def integer(self, least: int = 0) -> int:
        """An integer of at least `least`."""
        if type(self.value) is not int:
            raise self.refuse("not-an-integer")
        if self.value < least:
            raise self.refuse("integer-too-small", value=self.value, least=least)
        return self.value

    def text(self, pattern: str = r"(?s).+", code: str = "text-empty") -> str:
        """A string in the grammar `pattern`, else the refusal `code`."""
        if not isinstance(self.value, str):
            raise self.refuse("not-a-string")
        if not matches(pattern, self.value):
            raise self.refuse(code, value=self.value[:80])
        return self.value

    def identifier(self) -> str:
        """A string in the grammar of identifiers."""
        return self.text(IDENTIFIER, "identifier-grammar")

    def hex32(self) -> str:
        """32 bytes as lowercase hexadecimal."""
        return self.text(HEX_32, "hex-grammar")

    def choice(self, *allowed: str) -> str:
        """One of the strings `allowed`."""
        if self.value not in allowed:
            wanted = ", ".join(allowed)
            raise self.refuse("not-allowed-value", value=ascii(self.value)[:80], allowed=wanted)
        return str(self.value)

    def ascending(self, pattern: str, code: str) -> tuple[str, ...]:
        """An array of strings in the grammar `pattern`, strictly ascending."""
        items = tuple(item.text(pattern, code) for item in self.items())
        if fault := order_fault(items):
            raise self.refuse(fault, value=",".join(items))
        return items
