"""The desk: what waits for whoever is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from api.access import signed_in
from api.language import pick, t
from api.pages.words import source_names
from api.pages.work.budget_rights import may_draft, may_merge
from api.pages.work.due import DUE_ROLES, due_section
from api.pages.work.inbox import address, waiting_for_me
from api.service import read_session, service, today_here
from scheduler.accounts.trail import page_trail
from scheduler.directory.queries import EnterpriseFilter, count_enterprises, list_divisions
from scheduler.draws.queries import DrawSummary, list_drafts, list_draws
from scheduler.draws.record import find_draw, missing_sources, named_sources
from scheduler.plans.drafting.drafts import draft_years
from scheduler.plans.drafting.merging import year_state
from scheduler.plans.queries import list_plans

pages = Blueprint("desk", __name__, url_prefix="/work")


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: what it is about, what to do, and where."""

    subject: str
    words: str
    url: str


@pages.get("")
@signed_in
def desk() -> ResponseReturnValue:
    """Show what waits for the account's roles, and what it may do."""
    with read_session() as session:
        tasks = [task for task in all_tasks(session) if current_user.has_role(*task[0])]
        plans = [each for each in waiting_for_me(session) if each.step != "drawn"]  # the draw says it itself
        recent = page_trail(session, limit=8) if current_user.has_role("auditor") else []
        due = due_section(session) if current_user.has_role(*DUE_ROLES) else None
    return render_template(
        "work/desk.html", tasks=[task for _, task in tasks], plans=plans, address=address, recent=recent, due=due
    )


def all_tasks(session: Session) -> list[tuple[tuple[str, ...], Task]]:
    """Return every task with the roles it waits for; those of the plans' lives stand in the inbox."""
    found = _of_draws(session, list_draws(session))
    for draft in list_drafts(session):
        if draft.settings.get("batch") is not None and service().settings.draw.seal_on_day:
            continue  # the clock seals it on its day; what stands in the way is due work
        task = Task(draft.id, t("work.task.seal"), url_for("drafts.show", draft_id=draft.id))
        found.append((("operator",), task))
    found += _of_budgets(session) or _of_beginning(session)
    undecided = count_enterprises(session, EnterpriseFilter(undecided="any"))
    if undecided:
        words = t("work.task.decide", count=undecided)
        found.append((("admin",), Task("", words, url_for("directory.index", undecided="any"))))
    return found


def _of_beginning(session: Session) -> list[tuple[tuple[str, ...], Task]]:
    """Return where to begin on an empty installation: the directory first, then the first budget."""
    if not list_divisions(session):
        url = url_for("imports.index", register="divisions")
        return [(("admin", "planner"), Task("", t("work.task.import_divisions"), url))]
    if not count_enterprises(session, EnterpriseFilter()):
        url = url_for("imports.index", register="enterprises")
        return [(("admin", "planner"), Task("", t("work.task.import_enterprises"), url))]
    if not list_plans(session, published_only=False):
        return [(("planner", "reviewer"), Task("", t("work.task.budget_begin"), url_for("budget.index")))]
    return []


def _of_budgets(session: Session) -> list[tuple[tuple[str, ...], Task]]:
    """Return the parts of drafted budgets that wait for this account, and the budgets that wait to be merged."""
    found: list[tuple[tuple[str, ...], Task]] = []
    this_year = int(today_here()[:4])
    for year in draft_years(session):
        if year < this_year:
            continue  # filled in only to propose from: nobody hands it in
        state = year_state(session, service().settings, year)
        if state.merged:
            continue
        for each in state.waiting:
            if may_draft(each.id):
                words = t("work.task.budget_fill", year=year, division=pick(each.name, each.name_en))
                url = url_for("budget_division.show", year=year, division_id=each.id)
                found.append((("planner",), Task("", words, url)))
        if not state.waiting and may_merge():
            url = url_for("budget.merge", year=year)
            found.append((("planner", "reviewer"), Task("", t("work.task.budget_merge", year=year), url)))
    return found


def _of_draws(session: Session, draws: Sequence[DrawSummary]) -> list[tuple[tuple[str, ...], Task]]:
    found: list[tuple[tuple[str, ...], Task]] = []
    for draw in draws:
        url = url_for("ceremony.show", draw_id=draw.id)
        if draw.state == "sealed":
            row = find_draw(session, draw.id)
            missing = missing_sources(session, row)
            if missing:
                words = t("work.task.contribute", sources=source_names(named_sources(session, row), missing))
                found.append((("operator", "witness"), Task(draw.id, words, url)))
            else:
                found.append((("operator",), Task(draw.id, t("work.task.conduct"), url)))
        elif draw.state == "conducted" and draw.kind == "enterprises":
            found.append((("operator",), Task(draw.id, t("work.task.publish"), url)))
    return found
