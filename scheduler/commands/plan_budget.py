"""`plan budget FILE.json`: compute the workday budget of a plan and name every printed figure that is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from scheduler.commands.context import add_data_option, add_json_option, print_json, settings_of
from scheduler.errors import InvalidInput, NotFound

MOST_BYTES = 16 * 1024 * 1024

DESCRIPTION = """\
Compute the workday budget of one plan, or of several ({"budgets": [...]}), by exact arithmetic:

  total = statutory workdays x staff;  supervision = total - other enforcement - non-enforcement

per division and added up, with shares to one decimal. Figures the file prints are compared with the computed ones.
Nothing is stored: the command reads one file and the office's settings.
"""
EPILOG = """\
FILE.json:
  {"year": 2025, "statutory_days": 248, "level": "county", "registered_staff": 28,
   "divisions": [{"name": "...", "staff": 3, "other_enforcement": 375, "non_enforcement": 135}],
   "printed": {"total": 744, "percent": [50.4, 18.1, 31.5]}}

Only year and divisions (name, staff) are needed. other_enforcement and non_enforcement are person-days, or their
10 and 7 rows: an object by row id, or a list in printed order. Days other than the statutory calendar's need
"statutory_days_reason". "shares": {"key": 60, "general": 30, "reserve": 10} parts the supervision days.
"printed" may hold any computed figure; percent is other enforcement, non-enforcement, supervision.
"history": {"2024": {"divisions": [...]}} gives earlier years' figures in the same shape; --propose sets last year's
figures and the average of three years beside each row, with a proposal: days per head of these years x staff.

Exit codes: 0 computed, wrong printed figures included (with --strict these give 1), 2 refused.
"""


def register_budget(plan_subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `budget` to the commands of `plan`."""
    parser = plan_subparsers.add_parser(
        "budget",
        help="compute a workday budget and check its printed figures",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE.json", help="the budget, JSON in UTF-8")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a printed figure is wrong")
    parser.add_argument(
        "--propose", action="store_true", help="show last year's figures, the three-year average and the proposal"
    )
    add_json_option(parser)
    add_data_option(parser)
    parser.set_defaults(run=run_budget)


def run_budget(args: argparse.Namespace) -> int:
    """Print the computed budgets of a file, as tables or as JSON."""
    from config.workdays import workday_catalogue
    from scheduler.commands.budget_page import budget_page
    from scheduler.commands.language import terminal_language
    from scheduler.commands.proposal_page import proposal_page
    from scheduler.plans.json_input import parse_json
    from scheduler.plans.workday_budget.budget import compute_budget
    from scheduler.plans.workday_budget.budget_file import read_budgets
    from scheduler.plans.workday_budget.budget_report import report_budget, report_proposals
    from scheduler.plans.workday_budget.printed import compare_printed

    language = terminal_language()
    plan = settings_of(args).plan
    top = parse_json(read_budget_file(args.file))
    results = []
    for document in read_budgets(top, workday_catalogue(), plan):
        budget = compute_budget(document.given, plan.staff_floor_percent, document.path)
        results.append((document, budget, compare_printed(document.printed, budget, document.calendar_days)))
    if args.json:
        reports = [
            report_budget(*result) | ({"proposal": report_proposals(result[0])} if args.propose else {})
            for result in results
        ]
        print_json({"budgets": reports} if top.find("budgets") else reports[0])
    else:
        pages = [
            budget_page(*result, language) + ("\n\n" + proposal_page(result[0], language) if args.propose else "")
            for result in results
        ]
        print("\n\n".join(pages))
    any_wrong = any(comparison.wrong for _, _, comparison in results)
    return 1 if args.strict and any_wrong else 0


def read_budget_file(path: Path) -> bytes:
    """Read a budget file's bytes; refuse one that is not there, cannot be read, or is no budget by its size."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("input-file-missing", file=path) from None
    except OSError as error:
        raise InvalidInput("input-file-unreadable", file=path, reason=error.strerror) from None
    if len(data) > MOST_BYTES:
        raise InvalidInput("input-file-too-large", file=path, most=MOST_BYTES // 2**20)
    return data
