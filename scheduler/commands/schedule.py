"""`schedule`: the days and teams of a month's visits, for the staff alone until the visits are made."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.messages import LANGUAGES, render
from scheduler.commands.context import (
    actor_of,
    add_data_option,
    add_json_option,
    engine_of,
    print_json,
    settings_of,
)
from scheduler.commands.language import terminal_language
from scheduler.errors import InvalidInput, Unavailable

Subparsers = argparse._SubParsersAction
MARKS = ("done", "pin", "missed")


def register(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `schedule` with its steps."""
    parser = subparsers.add_parser(
        "schedule",
        help="days and teams of a month's visits",
        description="Draws the day of every visit of a month, then its team, with the seed of the plan's lottery. What "
        "it prints is for the staff alone until the visits are made.",
    )
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    make = steps.add_parser(
        "make",
        help="draw a month, or draw it again: what is done or pinned stays",
        description="Draws day and team of every visit of a month. Made again it is a new version with its reason; "
        "what is done or pinned stays where it is.",
    )
    _month(make)
    make.add_argument("--reason", default="", metavar="TEXT", help="why it is made again (needed from version 2 on)")
    make.add_argument("--from", dest="open_from", metavar="DATE", help="visits of earlier days stay as they are")
    make.set_defaults(run=run_make)
    show = steps.add_parser(
        "show",
        help="show a month: visits with day and team, and those without",
        description="Shows the schedule of a month: every visit with day, team and mark, and every visit that found "
        "no day or team, with the reason.",
    )
    _month(show)
    show.add_argument("--version", type=int, metavar="N", help="an earlier version (with --json or --check)")
    show.add_argument("--check", action="store_true", help="recompute it from the document; exit code 1 if it differs")
    show.set_defaults(run=run_show)
    _register_mark(steps)
    calendar = steps.add_parser(
        "calendar",
        help="write the calendar (iCal) of an inspector's visits",
        description="Writes the days of an inspector's visits of the year as iCal, for this person alone.",
    )
    calendar.add_argument("plan", help="plan, for example 220200-2026")
    calendar.add_argument("inspector", help="number of the inspector")
    calendar.add_argument("--out", type=Path, required=True, metavar="FILE.ics", help="file to write")
    calendar.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the calendar (default: zh)")
    calendar.set_defaults(run=run_calendar)
    completion = steps.add_parser(
        "completion",
        help="visits due, done and rolled on, by division and month",
        description="Counts the key visits of the year by division and month: due, done, rolled on to the next "
        "month, open.",
    )
    completion.add_argument("plan", help="plan, for example 220200-2026")
    completion.set_defaults(run=run_completion)
    reveal = steps.add_parser(
        "reveal",
        help="of a closed plan: the secret with which anybody recomputes its days",
        description="Shows the secret that was committed to before the lottery. It is shown once the plan is closed,"
        " so that anybody can recompute the days.",
    )
    reveal.add_argument("plan", help="plan, for example 220200-2026")
    reveal.set_defaults(run=run_reveal)
    for step in (make, show, completion, reveal):
        add_json_option(step)
    for step in (make, show, calendar, completion, reveal):
        add_data_option(step)


def _month(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", help="plan, for example 220200-2026")
    parser.add_argument("month", type=int, help="month, 1 to 12")


def _register_mark(steps: Subparsers[argparse.ArgumentParser]) -> None:
    mark = steps.add_parser(
        "mark",
        help="mark a visit as done, pinned or missed",
        description="done: made on a day. pin: the next version of the schedule keeps to this day. missed: it was not "
        "made and rolls on to the next month.",
    )
    mark.add_argument("plan", help="plan, for example 220200-2026")
    mark.add_argument("visit", help="visit: credit code, point, number, for example 91220200MA0000000X.1")
    mark.add_argument("kind", choices=MARKS, help="what is marked")
    mark.add_argument("--on", metavar="DATE", help="day of a visit that is done or pinned, YYYY-MM-DD")
    mark.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help="why (needed for pin, missed, and done on another day than planned)",
    )
    add_data_option(mark)
    mark.set_defaults(run=run_mark)


