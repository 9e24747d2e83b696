"""Who may call a route. Every route says so; an application with a silent one does not start.

A view (or the method of a `MethodView`) carries its rule as an attribute, put there by `@public`, `@signed_in` or
`@roles(...)`. The rule is looked up by endpoint and method before the view runs, so that no view can forget to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from scheduler.accounts.models import ROLES
from scheduler.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])
_RULE = "double_random_access"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call: everyone (`public`), or an account with one of `roles` (any account when there are none)."""

    public: bool
    roles: frozenset[str] = frozenset()

    def admits(self, held: frozenset[str]) -> bool:
        """Say whether an account with these roles may call."""
        return self.public or not self.roles or bool(self.roles & held)


class UndeclaredRoutes(Exception):
    """Routes that do not say who may call them; the text names each."""


class LoginNeeded(Exception):
    """The route is not public and the caller is not logged in."""


def public(view: View) -> View:
    """Let everyone call this view."""
    return _declare(view, Rule(public=True))


def signed_in(view: View) -> View:
    """Let every account call this view."""
    return _declare(view, Rule(public=False))


def roles(*names: str) -> Callable[[View], View]:
    """Let accounts with one of these roles call this view."""
    unknown = sorted(set(names) - set(ROLES))
    if unknown or not names:
        raise ValueError(f"no roles of this service: {unknown or names}")
    return lambda view: _declare(view, Rule(public=False, roles=frozenset(names)))


def _declare(view: View, rule: Rule) -> View:
    setattr(view, _RULE, rule)
    return view


def rule_of(app: Flask, endpoint: str, method: str) -> Rule | None:
    """Return the rule of an endpoint for a method, None when it does not declare one."""
    view: Any = app.view_functions[endpoint]
    handlers = getattr(view, "view_class", None)
    if handlers is not None:
        view = getattr(handlers, method.lower(), None) or getattr(handlers, "get", view)
    found = getattr(view, _RULE, None)
    return found if isinstance(found, Rule) else None


def undeclared_routes(app: Flask) -> Iterator[str]:
    """Name every route and method that does not say who may call it."""
    for route in app.url_map.iter_rules():
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule_of(app, route.endpoint, method) is None:
                yield f"{method} {route.rule} ({route.endpoint})"


def check_routes(app: Flask) -> None:
    """Raise `UndeclaredRoutes` when a route does not say who may call it."""
    silent = sorted(undeclared_routes(app))
    if silent:
        raise UndeclaredRoutes("routes that do not say who may call them: " + "; ".join(silent))


def guard_request() -> ResponseReturnValue | None:
    """Refuse a request that its route does not admit; runs before every view."""
    if request.endpoint is None or request.method == "OPTIONS":
        return None  # an unknown address, or Flask's own answer about methods
    rule = rule_of(current_app, request.endpoint, request.method)
    if rule is None:
        raise UndeclaredRoutes(request.endpoint)
    if rule.public:
        return None
    if not current_user.is_authenticated:
        raise LoginNeeded
    if not rule.admits(frozenset(current_user.roles)):
        raise NotAllowed("role-needed", roles=", ".join(sorted(rule.roles)))
    return None
