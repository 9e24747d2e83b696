"""Earlier years' figures beside a budget, in the shape of the budget itself: member `history`.

    {"2025": {"divisions": [{"name", "staff", "other_enforcement", "non_enforcement"}]}, "2024": {...}}

Nothing of them is computed anew but sums: a total beside rows that do not add up to it is refused, because a proposal
that rests on it would not add up either.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from fractions import Fraction

from config.workdays import WorkdayCatalogue, workday_catalogue
from scheduler.plans.exact import days_text
from scheduler.plans.json_input import Field, parse_json
from scheduler.plans.workday_budget.budget import DivisionInput
from scheduler.plans.workday_budget.budget_divisions import read_divisions
from scheduler.plans.workday_budget.printed import PrintedFigure


@dataclass(frozen=True)
class YearFigures:
    """What the divisions stated in an earlier year."""

    year: int
    divisions: tuple[DivisionInput, ...]

    def of(self, *names: str) -> DivisionInput | None:
        """Return the figures of the division that bears one of these names, None when there is none."""
        return next((division for division in self.divisions if division.name in names), None)


def read_history(history: Field, catalogue: WorkdayCatalogue, before: int) -> tuple[YearFigures, ...]:
    """Read earlier years' figures, the latest first; a year that is not before the budget's is refused."""
    found = []
    for name, given in history.members():
        if not (name.isascii() and name.isdigit() and len(name) == 4 and int(name) < before):
            raise given.fault("budget-history-year", year=before)
        given.check_members(("divisions",), required=("divisions",))
        found.append(_read_year(int(name), given.at("divisions"), catalogue))
    return tuple(sorted(found, key=lambda figures: -figures.year))


def stated_history(inputs: bytes, year: int) -> tuple[YearFigures, ...]:
    """Return the earlier years' figures among the stored inputs of a plan's version; none where it has none."""
    history = parse_json(inputs).find("history") if inputs else None
    return read_history(history, workday_catalogue(), year) if history else ()


def _read_year(year: int, given: Field, catalogue: WorkdayCatalogue) -> YearFigures:
    printed: list[PrintedFigure] = []
    divisions = read_divisions(given, catalogue, printed, more=())
    for figure in printed:
        place, _, kind = figure.name.removeprefix("divisions[").partition("].")
        total = divisions[int(place)].deductions[kind].total
        if figure.value != total:
            printed_text = days_text(Fraction(figure.value))
            raise Field(None, figure.path).fault("budget-history-sum", printed=printed_text, computed=days_text(total))
    for item, division in zip(given.items(), divisions, strict=True):
        spent = sum((each.total for each in division.deductions.values()), Fraction(0))
        most = Fraction((365 + isleap(year)) * division.staff)
        if spent > most:
            raise item.fault(
                "budget-days-over-total", name=division.name, spent=days_text(spent), total=days_text(most)
            )
    return YearFigures(year, divisions)
