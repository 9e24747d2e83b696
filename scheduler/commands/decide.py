"""`decide USCC ASPECT VALUE --reason TEXT`: a person decides about an enterprise."""

from __future__ import annotations

import argparse

from config.messages import render
from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json
from scheduler.commands.language import terminal_language

_WITHDRAW = "rules"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "decide",
        help="decide sector, district, tier or risk class of an enterprise, with a reason",
        description=(
            "Decide an aspect of an enterprise in a person's name. The decision stays whatever later files and rules "
            "say; it stands in the ledger and in the audit log with its reason."
        ),
        epilog=(
            "ASPECT is sector, district, tier or risk. VALUE is an id of the catalogues: a sector, alone or with its "
            "kind (hazardous-chemicals.petrol-station); six digits of a district; key, general or none; a risk "
            f"class. VALUE {_WITHDRAW} gives the aspect back to the rules. A wrong value is answered with the list."
        ),
    )
    parser.add_argument("uscc", metavar="USCC", help="unified social credit code, in any spelling")
    parser.add_argument("aspect", metavar="ASPECT", help="sector, district, tier or risk")
    parser.add_argument("value", metavar="VALUE", help=f"what it is, or {_WITHDRAW}")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; stands in the ledger")
    add_json_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_decide)


def run_decide(args: argparse.Namespace) -> int:
    """Store the decision and print what stands now."""
    from scheduler.directory.overrides import override_decision, withdraw_override
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        if args.value == _WITHDRAW:
            enterprise = withdraw_override(session, args.uscc, args.aspect, args.reason, actor_of(args))
        else:
            enterprise = override_decision(session, args.uscc, args.aspect, args.value, args.reason, actor_of(args))
        name, decisions = enterprise.name, enterprise.decisions
        uscc = enterprise.uscc
    if args.json:
        print_json({"uscc": uscc, "name": name, "decisions": decisions})
        return 0
    print(f"{uscc} {name}")
    for aspect, record in decisions.items():
        told = {"aspect": aspect, "value": record["value"], "by": record["by"], "rule": record["rule"]}
        print("  " + render("page.decide.line", terminal_language(), **told))
    return 0
