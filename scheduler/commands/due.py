"""`due`: what should have happened by now, and what stands in the way."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from config.messages import is_listed, render
from scheduler.commands.context import add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.language import terminal_language

if TYPE_CHECKING:
    from scheduler.jobs.due import Due


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `due`."""
    parser = subparsers.add_parser(
        "due",
        help="list what is due: batches to seal, values, draws, publications, reveals",
        description="Lists due work: batches whose day has come and whose list is not sealed, with the reason; values "
        "that draws wait for; draws to conduct, publish or reveal. Changes nothing.",
        epilog="Exit codes: 0 nothing is overdue, 1 something is.",
    )
    add_json_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_due)


def run_due(args: argparse.Namespace) -> int:
    """List the due work."""
    from scheduler.jobs.due import find_due
    from scheduler.store.base import utc_now
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        found = find_due(session, settings_of(args), utc_now())
    if args.json:
        print_json([_due_json(each) for each in found])
    else:
        language = terminal_language()
        print("\n".join(_line(each, language) for each in found) or render("page.due.none.title", language))
    return 1 if any(each.overdue for each in found) else 0


def _due_json(due: Due) -> dict[str, Any]:
    return {
        "kind": due.kind,
        "subject": due.subject,
        "plan": due.plan_id,
        "title": due.title,
        "at": due.at.isoformat(),
        "overdue": due.overdue,
        "code": due.code or None,
        "params": dict(due.params),
    }


def _line(due: Due, language: str) -> str:
    from scheduler.directory.changes import CHINA

    words = render(f"page.due.kind.{due.kind}", language, **due.params)
    mark = f" [{render('page.due.overdue', language)}]" if due.overdue else ""
    word = "until" if due.until else "since"
    at = render(f"page.due.{word}", language, at=f"{due.at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    line = f"{due.subject}  {words}  ({at}){mark}"
    return f"{line}\n    {refusal_words(due.code, due.params, language)}" if due.code else line


def refusal_words(code: str, params: Mapping[str, Any], language: str) -> str:
    """Return the text of a kept refusal; a code without a text says nothing specific."""
    return render(f"error.{code}" if is_listed(f"error.{code}") else "error.unlisted", language, **params)
