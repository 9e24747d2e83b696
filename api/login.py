"""How a caller is known: a session cookie for pages, the same or HTTP Basic for programs, CSRF tokens for the cookie.

A session carries the account's name and a mark that changes with its password, so a new password ends every session.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask, Request, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect

from api.service import read_session, service, write_session
from scheduler.accounts.login import finish_login, match_account, note_attempt, session_holder, session_mark
from scheduler.accounts.models import User, bureau_roles
from scheduler.errors import NotAllowed, Unavailable

KEY_FILE = "secret_key"
LIFETIME = timedelta(hours=8)
_csrf = CSRFProtect()


class Account:
    """The account behind a request, detached from the database."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User) -> None:
        self.name = user.name
        self.display_name = user.display_name
        self.roles = tuple(user.roles)
        self.division_id = user.division_id
        self.bureau_roles = bureau_roles(user.roles, user.division_id)
        self.mark = session_mark(user)

    def get_id(self) -> str:
        """Return what the session cookie carries."""
        return f"{self.name}:{self.mark}"

    def has_role(self, *names: str) -> bool:
        """Say whether the account has one of these roles."""
        return not set(names).isdisjoint(self.roles)

    def serves_bureau(self, *names: str) -> bool:
        """Say whether the account has one of these roles for the whole bureau, not for a division alone."""
        return not set(names).isdisjoint(self.bureau_roles)


class SessionCookie(SecureCookieSessionInterface):
    """A session cookie that is marked Secure exactly when the request came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether the cookie may travel over TLS only."""
        return request.is_secure


def secret_key(data: Path) -> str:
    """Return the key that signs sessions, made at the first start in <data>/secret_key, mode 0600."""
    file = data / KEY_FILE
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        draft = data / f".{KEY_FILE}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32) + "\n")
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(draft, file)
        draft.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise Unavailable("secret-key-damaged", file=str(file))
    return key


def actor() -> str:
    """Return the name that the audit log gives whoever makes this request."""
    return str(current_user.name) if current_user.is_authenticated else "public"


def authenticate(name: str, password: str, *, audited: bool = True) -> Account:
    """Return the account with this name and password; raise `NotAllowed` when it is wrong or guessed at too often."""
    address = request.remote_addr or "unknown"
    with write_session() as session:
        note_attempt(session, name, address)
    with read_session() as session:
        user = match_account(session, name, password)
        account = Account(user) if user else None
    if account is None:
        raise NotAllowed("login-refused")
    with write_session() as session:
        finish_login(session, account.name, address, audited=audited)
    return account


def load_account(cookie: str) -> Account | None:
    """Return the account of a session cookie, None when it no longer holds."""
    name, _, mark = cookie.rpartition(":")
    with read_session() as session:
        user = session_holder(session, name, mark)
        return Account(user) if user else None


def load_basic(incoming: Request) -> Account | None:
    """Return the account of an HTTP Basic header, which only the REST interface accepts."""
    given = incoming.authorization
    if given is None or given.type != "basic" or not incoming.path.startswith("/api/"):
        return None
    return authenticate(given.username or "", given.password or "", audited=False)


def check_csrf() -> None:
    """Refuse a changing request without its token, unless it proves itself by a header no foreign page can send."""
    if request.endpoint is None or request.method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        return
    if request.path.startswith("/api/") and request.authorization is not None:
        return
    _csrf.protect()


def use_logins(app: Flask) -> None:
    """Install sessions, logins and CSRF protection."""
    with app.app_context():
        app.secret_key = secret_key(service().settings.data)
    app.session_interface = SessionCookie()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )
    manager = LoginManager(app)
    manager.session_protection = None  # the mark in the cookie does that work, and addresses change on phones
    manager.user_loader(load_account)
    manager.request_loader(load_basic)
    _csrf.init_app(app)
    app.before_request(check_csrf)
