"""The table of steps: no way round approval, no circle of one person, no step after the end; whatever is tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.messages import is_listed
from scheduler.accounts.models import ROLES
from scheduler.errors import Conflict, InvalidInput, NotAllowed, ServiceError
from scheduler.plans.life_cycle.steps import (
    MISSING,
    PHASES,
    REMARKS,
    RULES,
    STATES,
    TakenStep,
    check_role,
    check_step,
    comments_of,
    possible_steps,
    standing_of,
    state_of,
)

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PEOPLE = ("ann", "bo", "cy", "di")
WHOLE_LIFE = (
    "handed-in", "commented", "answered", "resolved", "passed", "submitted", "approved", "filed-government", "sealed",
    "drawn", "filed-province", "published", "closed",
)  # fmt: skip


def lived(steps: Sequence[tuple[str, str, int | None]]) -> tuple[TakenStep, ...]:
    return tuple(
        TakenStep(number, step, actor, START + timedelta(hours=number), about=about)
        for number, (step, actor, about) in enumerate(steps, start=1)
    )


def is_allowed(steps: Sequence[TakenStep], name: str, actor: str, built_by: str = "ann") -> bool:
    try:
        check_step(RULES[name], "p", steps, actor, {built_by})
    except ServiceError:
        return False
    return True


def try_all(wanted: Sequence[tuple[str, str, int]], built_by: str) -> tuple[TakenStep, ...]:
    """Ask for one step after the other, as anybody might, and keep those the table allows."""
    taken: list[tuple[str, str, int | None]] = []
    for name, actor, about in wanted:
        if is_allowed(lived(taken), name, actor, built_by):
            comments = [each.number for each in comments_of(lived(taken)) if each.resolved is None]
            needs_one = "about" in RULES[name].needs
            if needs_one and not comments:
                continue
            taken.append((name, actor, comments[about % len(comments)] if needs_one else None))
    return lived(taken)


ATTEMPT = st.tuples(st.sampled_from(sorted(RULES)), st.sampled_from(PEOPLE), st.integers(0, 3))


@settings(max_examples=150, deadline=None)
@given(st.lists(ATTEMPT, max_size=120), st.sampled_from(PEOPLE))
def test_whatever_is_tried_nothing_goes_round_the_approval(wanted: list[tuple[str, str, int]], built_by: str) -> None:
    """The rules of the module's docstring, told again in other words and checked on what the table let through."""
    steps = try_all(wanted, built_by)
    names = [each.step for each in steps]
    for place, step in enumerate(steps):
        before = names[:place]
        if step.step in ("sealed", "drawn", "filed-government", "filed-province", "published", "closed"):
            assert before.count("approved") == 1
        if step.step == "published":
            assert {"sealed", "drawn", "filed-government", "filed-province"} <= set(before)
            assert before.index("approved") < before.index("sealed") < before.index("drawn")
        if step.step in ("approved", "sent-back"):
            parties = {built_by} | {
                each.actor for each in steps[:place] if not each.step.startswith(("approved", "sent-back", "answered"))
            }
            assert step.actor not in parties
        if step.step in ("passed", "returned"):
            assert step.actor not in {built_by} | {each.actor for each in steps[:place] if each.step == "handed-in"}
        if step.step == "approved":
            assert before[-1] == "submitted"
            assert "passed" in before[len(before) - 1 - before[::-1].index("handed-in") :]
        if step.step == "passed":
            assert before.count("commented") == before.count("resolved")
    if "approved" in names:
        after = names[names.index("approved") + 1 :]
        assert len(set(after)) == len(after)
        assert not {"handed-in", "commented", "answered", "resolved", "returned", "sent-back", "approved"} & set(after)
    if "closed" in names:
        assert names[-1] == "closed"


@settings(max_examples=60, deadline=None)
@given(st.lists(ATTEMPT, max_size=60))
def test_what_is_offered_is_what_is_allowed(wanted: list[tuple[str, str, int]]) -> None:
    steps = try_all(wanted, "ann")
    offered = {rule.name for rule in possible_steps(standing_of(steps))}
    assert offered == {name for name in RULES if is_allowed(steps, name, "somebody else")}


def test_a_whole_life_passes_through_its_states() -> None:
    actors = {"handed-in": "ann", "answered": "ann", "submitted": "ann", "approved": "cy"}
    taken: list[tuple[str, str, int | None]] = []
    states = [state_of(standing_of(()))]
    for name in WHOLE_LIFE:
        actor = actors.get(name, "bo")
        assert is_allowed(lived(taken), name, actor), name
        taken.append((name, actor, 2 if "about" in RULES[name].needs else None))
        states.append(state_of(standing_of(lived(taken))))
    assert states == [
        "built", "in-review", "in-review", "in-review", "in-review", "reviewed", "submitted", "approved", "approved",
        "sealed", "drawn", "drawn", "published", "closed",
    ]  # fmt: skip


