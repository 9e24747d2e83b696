"""`import REGISTER FILE`: read a CSV or xlsx file into the directory, good rows in, refused rows into a file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json
from scheduler.commands.language import terminal_language

REGISTERS = ("divisions", "enterprises", "inspectors", "experts", "items", "absences", "facts")
_EPILOG = """exit codes: 0 every row went in or stood there already, 1 some rows were refused, 2 the file cannot be used

The file is CSV (UTF-8 with or without BOM, GB18030; comma, tab or semicolon) or xlsx (first sheet), with Chinese
or English headings in any order. Refused rows are written to FILE.refused.xlsx with line, column, value and reason
(in the current folder where FILE's own is read-only); correct them there and import that file. A file imported
twice changes nothing the second time."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with one subcommand for each register."""
    parser = subparsers.add_parser(
        "import",
        help="read a CSV or xlsx file into the directory",
        description="Read a file into a register of the directory.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    registers = parser.add_subparsers(dest="register", metavar="REGISTER", required=True)
    for name in REGISTERS:
        one = registers.add_parser(
            name,
            help=f"read {name}",
            description=f"Read a file of {name} into the directory.",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument("file", type=Path, metavar="FILE", help="CSV or xlsx file")
        one.add_argument("--dry-run", action="store_true", help="write nothing; show what would change")
        one.add_argument("--strict", action="store_true", help="all rows or none: one refused row keeps out all")
        one.add_argument(
            "--refused",
            type=Path,
            metavar="PATH",
            help="file of refused rows (default FILE.refused.xlsx beside it; none for a dry run)",
        )
        one.add_argument("--reason", default="", metavar="TEXT", help="why, for the ledger (default: the file's name)")
        if name != "divisions":
            one.add_argument(
                "--leave-missing", action="store_true", help=f"{name} that the file does not name leave the directory"
            )
        add_json_option(one)
        add_data_option(one)
        one.set_defaults(run=run_import, leave_missing=False)


def default_refused(file: Path) -> Path | None:
    """Return the path for refused rows: beside the file, else in the current folder, else none.

    A folder that is marked read-only is taken at its word, also by root.
    """
    name = file.name + ".refused.xlsx"
    for folder in (file.parent, Path.cwd()):
        if folder.is_dir() and folder.stat().st_mode & 0o222 and os.access(folder, os.W_OK | os.X_OK):
            return folder / name
    return None


def run_import(args: argparse.Namespace) -> int:
    """Import one file and print what came of it."""
    from scheduler.commands.import_page import report_lines
    from scheduler.commands.progress import Progress
    from scheduler.directory.importing import import_file
    from scheduler.store.session import reading, writing

    engine = engine_of(args)
    refused = args.refused or (None if args.dry_run else default_refused(args.file))
    with (reading if args.dry_run else writing)(engine) as session, Progress() as progress:
        report = import_file(
            session,
            args.register,
            args.file,
            actor=actor_of(args),
            reason=args.reason,
            strict=args.strict,
            dry_run=args.dry_run,
            leave_missing=args.leave_missing,
            refused=refused,
            progress=progress.show,
        )
    if args.json:
        print_json(report.as_json())
    else:
        print("\n".join(report_lines(report, terminal_language())))
    return 1 if report.counts["refused"] else 0
