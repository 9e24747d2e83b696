"""Logging in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from api.access import public, signed_in
from api.language import error_text
from api.login import authenticate
from api.problems import status_of
from scheduler.errors import NotAllowed

pages = Blueprint("session", __name__)


def _target() -> str:
    """Return where to go after the login: only an address of this service, by path."""
    asked = request.values.get("next", "")
    parts = urlsplit(asked)
    own = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return asked if own else url_for("desk.desk")


@pages.get("/login")
@public
def login() -> ResponseReturnValue:
    """Show the login form."""
    if current_user.is_authenticated:
        return redirect(_target())
    return render_template("session/login.html", refusal=None, name="", target=_target())


@pages.post("/login")
@public
def log_in() -> ResponseReturnValue:
    """Log in, or show the form again with the refusal."""
    name = request.form.get("name", "").strip()
    try:
        account = authenticate(name, request.form.get("password", ""))
    except NotAllowed as refusal:
        text = error_text(refusal.code, **refusal.params)
        return render_template("session/login.html", refusal=text, name=name, target=_target()), status_of(refusal)
    session.clear()
    session.permanent = True
    login_user(account)
    return redirect(_target())


@pages.post("/logout")
@signed_in
def log_out() -> ResponseReturnValue:
    """Log out."""
    logout_user()
    session.clear()
    return redirect(url_for("home.home"))
