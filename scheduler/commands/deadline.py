"""`deadline DATE WORKDAYS`: print the day on which a period counted in statutory workdays ends."""

from __future__ import annotations

import argparse

from scheduler.commands.context import add_json_option, print_json


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "deadline",
        help="the day on which a period in statutory workdays ends",
        description=(
            "Count statutory workdays by the State Council's calendar, make-up days included. The first day "
            "counted is the day after DATE. A year without a calendar file is refused."
        ),
        epilog="example: deadline 2025-04-25 20 prints 2025-05-27",
    )
    parser.add_argument("date", metavar="DATE", help="the day the result was formed, YYYY-MM-DD")
    parser.add_argument("workdays", metavar="WORKDAYS", help="how many workdays, a whole number")
    add_json_option(parser)
    parser.set_defaults(run=run_deadline)


def run_deadline(args: argparse.Namespace) -> int:
    """Print the due date alone, or with its inputs as JSON."""
    from scheduler.plans.deadlines import due_date, read_date, read_workdays

    formed, workdays = read_date(args.date), read_workdays(args.workdays)
    due = due_date(formed, workdays)
    if args.json:
        shown = {"formed": formed.isoformat(), "workdays": workdays, "due": due.isoformat()}
        print_json(shown)
    else:
        print(due.isoformat())
    return 0
