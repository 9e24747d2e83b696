"""`plan record` and `plan verify`: the whole record of a plan's version, and the proof of it from the record alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from config.messages import render
from scheduler.commands.context import add_data_option, add_json_option, engine_of
from scheduler.commands.language import terminal_language

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register_record(steps: Subparsers) -> None:
    """Add both commands to `plan`."""
    record = steps.add_parser(
        "record",
        help="write the whole record of a plan, which anyone can verify",
        description="The plan's document and its lottery with lists, randomness and outcome, as one zip or folder.",
    )
    record.add_argument("plan", help="plan, for example 220200-2026")
    record.add_argument("--version", type=int, help="an earlier version")
    record.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="a zip, or a folder to fill")
    record.add_argument("--all", action="store_true", help="also the outcome that is not published yet")
    add_data_option(record)
    record.set_defaults(run=run_record)
    verify = steps.add_parser(
        "verify",
        help="prove a plan from its record alone: no database; no solver unless asked for",
        description="Computes again the budget, the coverage of every key enterprise, loads and capacities by month, "
        "the bounds of the claimed optimum and the lottery. Each check ends as pass, warn, FAIL or absent, with the "
        "first difference.",
        epilog="exit codes: 0 nothing failed, 1 a check failed, 2 unusable input",
    )
    verify.add_argument("file", metavar="FILE", type=Path, help="a record as `plan record` writes it: zip or folder")
    verify.add_argument("--sha256", metavar="HEX", help="hash of the document as it was published elsewhere")
    verify.add_argument(
        "--solve", action="store_true", help="search for the optimum anew with the solver (takes longer)"
    )
    verify.add_argument("--strict", action="store_true", help="warn and absent count as failed")
    verify.add_argument("--lang", choices=("zh", "en"), help="language of the report (default: that of the terminal)")
    add_json_option(verify)
    verify.set_defaults(run=run_verify)


def run_record(args: argparse.Namespace) -> int:
    """Write the record of one version."""
    from scheduler.plans.queries import view_plan
    from scheduler.records.plan_record.contents import write_plan_record
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        plan = view_plan(session, args.plan, args.version, published_only=False)
        count = write_plan_record(session, plan, args.out, public=not args.all)
    told = {"plan": plan.summary.plan_id, "version": plan.summary.version, "file": args.out, "count": count}
    print(render("page.plan.record-written", terminal_language(), **told))
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Verify a record and print the report; the exit code is the report's."""
    from scheduler.commands.verify import print_report
    from scheduler.records.plan_record.verification import verify_plan_record

    report = verify_plan_record(args.file, strict=args.strict, sha256=args.sha256, solve=args.solve)
    return print_report(report, args)
