"""The steps of a plan version's life: who may take which, when, and where it leads. Pure; `RULES` is the one table.

Rules enforced here:
1. A version is built, goes through legal review, is submitted and approved; only then does anything follow from it.
2. Whoever drafted, built, handed in, reviewed or submitted a version can neither approve it nor send it back.
3. The lottery of the months is sealed and drawn after the approval, never before: whoever approves cannot know what the
   lot will give, so nobody can reject a plan for its outcome.
4. Publication needs the approval, both filings and the drawn lottery.
5. After the approval nothing changes any more: there is no comment, no return and no second approval.
6. A step that leads on is taken once in its phase; the filings, the seal and the draw once in all.

The state follows from the steps alone. Steps of an earlier release, which knew no review, stay readable as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scheduler.errors import Conflict, InvalidInput, NotAllowed

BUILT = "built"
# Phases in the order of life; `approved` is refined by the lottery when it is told to a reader (`state_of`).
PHASES = (BUILT, "returned", "in-review", "reviewed", "submitted", "approved", "published", "closed")
STATES = (BUILT, "returned", "in-review", "reviewed", "submitted", "approved", "sealed", "drawn", "published", "closed")
FINAL = ("approved", "published", "closed")
REVIEWERS = ("commented", "resolved", "returned", "passed")


@dataclass(frozen=True)
class StepRule:
    """One step: who may take it, in which phases, where it leads, and what it needs.

    `after` are steps that must have been taken; `needs` are fields of the form; `barred` are the steps (or `built`)
    whose actors may not take this one; `lacking` is the code of the refusal in any other phase.
    """

    name: str
    roles: tuple[str, ...]
    phases: tuple[str, ...]
    leads_to: str | None
    lacking: str
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    waits: bool = True  # it stands for its phase among what waits; remarks and the way back do not


_AUTHORS = (BUILT, "handed-in")
_PARTIES = (*_AUTHORS, *REVIEWERS, "submitted")
_PAPER = ("number", "date")
_FILERS = ("planner", "operator")

_REVIEW = ("in-review",)

RULES: Mapping[str, StepRule] = {
    rule.name: rule
    for rule in (
        StepRule("handed-in", ("planner",), (BUILT, "returned"), "in-review", "plan-not-with-planner"),
        StepRule("commented", ("reviewer",), _REVIEW, None, "plan-not-in-review", needs=("note",), waits=False),
        StepRule(
            "answered", ("planner",), (*_REVIEW, "returned"), None, "plan-not-in-review",
            needs=("about", "note"), waits=False,
        ),
        StepRule("resolved", ("reviewer",), _REVIEW, None, "plan-not-in-review", needs=("about",), waits=False),
        StepRule(
            "returned", ("reviewer",), _REVIEW, "returned", "plan-not-in-review",
            needs=("note",), barred=_AUTHORS, waits=False,
        ),
        StepRule("passed", ("reviewer",), _REVIEW, "reviewed", "plan-not-in-review", barred=_AUTHORS),
        StepRule("submitted", ("planner",), ("reviewed",), "submitted", "plan-not-reviewed"),
        StepRule(
            "sent-back", ("approver",), ("submitted",), "returned", "plan-not-submitted",
            needs=("note",), barred=_PARTIES, waits=False,
        ),
        StepRule(
            "approved", ("approver",), ("submitted",), "approved", "plan-not-submitted", needs=_PAPER, barred=_PARTIES
        ),
        StepRule("filed-government", _FILERS, ("approved",), None, "plan-not-approved", needs=_PAPER),
        StepRule("filed-province", _FILERS, ("approved",), None, "plan-not-approved", needs=_PAPER),
        StepRule("sealed", ("operator",), ("approved",), None, "plan-not-approved"),
        StepRule("drawn", ("operator",), ("approved",), None, "plan-not-approved", after=("sealed",)),
        StepRule(
            "published", _FILERS, ("approved",), "published", "plan-not-approved",
            after=("sealed", "drawn", "filed-government", "filed-province"),
        ),
        StepRule("closed", ("planner",), ("published",), "closed", "plan-not-published"),
    )
}  # fmt: skip
REMARKS = ("commented", "answered", "resolved")
ONCE = ("filed-government", "filed-province", "sealed", "drawn")
# The refusal when a step must have been taken before and was not.
MISSING = {
    "sealed": "plan-not-sealed",
    "drawn": "plan-not-drawn",
    "filed-government": "plan-not-filed-government",
    "filed-province": "plan-not-filed-province",
}
# Every role that has a step in the life of a plan.
STEP_ROLES = tuple(sorted({role for rule in RULES.values() for role in rule.roles}))


@dataclass(frozen=True)
class TakenStep:
    """A step that was taken: `sequence` counts from 1 within the version; `about` is the comment it answers."""

    sequence: int
    step: str
    actor: str
    at: datetime
    note: str = ""
    number: str = ""
    dated: date | None = None
    about: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a version stands: its phase, the once-only steps that are taken, and the comments still to be resolved."""

    phase: str
    done: frozenset[str]
    unresolved: tuple[int, ...]


