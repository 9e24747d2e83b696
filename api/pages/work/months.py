"""The months of a plan for the staff: days and teams of the visits, made, made again, marked. Nothing is public."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import roles
from api.downloads import attachment
from api.language import language, pick, t
from api.login import actor
from api.pages.work.month_grid import month_grid, year_rows
from api.pages.work.steps import carry_out
from api.problems import refusal_text, status_of
from api.rights import need_bureau, need_visits_of_own
from api.service import read_session, service, today_here, write_session
from scheduler.directory.queries import list_divisions
from scheduler.errors import InvalidInput, ServiceError
from scheduler.inspections.making import make_schedule
from scheduler.inspections.marks import mark_done, mark_missed, pin_visit
from scheduler.inspections.queries import completion, view_month
from scheduler.inspections.standing import check_month, is_closed
from scheduler.papers.schedule_calendar import inspector_calendar
from scheduler.plans.deadlines import read_date

pages = Blueprint("months", __name__, url_prefix="/work/plans/<plan_id>")
READERS = ("planner", "approver", "operator", "auditor")
WRITERS = ("planner", "operator")
MOST_TICKED = 500


@pages.get("/months")
@roles(*READERS)
def index(plan_id: str) -> ResponseReturnValue:
    """List the months of a plan with the visits due, done, rolled on and open."""
    with read_session() as session:
        rows = completion(session, plan_id)
        divisions = {each.id: pick(each.name, each.name_en) for each in list_divisions(session)}
    return render_template("work/months.html", plan_id=plan_id, rows=year_rows(rows), figures=rows, divisions=divisions)


@pages.get("/months/<int:month>")
@roles(*READERS)
def show(plan_id: str, month: int) -> ResponseReturnValue:
    """Show a month: its workdays with visits and teams, what has no place, and what can be done."""
    return render_month(plan_id, month, None)


def render_month(plan_id: str, month: int, refusal: str | None) -> str:
    """Render the page of a month."""
    division, inspector = request.args.get("division", ""), request.args.get("inspector", "")
    with read_session() as session:
        view, closed = view_month(session, plan_id, month), is_closed(session, plan_id)
    today = today_here()
    return render_template(
        "work/month.html",
        view=view,
        closed=closed,
        grid=month_grid(view, division, inspector),
        division=division,
        inspector=inspector,
        refusal=refusal,
        form=request.form,
        today=today,
        open_from=today if today in view.workdays else "",
    )


@pages.post("/months/<int:month>")
@roles(*WRITERS)
def make(plan_id: str, month: int) -> ResponseReturnValue:
    """Draw the month, or draw it again with a reason."""
    need_bureau(*WRITERS)

    def step(session: Session) -> None:
        form = request.form
        begin = read_date(form["open_from"]).isoformat() if form.get("open_from") else None
        make_schedule(
            session, service().settings, plan_id, month, actor=actor(), reason=form.get("reason", ""), open_from=begin
        )

    return carry_out(
        step,
        done="months.done.made",
        target=url_for("months.show", plan_id=plan_id, month=month),
        again=lambda refusal: render_month(plan_id, month, refusal),
    )


@pages.post("/months/<int:month>/marks")
@roles(*WRITERS)
def mark(plan_id: str, month: int) -> ResponseReturnValue:
    """Mark the ticked visits as done, missed or pinned: all of them or none."""
    try:
        with write_session() as session:
            count = _mark_all(session, plan_id, check_month(month))
    except ServiceError as refusal:
        return render_month(plan_id, month, refusal_text(refusal)), status_of(refusal)
    action = request.form["action"]
    flash(t("months.done.missed_last" if action == "missed" and month == 12 else f"months.done.{action}", count=count))
    division, inspector = (request.args.get(name) or None for name in ("division", "inspector"))
    target = url_for("months.show", plan_id=plan_id, month=month, division=division, inspector=inspector)
    return redirect(target, 303)


def _mark_all(session: Session, plan_id: str, month: int) -> int:
    form = request.form
    visits, action, reason = form.getlist("visit")[:MOST_TICKED], form.get("action", ""), form.get("reason", "")
    if not visits:
        raise InvalidInput("visit-none-ticked")
    if action not in ("done", "missed", "pin"):
        raise InvalidInput("visit-action", action=action[:20])
    seen = view_month(session, plan_id, month)
    need_visits_of_own(each.division for each in seen.visits if each.id in visits)
    planned = {each.id: each.days[-1] for each in seen.placed}
    for visit in visits:
        if action == "missed":
            mark_missed(session, plan_id, visit, actor=actor(), reason=reason)
            continue
        day = _day(visit, action, "" if action == "pin" else planned.get(visit, ""))
        step = mark_done if action == "done" else pin_visit
        step(session, plan_id, visit, day, actor=actor(), reason=reason)
    return len(visits)


def _day(visit: str, action: str, planned: str) -> date:
    """Return the day of the form; without one a visit that is done was done on its planned day."""
    text = request.form.get("day", "").strip() or planned
    if not text:
        raise InvalidInput("visit-day-needed", kind=t(f"months.do.{action}"))
    return read_date(text)


@pages.get("/inspectors/<inspector>.ics")
@roles(*READERS)
def calendar(plan_id: str, inspector: str) -> Response:
    """Send the calendar of one inspector's visits."""
    with read_session() as session:
        content = inspector_calendar(session, service().settings.office, plan_id, inspector, language())
    return attachment(content, "text/calendar", f"{plan_id}-{inspector}.ics")
