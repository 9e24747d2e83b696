"""`sample`: write the files of a synthetic city, for a first look and for trials of any size."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from scheduler.commands.context import add_json_option, print_json


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "sample",
        help="write the files of a synthetic city with valid codes",
        description=(
            "Write enterprises.csv, facts.csv, inspectors.csv, experts.csv, items.csv, divisions.csv, budget.json and "
            "inputs.json (the budget with batches and a campaign) of an invented city. The same numbers and seed give "
            "the same bytes; a million enterprises are a stream. Import divisions first, then the others; "
            "`plan budget` and `plan build` read budget.json and inputs.json."
        ),
    )
    parser.add_argument("--enterprises", type=int, required=True, metavar="N", help="how many enterprises")
    parser.add_argument("--inspectors", type=int, required=True, metavar="M", help="how many inspectors, at least 2")
    parser.add_argument("--experts", type=int, default=24, metavar="K", help="how many experts (default 24)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the files, made if needed")
    parser.add_argument("--seed", default=None, metavar="TEXT", help="another text gives another city")
    add_json_option(parser)
    parser.set_defaults(run=run_sample)


def run_sample(args: argparse.Namespace) -> int:
    """Write the city and name its files."""
    from scheduler.commands.progress import Progress
    from scheduler.demonstration.sample import FILES, SEED, write_sample

    began = time.monotonic()
    with Progress() as progress:
        sample = write_sample(
            args.out,
            enterprises=args.enterprises,
            inspectors=args.inspectors,
            experts=args.experts,
            seed=SEED if args.seed is None else args.seed,
            progress=progress.show,
        )
    if args.json:
        meant = [
            {"sector": sector, "tier": tier, "count": count} for (sector, tier), count in sorted(sample.meant.items())
        ]
        print_json({"folder": str(args.out), "files": list(FILES), "meant": meant})
    else:
        for name in FILES:
            print(args.out / name)
    sys.stderr.write(f"{args.enterprises:,} enterprises in {time.monotonic() - began:.1f} s\n")
    return 0
