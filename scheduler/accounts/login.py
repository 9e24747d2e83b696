"""Logging in, and what keeps passwords from being guessed.

An attempt is noted before the password is looked at, so that no two requests at once can pass the limit; the attempts
of a name from an address are forgotten when the right password arrives. The table serves every process.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from scheduler.accounts.models import LoginAttempt, User
from scheduler.accounts.passwords import decoy_hash, is_password
from scheduler.errors import NotAllowed
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

WINDOW = timedelta(minutes=15)
# Attempts within the window: of one name from one address, of one name from anywhere, of one address on any name.
PER_PAIR, PER_NAME, PER_ADDRESS = 5, 30, 50


def note_attempt(session: Session, name: str, address: str, now: datetime | None = None) -> None:
    """Note an attempt to log in and forget those before the window; raise `NotAllowed` when there were too many."""
    now = now or utc_now()
    name, address = name[:64], address[:64]
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - WINDOW))
    for limit, *criteria in (
        (PER_PAIR, LoginAttempt.name == name, LoginAttempt.address == address),
        (PER_NAME, LoginAttempt.name == name),
        (PER_ADDRESS, LoginAttempt.address == address),
    ):
        count = session.scalar(select(func.count()).select_from(LoginAttempt).where(*criteria)) or 0
        if count >= limit:
            raise NotAllowed("login-throttled", minutes=int(WINDOW.total_seconds()) // 60)
    session.add(LoginAttempt(name=name, address=address, at=now))


def match_account(session: Session, name: str, password: str) -> User | None:
    """Return the active account with this name and password, None when there is none; takes as long either way."""
    user = session.get(User, name[:64])
    right = is_password(password, user.password_hash if user else decoy_hash())
    return user if user and right and user.active else None


def finish_login(session: Session, name: str, address: str, *, audited: bool = True) -> None:
    """Forget the attempts of a name from an address after the right password, and write the login down."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.name == name, LoginAttempt.address == address[:64]))
    if audited:
        append_entry(session, name, "logged-in", name, address=address[:64])


def session_mark(user: User) -> str:
    """Return what a session of this account must carry: it changes with the password."""
    return sha256(b"session:" + user.password_hash.encode()).hexdigest()[:32]


def session_holder(session: Session, name: str, mark: str) -> User | None:
    """Return the active account behind a session, None when it is disabled or its password has changed since."""
    user = session.get(User, name)
    if user is None or not user.active or not hmac.compare_digest(mark, session_mark(user)):
        return None
    return user
