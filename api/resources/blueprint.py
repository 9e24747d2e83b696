"""flask-smorest's blueprint with types, so that views behind its decorators keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])


class Resource(Blueprint):  # type: ignore[misc] # flask-smorest has no types
    """A group of addresses under /api/v1 that are described together."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"v1-{name}", __name__, url_prefix="/api/v1", description=description)

    if TYPE_CHECKING:

        def get(self, rule: str) -> Callable[[View], View]:
            """Answer GET at an address."""

        def post(self, rule: str) -> Callable[[View], View]:
            """Answer POST at an address."""

        def patch(self, rule: str) -> Callable[[View], View]:
            """Answer PATCH at an address."""

        def response(
            self, status: int, schema: type[Schema] | dict[str, Any] | None = None, **words: Any
        ) -> Callable[[View], View]:
            """Write what the view returns by a schema."""

        def arguments(self, schema: type[Schema], *, location: str = "json", **words: Any) -> Callable[[View], View]:
            """Read a part of the request by a schema and hand it to the view."""
