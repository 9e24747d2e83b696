"""The bureau's part of a year's budget: days, staff, shares, and the further members of the plan's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from api.access import roles
from api.language import t
from api.login import actor
from api.pages.work.budget_division import read_seen
from api.pages.work.budget_grid import Difference, differences, refuse_faults
from api.pages.work.budget_rights import READERS, may_merge, need_merge
from api.pages.work.bureau_members import (
    LISTED,
    Form,
    composed,
    entries_of,
    sectors,
    usual_ratios,
    value_of,
    with_step,
)
from api.problems import refusal_text, status_of
from api.service import read_session, service, write_session
from config.settings import LEVELS
from scheduler.errors import InvalidInput, ServiceError
from scheduler.plans.drafting.bureau_part import FIELDS, MEMBERS, read_bureau, share_text
from scheduler.plans.drafting.drafts import BUREAU, save_draft
from scheduler.plans.drafting.merging import YearDraft, view_year

pages = Blueprint("budget_bureau", __name__, url_prefix="/work/budget/<int:year>/bureau")
# What each member that is typed as JSON looks like.
EXAMPLES = {
    "left_out": '[{"uscc": "91220200MA0000000X", "level": "province", "reason": "..."}]',
    "batches": '[{"month": 3}, {"on": "2026-05-12", "title": "...", "filter": {"sectors": ["dust-explosion"]}, '
    '"ratios": {"A": "1/10", "B": "1/10", "C": "1/5", "D": "1/2", "U": "1/10"}}]',
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
    kept: Form | None = None,
    unsaved: bool = False,
) -> str:
    """Render the form of the bureau's part with these texts and the faults beside their fields.

    `kept` is the posted form where an entry could not be added from it.
    """
    shares = draft.frame.shares
    usual = {name: share_text(getattr(shares, name)) for name in ("key", "general", "reserve")}
    return render_template(
        "work/budget_bureau.html",
        draft=draft,
        texts=texts,
        faults=faults,
        usual=usual,
        levels=LEVELS,
        listed={name: entries_of(texts.get(name, "")) for name in LISTED if name in MEMBERS},
        members=MEMBERS,
        values={name: value_of(texts.get(name, "")) for name in ("ratios", "frequencies")},
        typed=tuple(name for name in MEMBERS if name not in (*LISTED, "ratios", "frequencies")),
        examples=EXAMPLES,
        sectors=sectors(),
        ratios=usual_ratios(),
        rules=service().settings.plan.visits.rules,
        form=request.form,
        kept=MultiDict() if kept is None else kept,
        unsaved=unsaved,
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
    texts, asked = {name: request.form.get(name, "").strip() for name in FIELDS}, request.form.get("step", "save")
    try:
        texts = composed(request.form, texts)
    except InvalidInput as fault:
        told = {"frequencies": refusal_text(fault)}
        return render_bureau(draft, texts, told, refusal=t("workdays.mend"), seen=read_seen()), 422
    if asked != "save":
        return _with_entry(draft, texts, asked)
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


def _with_entry(draft: YearDraft, texts: Mapping[str, str], asked: str) -> ResponseReturnValue:
    """Render the form after an entry was added or taken out; nothing is saved yet."""
    member = asked.split(":")[1] if ":" in asked else ""
    try:
        changed = with_step(asked, request.form, texts)
    except InvalidInput as fault:
        told = {member: refusal_text(fault)}
        return render_bureau(draft, texts, told, seen=read_seen(), kept=request.form), 422
    staff = {each.division_id: each.part.staff or 0 for each in draft.divisions}
    faults = refuse_faults(read_bureau(changed, draft.year, service().settings, staff).faults)
    if asked.startswith("add:") and member in faults:
        return render_bureau(draft, texts, {member: faults[member]}, seen=read_seen(), kept=request.form), 422
    return render_bureau(draft, changed, faults, seen=read_seen(), unsaved=True)


def _read(year: int) -> YearDraft:
    with read_session() as session:
        return view_year(session, service().settings, year)