def run_make(args: argparse.Namespace) -> int:
    """Make the next version of a month's schedule and show it."""
    from scheduler.inspections.making import make_schedule
    from scheduler.plans.deadlines import read_date
    from scheduler.store.session import writing

    begin = read_date(args.open_from).isoformat() if args.open_from else None
    with writing(engine_of(args)) as session:
        make_schedule(
            session,
            settings_of(args),
            args.plan,
            args.month,
            actor=actor_of(args),
            reason=args.reason,
            open_from=begin,
        )
    return _show(args)


def run_show(args: argparse.Namespace) -> int:
    """Show a month; with `--check` say whether it follows from its inputs."""
    from scheduler.inspections.making import follows_from_its_inputs
    from scheduler.store.session import reading

    _show(args, args.version)
    if not args.check:
        return 0
    with reading(engine_of(args)) as session:
        holds = follows_from_its_inputs(session, args.plan, args.month, args.version)
    if not args.json:
        print(render("page.months.holds" if holds else "page.months.differs", terminal_language()))
    return 0 if holds else 1


def _show(args: argparse.Namespace, version: int | None = None) -> int:
    from scheduler.commands.schedule_page import month_page
    from scheduler.inspections.queries import show_schedule, view_month
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        if args.json:
            print_json(show_schedule(session, args.plan, args.month, version))
        else:
            print(month_page(view_month(session, args.plan, args.month), terminal_language()))
    return 0


def run_mark(args: argparse.Namespace) -> int:
    """Mark one visit."""
    from scheduler.inspections.marks import mark_done, mark_missed, pin_visit
    from scheduler.plans.deadlines import read_date
    from scheduler.store.session import writing

    if args.kind != "missed" and not args.on:
        raise InvalidInput("visit-day-needed", kind=args.kind)
    told = {"actor": actor_of(args), "reason": args.reason}
    with writing(engine_of(args)) as session:
        if args.kind == "missed":
            mark = mark_missed(session, args.plan, args.visit, **told)
        else:
            step = mark_done if args.kind == "done" else pin_visit
            mark = step(session, args.plan, args.visit, read_date(args.on), **told)
        print(render(f"page.months.marked-{args.kind}", terminal_language(), visit=mark.visit, day=mark.day or "-"))
    return 0


def run_calendar(args: argparse.Namespace) -> int:
    """Write one inspector's calendar."""
    from scheduler.papers.schedule_calendar import inspector_calendar
    from scheduler.store.session import reading

    office = settings_of(args).office
    with reading(engine_of(args)) as session:
        content = inspector_calendar(session, office, args.plan, args.inspector, args.lang)
    try:
        args.out.write_bytes(content)
    except OSError as fault:
        raise Unavailable("papers-unwritable", path=str(args.out), fault=fault.strerror) from None
    print(render("page.papers.written", terminal_language(), file=args.out, size=len(content)))
    return 0


def run_completion(args: argparse.Namespace) -> int:
    """Show the completion of a plan's key visits."""
    from dataclasses import asdict

    from scheduler.commands.schedule_page import completion_page
    from scheduler.inspections.queries import completion
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        rows = completion(session, args.plan)
    if args.json:
        print_json([asdict(each) for each in rows])
    else:
        print(completion_page(rows, terminal_language()))
    return 0


def run_reveal(args: argparse.Namespace) -> int:
    """Give away the secrets of a closed plan's days."""
    from dataclasses import asdict

    from scheduler.inspections.queries import reveal_days
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        found = [asdict(each) for each in reveal_days(session, args.plan)]
    if args.json:
        print_json(found)
    for each in found if not args.json else ():
        print(render("page.months.revealed", terminal_language(), **each))
    return 0
