"""Logging in: the right password of an active account, and not for those who guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from scheduler.accounts.login import (
    PER_ADDRESS,
    PER_NAME,
    PER_PAIR,
    WINDOW,
    finish_login,
    match_account,
    note_attempt,
    session_holder,
    session_mark,
)
from scheduler.accounts.models import LoginAttempt
from scheduler.accounts.users import add_user, find_user, set_active, set_password
from scheduler.errors import NotAllowed
from scheduler.store.session import reading, writing

PASSWORD = "correct horse battery"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def accounts(engine: Engine) -> Engine:
    with writing(engine) as session:
        add_user(session, "admin", PASSWORD, ["admin"], actor="test")
        add_user(session, "wang", PASSWORD, ["planner"], actor="test")
    return engine


def test_only_the_right_password_of_an_active_account_matches(accounts: Engine) -> None:
    with writing(accounts) as session:
        matched = match_account(session, "wang", PASSWORD)
        assert matched is not None and matched.name == "wang"
        assert match_account(session, "wang", PASSWORD + " ") is None
        assert match_account(session, "wang", "") is None
        assert match_account(session, "nobody", PASSWORD) is None
        assert match_account(session, "no account has this password", "no account has this password") is None
        set_active(session, "wang", False, actor="admin")
        assert match_account(session, "wang", PASSWORD) is None


def test_one_name_from_one_address_may_try_five_times_in_a_quarter_of_an_hour(accounts: Engine) -> None:
    with writing(accounts) as session:
        for _ in range(PER_PAIR):
            note_attempt(session, "wang", "10.0.0.1", NOW)
        with pytest.raises(NotAllowed, match="login-throttled"):
            note_attempt(session, "wang", "10.0.0.1", NOW + WINDOW)
        note_attempt(session, "wang", "10.0.0.2", NOW)
        note_attempt(session, "admin", "10.0.0.1", NOW)
        note_attempt(session, "wang", "10.0.0.1", NOW + WINDOW + timedelta(seconds=1))


def test_attempts_spread_over_addresses_or_names_are_counted_too(accounts: Engine) -> None:
    with writing(accounts) as session:
        for number in range(PER_NAME):
            note_attempt(session, "wang", f"10.0.0.{number}", NOW)
        with pytest.raises(NotAllowed):
            note_attempt(session, "wang", "10.9.9.9", NOW)
        for number in range(PER_ADDRESS):
            note_attempt(session, f"name{number}", "10.1.1.1", NOW)
        with pytest.raises(NotAllowed):
            note_attempt(session, "another", "10.1.1.1", NOW)


def test_the_right_password_forgets_the_attempts_of_that_address_alone(accounts: Engine) -> None:
    with writing(accounts) as session:
        for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
            note_attempt(session, "wang", address, NOW)
        finish_login(session, "wang", "10.0.0.1")
    with reading(accounts) as session:
        assert session.scalars(select(LoginAttempt.address)).all() == ["10.0.0.2"]


def test_names_and_addresses_of_any_length_are_noted(accounts: Engine) -> None:
    with writing(accounts) as session:
        note_attempt(session, "x" * 5000, "y" * 5000, NOW)
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 1


def test_a_session_ends_with_a_new_password_or_a_disabled_account(accounts: Engine) -> None:
    with writing(accounts) as session:
        mark = session_mark(find_user(session, "wang"))
        assert session_holder(session, "wang", mark) is not None
        assert session_holder(session, "wang", mark[:-1] + "x") is None
        assert session_holder(session, "nobody", mark) is None
        set_password(session, "wang", PASSWORD + "2", actor="wang")
        assert session_holder(session, "wang", mark) is None
        renewed = session_mark(find_user(session, "wang"))
        set_active(session, "wang", False, actor="admin")
        assert session_holder(session, "wang", renewed) is None
