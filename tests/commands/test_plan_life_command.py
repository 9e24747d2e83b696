"""The steps of a plan's life from the terminal: accounts and their roles, refusals in words, what is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import load_settings
from scheduler.__main__ import main
from scheduler.accounts.models import User
from scheduler.directory.changes import day_of
from scheduler.plans.queries import life_of, view_plan
from scheduler.store.base import utc_now
from scheduler.store.opening import open_store
from scheduler.store.session import reading, writing
from tests.plans.life_cycle.test_approval import PLAN, add_version, skip_lottery
from tests.plans.test_difference import FIRST, changed

PAPER = ("--number", "示范〔2026〕1号", "--date", day_of(datetime.now(UTC)).isoformat())
Run = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path, sqlite_template: bytes) -> Path:
    """An installation with a version that an account of the service built, and an account for each role."""
    (tmp_path / "double-random.sqlite").write_bytes(sqlite_template)
    with opened(tmp_path) as engine, writing(engine) as session:
        add_version(session)
        for role in ("planner", "reviewer", "approver", "operator", "gone"):
            held = {"name": role, "display_name": role, "password_hash": "", "roles": [role]}
            session.add(User(**held, active=role != "gone", created_at=utc_now()))
    return tmp_path


@contextmanager
def opened(data: Path) -> Iterator[Engine]:
    engine = open_store(load_settings(data, {}))
    yield engine
    engine.dispose()


@pytest.fixture
def plan(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a step of the plan and return what it tells, or the refusal."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(step: str, *arguments: str, refused: bool = False) -> str:
        code = main(["plan", step, PLAN, *arguments, "--data", str(data)])
        told = capsys.readouterr()
        assert code == (2 if refused else 0), told
        return told.err if refused else told.out

    return run


def test_a_version_is_reviewed_and_approved_by_accounts(plan: Run, data: Path) -> None:
    assert "in legal review" in plan("review", "--as", "planner")
    plan("comment", "重点单位占比偏低", "--as", "reviewer")
    assert "no. 2" in plan("pass", "--as", "reviewer", refused=True)
    assert "no comment no. 0" in plan("comment", "见附件二", "--answers", "0", "--as", "planner", refused=True)
    plan("comment", "见附件二", "--answers", "2", "--as", "planner")
    plan("comment", "--resolve", "2", "--as", "reviewer")
    plan("return", "--reason", "依据不全", "--as", "reviewer")
    plan("review", "--as", "planner")
    plan("pass", "--as", "reviewer")
    plan("submit", "--as", "planner")
    assert "lacks the role" in plan("approve", *PAPER, "--as", "operator", refused=True)
    plan("return", "--reason", "补充依据", "--as", "approver")
    plan("review", "--as", "planner")
    plan("pass", "--as", "reviewer")
    plan("submit", "--as", "planner")
    assert "newest is version 1" in plan("approve", *PAPER, "--version", "2", "--as", "approver", refused=True)
    assert "YYYY-MM-DD" in plan("approve", "--number", "1", "--date", "soon", "--as", "approver", refused=True)
    told = plan("approve", *PAPER, "--version", "1", "--as", "approver")
    assert told == f"Plan {PLAN}, version 1: approved by approver; it is now: approved\n"
    plan("file", "--with", "government", *PAPER, "--as", "operator")
    plan("file", "--with", "province", *PAPER, "--as", "planner")
    with opened(data) as engine, reading(engine) as session:
        steps = life_of(session, PLAN, 1)
        assert [each.step for each in steps if each.note] == ["commented", "answered", "returned", "sent-back"]
        assert [each.number for each in steps if each.number] == ["示范〔2026〕1号"] * 3


def test_the_account_of_the_machine_never_approves_what_it_handed_in(plan: Run) -> None:
    plan("review")
    plan("pass", "--as", "reviewer")
    plan("submit")
    assert "took part" in plan("approve", *PAPER, refused=True)
    assert "disabled" in plan("approve", *PAPER, "--as", "gone", refused=True)
    assert "no account" in plan("approve", *PAPER, "--as", "nobody", refused=True)
    assert "approve" in plan("approve", *PAPER, "--as", "approver")


def test_a_plan_is_closed_with_its_reason(plan: Run, data: Path) -> None:
    assert "not published" in plan("close", refused=True)
    with opened(data) as engine, writing(engine) as session:
        skip_lottery(session)
    assert "0.0 %" in plan("close", refused=True)
    assert "closed" in plan("close", "--reason", "全年停业整顿")
    with opened(data) as engine, reading(engine) as session:
        assert view_plan(session, PLAN, published_only=True).summary.state == "closed"


def test_the_difference_of_two_versions_at_the_terminal(plan: Run, data: Path) -> None:
    assert "one version" in plan("diff", refused=True)
    first, second = deepcopy(FIRST), changed()
    with opened(data) as engine, writing(engine) as session:
        add_version(session, 2, document=json.dumps(first).encode())
        add_version(session, 3, document=json.dumps(second).encode(), reason="新增人员")
    told = plan("diff")
    assert told.startswith(f"{PLAN}  v2 -> v3  新增人员\n")
    assert re.search(r"矿山处 +staff +3 +4 +\+1\n", told)
    assert re.search(r"dust +enterprises +4 +– +gone\n", told)
    written = json.loads(plan("diff", "--from", "3", "--to", "2", "--json"))
    assert (written["from"], written["to"], len(written["changes"])) == (3, 2, 16)
    assert "twice" in plan("diff", "--from", "3", refused=True)
