"""The inbox: every step in the life of a plan that waits for the roles of whoever is logged in, the longest first."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from api.access import roles
from api.login import actor
from api.service import read_session
from scheduler.plans.life_cycle.steps import STEP_ROLES
from scheduler.plans.life_cycle.waiting import Waiting, waiting_steps
from scheduler.plans.queries import lottery_id

pages = Blueprint("inbox", __name__, url_prefix="/work/inbox")


@pages.get("")
@roles(*STEP_ROLES)
def index() -> ResponseReturnValue:
    """List what waits for the account, and what waits for others."""
    with read_session() as session:
        waiting = waiting_steps(session, datetime.now(UTC))
    mine = [each for each in waiting if is_mine(each)]
    others = [each for each in waiting if each not in mine]
    return render_template("work/inbox.html", mine=mine, others=others, address=address, actor=actor())


def waiting_for_me(session: Session) -> list[Waiting]:
    """Return what waits for the account."""
    return [each for each in waiting_steps(session, datetime.now(UTC)) if is_mine(each)]


def is_mine(each: Waiting) -> bool:
    """Say whether a step waits for the account: it holds a role for it and had no part that forbids it."""
    return current_user.serves_bureau(*each.roles) and actor() not in each.barred


def address(each: Waiting) -> str:
    """Return the page on which a step is taken."""
    if each.step == "drawn":
        return url_for("ceremony.show", draw_id=lottery_id(each.plan_id, each.version))
    return url_for("work_plans.show", plan_id=each.plan_id, version=each.version if each.step == "closed" else None)
