"""`plan review|comment|pass|return|submit|approve|file|close`: the steps of a version's life from the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from config.messages import render
from scheduler.commands.context import actor_of, add_data_option, engine_of, settings_of
from scheduler.commands.language import terminal_language
from scheduler.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

FILINGS = {"government": "filed-government", "province": "filed-province"}
_AS = (
    "account of the service that takes the step, with its roles; the audit log names it. Without it the account of "
    "this machine acts: it holds every role, but never approves what it built, reviewed or submitted"
)


def register_life(steps: Subparsers) -> None:
    """Add the steps of a version's life."""
    _add(steps, "review", "hand the newest version in for legal review")
    comment = _add(steps, "comment", "comment on a version in review, answer a comment, or resolve one")
    comment.add_argument("text", nargs="?", default="", help="the comment, or the answer")
    which = comment.add_mutually_exclusive_group()
    which.add_argument("--answers", type=int, metavar="N", help="number of the comment this answers")
    which.add_argument("--resolve", type=int, metavar="N", help="number of the comment that is settled")
    _add(steps, "pass", "pass the legal review: every comment must be resolved")
    back = _add(steps, "return", "send a version back to its planner, from review or instead of approving it")
    back.add_argument("--reason", required=True, help="why; the planner reads it")
    _add(steps, "submit", "submit a reviewed version for approval")
    _add_paper(_add(steps, "approve", "approve a submitted version: afterwards nothing in it changes"))
    file = _add(steps, "file", "record a filing of an approved version")
    file.add_argument("--with", dest="office", required=True, choices=FILINGS, help="with whom it was filed")
    _add_paper(file)
    close = _add(steps, "close", "close a published plan with its completion by division and month")
    close.add_argument("--reason", default="", help="why not all was done")


def _add(steps: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    parser = steps.add_parser(name, help=text, description=text)
    parser.add_argument("plan", help="plan, for example 220200-2026")
    add_as_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_step)
    return parser


def _add_paper(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--number", required=True, help="number of the document")
    parser.add_argument("--date", required=True, metavar="YYYY-MM-DD", help="date of the document")


def add_as_option(parser: argparse.ArgumentParser) -> None:
    """Add --as and --version, which every step of a plan's life takes."""
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help=_AS)
    parser.add_argument("--version", type=int, help="refuse unless this is still the newest version")


def run_step(args: argparse.Namespace) -> int:
    """Take the step and say where the version stands now."""
    from scheduler.inspections.closing_figures import closing_completion
    from scheduler.plans.life_cycle.any_step import StepRequest, perform_step
    from scheduler.plans.life_cycle.step_record import Paper, find_newest
    from scheduler.plans.queries import plan_state
    from scheduler.store.session import writing

    settings, language = settings_of(args), terminal_language()
    with writing(engine_of(args)) as session:
        actor, held = acting(session, args)
        check_version(session, args)
        name = _step_of(session, args)
        paper = Paper(
            note=getattr(args, "reason", "") or getattr(args, "text", ""),
            number=getattr(args, "number", ""),
            dated=_date(args),
            about=_about(args),
        )
        request = StepRequest(name, actor, held, paper=paper)
        perform_step(session, settings, args.plan, request, closing_completion)
        version = find_newest(session, args.plan)
        state = render(f"page.life.state.{plan_state(session, version)}", language)
        done = render(f"page.life.step.{name}", language)
        told = {"plan": args.plan, "version": version.version, "step": done, "actor": actor, "state": state}
    print(render("page.life.taken", language, **told))
    return 0


def acting(session: Session, args: argparse.Namespace) -> tuple[str, Collection[str]]:
    """Return who takes a step and the roles they hold."""
    from scheduler.accounts.models import ROLES, bureau_roles
    from scheduler.accounts.users import find_user

    if not args.account:
        return actor_of(args), ROLES
    user = find_user(session, args.account)
    if not user.active:
        raise InvalidInput("user-disabled", name=user.name)
    return user.name, bureau_roles(user.roles, user.division_id)


def check_version(session: Session, args: argparse.Namespace) -> None:
    """Refuse a version that is no longer the newest."""
    from scheduler.plans.life_cycle.step_record import Seen, check_seen, open_newest

    if args.version is not None:
        version, steps = open_newest(session, args.plan, None)
        check_seen(version, steps, Seen(args.version, len(steps)))


def _step_of(session: Session, args: argparse.Namespace) -> str:
    from scheduler.plans.life_cycle.step_record import find_newest
    from scheduler.plans.life_cycle.steps import standing_of
    from scheduler.plans.queries import life_of

    if args.step == "comment":
        return "answered" if args.answers is not None else "resolved" if args.resolve is not None else "commented"
    if args.step == "return":
        version = find_newest(session, args.plan)
        phase = standing_of(life_of(session, args.plan, version.version)).phase
        return "sent-back" if phase == "submitted" else "returned"
    if args.step == "file":
        return FILINGS[args.office]
    return {
        "review": "handed-in", "pass": "passed", "submit": "submitted", "approve": "approved", "close": "closed",
    }[args.step]  # fmt: skip


def _about(args: argparse.Namespace) -> int | None:
    """Return the number of the comment that is answered or resolved."""
    given = (getattr(args, name, None) for name in ("answers", "resolve"))
    return next((number for number in given if number is not None), None)


def _date(args: argparse.Namespace) -> date | None:
    given = getattr(args, "date", None)
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidInput("date-form", value=given) from None
