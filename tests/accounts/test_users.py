"""Local accounts: made, changed, disabled; never without an administrator, every step in the audit log."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import Engine, select

from scheduler.accounts.models import User
from scheduler.accounts.users import add_user, find_user, list_users, set_active, set_password, set_roles
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing

PASSWORD = "correct horse battery"


def test_an_account_keeps_its_sorted_roles_and_never_its_password(engine: Engine) -> None:
    with writing(engine) as session:
        add_user(session, "li.wei", PASSWORD, ["witness", "operator", "witness"], display_name="李伟", actor="test")
    with reading(engine) as session:
        user = find_user(session, "li.wei")
        assert (user.roles, user.display_name, user.active) == (["operator", "witness"], "李伟", True)
        assert user.password_hash.startswith("$argon2id$")
        assert PASSWORD not in user.password_hash


def test_passwords_are_hashed_as_slowly_as_rfc_9106_recommends(delivered_hasher: PasswordHasher) -> None:
    """Its second recommended option: argon2id, three passes over 64 MiB in four lanes, 128 bits of salt, 256 of tag."""
    stored = extract_parameters(delivered_hasher.hash(PASSWORD))
    assert stored.type is Type.ID
    assert (stored.time_cost, stored.memory_cost, stored.parallelism) == (3, 64 * 1024, 4)
    assert (stored.salt_len, stored.hash_len) == (16, 32)


@pytest.mark.parametrize("name", ["", "a", "Li", "1a", "李伟", "a b", "a" * 33, "a\n"])
def test_a_name_outside_the_grammar_is_refused(sqlite_engine: Engine, name: str) -> None:
    with writing(sqlite_engine) as session, pytest.raises(InvalidInput, match="user-name"):
        add_user(session, name, PASSWORD, ["admin"], actor="test")


@pytest.mark.parametrize(
    ("roles", "code"), [([], "user-without-role"), (["king"], "user-role"), (["admin", "king"], "user-role")]
)
def test_no_role_and_unknown_roles_are_refused(sqlite_engine: Engine, roles: list[str], code: str) -> None:
    with writing(sqlite_engine) as session, pytest.raises(InvalidInput, match=code):
        add_user(session, "admin", PASSWORD, roles, actor="test")


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(sqlite_engine: Engine, password: str) -> None:
    with writing(sqlite_engine) as session, pytest.raises(InvalidInput, match="password-length"):
        add_user(session, "admin", password, ["admin"], actor="test")


def test_a_name_is_given_once(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        add_user(session, "admin", PASSWORD, ["admin"], actor="test")
        with pytest.raises(Conflict, match="user-exists"):
            add_user(session, "admin", PASSWORD, ["planner"], actor="test")


def test_an_unknown_account_is_named(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session, pytest.raises(NotFound, match="nobody"):
        set_password(session, "nobody", PASSWORD, actor="test")


def test_the_last_administrator_stays_one(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        add_user(session, "first", PASSWORD, ["admin"], actor="test")
        with pytest.raises(Conflict, match="last-admin"):
            set_active(session, "first", False, actor="test")
        with pytest.raises(Conflict, match="last-admin"):
            set_roles(session, "first", ["planner"], actor="test")
        add_user(session, "second", PASSWORD, ["admin"], actor="test")
        set_active(session, "first", False, actor="test")
        with pytest.raises(Conflict, match="last-admin"):
            set_roles(session, "second", ["auditor"], actor="test")
        assert [(user.name, user.active) for user in list_users(session)] == [("first", False), ("second", True)]


def test_every_change_stands_in_the_audit_log_without_a_password(engine: Engine) -> None:
    with writing(engine) as session:
        add_user(session, "admin", PASSWORD, ["admin"], actor="setup")
        add_user(session, "wang", PASSWORD, ["planner"], actor="admin")
        set_roles(session, "wang", ["approver"], actor="admin")
        set_password(session, "wang", PASSWORD + "2", actor="admin")
        set_active(session, "wang", False, actor="admin")
        set_active(session, "wang", False, actor="admin")  # nothing changes, nothing is written
        set_active(session, "wang", True, actor="admin")
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
            ("setup", "user-added", "admin"),
            ("admin", "user-added", "wang"),
            ("admin", "user-roles", "wang"),
            ("admin", "user-password", "wang"),
            ("admin", "user-disabled", "wang"),
            ("admin", "user-enabled", "wang"),
        ]
        assert PASSWORD not in str([entry.detail for entry in entries])
        assert first_broken_entry(session) is None


def test_a_refused_account_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(InvalidInput), writing(engine) as session:
        add_user(session, "admin", PASSWORD, ["admin"], actor="test")
        add_user(session, "other", "short", ["admin"], actor="test")
    with reading(engine) as session:
        assert session.scalars(select(User)).all() == []
