"""The directory for the staff: enterprises with filters, what the rules left undecided, people, one enterprise."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import roles
from api.login import actor
from api.pages.work.steps import carry_out
from api.paging import Page
from api.service import read_session
from config.catalogues.absences import absence_catalogue
from scheduler.accounts.models import ROLES
from scheduler.directory.deciding import ASPECTS
from scheduler.directory.overrides import override_decision, values_of, withdraw_override
from scheduler.directory.queries import (
    EnterpriseFilter,
    count_enterprises,
    count_undecided,
    list_absences,
    list_divisions,
    list_enterprises,
    list_experts,
    list_inspectors,
    list_items,
    view_enterprise,
)

pages = Blueprint("directory", __name__, url_prefix="/work/directory")
FIELDS = ("tier", "sector", "district", "risk", "division", "undecided", "text")


@pages.get("")
@roles(*ROLES)
def index() -> ResponseReturnValue:
    """List enterprises, filtered."""
    asked = {name: request.args.get(name, "").strip() for name in FIELDS}
    wanted = EnterpriseFilter(**asked, left=request.args.get("left") == "yes")
    with read_session() as session:
        found = list_enterprises(session, wanted, after=request.args.get("after", ""))
        return render_template(
            "work/directory.html",
            page=Page(found.rows, found.after),
            count=count_enterprises(session, wanted),
            undecided=count_undecided(session),
            divisions=list_divisions(session),
            asked=asked,
            left=wanted.left,
            values={aspect: [each for each in values_of(aspect) if "." not in each] for aspect in ASPECTS},
            aspects=ASPECTS,
        )


@pages.get("/people")
@roles(*ROLES)
def people() -> ResponseReturnValue:
    """List divisions, inspectors, experts and inspection items."""
    with read_session() as session:
        return render_template(
            "work/people.html",
            divisions=list_divisions(session),
            inspectors=list_inspectors(session),
            experts=list_experts(session),
            items=list_items(session),
            absences=list_absences(session),
            absence_kinds=absence_catalogue().kinds,
        )


@pages.get("/<uscc>")
@roles(*ROLES)
def show(uscc: str) -> ResponseReturnValue:
    """Show one enterprise with every decision, the rule behind it, and its changes."""
    return render_enterprise(uscc, None)


def render_enterprise(uscc: str, refusal: str | None) -> str:
    """Render the page of one enterprise."""
    with read_session() as session:
        return render_template(
            "work/enterprise.html",
            view=view_enterprise(session, uscc),
            refusal=refusal,
            form=request.form,
            aspects=ASPECTS,
            values={aspect: values_of(aspect) for aspect in ASPECTS},
        )


@pages.post("/<uscc>/decisions")
@roles("admin")
def override(uscc: str) -> ResponseReturnValue:
    """Decide an aspect in a person's name, or give it back to the rules; a reason is needed."""
    form = request.form
    aspect, value, reason = form.get("aspect", ""), form.get("value", ""), form.get("reason", "")
    return carry_out(
        lambda session: (
            override_decision(session, uscc, aspect, value, reason, actor())
            if value
            else withdraw_override(session, uscc, aspect, reason, actor())
        ),
        done="work.done.decided",
        target=url_for("directory.show", uscc=uscc),
        again=lambda refusal: render_enterprise(uscc, refusal),
    )
