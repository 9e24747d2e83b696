"""The bureau's part of a year's budget: days, staff, shares, and the further members of the plan's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import roles
from api.language import t
from api.login import actor
from api.pages.work.budget_division import read_seen
from api.pages.work.budget_grid import Difference, differences, refuse_faults
from api.pages.work.budget_rights import READERS, may_merge, need_merge
from api.problems import refusal_text, status_of
from api.service import read_session, service, write_session
from config.settings import LEVELS
from scheduler.errors import ServiceError
from scheduler.plans.drafting.bureau_part import FIELDS, MEMBERS, read_bureau, share_text
from scheduler.plans.drafting.drafts import BUREAU, save_draft
from scheduler.plans.drafting.merging import YearDraft, view_year

pages = Blueprint("budget_bureau", __name__, url_prefix="/work/budget/<int:year>/bureau")
# What each member that is typed as JSON looks like.
EXAMPLES = {
    "history": '{"2024": {"divisions": [{"name": "chem", "staff": 5, "other_enforcement": 375, '
    '"non_enforcement": 135}]}}',
}


@pages.get("")
@roles(*READERS)
def show(year: int) -> ResponseReturnValue:
    """Show the bureau's part as it is saved."""
    draft = _read(year)
    return render_bureau(draft, draft.bureau_texts, refuse_faults(draft.faults) if draft.bureau.revision else {})


def render_bureau(
    draft: YearDraft,
    texts: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    refusal: str | None = None,
    seen: int | None = None,
    differing: Sequence[Difference] = (),
) -> str:
    """Render the form of the bureau's part with these texts and the faults beside their fields."""
    shares = draft.frame.shares
    usual = {name: share_text(getattr(shares, name)) for name in ("key", "general", "reserve")}
    return render_template(
        "work/budget_bureau.html",
        draft=draft,
        texts=texts,
        faults=faults,
        usual=usual,
        levels=LEVELS,
        members=MEMBERS,
        examples=EXAMPLES,
        seen=draft.bureau.revision if seen is None else seen,
        may_edit=may_merge(),
        refusal=refusal,
        differing=differing,
    )


@pages.post("")
@roles("planner", "reviewer")
def change(year: int) -> ResponseReturnValue:
    """Save the bureau's part; every field that is wrong is told beside it."""
    need_merge()
    draft = _read(year)
    texts = {name: request.form.get(name, "").strip() for name in FIELDS}
    staff = {each.division_id: each.part.staff or 0 for each in draft.divisions}
    faults = refuse_faults(read_bureau(texts, year, service().settings, staff).faults)
    if faults:
        return render_bureau(draft, texts, faults, refusal=t("workdays.mend"), seen=read_seen()), 422
    kept = {name: text for name, text in texts.items() if text}
    try:
        with write_session() as session:
            save_draft(session, draft.plan_id, year, BUREAU, kept, seen=read_seen(), actor=actor())
    except ServiceError as refusal:
        now = _read(year)
        stale = refusal.code == "draft-stale"
        labels = {name: t(f"workdays.field.{name}") for name in FIELDS}
        page = render_bureau(
            now,
            texts,
            {},
            refusal=refusal_text(refusal),
            seen=now.bureau.revision if stale else read_seen(),
            differing=differences(texts, now.bureau_texts, labels) if stale else (),
        )
        return page, status_of(refusal)
    flash(t("work.done.saved"))
    return redirect(url_for("budget_bureau.show", year=year), 303)


def _read(year: int) -> YearDraft:
    with read_session() as session:
        return view_year(session, service().settings, year)
