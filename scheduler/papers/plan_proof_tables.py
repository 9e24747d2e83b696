"""What speaks for a plan: what is proven of its months, how the general tier is covered in time, earlier years' days.

Versions that hold nothing of one of them have no rows in its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from config.workdays import workday_catalogue
from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.table import Cell, Column, Row, Share, Table, figure, ratio, share
from scheduler.plans.exact import days_figure, half_up
from scheduler.plans.full_coverage.goal_report import GoalRow, goal_report
from scheduler.plans.workday_budget.budget import DEDUCTIONS
from scheduler.plans.workday_budget.history import YearFigures

_GOAL_WIDTH = 14


def goals_table(plan: PlanContents) -> Table:
    """The goals of the months, a division a row, and by what all of them but the journeys are proven."""
    words, report = plan.words, goal_report(plan.document["coverage"])
    found = report.rows if report else ()
    goals = list(dict.fromkeys(each.goal for each in found))
    rows = []
    for division, name in plan.divisions.items() if found else ():
        own = {each.goal: each for each in found if each.division == division}
        rows.append(Row((name, *(_value(own.get(goal)) for goal in goals), _proof(plan, list(own.values())))))
    columns = (
        Column(words.say("column-division"), 22),
        *(Column(words.text(f"page.optimiser.goal-{goal}"), _GOAL_WIDTH) for goal in goals),
        Column(words.say("column-proof"), 20),
    )
    return Table("goals", words.say("table-goals"), columns, tuple(rows))


def _value(goal: GoalRow | None) -> Cell:
    if goal is None:
        return None
    return share(goal.value.removesuffix(" %")) if goal.value.endswith("%") else _number(goal.value)


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdecimal() else Decimal(text)


def _proof(plan: PlanContents, goals: Sequence[GoalRow]) -> str:
    """Say by what the goals but the journeys are proven; name those that are not, else those of the search."""
    words, proven = plan.words, [each for each in goals if each.goal != "journeys"]
    for by, text in (("gap", "proof-open"), ("search", "proof-search")):
        named = [words.text(f"page.optimiser.goal-{each.goal}") for each in proven if each.by == by]
        if named:
            return words.say(text, goals=words.listed(named))
    return words.say("proof-all")


def coverage_table(plan: PlanContents) -> Table:
    """How long the general tier takes to be covered: by risk class, and in all."""
    words, general = plan.words, plan.document.get("general", {})
    years = general.get("cycle_years", 0)
    rows: list[Row] = []
    for each in (*general.get("classes", ()), *general.get("all", ())):
        whole, stated = each["id"] == "all", general["ratios"].get(each["id"])
        never = next(found for found in each["never"] if found["years"] == years)
        rows.append(
            Row(
                (
                    words.say("total") if whole else words.risk(each["id"]), each["population"],
                    _year_ratio(stated), figure(each["expected_drawn"]), each["years"],
                    Decimal(never["expected"]), share(never["percent"]),
                ),
                sums=len(rows) if whole else 0,
            )
        )  # fmt: skip
    widths = {"risk": 16, "pool": 12, "year-ratio": 12, "drawn-year": 14, "pass": 14}
    columns = [Column(words.say(f"column-{name}"), width) for name, width in widths.items()]
    columns += [Column(words.say(f"column-{name}", years=years), 14) for name in ("never", "never-share")]
    return Table("general-coverage", words.say("table-general-coverage"), tuple(columns), tuple(rows))


def _year_ratio(stated: str | None) -> Share | None:
    part = Fraction(stated) if stated is not None else None
    return None if part is None else ratio(part, 1)


def history_table(plan: PlanContents) -> Table:
    """The bureau's deductions of earlier years beside this year's, row by row."""
    words, years = plan.words, plan.earlier
    bureau = plan.document["budget"]["bureau"]
    rows = [Row((words.say("row-staff"), *(_staff(each) for each in years), bureau["staff"]))]
    for kind in DEDUCTIONS:
        totals = [_days(each, kind, None) for each in years]
        rows.append(Row((words.say(f"row-{kind}"), *totals, figure(bureau[kind]))))
        for number, row in enumerate(getattr(workday_catalogue(), kind), start=1):
            label = f"({number}) {getattr(row, words.language)}"
            given = [_days(each, kind, row.id) for each in years]
            rows.append(Row((label, *given, figure(bureau["rows"].get(kind, {}).get(row.id)))))
    titles = [words.say("column-year", year=year) for year in (*(each.year for each in years), plan.document["year"])]
    columns = (Column(words.say("column-item"), 40), *(Column(title, 14) for title in titles))
    return Table("history", words.say("table-history"), columns, tuple(rows) if years else (), words.say("unit-only"))


def _staff(year: YearFigures) -> int:
    return sum(each.staff for each in year.divisions)


def _days(year: YearFigures, kind: str, row: str | None) -> Cell:
    """Add up a deduction, or one row of it, over the divisions; nothing where a division states none."""
    found: list[Fraction] = []
    for each in year.divisions:
        deduction = each.deductions.get(kind)
        value = None if deduction is None else deduction.total if row is None else (deduction.rows or {}).get(row)
        if value is None:
            return None
        found.append(Fraction(value))
    return figure(days_figure(half_up(sum(found, Fraction(0)), 1)))
