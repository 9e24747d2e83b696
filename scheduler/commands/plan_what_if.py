"""`plan what-if`, `plan scenarios`, `plan compare`: a plan's year otherwise. None touches a plan."""

from __future__ import annotations

import argparse
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.messages import render
from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.language import terminal_language
from scheduler.commands.plan_budget import read_budget_file
from scheduler.errors import InvalidInput

if TYPE_CHECKING:
    from scheduler.plans.json_input import Field

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

DESCRIPTION = """\
Compute a plan's year anew with other staff, shares, ratios, frequencies or campaigns, and show every figure beside
the plan's own. The plan stays as it is; --keep stores the scenario under a name, to be compared with others.
"""
EPILOG = """\
CHANGES.json is a list, applied in order; what stands there comes before the other options:
  [{"kind": "staff", "division": "chemicals", "by": -2},
   {"kind": "days", "division": "mines", "deduction": "other_enforcement", "row": "licensing", "to": 80},
   {"kind": "shares", "key": 65, "reserve": 5},
   {"kind": "statutory-days", "to": 250, "reason": "..."},
   {"kind": "closed-months", "to": [{"months": [1], "reason": "..."}]},
   {"kind": "add-campaign", "campaign": {"id": "...", "title": "...", "months": [6], "reason": "..."}}]

Exit codes: 0 computed, shortages included; 2 refused.
"""


