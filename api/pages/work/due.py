"""The desk's section on due work: what should have happened by now, why not, where to do it; and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from api.language import error_text, t
from api.pages.words import source_names
from api.service import service
from config.messages import is_listed
from scheduler.draws.record import find_draw, named_sources
from scheduler.jobs.due import Due, find_due
from scheduler.jobs.models import ClockState
from scheduler.store.base import utc_now

# Who may see what is due: everybody who has a part in the life of a draw.
DUE_ROLES = ("operator", "witness", "planner", "approver", "auditor")
DRAFT_ROLES = ("planner", "operator", "auditor")
# A clock that has not ticked for so long stands still.
SILENT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line: the work, in words, why it is not done (empty when nothing stands in the way), and where to do it."""

    due: Due
    words: str
    why: str
    url: str | None


@dataclass(frozen=True, slots=True)
class DueSection:
    """The lines, and the clock: None when none has ever run; `ticks` unless it has fallen silent."""

    lines: Sequence[DueLine]
    clock: ClockState | None
    ticks: bool


def due_section(session: Session) -> DueSection:
    """Return what the desk shows."""
    now, clock = utc_now(), session.get(ClockState, 1)
    if clock is not None:
        session.expunge(clock)
    lines = [_line(session, due) for due in find_due(session, service().settings, now)]
    return DueSection(lines, clock, clock is not None and now - clock.ticked_at < SILENT)


def _line(session: Session, due: Due) -> DueLine:
    why = error_text(due.code if is_listed(f"error.{due.code}") else "unlisted", **due.params) if due.code else ""
    params = dict(due.params)
    if "sources" in params:
        sources = named_sources(session, find_draw(session, due.subject))
        params["sources"] = source_names(sources, params["sources"].split(", "))
    return DueLine(due, t(f"due.kind.{due.kind}", **params), why, _url(due))


def _url(due: Due) -> str | None:
    if due.kind not in ("batch", "void"):
        return url_for("ceremony.show", draw_id=due.subject)
    if not current_user.has_role(*DRAFT_ROLES):
        return None
    if due.kind == "void" or due.code == "due-no-draft":
        return url_for("drafts.index")
    return url_for("drafts.show", draft_id=due.subject)
