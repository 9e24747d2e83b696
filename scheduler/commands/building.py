"""Building a plan's next version from a command: computed while no transaction is open, then stored in one."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import Engine

from config.messages import render
from config.settings import Settings
from scheduler.commands.context import actor_of
from scheduler.commands.language import terminal_language
from scheduler.commands.progress import Progress
from scheduler.plans.build import build_plan, check_build
from scheduler.plans.figures import read_basis, solve_basis
from scheduler.plans.json_input import Field
from scheduler.store.session import reading, writing


def build_version(
    engine: Engine, settings: Settings, inputs: Field, args: argparse.Namespace, *, title: str = ""
) -> tuple[str, int]:
    """Build the next version of the plan of `args.year` and return plan and version; refuse early what cannot be built.

    Others go on writing while the optimiser works; whoever built meanwhile was faster, and this is refused.
    """
    with reading(engine) as session:
        read, last = check_build(session, settings, inputs, year=args.year, reason=args.reason, title=title)
        basis = read_basis(session, settings, read)
    language, watched = terminal_language(), sys.stderr.isatty()
    with Progress() as shown:

        def tell(phase: str, _: str, done: int, total: int) -> None:
            shown.tell(render(f"page.plan.progress-{phase}", language, done=done, total=total))

        figures = solve_basis(basis, progress=tell if watched else None)
        if figures.coverage.shortages and watched:
            shown.tell(render("page.plan.progress-remedies", language))
        figures.find_remedies()
    with writing(engine) as session:
        version = build_plan(
            session,
            settings,
            inputs,
            year=args.year,
            actor=actor_of(args),
            demonstration=args.demonstration,
            title=title,
            reason=args.reason,
            computed=figures,
            after=last,
        )
        return version.plan_id, version.version
