"""Local accounts: made, changed and disabled, never removed, because the audit log names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.accounts.models import ROLES, User
from scheduler.accounts.passwords import hash_password
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def add_user(
    session: Session,
    name: str,
    password: str,
    roles: Iterable[str],
    *,
    display_name: str = "",
    division_id: str | None = None,
    actor: str,
) -> User:
    """Make an account; a planner of a division drafts for that division alone.

    Raises `InvalidInput` for a name outside `[a-z][a-z0-9._-]{1,31}`, an unknown role, no role or a bad password, and
    `Conflict` when the name is taken.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput("user-name", name=name)
    held = check_roles(roles)
    if session.get(User, name) is not None:
        raise Conflict("user-exists", name=name)
    user = User(
        name=name,
        display_name=(display_name.strip() or name)[:64],
        password_hash=hash_password(password),
        roles=held,
        division_id=division_id or None,
        active=True,
        created_at=utc_now(),
    )
    session.add(user)
    append_entry(session, actor, "user-added", name, roles=held, **({"division": division_id} if division_id else {}))
    return user


def check_roles(roles: Iterable[str]) -> list[str]:
    """Return the roles sorted, each once; raise `InvalidInput` for none or an unknown one."""
    held = sorted(set(roles))
    for role in held:
        if role not in ROLES:
            raise InvalidInput("user-role", role=role, roles=", ".join(ROLES))
    if not held:
        raise InvalidInput("user-without-role", roles=", ".join(ROLES))
    return held


def find_user(session: Session, name: str) -> User:
    """Return an account; raise `NotFound`."""
    user = session.get(User, name)
    if user is None:
        raise NotFound("user-unknown", name=name)
    return user


def list_users(session: Session) -> Sequence[User]:
    """Return every account by name."""
    return session.scalars(select(User).order_by(User.name)).all()


def set_roles(session: Session, name: str, roles: Iterable[str], *, actor: str) -> User:
    """Give an account these roles instead of those it has; raise `Conflict` when no administrator would be left."""
    user, held = find_user(session, name), check_roles(roles)
    if "admin" not in held:
        _keep_an_admin(session, user)
    append_entry(session, actor, "user-roles", name, before=user.roles, after=held)
    user.roles = held
    return user


def set_division(session: Session, name: str, division_id: str | None, *, actor: str) -> User:
    """Say for which division an account works, None for the whole bureau."""
    user = find_user(session, name)
    append_entry(session, actor, "user-division", name, before=user.division_id, after=division_id or None)
    user.division_id = division_id or None
    return user


def set_active(session: Session, name: str, active: bool, *, actor: str) -> User:
    """Disable or enable an account; raise `Conflict` when no administrator would be left."""
    user = find_user(session, name)
    if user.active == active:
        return user
    if not active:
        _keep_an_admin(session, user)
    user.active = active
    append_entry(session, actor, "user-enabled" if active else "user-disabled", name)
    return user


def set_password(session: Session, name: str, password: str, *, actor: str) -> User:
    """Give an account a new password; every session opened with the old one ends."""
    user = find_user(session, name)
    user.password_hash = hash_password(password)
    append_entry(session, actor, "user-password", name)
    return user


def _keep_an_admin(session: Session, leaving: User) -> None:
    if not (leaving.active and "admin" in leaving.roles):
        return
    others = session.scalars(select(User).where(User.active, User.name != leaving.name))
    if not any("admin" in other.roles for other in others):
        raise Conflict("last-admin", name=leaving.name)
