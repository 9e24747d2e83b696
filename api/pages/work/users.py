"""The accounts of the staff."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.access import roles, signed_in
from api.login import actor, authenticate
from api.pages.work.steps import carry_out
from api.problems import refusal_text, status_of
from api.service import read_session
from scheduler.accounts.models import ROLES
from scheduler.accounts.users import add_user, list_users, set_active, set_division, set_password, set_roles
from scheduler.directory.queries import find_division, list_divisions
from scheduler.errors import InvalidInput, NotAllowed

pages = Blueprint("users", __name__, url_prefix="/work/users")


@pages.get("")
@roles("admin")
def index() -> ResponseReturnValue:
    """List the accounts, with a form for a new one."""
    return render_index(None)


def render_index(refusal: str | None) -> str:
    """Render the list of accounts."""
    with read_session() as session:
        return render_template(
            "work/users.html",
            users=list_users(session),
            all_roles=ROLES,
            divisions=list_divisions(session),
            refusal=refusal,
            form=request.form,
        )


@pages.post("")
@roles("admin")
def add() -> ResponseReturnValue:
    """Make an account."""
    form = request.form
    return _change(
        lambda session: add_user(
            session,
            form.get("name", "").strip(),
            form.get("password", ""),
            form.getlist("roles"),
            display_name=form.get("display_name", ""),
            division_id=_division(session),
            actor=actor(),
        )
    )


@pages.post("/<name>/roles")
@roles("admin")
def change_roles(name: str) -> ResponseReturnValue:
    """Give an account other roles."""
    return _change(lambda session: set_roles(session, name, request.form.getlist("roles"), actor=actor()))


@pages.post("/<name>/division")
@roles("admin")
def change_division(name: str) -> ResponseReturnValue:
    """Say for which division an account works."""
    return _change(lambda session: set_division(session, name, _division(session), actor=actor()))


def _division(session: Session) -> str | None:
    asked = request.form.get("division", "")
    return find_division(session, asked).id if asked else None


@pages.post("/<name>/active")
@roles("admin")
def switch(name: str) -> ResponseReturnValue:
    """Disable or enable an account."""
    return _change(lambda session: set_active(session, name, request.form.get("active") == "yes", actor=actor()))


@pages.post("/<name>/password")
@roles("admin")
def reset_password(name: str) -> ResponseReturnValue:
    """Give an account a new password."""
    return _change(lambda session: set_password(session, name, request.form.get("password", ""), actor=actor()))


def _change(step: Callable[[Session], object]) -> ResponseReturnValue:
    return carry_out(step, done="work.done.saved", target=url_for("users.index"), again=render_index)


@pages.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    """Show one's own account."""
    return render_template("work/me.html", refusal=None)


@pages.post("/me")
@signed_in
def change_own_password() -> ResponseReturnValue:
    """Change one's own password, the old one given; every open session ends."""
    form = request.form

    def again(refusal: str) -> str:
        return render_template("work/me.html", refusal=refusal)

    def step(session: Session) -> None:
        if form.get("password") != form.get("again"):
            raise InvalidInput("passwords-differ")
        set_password(session, actor(), form.get("password", ""), actor=actor())

    try:
        authenticate(actor(), form.get("old", ""), audited=False)
    except NotAllowed as refusal:
        return again(refusal_text(refusal)), status_of(refusal)
    return carry_out(step, done="work.done.password", target=url_for("session.login"), again=again)
