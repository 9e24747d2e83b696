"""`demo FILE`: the whole job on a file of enterprises, each step with its figures, verified at the end."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from config.messages import render
from scheduler.commands.language import terminal_language
from scheduler.errors import Conflict

VERIFIER = Path(__file__).parent.parent.parent / "scripts" / "verify_draw.py"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo`."""
    parser = subparsers.add_parser(
        "demo",
        help="the whole job on a file of enterprises, in a folder of its own",
        description="Runs every step on a file of enterprises (CSV or xlsx): import, tiers, budget, plan, seal, "
        "randomness, draw, publication, verification. The randomness is dice rolled by the program, so everything "
        "says it is a demonstration. Without FILE the sample city's own enterprises are used.",
        epilog="Exit codes: 0 plan and draw verified, 1 one of them did not, 2 the input cannot be used.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="enterprises, CSV or xlsx")
    parser.add_argument("--data", type=Path, metavar="DIR", help="an empty folder to keep (default: var/demo-TIME)")
    parser.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    """Run every step, prove the plan from its record, verify the draw with the stand-alone verifier."""
    from config.settings import load_settings
    from scheduler.commands.verify import report_lines
    from scheduler.demonstration.city import PLAN_RECORD, run_demonstration
    from scheduler.records.plan_record.verification import verify_plan_record
    from scheduler.store.opening import open_store

    language, began = terminal_language(), time.monotonic()
    folder = args.data or Path("var") / time.strftime("demo-%Y%m%d-%H%M%S")
    if (folder / "double-random.sqlite").exists():
        raise Conflict("demo-not-empty", folder=folder)
    settings = load_settings(folder, {})

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {text}", flush=True)

    bundle = folder / "bundle.zip"
    refused = folder / f"{args.file.name}.refused.xlsx" if args.file else None
    engine = open_store(settings)
    args.closing.callback(engine.dispose)
    run_demonstration(engine, settings, args.file, say, language, bundle, refused)
    say(render("page.demo.verifying-plan", language))
    plan = verify_plan_record(folder / PLAN_RECORD)
    print("\n".join(report_lines(plan, language)), flush=True)
    say(render("page.demo.plan-refused" if plan.exit else "page.demo.plan-verified", language))
    say(render("page.demo.verifying", language))
    verify = [sys.executable, str(VERIFIER), str(bundle), "--lang", language]
    code = subprocess.run(verify, check=False).returncode  # noqa: S603 (our own program on our own file)
    say(render("page.demo.verified" if code == 0 else "page.demo.not-verified", language, code=code))
    say(render("page.demo.folder", language, folder=folder))
    return code or plan.exit
