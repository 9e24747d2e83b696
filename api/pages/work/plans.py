"""Annual plans under way: built from a budget, then step by step through their life; one form for each step."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from api.access import roles
from api.login import actor
from api.pages.plans import plan_context
from api.pages.work.building import BUILD, begin_build
from api.pages.work.life_view import GRAVE, built_stage, life_context
from api.pages.work.steps import carry_out, need_confirmation
from api.paging import query_number
from api.problems import refusal_text, status_of
from api.rights import need_bureau, need_step
from api.service import read_session, service, today_here
from scheduler.computations.record import running_computations
from scheduler.errors import InvalidInput, ServiceError
from scheduler.inspections.closing_figures import closing_completion
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.any_step import StepRequest, perform_step
from scheduler.plans.life_cycle.closing import Completion, read_completion
from scheduler.plans.life_cycle.step_record import Paper, Seen
from scheduler.plans.life_cycle.steps import STEP_ROLES, last_step
from scheduler.plans.queries import PlanView, list_plans, view_plan

pages = Blueprint("work_plans", __name__, url_prefix="/work/plans")
LARGEST_BUDGET = 4 * 1024 * 1024
READERS = (*STEP_ROLES, "auditor")


@pages.get("")
@roles(*READERS)
def index() -> ResponseReturnValue:
    """List every plan, with a form for a new version."""
    return render_index(None)


def render_index(refusal: str | None) -> str:
    """Render the list of plans."""
    with read_session() as session:
        plans = list_plans(session, published_only=False)
        building = running_computations(session, BUILD)
    return render_template("work/plans.html", plans=plans, building=building, refusal=refusal, form=request.form)


@pages.post("")
@roles("planner")
def build() -> ResponseReturnValue:
    """Begin to build the next version of a year's plan from a budget file and the directory."""
    need_bureau("planner")
    form = request.form
    try:
        computation = begin_build(
            parse_json(_budget()),
            year=_year(),
            reason=form.get("reason", "").strip(),
            demonstration=form.get("demonstration") == "yes",
        )
    except ServiceError as refusal:
        return render_index(refusal_text(refusal)), status_of(refusal)
    return redirect(url_for("computations.show", computation_id=computation), 303)


@pages.get("/<plan_id>")
@roles(*READERS)
def show(plan_id: str) -> ResponseReturnValue:
    """Show a version of a plan, the newest unless another is asked for, its life and its next step."""
    return render_plan(plan_id, None)


def render_plan(plan_id: str, refusal: str | None) -> str:
    """Render the page of a plan under way."""
    with read_session() as session:
        plan = view_plan(session, plan_id, query_number("version"), published_only=False)
        return render_template(
            "work/plan.html",
            refusal=refusal,
            form=request.form,
            today=today_here(),
            built=built_stage(plan),
            **life_context(plan, plan.summary.version == plan.versions[-1], _completion(session, plan)),
            **plan_context(session, plan),
        )


def _completion(session: Session, plan: PlanView) -> Completion | None:
    """Return what a closing recorded, or would record now; None before the publication."""
    closing = last_step(plan.steps, "closed")
    if closing is not None:
        return read_completion(closing)
    if plan.summary.state != "published":
        return None
    return closing_completion(session, plan.summary.plan_id)


@pages.post("/<plan_id>/steps/<step>")
@roles(*STEP_ROLES)
def take(plan_id: str, step: str) -> ResponseReturnValue:
    """Take a step of a plan's life; the table of steps says which role may take which."""

    def perform(session: Session) -> None:
        if step in GRAVE:
            need_confirmation()
        need_step(step)
        given = StepRequest(step, actor(), current_user.roles, _seen(), _paper())
        perform_step(session, service().settings, plan_id, given, closing_completion)

    return carry_out(
        perform,
        done=f"life.done.{step}",
        target=url_for("work_plans.show", plan_id=plan_id, version=query_number("version")),
        again=lambda refusal: render_plan(plan_id, refusal),
    )


def _seen() -> Seen:
    return Seen(_number("version"), _number("seen"))


def _paper() -> Paper:
    form = request.form
    about = _number("about") if form.get("about") else None
    return Paper(form.get("note", ""), form.get("number", ""), _date(), about)


def _date() -> date | None:
    text = request.form.get("date", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("date-needed", value=text[:20]) from None


def _number(field: str) -> int:
    text = request.form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidInput("number-needed", field=field, value=text[:20])
    return int(text)


def _budget() -> bytes:
    file = request.files.get("budget")
    data = file.read(LARGEST_BUDGET + 1) if file else b""
    if not data:
        raise InvalidInput("file-needed")
    if len(data) > LARGEST_BUDGET:
        raise InvalidInput("file-large", most=LARGEST_BUDGET // 1024 // 1024)
    return data


def _year() -> int:
    text = request.form.get("year", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InvalidInput("number-needed", field="year", value=text[:20])
    return int(text)
