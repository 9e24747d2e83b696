"""Texts of a request hold no NUL: PostgreSQL stores none, and no reader ever means one."""

from __future__ import annotations

from itertools import chain

from flask import request

from scheduler.errors import InvalidInput

_NUL = "\0"
_NUL_OF_JSON = rb"\u0000"


def refuse_nul() -> None:
    """Refuse a request with a NUL in its address, a field or its JSON, whatever database would meet it."""
    fields = chain(request.args.items(multi=True), request.form.items(multi=True))
    found = next((name for name, value in fields if _NUL in name + value), "")
    if found or _NUL in request.path or (request.is_json and _NUL_OF_JSON in request.get_data()):
        raise InvalidInput("text-nul", field=found.replace(_NUL, "") or "-")
