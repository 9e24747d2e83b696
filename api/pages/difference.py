"""The difference between two versions of a plan: for the public between published ones, for the staff between any."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import public, roles
from api.formats import months, number
from api.language import language, pick, t
from api.pages.plans import plan_warning
from api.pages.words import stratum_name
from api.paging import query_number
from api.service import read_session
from scheduler.plans.difference import SECTIONS, Change, PlanDifference, compare_documents, is_number
from scheduler.plans.difference_words import MONTH_LISTS, figure_words, value_words
from scheduler.plans.life_cycle.steps import STEP_ROLES
from scheduler.plans.queries import PlanView, view_pair

pages = Blueprint("difference", __name__)


@pages.get("/plans/<plan_id>/difference")
@public
def show(plan_id: str) -> ResponseReturnValue:
    """Show what differs between two published versions of a plan."""
    with read_session() as session:
        return render_template("plans/difference.html", **_context(session, plan_id, published_only=True))


@pages.get("/work/plans/<plan_id>/difference")
@roles(*STEP_ROLES, "auditor")
def work(plan_id: str) -> ResponseReturnValue:
    """Show what differs between two versions of a plan, published or not."""
    with read_session() as session:
        return render_template("plans/difference.html", **_context(session, plan_id, published_only=False))


def _context(session: Session, plan_id: str, *, published_only: bool) -> dict[str, Any]:
    before, after = view_pair(session, plan_id, query_number("from"), query_number("to"), published_only=published_only)
    found = compare_documents(before.document, after.document) if before else None
    return {
        "before": before,
        "plan": after,
        "difference": found,
        "sections": SECTIONS,
        "for_staff": not published_only,
        "plan_warning": plan_warning,
        "subject_name": lambda change: _subject(change, found, before, after),
        "figure_name": figure_name,
        "shown": shown,
    }


def _subject(change: Change, found: PlanDifference | None, before: PlanView | None, after: PlanView) -> str:
    """Name what a change is of."""
    if change.section == "budget":
        names = found.names if found else {}
        return names.get(change.subject, change.subject) if change.subject else t("plans.budget.bureau")
    if change.section == "batches":
        return t("plans.batches.number", number=change.subject)
    if change.section == "classes":
        return stratum_name(change.subject)
    if change.section == "rules":
        rules = [rule for view in (after, before) if view for rule in view.document["coverage"].get("rules", [])]
        return next((pick(rule["zh"], rule["en"]) for rule in rules if rule["id"] == change.subject), change.subject)
    return ""


def figure_name(change: Change) -> str:
    """Name a figure."""
    return figure_words(change, language(), stratum_name)


def shown(change: Change, value: Any) -> str:
    """Write a value of a change."""
    if isinstance(value, tuple) and change.figure in MONTH_LISTS:
        return months(value)
    if change.figure == "month" and value is not None:
        return months([value])
    if is_number(value) and "/" not in str(value):  # a ratio stays as it is written
        return number(value)
    return value_words(change, value, language())