def register_what_if(steps: Subparsers) -> None:
    """Add the three commands to `plan`."""
    what_if = steps.add_parser(
        "what-if",
        help="compute a plan's year under other assumptions",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what_if.add_argument("plan", help="plan, for example 220200-2026")
    what_if.add_argument("--version", type=int, help="start from an earlier version")
    what_if.add_argument("--changes", type=Path, metavar="CHANGES.json", help="changes as a file, see below")
    what_if.add_argument("--staff", action="append", default=[], metavar="DIV=N", help="a division's staff: 12, +2, -1")
    for name in ("key", "general", "reserve"):
        what_if.add_argument(f"--{name}", metavar="P", help=f"share of supervision days for {name}, in percent")
    what_if.add_argument("--ratio", action="append", default=[], metavar="CLASS=1/50", help="draw ratio of a class")
    what_if.add_argument("--frequency", action="append", default=[], metavar="RULE=N", help="visits a year by a rule")
    what_if.add_argument("--remove-campaign", action="append", default=[], metavar="ID", help="without this campaign")
    what_if.add_argument("--refine", action="store_true", help="also look for fewer journeys, as building a plan does")
    what_if.add_argument("--keep", metavar="NAME", help="keep the scenario under this name")
    what_if.set_defaults(run=run_what_if)
    scenarios = steps.add_parser(
        "scenarios",
        help="list the kept scenarios of a plan, or remove one",
        description="Lists the scenarios that what-if --keep stored beside a plan; --remove takes one away.",
    )
    scenarios.add_argument("plan", help="plan, for example 220200-2026")
    scenarios.add_argument("--remove", metavar="NAME", help="remove this scenario")
    scenarios.set_defaults(run=run_scenarios)
    compare = steps.add_parser(
        "compare",
        help="compare kept scenarios with their plan, side by side",
        description="Sets the figures of kept scenarios beside those of their plan, a column each.",
    )
    compare.add_argument("plan", help="plan, for example 220200-2026")
    compare.add_argument("names", nargs="+", metavar="NAME", help="up to four kept scenarios")
    compare.set_defaults(run=run_compare)
    for step in (what_if, scenarios, compare):
        add_json_option(step)
        add_data_option(step)


def run_what_if(args: argparse.Namespace) -> int:
    """Compute one scenario, show it beside its plan, and keep it if asked to."""
    from scheduler.commands.scenario_page import comparison_page, outcome_page
    from scheduler.plans.figures import solve_basis
    from scheduler.plans.scenarios.computing import read_scenario_base, read_scenario_basis, scenario_outcome
    from scheduler.plans.scenarios.kept import keep_scenario
    from scheduler.plans.scenarios.words import changes_in_words
    from scheduler.store.session import reading, writing

    engine, settings, changes = engine_of(args), settings_of(args), read_changes(args)
    with reading(engine) as session:
        base = read_scenario_base(session, args.plan, args.version)
        basis = read_scenario_basis(session, settings, base, changes)
    figures = solve_basis(basis) if args.refine else solve_basis(basis, time_budget_seconds=0)
    outcome = scenario_outcome(base, figures, settings)
    if args.keep is not None:
        with writing(engine) as session:
            keep_scenario(session, base, args.keep, changes, outcome, actor=actor_of(args))
    language = terminal_language()
    if args.json:
        print_json({"plan": base.plan_id, "version": base.version, "changes": _plain(changes.value), **outcome})
    else:
        heads = [f"v{base.version}", args.keep or render("page.what_if.scenario", language)]
        told = changes_in_words(changes, dict(base.divisions), language)
        print(comparison_page(heads, [base.outcome, outcome], [[], told], language))
        print("\n" + outcome_page(heads[1], outcome, language))
    return 0


def run_scenarios(args: argparse.Namespace) -> int:
    """List the kept scenarios of a plan."""
    from scheduler.commands.scenario_page import scenarios_page
    from scheduler.plans.queries import view_plan
    from scheduler.plans.scenarios.kept import find_scenario, list_scenarios, remove_scenario
    from scheduler.store.session import reading, writing

    engine = engine_of(args)
    if args.remove is not None:
        with writing(engine) as session:
            number = find_scenario(session, args.plan, args.remove).number
            remove_scenario(session, args.plan, number, actor=actor_of(args))
    with reading(engine) as session:
        view_plan(session, args.plan, None, published_only=False)
        kept = list_scenarios(session, args.plan)
    if args.json:
        print_json(
            [
                {
                    "name": each.name,
                    "version": each.version,
                    "changes": _plain(each.changes.value),
                    "code": each.code,
                    "created_at": each.created_at.isoformat(),
                    "created_by": each.created_by,
                }
                for each in kept
            ]
        )
    else:
        print(scenarios_page(kept, terminal_language()))
    return 0


def run_compare(args: argparse.Namespace) -> int:
    """Show kept scenarios side by side with the version the first of them starts from."""
    from scheduler.commands.scenario_page import comparison_page, outcome_page
    from scheduler.plans.scenarios.computing import read_scenario_base
    from scheduler.plans.scenarios.kept import check_compared, find_scenario
    from scheduler.plans.scenarios.outcome import compare_outcomes
    from scheduler.plans.scenarios.words import changes_in_words
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        kept = [find_scenario(session, args.plan, name) for name in args.names]
        check_compared(kept)
        base = read_scenario_base(session, args.plan, kept[0].version)
    outcomes = [base.outcome, *(each.outcome for each in kept)]
    if args.json:
        lines = [
            {"figure": each.name, "division": each.division or None, "values": list(each.values)}
            for each in compare_outcomes(outcomes)
        ]
        print_json({"plan": base.plan_id, "base": base.version, "scenarios": args.names, "figures": lines})
        return 0
    language, names = terminal_language(), dict(base.divisions)
    heads = [f"v{base.version}", *(each.name for each in kept)]
    told = [[], *(changes_in_words(each.changes, names, language) for each in kept)]
    print(comparison_page(heads, outcomes, told, language))
    for head, outcome in zip(heads, outcomes, strict=True):
        print("\n" + outcome_page(head, outcome, language))
    return 0


def read_changes(args: argparse.Namespace) -> Field:
    """Return the changes that a command's options ask for, those of the file first."""
    from scheduler.plans.json_input import Field, parse_json
    from scheduler.plans.scenarios.changes import list_of_changes

    changes: list[Any] = []
    if args.changes is not None:
        changes += [each.value for each in list_of_changes(parse_json(read_budget_file(args.changes)))]
    for text in args.staff:
        division, value = _pair("--staff", text, r"[+-]?\d{1,9}(\.\d+)?", "DIV=12, DIV=+2, DIV=-1")
        side = "by" if value[0] in "+-" else "to"
        changes.append({"kind": "staff", "division": division, side: Decimal(value)})
    shares = {name: getattr(args, name) for name in ("key", "general", "reserve") if getattr(args, name) is not None}
    if shares:
        changes.append(
            {"kind": "shares", **{name: _number(f"--{name}", text, "62.5") for name, text in shares.items()}}
        )
    for text in args.ratio:
        risk, ratio = _pair("--ratio", text, r".+", "A=1/50")
        changes.append({"kind": "ratio", "class": risk, "to": ratio})
    for text in args.frequency:
        rule, visits = _pair("--frequency", text, r"\d{1,9}(\.\d+)?", "RULE=2")
        changes.append({"kind": "frequency", "rule": rule, "visits": Decimal(visits)})
    changes += [{"kind": "remove-campaign", "id": name} for name in args.remove_campaign]
    return Field(changes, "")


def _pair(option: str, text: str, value: str, wanted: str) -> tuple[str, str]:
    found = re.fullmatch(f"(?a:(.+?)=({value}))", text)
    if found is None:
        raise InvalidInput("scenario-argument", option=option, value=text[:80], wanted=wanted)
    return found[1].strip(), found[2]


def _number(option: str, text: str, wanted: str) -> Decimal:
    if not re.fullmatch(r"(?a:\d{1,9}(\.\d{1,9})?)", text):
        raise InvalidInput("scenario-argument", option=option, value=text[:80], wanted=wanted)
    return Decimal(text)


def _plain(value: Any) -> Any:
    """Return parsed JSON as the standard writer takes it; a number that is not whole becomes text."""

    def number(each: object) -> object:
        if not isinstance(each, Decimal):
            raise TypeError(each)
        return int(each) if each == each.to_integral_value() else f"{each:f}"

    return json.loads(json.dumps(value, default=number))
