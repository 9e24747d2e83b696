"""Annual plans under way: built from a budget, the lottery of its months sealed and drawn, approved and published."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import roles
from api.login import actor
from api.pages.plans import plan_context
from api.pages.work.steps import carry_out, need_confirmation
from api.service import read_session, service
from scheduler.errors import InvalidInput
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.life import publish_plan, seal_plan
from scheduler.plans.queries import list_plans, view_plan

pages = Blueprint("work_plans", __name__, url_prefix="/work/plans")
LARGEST_BUDGET = 4 * 1024 * 1024


@pages.get("")
@roles("planner", "approver", "operator", "auditor")
def index() -> ResponseReturnValue:
    """List every plan, with a form for a new version."""
    return render_index(None)


def render_index(refusal: str | None) -> str:
    """Render the list of plans."""
    with read_session() as session:
        plans = list_plans(session, published_only=False)
    return render_template("work/plans.html", plans=plans, refusal=refusal, form=request.form)


@pages.post("")
@roles("planner")
def build() -> ResponseReturnValue:
    """Build the next version of a year's plan from a budget file and the directory."""
    made = {}

    def step(session: Session) -> None:
        made["id"] = build_plan(
            session,
            service().settings,
            parse_json(_budget()),
            year=_year(),
            actor=actor(),
            demonstration=request.form.get("demonstration") == "yes",
            reason=request.form.get("reason", "").strip(),
        ).plan_id

    return carry_out(
        step,
        done="work.done.built",
        target=lambda: url_for("work_plans.show", plan_id=made["id"]),
        again=render_index,
    )


@pages.get("/<plan_id>")
@roles("planner", "approver", "operator", "auditor")
def show(plan_id: str) -> ResponseReturnValue:
    """Show the newest version of a plan and its next step."""
    return render_plan(plan_id, None)


def render_plan(plan_id: str, refusal: str | None) -> str:
    """Render the page of a plan under way."""
    with read_session() as session:
        plan = view_plan(session, plan_id, published_only=False)
        return render_template("work/plan.html", refusal=refusal, **plan_context(session, plan))


@pages.post("/<plan_id>/seal")
@roles("operator")
def seal(plan_id: str) -> ResponseReturnValue:
    """Freeze the lottery of the months; there is no way back."""

    def step(session: Session) -> None:
        need_confirmation()
        seal_plan(session, service().settings, plan_id, actor=actor())

    return carry_out(
        step,
        done="work.done.sealed",
        target=url_for("work_plans.show", plan_id=plan_id),
        again=lambda refusal: render_plan(plan_id, refusal),
    )


@pages.post("/<plan_id>/publish")
@roles("approver")
def publish(plan_id: str) -> ResponseReturnValue:
    """Approve and publish the newest version; there is no way back."""

    def step(session: Session) -> None:
        need_confirmation()
        publish_plan(session, plan_id, actor=actor())

    return carry_out(
        step,
        done="work.done.published",
        target=url_for("work_plans.show", plan_id=plan_id),
        again=lambda refusal: render_plan(plan_id, refusal),
    )


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