def standing_of(steps: Iterable[TakenStep]) -> Standing:
    """Return where a version with these steps stands."""
    phase, done, unresolved = BUILT, set(), []
    for each in steps:
        phase = RULES[each.step].leads_to or phase
        if each.step in ONCE:
            done.add(each.step)
        if each.step == "commented":
            unresolved.append(each.sequence)
        elif each.step == "resolved" and each.about in unresolved:
            unresolved.remove(each.about)
    return Standing(phase, frozenset(done), tuple(unresolved))


def state_of(standing: Standing) -> str:
    """Return the state a reader is told, one of `STATES`."""
    if standing.phase != "approved":
        return standing.phase
    return next((step for step in ("drawn", "sealed") if step in standing.done), "approved")


def possible_steps(standing: Standing) -> tuple[StepRule, ...]:
    """Return the steps that may be taken now, by whoever has the role, in the order of the table."""
    return tuple(rule for rule in RULES.values() if _refusal(rule, standing) is None)


def waiting_rules(steps: Sequence[TakenStep]) -> tuple[StepRule, ...]:
    """Return what waits for somebody: the step that stands for the phase, and comments that nobody has answered.

    A review waits for its reviewer as long as it lasts, also while comments keep it from being passed.
    """
    standing = standing_of(steps)
    found = [rule for rule in possible_steps(standing) if rule.waits]
    if standing.phase == "in-review" and standing.unresolved:
        found.append(RULES["passed"])
        if unanswered(steps):
            found.append(RULES["answered"])
    return tuple(found)


def unanswered(steps: Sequence[TakenStep]) -> tuple[Comment, ...]:
    """Return the comments that wait for an answer."""
    return tuple(each for each in comments_of(steps) if not each.answers and each.resolved is None)


def _refusal(rule: StepRule, standing: Standing) -> str | None:
    """Return the code of the refusal where a step cannot be taken now, None where it can."""
    if standing.phase == "closed":
        return "plan-closed"
    if standing.phase in FINAL and set(FINAL).isdisjoint(rule.phases):
        return f"plan-{standing.phase}"
    if rule.name in standing.done or (standing.phase in FINAL and standing.phase == rule.leads_to):
        return "plan-step-taken"
    if standing.phase not in rule.phases:
        return rule.lacking
    for step in rule.after:
        if step not in standing.done:
            return MISSING[step]
    if rule.name == "passed" and standing.unresolved:
        return "plan-comments-unresolved"
    return None


def check_role(name: str, held: Collection[str]) -> StepRule:
    """Return the rule of a step that an account with these roles may take.

    Raises `InvalidInput` (`plan-step-unknown`) and `NotAllowed` (`role-needed`).
    """
    rule = RULES.get(name)
    if rule is None:
        raise InvalidInput("plan-step-unknown", step=name[:40], known=", ".join(RULES))
    if set(rule.roles).isdisjoint(held):
        raise NotAllowed("role-needed", roles=", ".join(rule.roles))
    return rule


def is_barred(rule: StepRule, actor: str, authors: Collection[str], steps: Sequence[TakenStep]) -> bool:
    """Say whether an actor had a part in this version that keeps them from taking the step."""
    if BUILT in rule.barred and actor in authors:
        return True
    return any(each.actor == actor and each.step in rule.barred for each in steps)


def check_step(
    rule: StepRule, plan_id: str, steps: Sequence[TakenStep], actor: str, authors: Collection[str]
) -> Standing:
    """Return the standing in which a step may be taken by an actor; raise `Conflict` or `NotAllowed` otherwise.

    `authors` are those who drafted or built the version.
    """
    standing = standing_of(steps)
    code = _refusal(rule, standing)
    if code is not None:
        raise Conflict(code, plan=plan_id, comments=", ".join(map(str, standing.unresolved)))
    if is_barred(rule, actor, authors, steps):
        code = "plan-approver-is-party" if "submitted" in rule.barred else "plan-reviewer-is-author"
        raise NotAllowed(code, plan=plan_id, actor=actor)
    return standing


@dataclass(frozen=True)
class Comment:
    """A comment of the legal review with its answers; resolved when a reviewer has said so."""

    number: int
    actor: str
    at: datetime
    text: str
    answers: tuple[TakenStep, ...]
    resolved: TakenStep | None


def comments_of(steps: Sequence[TakenStep]) -> tuple[Comment, ...]:
    """Return the comments of a version in their order."""
    return tuple(
        Comment(
            each.sequence,
            each.actor,
            each.at,
            each.note,
            tuple(other for other in steps if other.step == "answered" and other.about == each.sequence),
            next((other for other in steps if other.step == "resolved" and other.about == each.sequence), None),
        )
        for each in steps
        if each.step == "commented"
    )


def last_step(steps: Sequence[TakenStep], *names: str) -> TakenStep | None:
    """Return the last of these steps that was taken, None when none was."""
    return next((each for each in reversed(steps) if each.step in names), None)


def papers_of(steps: Sequence[TakenStep]) -> tuple[TakenStep, ...]:
    """Return the steps behind which a document stands, approval and filings: the public sees number and date."""
    found = (last_step(steps, rule.name) for rule in RULES.values() if "number" in rule.needs)
    return tuple(each for each in found if each is not None)
