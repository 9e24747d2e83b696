"""The papers of plans and draws as downloads: Word, xlsx, CSV, JSON and calendars, in the reader's language."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from api.access import public, roles
from api.downloads import attachment
from api.language import language
from api.paging import query_number
from api.service import read_session, service
from scheduler.papers.draw_files import draw_paper
from scheduler.papers.files import Paper, plan_paper

pages = Blueprint("papers", __name__)


@pages.get("/plans/<plan_id>/papers/<name>")
@public
def plan(plan_id: str, name: str) -> ResponseReturnValue:
    """Send one paper of a published plan."""
    return _plan_paper(plan_id, name, published_only=True)


@pages.get("/work/plans/<plan_id>/papers/<name>")
@roles("planner", "reviewer", "approver", "operator", "auditor")
def work_plan(plan_id: str, name: str) -> ResponseReturnValue:
    """Send one paper of a plan under way, for those who review and approve it."""
    return _plan_paper(plan_id, name, published_only=False)


@pages.get("/draws/<draw_id>/papers/<name>")
@public
def draw(draw_id: str, name: str) -> ResponseReturnValue:
    """Send one paper of a published draw."""
    with read_session() as session:
        return _send(draw_paper(session, service().settings.office, draw_id, name, language=language()))


def _plan_paper(plan_id: str, name: str, *, published_only: bool) -> Response:
    version = query_number("version")
    with read_session() as session:
        return _send(plan_paper(session, plan_id, name, version, language=language(), public=published_only))


def _send(paper: Paper) -> Response:
    return attachment(paper.content, paper.media, paper.name)
