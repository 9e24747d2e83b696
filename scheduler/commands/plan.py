"""`plan`: the annual plan from budget to publication."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from config.messages import render
from scheduler.commands.context import (
    add_data_option,
    add_json_option,
    engine_of,
    print_json,
    settings_of,
)
from scheduler.commands.language import terminal_language
from scheduler.commands.plan_budget import read_budget_file, register_budget
from scheduler.commands.plan_difference import register_difference
from scheduler.commands.plan_draft import register_drafts
from scheduler.commands.plan_life import acting, add_as_option, check_version, register_life
from scheduler.commands.plan_record import register_record
from scheduler.commands.plan_what_if import register_what_if

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from scheduler.draws.queries import DrawView
    from scheduler.plans.queries import PlanView

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    """Add `plan` and its steps."""
    parser = subparsers.add_parser(
        "plan",
        help="annual plan: budget, build, review, approval, filings, lottery of months, publication, closing",
        description="The life of an annual plan: budget, or drafts and merge; build, review, pass, submit, approve, "
        "file; seal, contribute, conduct, publish; close. what-if computes beside it, record and verify prove it.",
    )
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    register_budget(steps)
    register_drafts(steps)
    _register_build(steps)
    _register_show(steps)
    register_difference(steps)
    register_life(steps)
    register_what_if(steps)
    register_record(steps)
    _register_seal(steps)
    _register_contribute(steps)
    for name, text in (
        ("conduct", "draw which key enterprise is visited in which months, once every value is there"),
        ("publish", "publish the newest version of a plan and its lottery: approved, filed twice, drawn"),
    ):
        step = steps.add_parser(name, help=text, description=text)
        step.add_argument("plan", help="plan, for example 220200-2026")
        add_as_option(step)
        add_data_option(step)
        step.set_defaults(run=run_conduct if name == "conduct" else run_publish)


def _register_build(steps: Subparsers) -> None:
    build = steps.add_parser(
        "build",
        help="build the next version of a year's plan from the directory and a budget",
        description="Counts every key enterprise into classes and months within each division's capacity, plans the "
        "draw batches of the general tier and drafts a draw for each. Shortages are shown, never hidden.",
        epilog='ratios: {"A": "1/100", "C": "10 %"} for the year. batches: a list of {"month": 3} or {"on": '
        '"2026-05-12"} with, as wanted, "title"; "items": numbers of the item list; "filter": {"sectors", "districts", '
        '"risks", "kinds", "industries": [...]} for a directed draw; "share": "1/3" of the year\'s ratio, or "ratios" '
        'of its own; "strata": "risk" or "risk.district"; "cool_down": {"penalised-lately": 12, "annual-cap": false}. '
        "Without batches the office's months stand; undirected ones part the year's ratio evenly.",
    )
    build.add_argument("year", type=int, help="year with a statutory calendar, for example 2026")
    build.add_argument(
        "--budget",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="budget as `plan budget` reads it; beside it the year's closed_months, campaigns, frequencies, left_out, "
        "ratios and batches",
    )
    build.add_argument("--title", default="", help="title of the plan")
    build.add_argument("--reason", default="", help="why a published plan is changed")
    build.add_argument("--demonstration", action="store_true", help="a demonstration: its draws may use program dice")
    add_json_option(build)
    add_data_option(build)
    build.set_defaults(run=run_build)


def _register_show(steps: Subparsers) -> None:
    show = steps.add_parser(
        "show",
        help="show a plan: budget, months by division, batches, warnings",
        description="Shows a version: budget, key visits and loads by month, what is short and what would mend it, "
        "batches, warnings. Without a plan every plan is listed.",
    )
    show.add_argument("plan", nargs="?", help="plan, for example 220200-2026; without it all plans are listed")
    show.add_argument("--version", type=int, help="an earlier version")
    show.add_argument("--bundle", type=Path, metavar="OUT.zip", help="write the record of its lottery")
    add_json_option(show)
    add_data_option(show)
    show.set_defaults(run=run_show)


def _register_seal(steps: Subparsers) -> None:
    seal = steps.add_parser(
        "seal",
        help="freeze classes and counts of the approved version and name the randomness that will decide",
        description="After this moment the classes, their enterprises and the counts by month can no longer change; "
        "which enterprise gets which months follows from the named randomness alone.",
    )
    seal.add_argument("plan", help="plan, for example 220200-2026")
    add_as_option(seal)
    add_data_option(seal)
    seal.set_defaults(run=run_seal)


def _register_contribute(steps: Subparsers) -> None:
    contribute = steps.add_parser(
        "contribute",
        help="enter the value of one source of the lottery's randomness",
        description="Enters the value of one source of randomness that the sealed lottery names. A value once "
        "entered stays.",
    )
    contribute.add_argument("plan", help="plan, for example 220200-2026")
    contribute.add_argument("source", help="source id, for example dice or drand")
    contribute.add_argument("value", nargs="?", help="digits rolled, issue and numbers, or a pulse as JSON")
    contribute.add_argument("--file", type=Path, metavar="FILE", help="read the value from a file")
    contribute.add_argument("--roll", action="store_true", help="let the program roll the dice (demonstrations only)")
    add_data_option(contribute)
    contribute.set_defaults(run=run_contribute)


def run_build(args: argparse.Namespace) -> int:
    """Build and show the next version of a plan."""
    from scheduler.commands.building import build_version
    from scheduler.plans.json_input import parse_json

    budget = parse_json(read_budget_file(args.budget))
    settings, engine = settings_of(args), engine_of(args)
    plan, _ = build_version(engine, settings, budget, args, title=args.title)
    return _show(args, plan, None)


def run_show(args: argparse.Namespace) -> int:
    """Show one plan, or list all."""
    if args.plan:
        return _show(args, args.plan, args.version)
    from scheduler.plans.queries import list_plans
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        plans = list_plans(session, published_only=False)
    if args.json:
        print_json([{"plan": each.plan_id, "version": each.version, "state": each.state} for each in plans])
    for each in plans if not args.json else ():
        print(f"{each.plan_id}  v{each.version}  {each.state}  {each.title}")
    return 0


def _show(args: argparse.Namespace, plan: str, number: int | None) -> int:
    from scheduler.commands.plan_page import plan_page, step_json
    from scheduler.plans.queries import view_plan, visits_by_month
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        view = view_plan(session, plan, number, published_only=False)
        visits = visits_by_month(session, plan, view.summary.version)
        bundle = getattr(args, "bundle", None)
        if bundle is not None:
            _write_bundle(session, view, bundle)
    if args.json:
        told = {"state": view.summary.state, "sha256": view.sha256, "lottery": view.lottery_id}
        print_json({**view.document, **told, "steps": [step_json(each) for each in view.steps]})
    else:
        print(plan_page(view, visits, terminal_language()))
    return 0


def _write_bundle(session: Session, view: PlanView, target: Path) -> None:
    from scheduler.records.bundle import write_bundle

    write_bundle(session, view.lottery_id, target)


def run_seal(args: argparse.Namespace) -> int:
    """Seal the lottery of the newest version."""
    from scheduler.draws.queries import show_draw
    from scheduler.plans.life_cycle.life import seal_plan
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        actor = _allowed(session, args, "sealed")
        draw = seal_plan(session, settings_of(args), args.plan, actor=actor)
        language = terminal_language()
        sealed = render("page.plan.sealed", language, draw=draw.id, manifest=draw.manifest_sha256)
        waiting = _waiting(args.plan, show_draw(session, draw.id, public=False), language)
    print("\n".join([sealed, *waiting]))
    return 0


def run_contribute(args: argparse.Namespace) -> int:
    """Enter one value of randomness."""
    from scheduler.commands.draw import contribute_value
    from scheduler.draws.queries import show_draw
    from scheduler.plans.life_cycle.life import lottery_of
    from scheduler.store.session import writing

    language = terminal_language()
    with writing(engine_of(args)) as session:
        row = contribute_value(session, lottery_of(session, args.plan).id, args)
        told = {"plan": args.plan, "source": row.source_id, "value": row.value}
        waiting = _waiting(args.plan, show_draw(session, row.draw_id, public=False), language)
    name = "contributed" if waiting else "contributed-all"
    print("\n".join([render(f"page.plan.{name}", language, **told), *waiting]))
    return 0


def _waiting(plan_id: str, lottery: DrawView, language: str) -> list[str]:
    """Return what the lottery of a plan waits for."""
    from scheduler.commands.waiting_page import waiting_lines

    return waiting_lines(lottery, f"plan contribute {plan_id}", language)


def run_conduct(args: argparse.Namespace) -> int:
    """Draw the months."""
    from scheduler.plans.life_cycle.life import conduct_plan
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        visits = conduct_plan(session, args.plan, actor=_allowed(session, args, "drawn"))
        print(render("page.plan.conducted", terminal_language(), plan=args.plan, visits=visits))
    return 0


def run_publish(args: argparse.Namespace) -> int:
    """Publish the newest version."""
    from scheduler.plans.life_cycle.life import publish_plan
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        version = publish_plan(session, args.plan, actor=_allowed(session, args, "published"))
        print(render("page.plan.published", terminal_language(), plan=args.plan, version=version.version))
    return 0


def _allowed(session: Session, args: argparse.Namespace, step: str) -> str:
    """Return who takes a step, once role and version are checked."""
    from scheduler.plans.life_cycle.steps import check_role

    actor, held = acting(session, args)
    check_role(step, held)
    check_version(session, args)
    return actor
