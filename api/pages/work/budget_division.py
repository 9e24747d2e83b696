"""The grid of a division's budget: filled in, added up, saved by revision, handed in, taken back, returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import roles
from api.language import t
from api.login import actor
from api.pages.work.budget_grid import (
    Difference,
    cell_fault_texts,
    differences,
    make_grid,
    row_labels,
    scaled_weights,
    take_proposals,
    typed_texts,
)
from api.pages.work.budget_rights import READERS, may_draft, may_merge, need_draft, need_merge
from api.pages.work.steps import carry_out
from api.problems import refusal_text, status_of
from api.service import read_session, service, write_session
from scheduler.errors import NotFound, ServiceError
from scheduler.plans.drafting.division_part import part_json
from scheduler.plans.drafting.drafts import (
    HANDED_IN,
    division_part_id,
    hand_in_draft,
    return_draft,
    save_draft,
    take_back_draft,
)
from scheduler.plans.drafting.merging import YearDraft, check_hand_in, view_year
from scheduler.plans.workday_budget.budget import PARTS

pages = Blueprint("budget_division", __name__, url_prefix="/work/budget/<int:year>/divisions/<division_id>")


@pages.get("")
@roles(*READERS)
def show(year: int, division_id: str) -> ResponseReturnValue:
    """Show the grid of a division as it is saved."""
    return render_grid(_read(year), division_id)


def render_grid(
    year: YearDraft,
    division_id: str,
    *,
    texts: Mapping[str, str] | None = None,
    refusal: str | None = None,
    seen: int | None = None,
    differing: Sequence[Difference] = (),
) -> str:
    """Render the grid with the texts given, else with those saved; `seen` is the revision a save will carry."""
    division = year.division(division_id)
    return render_template(
        "work/budget_grid.html",
        draft=year,
        division=division,
        grid=make_grid(year, division, division.part.texts() if texts is None else texts),
        weights=scaled_weights(year.frame.shares),
        fault_texts=cell_fault_texts(),
        parts_of_supervision=PARTS,
        seen=division.standing.revision if seen is None else seen,
        may_edit=may_draft(division_id) and division.standing.state != HANDED_IN,
        may_take_back=may_draft(division_id) and division.standing.state == HANDED_IN,
        may_return=may_merge() and division.standing.state == HANDED_IN,
        refusal=refusal,
        differing=differing,
    )


@pages.post("")
@roles("planner")
def change(year: int, division_id: str) -> ResponseReturnValue:
    """Recompute, take proposals, save, or save and hand in, by the button pressed."""
    need_draft(division_id)
    standing, texts, asked = _read(year), typed_texts(request.form), request.form.get("step", "recompute")
    grid = make_grid(standing, standing.division(division_id), texts)
    if asked.startswith("take:"):
        taken = take_proposals(grid, asked.removeprefix("take:"))
        return render_grid(standing, division_id, texts=taken, seen=read_seen())
    if asked == "recompute":
        return render_grid(standing, division_id, texts=texts, seen=read_seen())
    if grid.faults:
        return render_grid(standing, division_id, texts=texts, refusal=t("workdays.mend"), seen=read_seen()), 422
    part = division_part_id(division_id)
    try:
        with write_session() as session:
            saved = save_draft(
                session, standing.plan_id, year, part, part_json(grid.part), seen=read_seen(), actor=actor()
            )
            if asked == "hand-in":
                check_hand_in(view_year(session, service().settings, year), division_id)
                hand_in_draft(session, standing.plan_id, part, seen=saved.revision, actor=actor())
    except ServiceError as refusal:
        return _again(year, division_id, texts, refusal), status_of(refusal)
    if asked == "hand-in":
        flash(t("workdays.done.handed_in"))
        return redirect(url_for("budget.show", year=year), 303)
    flash(t("work.done.saved"))
    return redirect(url_for("budget_division.show", year=year, division_id=division_id), 303)


def _again(year: int, division_id: str, texts: Mapping[str, str], refusal: ServiceError) -> str:
    """Render the form with what was typed; when another has saved meanwhile, with both versions side by side."""
    now = _read(year)
    seen, differing = read_seen(), []
    if refusal.code == "draft-stale":
        division = now.division(division_id)
        labels = row_labels(t("plans.budget.staff"), t("workdays.notes"))
        seen, differing = division.standing.revision, differences(texts, division.part.texts(), labels)
    return render_grid(now, division_id, texts=texts, refusal=refusal_text(refusal), seen=seen, differing=differing)


@pages.post("/<any('take-back', 'return'):step>")
@roles("planner", "reviewer")
def take_step(year: int, division_id: str, step: str) -> ResponseReturnValue:
    """Take a part back that was handed in, or return it to its division with a note."""
    need_draft(division_id) if step == "take-back" else need_merge()
    part = division_part_id(division_id)

    def perform(session: Session) -> None:
        plan = view_year(session, service().settings, year).plan_id
        if step == "take-back":
            take_back_draft(session, plan, part, seen=read_seen(), actor=actor())
        else:
            return_draft(session, plan, part, request.form.get("note", "").strip(), seen=read_seen(), actor=actor())

    return carry_out(
        perform,
        done=f"workdays.done.{step}",
        target=url_for("budget_division.show", year=year, division_id=division_id),
        again=lambda refusal: render_grid(_read(year), division_id, refusal=refusal),
    )


def _read(year: int) -> YearDraft:
    with read_session() as session:
        return view_year(session, service().settings, year)


def read_seen() -> int:
    """Return the revision the form was opened with; raise `NotFound` when it carries none."""
    text = request.form.get("seen", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("draft-revision-missing")
    return int(text)
