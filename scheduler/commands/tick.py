"""`tick`: do the due work that needs nobody, once, as the server's clock does."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from config.messages import render
from scheduler.commands.context import add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.due import refusal_words
from scheduler.commands.language import terminal_language

if TYPE_CHECKING:
    from scheduler.jobs.tick import Done


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tick`."""
    parser = subparsers.add_parser(
        "tick",
        help="do the due work that needs nobody, once (for cron instead of the server's clock)",
        description="Seals the batches of published plans whose day has come and, where the office lets the clock do "
        "it, conducts draws that have every value. Running it twice does nothing twice.",
        epilog="Exit codes: 0 done, 1 something was refused (the line says why).",
    )
    add_json_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_tick)


def run_tick(args: argparse.Namespace) -> int:
    """Tick once; what was refused a moment ago is tried again."""
    from dataclasses import asdict

    from scheduler.jobs.tick import tick

    done = tick(engine_of(args), settings_of(args), again=True)
    if args.json:
        print_json([asdict(each) for each in done])
    else:
        language = terminal_language()
        print("\n".join(_told(each, language) for each in done) or render("page.due.tick.nothing", language))
    return 1 if any(each.outcome == "refused" for each in done) else 0


def _told(done: Done, language: str) -> str:
    why = refusal_words(done.code, done.params, language) if done.code else ""
    return render(f"page.due.tick.{done.outcome}", language, subject=done.subject, draw=done.draw, why=why)
