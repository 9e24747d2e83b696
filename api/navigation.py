"""The main navigation of every page."""

from __future__ import annotations

from flask import Flask, request
from flask_login import current_user

from scheduler.plans.life_cycle.steps import STEP_ROLES

ITEMS = (
    ("plans.index", "plans"),
    ("draws.index", "draws"),
    ("enterprises.look_up", "lookup"),
    ("explain.how_it_works", "how"),
    ("explain.verify", "verify"),
)


# What the staff may open: (endpoint, text key, roles; no role means every account).
WORK_ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("desk.desk", "desk", ()),
    ("inbox.index", "inbox", STEP_ROLES),
    ("budget.index", "budget", ("planner", "reviewer", "approver", "auditor")),
    ("work_plans.index", "plans", (*STEP_ROLES, "auditor")),
    ("drafts.index", "drafts", ("planner", "operator", "auditor")),
    ("directory.index", "directory", ()),
    ("directory.people", "people", ()),
    ("imports.index", "import", ("admin", "planner")),
    ("users.index", "users", ("admin",)),
    ("audit.index", "audit", ("auditor",)),
    ("users.me", "me", ()),
)


# Blueprints that stand below an item of another name.
_BELOW = {"budget.index": ("budget_division", "budget_bureau")}


def work_navigation() -> list[tuple[str, str]]:
    """Return (endpoint, text key) of what the account may open."""
    if not current_user.is_authenticated:
        return []
    return [(endpoint, key) for endpoint, key, roles in WORK_ITEMS if not roles or current_user.has_role(*roles)]


def navigation() -> tuple[tuple[str, str], ...]:
    """Return (endpoint, text key) of every item."""
    return ITEMS


def is_here(endpoint: str) -> bool:
    """Say whether the reader is at this item or below it."""
    if endpoint.split(".")[0] in ("explain", "directory", "users"):
        return request.endpoint == endpoint
    at = (request.endpoint or "").split(".")[0]
    return at == endpoint.split(".")[0] or at in _BELOW.get(endpoint, ())


def use_navigation(app: Flask) -> None:
    """Give pages the navigation."""
    app.jinja_env.globals.update(navigation=navigation, work_navigation=work_navigation, here=is_here)
