"""The JSON file of `plan budget`: one budget, or `{"budgets": [...]}` with several.

    {"id", "source", "year", "statutory_days", "statutory_days_reason", "level", "registered_staff",
     "shares": {"key", "general", "reserve"},
     "divisions": [{"name", "staff", "other_enforcement", "non_enforcement", "printed"}],
     "printed": {...}, "history": {...}}

Only `year` and `divisions` with `name` and `staff` are needed. A deduction is a number of person-days, or its rows: an
object by row id (or Chinese or English name), or a list in the order of the catalogue. Rows may also stand
beside the number as `other_enforcement_rows`, `non_enforcement_rows`; the number is then a printed figure to be
checked. `history` are earlier years' figures (`history`). `computed` is ignored. A refusal names the path, as in
`divisions[1].staff`.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from fractions import Fraction

from config.calendars import UnknownYear, calendar
from config.settings import LEVELS, PlanSettings
from config.workdays import WorkdayCatalogue
from scheduler.plans.deadlines import statutory_calendar
from scheduler.plans.exact import fixed
from scheduler.plans.json_input import Field
from scheduler.plans.workday_budget.budget import PARTS, BudgetInput, DivisionInput, Shares
from scheduler.plans.workday_budget.budget_divisions import read_divisions
from scheduler.plans.workday_budget.history import YearFigures, read_history
from scheduler.plans.workday_budget.printed import PrintedFigure, read_figure, read_printed

_BUDGET = (
    "id", "source", "year", "statutory_days", "statutory_days_reason", "level", "registered_staff", "shares",
    "divisions", "printed", "computed", "history",
)  # fmt: skip
# The other inputs of a plan stand beside its budget; `scheduler.plans.inputs` reads them.
BESIDE = ("closed_months", "campaigns", "frequencies", "left_out", "ratios", "batches")


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
    history: tuple[YearFigures, ...] = ()


def read_budgets(top: Field, catalogue: WorkdayCatalogue, settings: PlanSettings) -> list[BudgetDocument]:
    """Read the budgets of a file, one or several; of a file of several nothing but `budgets` is read."""
    several = top.find("budgets")
    if several is None:
        return [read_budget(top, catalogue, settings)]
    return [read_budget(budget, catalogue, settings) for budget in several.items()]


def read_budget(budget: Field, catalogue: WorkdayCatalogue, settings: PlanSettings) -> BudgetDocument:
    """Read one budget; raise `InvalidInput` naming the path of the first fault, `NotFound` for a year unknown."""
    budget.check_members((*_BUDGET, *BESIDE), required=("year", "divisions"))
    year = budget.at("year").whole()
    printed: list[PrintedFigure] = []
    days, calendar_days, reason = _statutory_days(budget, year, printed)
    divisions = read_divisions(budget.at("divisions"), catalogue, printed)
    given = BudgetInput(
        statutory_days=days,
        divisions=divisions,
        level=_level(budget.find("level")),
        registered_staff=_registered_staff(budget.find("registered_staff"), divisions),
        shares=_shares(budget.find("shares"), settings.reserve_percent),
    )
    if found := budget.find("printed"):
        printed += read_printed(found, catalogue, divisions=len(divisions))
    earlier = budget.find("history")
    name = budget.find("id")
    return BudgetDocument(
        path=budget.path,
        id=name.text() if name else None,
        year=year,
        calendar_days=calendar_days,
        reason=reason,
        given=given,
        printed=tuple(figure.below(budget.path) for figure in printed),
        history=read_history(earlier, catalogue, year) if earlier else (),
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
