"""Encodings: identifiers, numbers, list fields, canonical JSON (draw-protocol.md, section 1).

1. A list field is comma-joined, items strictly ascending by bytes; an empty field is the empty list.
2. JSON is RFC 8785 bytes without a final LF, and a file's bytes must equal their own RFC 8785 form: objects, arrays,
   strings, integers, booleans, null only; keys ASCII; strings NFC. Unknown, missing or repeated members are refused.

>>> canonical_json({"b": [1, None, True], "a": "一般检查\\n"}).decode()
'{"a":"一般检查\\\\n","b":[1,null,true]}'
"""

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Any, get_type_hints
from unicodedata import is_normalized

from scheduler.draws.protocol.errors import ProtocolError, need

IDENTIFIER, SOURCE_ID, TAG = r"[0-9A-Za-z._-]{1,48}", r"[a-z0-9-]{1,24}", r"[0-9a-z._:-]{1,48}"
INTEGER, HEX_32, TEXT, LIMIT = r"(?:0|[1-9][0-9]*)", r"[0-9a-f]{64}", r"(?s:.+)", 2**53
Id = Annotated[str, IDENTIFIER]
Ids = Annotated[tuple[str, ...], {IDENTIFIER}]
Hex = Annotated[str, HEX_32]
HexOrNull = Annotated[str | None, (None, HEX_32)]
Natural = Annotated[int, 0]
Positive = Annotated[int, 1]


def matches(pattern: str, text: object) -> bool:
    """Whether `text` is a string and the whole of it is in the grammar `pattern`."""
    return isinstance(text, str) and re.fullmatch(pattern, text) is not None


def split_list(text: str) -> list[str]:
    """The items of a list field."""
    return text.split(",") if text else []


def order_fault(items: Iterable[Any]) -> str | None:
    """The code of items that are not strictly ascending, else None."""
    return next(("list-repeated" if a == b else "list-unsorted" for a, b in pairwise(items) if a >= b), None)


def canonical_json(value: object, file: str = "") -> bytes:
    """The RFC 8785 bytes of a value; what section 1.4 does not allow in it is refused as `json-value`."""
    parts: list[Any] = [value]
    for part in parts:  # which grows while it is walked
        if isinstance(part, list | tuple):
            parts.extend(part)
        elif isinstance(part, dict) and all(isinstance(name, str) and name.isascii() for name in part):
            parts.extend(part.values())
        else:
            plain = isinstance(part, str) and is_normalized("NFC", part) and not re.search("[\ud800-\udfff]", part)
            allowed = plain or part is None or type(part) is bool or (type(part) is int and 0 <= part < LIMIT)
            need(allowed, "json-value", file=file, value=ascii(part)[:40])
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse_json(data: bytes, file: str, shape: Any = ...) -> Any:
    """What a canonical JSON document holds, if it has this shape (see `read_shape`); `file` names it in refusals."""
    try:
        value = json.loads(data.decode())
        need(canonical_json(value, file) == data, "json-form", file=file)
    except (ValueError, RecursionError) as fault:
        code = "not-utf8" if isinstance(fault, UnicodeDecodeError) else "json-syntax"
        code = "bom" if data.startswith(b"\xef\xbb\xbf") else code
        raise ProtocolError(code, file=file, line=getattr(fault, "lineno", 0)) from None
    return read_shape(value, shape, file, "")


def read_shape(value: Any, shape: Any, file: str, at: str) -> Any:
    """Read a JSON value of this shape, or refuse it; arrays become tuples.

    A shape is the pattern of a string, the least integer, {name: shape} of an object, [shape] of an array, {shape} of a
    strictly ascending array, (None, shape) of what may be null, `...`, a dataclass with shapes in its `Annotated`
    fields, or a function of value, file and place.
    """
    place = {"file": file, "member": at}
    match shape:
        case type():
            hints = get_type_hints(shape, include_extras=True).items()
            members = {name: hint.__metadata__[0] for name, hint in hints if hasattr(hint, "__metadata__")}
            return shape(**read_shape(value, members, file, at))
        case dict() if isinstance(value, dict):
            for name in sorted(value.keys() ^ shape.keys()):
                need(False, "member-unknown" if name in value else "member-missing", **place, name=name)
            inside = f"{at}." if at else ""
            return {name: read_shape(value[name], inner, file, inside + name) for name, inner in shape.items()}
        case list() | set() if isinstance(value, list):
            (inner,) = shape
            items = tuple(read_shape(item, inner, file, f"{at}[{n}]") for n, item in enumerate(value))
            fault = order_fault(items) if isinstance(shape, set) else None
            need(not fault, str(fault), **place, value=", ".join(map(str, value))[:80])
            return items
        case (None, inner):
            return value if value is None else read_shape(value, inner, file, at)
        case str() | int() | dict() | list() | set():
            number = isinstance(shape, int) and type(value) is int and value >= shape
            fits = number or (isinstance(shape, str) and matches(shape, value))
            need(fits, "member-value", **place, value=str(value)[:80])
            return value
    return value if shape is ... else shape(value, file, at)
