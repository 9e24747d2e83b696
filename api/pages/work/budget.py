"""A year's budget in drafts: which divisions have handed in, what they add up to, and the plan built from them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import roles
from api.pages.work.budget_grid import refuse_faults
from api.pages.work.budget_rights import READERS, may_draft, may_merge, need_merge
from api.pages.work.building import begin_build
from api.problems import refusal_text, status_of
from api.service import read_session, service, today_here
from config.workdays import workday_catalogue
from scheduler.errors import ServiceError
from scheduler.plans.drafting.drafts import draft_years
from scheduler.plans.drafting.merging import merge_inputs, view_year
from scheduler.plans.exact import fixed, printed_shares
from scheduler.plans.queries import is_published, newest_version
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS
from scheduler.plans.workday_budget.proposal import YEARS

pages = Blueprint("budget", __name__, url_prefix="/work/budget")


@pages.get("")
@roles(*READERS)
def index() -> ResponseReturnValue:
    """List the years that are drafted, this year and the next, and those whose figures a proposal may rest on."""
    now = int(today_here()[:4])
    with read_session() as session:
        drafted = draft_years(session)
    return render_template(
        "work/budget_years.html", years=sorted({*drafted, *range(now - YEARS, now + 2)}, reverse=True), drafted=drafted
    )


@pages.get("/<int:year>")
@roles(*READERS)
def show(year: int) -> ResponseReturnValue:
    """Show how every division's draft of a year stands, and what they add up to."""
    return render_year("work/budget.html", year, None)


@pages.get("/<int:year>/merge")
@roles(*READERS)
def merge(year: int) -> ResponseReturnValue:
    """Show what is missing, the merged figures row by row, and the form that builds the plan."""
    return render_year("work/budget_merge.html", year, None)


def render_year(template: str, year: int, refusal: str | None) -> str:
    """Render a page of a year's drafts."""
    with read_session() as session:
        draft = view_year(session, service().settings, year)
        newest = newest_version(session, draft.plan_id)
        published = newest is not None and is_published(session, newest)
    bureau = draft.budget.bureau if draft.budget else None
    share = draft.budget.staff_share if draft.budget else None
    return render_template(
        template,
        draft=draft,
        bureau=bureau,
        shares=printed_shares(bureau.percent) if bureau else (),
        staff_share=share,
        staff_percent=fixed(share.percent, 1) if share else None,
        floor_holds=share.holds(bureau.staff) if share and bureau else None,
        faults=refuse_faults(draft.faults),
        workday_rows=workday_catalogue(),
        deductions=DEDUCTIONS,
        parts_of_supervision=PARTS,
        may_draft=may_draft,
        may_merge=may_merge(),
        newest=newest.version if newest else None,
        published=published,
        refusal=refusal,
        form=request.form,
    )


@pages.post("/<int:year>/merge")
@roles("planner", "reviewer")
def build(year: int) -> ResponseReturnValue:
    """Begin to build the year's plan from the drafts."""
    need_merge()
    try:
        with read_session() as session:
            inputs = merge_inputs(session, service().settings, year)
        computation = begin_build(
            inputs,
            year=year,
            reason=request.form.get("reason", "").strip(),
            demonstration=request.form.get("demonstration") == "yes",
        )
    except ServiceError as refusal:
        return render_year("work/budget_merge.html", year, refusal_text(refusal)), status_of(refusal)
    return redirect(url_for("computations.show", computation_id=computation), 303)
