"""A sealed draw on its way: randomness taken in, the draw conducted, the result published."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import roles
from api.login import actor
from api.pages.words import source_names
from api.pages.work.steps import carry_out, need_confirmation
from api.service import read_session
from api.witness import check_witness
from scheduler.draws.contributions import contribute, roll_contribution
from scheduler.draws.events import append_draw_event
from scheduler.draws.queries import show_draw
from scheduler.draws.record import find_draw, missing_sources, named_sources
from scheduler.plans.life_cycle.life import conduct_by_id, publish_by_id
from scheduler.plans.life_cycle.steps import STEP_ROLES

pages = Blueprint("ceremony", __name__, url_prefix="/work/draws")


@pages.get("/<draw_id>")
@roles("operator", "witness", "planner", "reviewer", "approver", "auditor")
def show(draw_id: str) -> ResponseReturnValue:
    """Show where the draw stands and the next step."""
    return render(draw_id, None)


def render(draw_id: str, refusal: str | None) -> str:
    """Render the page of a draw under way."""
    with read_session() as session:
        draw = show_draw(session, draw_id, public=False)
        found = find_draw(session, draw_id)
        missing = missing_sources(session, found)
        names = source_names(named_sources(session, found), missing)
        return render_template(
            "work/ceremony.html",
            draw=draw,
            missing=missing,
            missing_names=names,
            plan_roles=(*STEP_ROLES, "auditor"),
            refusal=refusal,
            form=request.form,
        )


@pages.post("/<draw_id>/values/<source_id>")
@roles("operator", "witness")
def add_value(draw_id: str, source_id: str) -> ResponseReturnValue:
    """Take in the value of a source; a witness enters dice alone."""

    def step(session: Session) -> None:
        check_witness(session, draw_id, source_id)
        text, certificate = request.form.get("value", ""), request.form.get("certificate", "")
        contribute(session, actor(), draw_id, source_id, text, certificate=certificate)

    return _step(draw_id, step, "work.done.value")


@pages.post("/<draw_id>/roll/<source_id>")
@roles("operator")
def roll(draw_id: str, source_id: str) -> ResponseReturnValue:
    """Let the program roll the dice of a demonstration."""
    return _step(draw_id, lambda session: roll_contribution(session, actor(), draw_id, source_id), "work.done.value")


@pages.post("/<draw_id>/conduct")
@roles("operator")
def conduct(draw_id: str) -> ResponseReturnValue:
    """Draw; the lottery of a plan also gives its key enterprises their months."""

    def step(session: Session) -> None:
        conduct_by_id(session, draw_id, actor=actor())

    return _step(draw_id, step, "work.done.conducted")


@pages.post("/<draw_id>/publish")
@roles("operator")
def publish(draw_id: str) -> ResponseReturnValue:
    """Make the result public; there is no way back."""

    def step(session: Session) -> None:
        need_confirmation()
        publish_by_id(session, draw_id, actor=actor())

    return _step(draw_id, step, "work.done.published")


@pages.get("/<draw_id>/events")
@roles("operator", "auditor")
def events(draw_id: str) -> ResponseReturnValue:
    """Show what happened after the draw, with a form for each kind of event."""
    return render_events(draw_id, None)


def render_events(draw_id: str, refusal: str | None) -> str:
    """Render the events of a draw."""
    with read_session() as session:
        draw = show_draw(session, draw_id, public=False)
        return render_template("work/events.html", draw=draw, refusal=refusal, form=request.form)


@pages.post("/<draw_id>/events")
@roles("operator")
def add_event(draw_id: str) -> ResponseReturnValue:
    """Append an event; none is ever changed or removed."""
    form = request.form
    kind, subject = form.get("kind", ""), form.get("subject", "").strip()
    detail = form.get("detail", "").strip()
    if kind == "enlist":
        detail = ";".join(_tags(form.get(name, "")) for name in ("capacity", "skills", "denies"))

    def step(session: Session) -> None:
        need_confirmation()
        append_draw_event(session, actor(), draw_id, kind, subject, detail, form.get("evidence", "").strip())

    return carry_out(
        step,
        done="work.done.event",
        target=url_for("ceremony.events", draw_id=draw_id),
        again=lambda refusal: render_events(draw_id, refusal),
    )


def _tags(text: str) -> str:
    """Return tags separated by commas or blanks as the protocol writes a list: ascending, each once."""
    return ",".join(sorted(set(text.replace(",", " ").replace("，", " ").split())))


def _step(draw_id: str, step: Callable[[Session], object], done: str) -> ResponseReturnValue:
    return carry_out(
        step,
        done=done,
        target=url_for("ceremony.show", draw_id=draw_id),
        again=lambda refusal: render(draw_id, refusal),
    )
