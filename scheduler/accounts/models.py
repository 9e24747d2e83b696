"""Who may log in: local accounts with roles, and the attempts that throttle guessing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime

ROLES = ("planner", "reviewer", "approver", "operator", "witness", "auditor", "admin")


class User(Base):
    """A local account; `roles` is a sorted list out of `ROLES`, `division_id` the division it works for, if one."""

    __tablename__ = "user_account"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]] = mapped_column(Json)
    division_id: Mapped[str | None] = mapped_column(String(48))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def bureau_roles(roles: Iterable[str], division_id: str | None) -> tuple[str, ...]:
    """Return the roles an account holds for the whole bureau: the planner of a division plans for it alone."""
    return tuple(role for role in roles if division_id is None or role != "planner")


class LoginAttempt(Base):
    """A failed log-in, by account name and by address; old ones are deleted."""

    __tablename__ = "login_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