def test_a_plan_of_an_earlier_release_is_read_as_it_stands() -> None:
    """Such a plan knew no approval: sealed, drawn, published."""
    old = lived([("sealed", "li", None), ("drawn", "li", None), ("published", "zhao", None)])
    assert state_of(standing_of(old)) == "published"
    under_way = lived([("sealed", "li", None)])
    assert not is_allowed(under_way, "drawn", "li")
    assert is_allowed(under_way, "handed-in", "li")


@pytest.mark.parametrize(
    ("taken", "step", "actor", "code"),
    [
        ((), "approved", "cy", "plan-not-submitted"),
        ((), "sealed", "bo", "plan-not-approved"),
        ((), "published", "ann", "plan-not-approved"),
        ((), "closed", "ann", "plan-not-published"),
        (("handed-in", "commented"), "passed", "bo", "plan-comments-unresolved"),
        (("handed-in",), "passed", "ann", "plan-reviewer-is-author"),
        (("handed-in", "passed", "submitted"), "approved", "ann", "plan-approver-is-party"),
        (("handed-in", "passed", "submitted"), "approved", "bo", "plan-approver-is-party"),
        (("handed-in", "passed", "submitted", "approved"), "commented", "bo", "plan-approved"),
        (("handed-in", "passed", "submitted", "approved"), "approved", "cy", "plan-approved"),
        (("handed-in", "passed", "submitted", "approved"), "drawn", "bo", "plan-not-sealed"),
        (("handed-in", "passed", "submitted", "approved", "sealed"), "sealed", "bo", "plan-step-taken"),
        (("handed-in", "passed", "submitted", "approved", "sealed"), "published", "bo", "plan-not-drawn"),
        (("handed-in", "passed", "submitted", "approved", "sealed", "drawn"), "published", "bo",
         "plan-not-filed-government"),
        (WHOLE_LIFE[:-1], "returned", "bo", "plan-published"),
        (WHOLE_LIFE[:-1], "published", "bo", "plan-step-taken"),
        (WHOLE_LIFE, "closed", "ann", "plan-closed"),
    ],
)  # fmt: skip
def test_each_refusal_says_what_is_missing(taken: tuple[str, ...], step: str, actor: str, code: str) -> None:
    actors = {"handed-in": "ann", "submitted": "ann", "answered": "ann", "approved": "cy"}
    steps = lived([(name, actors.get(name, "bo"), 2 if "about" in RULES[name].needs else None) for name in taken])
    with pytest.raises((Conflict, NotAllowed)) as refusal:
        check_step(RULES[step], "p", steps, actor, {"ann"})
    assert refusal.value.code == code


def test_the_same_account_never_both_submits_and_approves() -> None:
    """The circle: one account with every role hands in what another built, has it reviewed, submits and approves."""
    steps = lived([("handed-in", "di", None), ("passed", "bo", None), ("submitted", "cy", None)])
    assert not is_allowed(steps, "approved", "cy", built_by="ann")
    assert not is_allowed(steps, "approved", "di", built_by="ann")
    assert not is_allowed(steps, "sent-back", "cy", built_by="ann")
    assert is_allowed(steps, "approved", "eve", built_by="ann")


def test_the_table_is_whole_and_every_refusal_has_its_text() -> None:
    for rule in RULES.values():
        assert set(rule.roles) <= set(ROLES) and rule.roles
        assert set(rule.phases) <= set(PHASES)
        assert rule.leads_to is None or rule.leads_to in PHASES
        assert is_listed(f"error.{rule.lacking}")
        for area in ("step", "do", "done"):
            assert is_listed(f"page.life.{area}.{rule.name}"), (area, rule.name)
        assert is_listed(f"error.plan-overtaken-{rule.name}")
        assert is_listed(f"page.work.action.plan.{rule.name}")
        assert rule.name in REMARKS or is_listed(f"page.life.about.{rule.name}")
        assert not rule.waits or is_listed(f"page.life.task.{rule.name}")
    codes = [*MISSING.values(), *(f"plan-{phase}" for phase in ("approved", "published", "closed"))]
    assert [code for code in codes if not is_listed(f"error.{code}")] == []
    assert [state for state in STATES if not is_listed(f"page.life.state.{state}")] == []
    assert all(re.fullmatch(r"[a-z-]{4,24}", name) for name in RULES)  # the column holds 24


def test_a_step_is_for_its_roles_alone() -> None:
    assert check_role("approved", ["approver", "auditor"]).name == "approved"
    with pytest.raises(NotAllowed) as refusal:
        check_role("approved", ["planner", "reviewer", "operator", "witness", "auditor", "admin"])
    assert refusal.value.params == {"roles": "approver"}
    with pytest.raises(InvalidInput):
        check_role("crowned", list(ROLES))
