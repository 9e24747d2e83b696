"""Long lists, page by page: a page knows where the next begins, nobody counts what comes after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

from scheduler.errors import InvalidInput

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, and where the next page begins (None on the last)."""

    items: Sequence[Item]
    next: str | None

    @property
    def next_url(self) -> str | None:
        """Return the address of the next page, filters kept."""
        return None if self.next is None else with_query(after=self.next)

    @property
    def first_url(self) -> str | None:
        """Return the address of the first page, None when this is it."""
        return with_query(after=None) if request.args.get("after") else None


def keyset_page(items: Sequence[Item], size: int, cursor: Callable[[Item], str]) -> Page[Item]:
    """Return a page out of `size` + 1 items: the one too many only says that there is a next page."""
    kept = items[:size]
    return Page(kept, cursor(kept[-1]) if len(items) > size else None)


def with_query(**changes: object) -> str:
    """Return this page's address with some of its query changed; None takes a part away."""
    query = {name: value for name, value in request.args.items() if name not in changes and name != "lang"}
    query |= {name: str(value) for name, value in changes.items() if value is not None}
    return f"{request.path}?{urlencode(query)}" if query else request.path


def query_number(name: str, low: int = 1, high: int = 10_000) -> int | None:
    """Return a whole number of the query, None when it is not given; raise `InvalidInput` for anything else."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and low <= int(text) <= high):
        raise InvalidInput("query-number", name=name, low=low, high=high)
    return int(text)
