"""`verify BUNDLE`: every check of a published draw, on the kernel; the second opinion to scripts/verify_draw.py."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.commands.context import print_json

if TYPE_CHECKING:
    from scheduler.records.checks import Check, Report


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "verify",
        help="verify the bundle of a draw, or of a plan's lottery",
        description=(
            "Compute a draw again from its frozen list and its randomness and compare every file byte for byte. "
            "Each check ends as pass, warn, FAIL or absent, with the first difference."
        ),
        epilog="exit codes: 0 nothing failed, 1 a check failed, 2 unusable input",
    )
    parser.add_argument("bundle", metavar="BUNDLE", type=Path, help="a folder or a zip")
    parser.add_argument("--strict", action="store_true", help="warn and absent count as failed")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the report (default: that of the terminal)")
    parser.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Verify and print the report; the exit code is the report's."""
    from scheduler.records.verification import verify_bundle

    report = verify_bundle(args.bundle, strict=args.strict)
    return print_report(report, args)


def print_report(report: Report, args: argparse.Namespace) -> int:
    """Print a report as `--json` and `--lang` ask for it; return its exit code."""
    from scheduler.commands.language import terminal_language

    language = args.lang or terminal_language()
    if args.json:
        print_json(report.document(language))
    else:
        print("\n".join(report_lines(report, language)))
    return report.exit


def report_lines(report: Report, language: str) -> list[str]:
    """Return the report as lines for a person."""
    from config.messages import render
    from scheduler.records.checks import shown

    width = max(len(check.name) for check in report.checks)
    head = render(f"verify.{report.type}", language, id=report.id or "?")
    lines = [
        f"{shown(report.bundle.encode())}: {head}",
        f"M    {report.manifest or '-'}",
        f"seed {report.seed or '?'}",
        "",
    ]
    for check in report.checks:
        lines.append(f"{check.number:>2} {check.name:<{width}}  {check.outcome:<6}  {check.detail(language)}")
        lines += [" " * (width + 13) + text for text in place_lines(check, language)]
    verdict = render("verify.refused" if report.exit else "verify.accepted", language)
    counts = "  ".join(f"{outcome} {count}" for outcome, count in report.counts.items())
    limits = ["", render(f"verify.limits-{report.type}", language)] if report.type == "plan-record" else []
    return [*lines, *limits, "", f"{counts}: {verdict}"]


def place_lines(check: Check, language: str) -> list[str]:
    """Return where a check failed, what was expected and what was found."""
    from config.messages import render

    place = [check.file, render("verify.line", language, line=check.line) if check.line else None]
    lines = [", ".join(part for part in place if part)]
    for key, value in (("expected", check.expected), ("found", check.found)):
        if value is not None:
            lines.append(render(f"verify.{key}", language, value=value))
    return [line for line in lines if line]
