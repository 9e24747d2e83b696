"""`plan diff PLAN`: what differs between two versions of a plan."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from config.messages import render
from scheduler.commands.context import add_data_option, add_json_option, engine_of, print_json
from scheduler.commands.language import terminal_language
from scheduler.commands.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.plans.difference import Change, MonthRow, PlanDifference
    from scheduler.plans.queries import PlanView

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register_difference(steps: Subparsers) -> None:
    """Add `diff`."""
    text = "show what differs between two versions of a plan: budget, rules, classes, batches, months"
    parser = steps.add_parser("diff", help=text, description=text)
    parser.add_argument("plan", help="plan, for example 220200-2026")
    parser.add_argument("--from", dest="before", type=int, metavar="N", help="earlier version (default: one before)")
    parser.add_argument("--to", dest="after", type=int, metavar="N", help="later version (default: the newest)")
    add_json_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_difference)


def run_difference(args: argparse.Namespace) -> int:
    """Compare and print."""
    from scheduler.errors import NotFound
    from scheduler.plans.difference import compare_documents, write_difference
    from scheduler.plans.queries import view_pair
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        before, after = view_pair(session, args.plan, args.before, args.after, published_only=False)
    if before is None:
        raise NotFound("plan-one-version", plan=args.plan)
    found = compare_documents(before.document, after.document)
    versions = {"from": before.summary.version, "to": after.summary.version}
    if args.json:
        print_json({"plan": args.plan, **versions, "reason": after.reason, **write_difference(found)})
    else:
        print(_page(before, after, found, terminal_language()))
    return 0


def _page(before: PlanView, after: PlanView, found: PlanDifference, language: str) -> str:
    from scheduler.plans.difference import SECTIONS

    def say(name: str, **params: object) -> str:
        return render(f"page.difference.{name}", language, **params)

    head = f"{after.summary.plan_id}  v{before.summary.version} -> v{after.summary.version}"
    blocks = [f"{head}  {after.reason}".rstrip()]
    if found.is_empty:
        blocks.append(say("same.title"))
    for section in SECTIONS:
        changes = found.of(section)
        if changes:
            rows = [_row(change, found, language) for change in changes]
            columns = ["", say("figure_head"), f"v{before.summary.version}", f"v{after.summary.version}", say("delta")]
            blocks.append(say(f"section.{section}") + "\n" + text_table(columns, rows, words=2))
    for name, listed in (("visits", found.visits), ("capacity", found.capacity)):
        if listed:
            blocks.append(say(name) + "\n" + _months(listed, found))
    for kind, warnings in (("added", found.new_warnings), ("gone", found.gone_warnings)):
        for warning in warnings:
            given = {**warning, "division": found.names.get(str(warning.get("division", "")), "")}
            blocks.append(
                f"{say(f'kind.{kind}')}: " + render(f"page.plan.warning-{warning['code']}", language, **given)
            )
    return "\n\n".join(blocks)


def _row(change: Change, found: PlanDifference, language: str) -> list[str]:
    from scheduler.plans.difference_words import figure_words, value_words

    subject = found.names.get(change.subject, change.subject) if change.section == "budget" else change.subject
    told = change.delta or ("" if change.kind == "changed" else render(f"page.difference.kind.{change.kind}", language))
    values = [value_words(change, value, language) for value in (change.before, change.after)]
    return [subject or "-", figure_words(change, language, str), *values, told]


def _months(rows: Sequence[MonthRow], found: PlanDifference) -> str:
    head = ["", *map(str, range(1, 13))]
    body = [[found.names.get(row.division, row.division), *(each or "." for each in row.deltas)] for row in rows]
    return text_table(head, body)
