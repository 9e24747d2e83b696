"""Drafts: a draw being prepared, until the operator seals it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import roles
from api.login import actor
from api.pages.batches import said_of_plan
from api.pages.work.draft_form import read_form, read_sources
from api.pages.work.steps import carry_out, need_confirmation
from api.service import read_session, service, today_here
from config.catalogues import load_catalogues
from scheduler.directory.overrides import values_of
from scheduler.draws.drafts import open_draft
from scheduler.draws.models import DrawDraft
from scheduler.draws.queries import list_drafts
from scheduler.draws.settings import default_settings
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batch_drafts import change_draft, drop_draft, is_of_plan, prepare_draft, seal_draft
from scheduler.plans.queries import list_plans

pages = Blueprint("drafts", __name__, url_prefix="/work/drafts")


@pages.get("")
@roles("planner", "operator", "auditor")
def index() -> ResponseReturnValue:
    """List the drafts, with a form for a new one."""
    return render_index(None)


def render_index(refusal: str | None) -> str:
    """Render the list of drafts."""
    with read_session() as session:
        drafts = list_drafts(session)
        plans = list_plans(session, published_only=False)
        return render_template(
            "work/drafts.html", drafts=drafts, plans=plans, refusal=refusal, form=request.form, today=today_here()
        )


@pages.post("")
@roles("planner", "operator")
def add() -> ResponseReturnValue:
    """Prepare a draw with the settings of this installation."""
    form, made = request.form, {}

    def step(session: Any) -> None:
        try:
            on = date.fromisoformat(form.get("on", ""))
        except ValueError:
            raise InvalidInput("date-needed", value=form.get("on", "")[:20]) from None
        title = form.get("title", "").strip()
        given = default_settings(service().settings, title, on, demonstration=form.get("demonstration") == "yes")
        made["id"] = prepare_draft(session, actor(), form.get("plan", ""), given).id

    return carry_out(
        step, done="work.done.drafted", target=lambda: url_for("drafts.show", draft_id=made["id"]), again=render_index
    )


@pages.get("/<draft_id>")
@roles("planner", "operator", "auditor")
def show(draft_id: str) -> ResponseReturnValue:
    """Show a draft with its settings."""
    return render_draft(draft_id, None)


def render_draft(draft_id: str, refusal: str | None) -> str:
    """Render the page of a draft."""
    with read_session() as session:
        draft = open_draft(session, draft_id)
        settings: Mapping[str, Any] = draft.settings
        return render_template(
            "work/draft.html",
            draft=draft,
            settings=settings,
            of_plan=is_of_plan(draft),
            said=said_of_plan(session, settings),
            refusal=refusal,
            classes=[each.id for each in load_catalogues().risk.classes],
            sectors=[name for name in values_of("sector") if "." not in name],
            districts=values_of("district"),
        )


@pages.post("/<draft_id>")
@roles("planner", "operator")
def change(draft_id: str) -> ResponseReturnValue:
    """Change the settings of a draft."""
    return carry_out(
        lambda session: change_draft(session, actor(), draft_id, _asked(open_draft(session, draft_id))),
        done="work.done.saved",
        target=url_for("drafts.show", draft_id=draft_id),
        again=lambda refusal: render_draft(draft_id, refusal),
    )


def _asked(draft: DrawDraft) -> dict[str, Any]:
    """Return what the form asks for; of a plan's batch it offers the randomness alone."""
    if is_of_plan(draft):
        return {"randomness": read_sources(request.form, draft.settings)}
    return read_form(request.form, draft.settings)


@pages.post("/<draft_id>/discard")
@roles("planner", "operator")
def discard(draft_id: str) -> ResponseReturnValue:
    """Drop a draft."""
    return carry_out(
        lambda session: drop_draft(session, actor(), draft_id),
        done="work.done.discarded",
        target=url_for("drafts.index"),
        again=lambda refusal: render_draft(draft_id, refusal),
    )


@pages.post("/<draft_id>/seal")
@roles("operator")
def seal(draft_id: str) -> ResponseReturnValue:
    """Freeze the draft into a draw; there is no way back."""
    made = {}

    def step(session: Any) -> None:
        need_confirmation()
        made["id"] = seal_draft(session, actor(), draft_id).id

    return carry_out(
        step,
        done="work.done.sealed",
        target=lambda: url_for("ceremony.show", draw_id=made["id"]),
        again=lambda refusal: render_draft(draft_id, refusal),
    )
