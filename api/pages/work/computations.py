"""Progress of long computations: a page that follows one, the same as JSON, and a way to stop it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from api.access import roles
from api.language import error_text, t
from api.pages.words import in_words
from api.pages.work.building import BUILD
from api.service import read_session, write_session
from config.messages import is_listed
from scheduler.computations.record import PHASES, ComputationView, ask_cancel, view_computation
from scheduler.plans.life_cycle.steps import STEP_ROLES

pages = Blueprint("computations", __name__, url_prefix="/work/computations")
READERS = (*STEP_ROLES, "auditor")
# Where each phase begins and ends on the bar, in percent: a picture of the way, not a promise of time.
_SPANS = {
    "waiting": (0, 0),
    "reading": (2, 2),
    "goals": (5, 50),
    "journeys": (50, 90),
    "mending": (92, 92),
    "storing": (97, 97),
}


@pages.get("/<computation_id>")
@roles(*READERS)
def show(computation_id: str) -> ResponseReturnValue:
    """Show how far a computation is; go on to what it made once it is done."""
    with read_session() as session:
        found = view_computation(session, computation_id)
    if found.state == "done" and found.kind == BUILD and found.result is not None:
        flash(t("work.done.built"))
        return redirect(url_for("work_plans.show", plan_id=found.result["plan"]), 303)
    return render_template(
        "work/computation.html",
        computation=found,
        percent=percent_done(found),
        words=progress_text(found),
        refusal=refusal_of(found),
        budget_year=found.given.get("year") if found.kind == BUILD else None,
    )


@pages.get("/<computation_id>.json")
@roles(*READERS)
def state(computation_id: str) -> Response:
    """Tell how far a computation is, for a page that asks again and again."""
    with read_session() as session:
        found = view_computation(session, computation_id)
    return jsonify(progress_of(found))


@pages.post("/<computation_id>/cancel")
@roles("planner", "reviewer")
def cancel(computation_id: str) -> ResponseReturnValue:
    """Ask a computation to stop; nothing of it is stored."""
    with write_session() as session:
        found = view_computation(session, computation_id)
        ask_cancel(session, computation_id)
    return redirect(url_for("computations.show", computation_id=found.id), 303)


def progress_of(found: ComputationView) -> dict[str, Any]:
    """Return what a waiting page needs to know."""
    return {
        "id": found.id,
        "state": found.state,
        "percent": percent_done(found),
        "text": progress_text(found),
        "shown": found.shown,
        "error": refusal_of(found),
    }


def progress_text(found: ComputationView) -> str:
    """Say in words how far a computation is."""
    if found.state != "running":
        return t(f"computation.state.{found.state}")
    if found.total:
        return t(f"computation.step.{found.phase}", division=found.division, done=found.done, total=found.total)
    return t(f"computation.phase.{found.phase}")


def percent_done(found: ComputationView) -> int:
    """Return how much of the way is behind a computation."""
    if found.state == "done":
        return 100
    low, high = _SPANS[found.phase] if found.phase in PHASES else (0, 0)
    return low + ((high - low) * found.done // found.total if found.total else 0)


def refusal_of(found: ComputationView) -> str | None:
    """Return the text of what stopped a computation, None when nothing did."""
    if found.error is None:
        return None
    code = found.error["code"] if is_listed(f"error.{found.error['code']}") else "unlisted"
    return error_text(code, **in_words(found.error["params"]))
