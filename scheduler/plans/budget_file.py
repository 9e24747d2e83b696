"""The JSON file of `plan budget`: one budget, or `{"budgets": [...]}` with several.

    {"id", "source", "year", "statutory_days", "statutory_days_reason", "level", "registered_staff",
     "shares": {"key", "general", "reserve"},
     "divisions": [{"name", "staff", "other_enforcement", "non_enforcement", "printed"}],
     "printed": {...}}

Only `year` and `divisions` with `name` and `staff` are needed. A deduction is a number of person-days, or its rows: an
object by row id (or Chinese or English name), or a list in the order of the catalogue. Rows may also stand
beside the number as `other_enforcement_rows`, `non_enforcement_rows`; the number is then a printed figure to be
checked. `computed` is ignored. A refusal names the path, as in `divisions[1].staff`.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from fractions import Fraction

from config.calendars import UnknownYear, calendar
from config.settings import LEVELS, PlanSettings
from config.workdays import Row, WorkdayCatalogue
from scheduler.plans.budget import DEDUCTIONS, PARTS, BudgetInput, Deduction, DivisionInput, Shares
from scheduler.plans.budget_rows import read_rows
from scheduler.plans.deadlines import statutory_calendar
from scheduler.plans.exact import fixed
from scheduler.plans.json_input import Field
from scheduler.plans.printed import PrintedFigure, read_figure, read_printed

_BUDGET = (
    "id", "source", "year", "statutory_days", "statutory_days_reason", "level", "registered_staff", "shares",
    "divisions", "printed", "computed",
)  # fmt: skip
_DIVISION = ("name", "staff", *DEDUCTIONS, *(f"{name}_rows" for name in DEDUCTIONS), "printed")


@dataclass(frozen=True)
class BudgetDocument:
    """One budget of a file: its inputs, and every figure printed beside them.

    `path` is where the budget stands in its file; the paths of printed figures begin there. `calendar_days` are the
    workdays of the statutory calendar, None for a year without one; `reason` says why the plan rests on other days.
    """

    path: str
    id: str | None
    year: int
    calendar_days: int | None
    reason: str | None
    given: BudgetInput
    printed: tuple[PrintedFigure, ...]


def read_budgets(top: Field, catalogue: WorkdayCatalogue, settings: PlanSettings) -> list[BudgetDocument]:
    """Read the budgets of a file, one or several; of a file of several nothing but `budgets` is read."""
    several = top.find("budgets")
    if several is None:
        return [read_budget(top, catalogue, settings)]
    return [read_budget(budget, catalogue, settings) for budget in several.items()]


def read_budget(budget: Field, catalogue: WorkdayCatalogue, settings: PlanSettings) -> BudgetDocument:
    """Read one budget; raise `InvalidInput` naming the path of the first fault, `NotFound` for a year unknown."""
    budget.check_members(_BUDGET, required=("year", "divisions"))
    year = budget.at("year").whole()
    printed: list[PrintedFigure] = []
    days, calendar_days, reason = _statutory_days(budget, year, printed)
    divisions = _divisions(budget.at("divisions"), catalogue, printed)
    given = BudgetInput(
        statutory_days=days,
        divisions=divisions,
        level=_level(budget.find("level")),
        registered_staff=_registered_staff(budget.find("registered_staff"), divisions),
        shares=_shares(budget.find("shares"), settings.reserve_percent),
    )
    if found := budget.find("printed"):
        printed += read_printed(found, catalogue, divisions=len(divisions))
    name = budget.find("id")
    return BudgetDocument(
        path=budget.path,
        id=name.text() if name else None,
        year=year,
        calendar_days=calendar_days,
        reason=reason,
        given=given,
        printed=tuple(figure.below(budget.path) for figure in printed),
    )


def _statutory_days(budget: Field, year: int, printed: list[PrintedFigure]) -> tuple[int, int | None, str | None]:
    """Return the days to compute with, the calendar's days, and the reason of an override.

    Days that differ from the calendar count only with a reason; without one the calendar counts and the days stated
    are a printed figure that is wrong.
    """
    stated, reason = budget.find("statutory_days"), budget.find("statutory_days_reason")
    days = None if stated is None else stated.whole()
    why = None if reason is None else reason.text()
    if why and days is None:
        raise budget.at("statutory_days").fault("json-member-missing")
    if stated is not None and days is not None and not 1 <= days <= 365 + isleap(year):
        raise stated.fault("budget-days-over-year", days=days, year=year, most=365 + isleap(year))
    try:
        calendar_days = calendar(year).workdays()
    except UnknownYear:
        if days is None or why is None:
            statutory_calendar(year)
            raise
        return days, None, why
    if stated is None or days is None or days == calendar_days:
        return calendar_days, calendar_days, None
    if why is not None:
        return days, calendar_days, why
    printed.append(read_figure(stated, "statutory_days"))
    return calendar_days, calendar_days, None


def _level(level: Field | None) -> str | None:
    if level is None:
        return None
    if level.text() not in LEVELS:
        raise level.fault("budget-level-unknown", value=level.text(), known=", ".join(LEVELS))
    return level.text()


def _registered_staff(registered: Field | None, divisions: tuple[DivisionInput, ...]) -> int | None:
    if registered is None:
        return None
    staff = sum(division.staff for division in divisions)
    if registered.whole() < max(staff, 1):
        raise registered.fault("budget-registered-below-staff", registered=registered.whole(), staff=staff)
    return registered.whole()


def _shares(shares: Field | None, reserve_percent: int) -> Shares | None:
    """Read the parting of supervision days; `general` may be left out (the rest), `reserve` too (the setting)."""
    if shares is None:
        return None
    shares.check_members(("key", "general", "reserve"), required=("key",))
    reserve_field, general_field = shares.find("reserve"), shares.find("general")
    key = Fraction(shares.at("key").number())
    reserve = Fraction(reserve_field.number() if reserve_field else reserve_percent)
    general = Fraction(general_field.number()) if general_field else 100 - key - reserve
    if key + general + reserve != 100 or general < 0:
        parts = {
            f"{name}_share": _percent_text(part) for name, part in zip(PARTS, (key, general, reserve), strict=True)
        }
        raise shares.fault("budget-shares", **parts)
    return Shares(key, general, reserve)


def _percent_text(part: Fraction) -> str:
    return fixed(part, 0 if part.denominator == 1 else 2)


def _divisions(
    divisions: Field, catalogue: WorkdayCatalogue, printed: list[PrintedFigure]
) -> tuple[DivisionInput, ...]:
    found: dict[str, DivisionInput] = {}
    for place, division in enumerate(divisions.items()):
        division.check_members(_DIVISION, required=("name", "staff"))
        name = division.at("name").text()
        if name in found:
            raise division.at("name").fault("budget-division-twice", name=name)
        deductions = {}
        for kind in DEDUCTIONS:
            deduction = _deduction(division, kind, getattr(catalogue, kind), place, printed)
            if deduction is not None:
                deductions[kind] = deduction
        found[name] = DivisionInput(name, division.at("staff").whole(), deductions)
        if shown := division.find("printed"):
            printed += read_printed(shown, catalogue, prefix=f"divisions[{place}].")
    return tuple(found.values())


def _deduction(
    division: Field, kind: str, catalogue_rows: tuple[Row, ...], place: int, printed: list[PrintedFigure]
) -> Deduction | None:
    total, rows = division.find(kind), division.find(f"{kind}_rows")
    if total is not None and isinstance(total.value, dict | list):
        if rows is not None:
            raise rows.fault("budget-rows-twice", other=total.path)
        total, rows = None, total
    if rows is None:
        return None if total is None else Deduction(total.days())
    days = read_rows(rows, catalogue_rows)
    if total is not None:
        total.days()
        printed.append(read_figure(total, f"divisions[{place}].{kind}"))
    return Deduction(sum(days.values(), Fraction(0)), days)
