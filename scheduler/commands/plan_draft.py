"""`plan draft YEAR` and `plan merge YEAR`: the drafts of a year's budget by division, and the plan made from them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.messages import render
from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.language import terminal_language
from scheduler.commands.plan_budget import read_budget_file
from scheduler.commands.text_table import text_table
from scheduler.errors import InvalidInput

if TYPE_CHECKING:
    from scheduler.plans.drafting.merging import YearDraft


def register_drafts(plan_subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `draft` and `merge` to the commands of `plan`."""
    draft = plan_subparsers.add_parser(
        "draft",
        help="show the drafts of a year by division, or fill them from a file",
        description="Without --file shows how each division's draft stands. With --file saves the file's divisions "
        "(with their rows) as drafts and its other members as the bureau's part; with --division that division alone.",
    )
    draft.add_argument("year", type=int, help="the year, for example 2026")
    draft.add_argument("--file", type=Path, metavar="FILE.json", help="a budget as `plan budget` reads it")
    draft.add_argument("--division", metavar="ID", help="that division alone")
    draft.add_argument("--hand-in", action="store_true", help="hand in what is saved from the file")
    add_json_option(draft)
    add_data_option(draft)
    draft.set_defaults(run=run_draft)

    merge = plan_subparsers.add_parser(
        "merge",
        help="merge the drafts that every division has handed in, and build the plan from them",
        description="Every division must have handed in. With --out the merged inputs are written, nothing built.",
    )
    merge.add_argument("year", type=int, help="the year, for example 2026")
    merge.add_argument("--out", type=Path, metavar="FILE.json", help="write the merged inputs instead of building")
    merge.add_argument("--reason", default="", help="why a published plan is changed")
    merge.add_argument("--demonstration", action="store_true", help="a demonstration: its draws may use program dice")
    add_data_option(merge)
    merge.set_defaults(run=run_merge)


def run_draft(args: argparse.Namespace) -> int:
    """Show or fill the drafts of a year."""
    from scheduler.plans.drafting.from_file import fill_drafts
    from scheduler.plans.drafting.merging import view_year
    from scheduler.plans.json_input import parse_json
    from scheduler.store.session import reading, writing

    settings, engine = settings_of(args), engine_of(args)
    if args.file is None and (args.hand_in or args.division):
        raise InvalidInput("draft-file-needed", option="--hand-in" if args.hand_in else "--division")
    if args.file is not None:
        given = parse_json(read_budget_file(args.file))
        with writing(engine) as session:
            fill_drafts(
                session, settings, given, args.year,
                actor=actor_of(args), division=args.division, hand_in=args.hand_in,
            )  # fmt: skip
    with reading(engine) as session:
        year = view_year(session, settings, args.year)
    if args.json:
        print_json({"plan": year.plan_id, "divisions": [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(year)]})
    else:
        language = terminal_language()
        head = [render(f"page.drafting.column.{name}", language) for name in _COLUMNS]
        print(text_table(head, [[str(cell) for cell in row] for row in _rows(year)], words=2))
    return 0


_COLUMNS = ("division", "state", "revision", "staff", "missing", "supervision")


def _rows(year: YearDraft) -> list[list[Any]]:
    from scheduler.plans.exact import days_figure

    found = []
    for each in year.divisions:
        days = each.figures.supervision if each.figures else None
        shown = "-" if days is None else days_figure(days)
        staff = "-" if each.part.staff is None else each.part.staff
        standing = each.standing
        found.append([each.division_id, standing.state, standing.revision, staff, len(each.missing), shown])
    return found


def run_merge(args: argparse.Namespace) -> int:
    """Build the plan from the drafts, or write what it would be built from."""
    from scheduler.commands.building import build_version
    from scheduler.plans.drafting.merging import merge_inputs
    from scheduler.plans.json_input import write_json
    from scheduler.store.session import reading

    settings, engine = settings_of(args), engine_of(args)
    language = terminal_language()
    if args.out is not None:
        with reading(engine) as session:
            data = write_json(merge_inputs(session, settings, args.year))
        try:
            args.out.write_bytes(data)
        except OSError as fault:
            raise InvalidInput("draft-out-unwritable", file=args.out, fault=fault.strerror) from None
        print(render("page.drafting.written", language, file=args.out))
        return 0
    with reading(engine) as session:
        inputs = merge_inputs(session, settings, args.year)
    plan, version = build_version(engine, settings, inputs, args)
    print(render("page.drafting.built", language, plan=plan, version=version))
    return 0
