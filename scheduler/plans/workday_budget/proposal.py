"""What last years propose for a division's budget: last year's figures, the average of three years, this year's rows.

- The average of a deduction rests on those of the last three years that give its rows, else on those that give its
  total; of fewer years than three it is the average of those there are, and `years` names them.
- The proposal is the person-days per head of these years (their sum over the sum of their staff) times this year's
  staff; where the staff did not change it is the average.
- Both are exact until they are printed: the sum is rounded half up to 0.1, and its rows by largest remainder, so that
  what is printed adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.plans.exact import half_up, round_together
from scheduler.plans.workday_budget.budget import DEDUCTIONS, Deduction, DivisionInput
from scheduler.plans.workday_budget.history import YearFigures

YEARS = 3


@dataclass(frozen=True)
class Column:
    """A column beside a deduction: its total, and its rows where the years behind it give them."""

    total: Fraction | None = None
    rows: Mapping[str, Fraction] | None = None

    def row(self, row: str) -> Fraction | None:
        """Return a row's person-days, None where they are not known."""
        return None if self.rows is None else self.rows.get(row)


@dataclass(frozen=True)
class KindProposal:
    """Of one deduction: last year's figures, the average over `years` (the latest first), this year's proposal.

    `sums` and `heads` are what both rest on: the figures and the staff of these years, added up.
    """

    years: tuple[int, ...]
    sums: Deduction
    heads: int
    last: Column
    average: Column
    proposed: Column


@dataclass(frozen=True)
class DivisionProposal:
    """What stands beside a division's figures: last year's staff, and both deductions by name."""

    last_staff: int | None
    kinds: Mapping[str, KindProposal]

    @property
    def years(self) -> tuple[int, ...]:
        """The years behind the averages, the latest first."""
        return tuple(sorted({year for kind in self.kinds.values() for year in kind.years}, reverse=True))


def propose_division(
    names: Sequence[str], staff: int | None, year: int, history: Sequence[YearFigures]
) -> DivisionProposal:
    """Propose a division's figures of a year; `names` are what earlier years may have called it.

    Without this year's staff there is an average and no proposal, and so there is for a division that had no staff.
    """
    known = {figures.year: found for figures in history if (found := figures.of(*names)) is not None}
    last = known.get(year - 1)
    return DivisionProposal(
        last_staff=last.staff if last else None,
        kinds={kind: _propose(kind, staff, year, known) for kind in DEDUCTIONS},
    )


def _propose(kind: str, staff: int | None, year: int, known: Mapping[int, DivisionInput]) -> KindProposal:
    recent = {each: known[each] for each in range(year - 1, year - 1 - YEARS, -1) if each in known}
    given = {each: found.deductions[kind] for each, found in recent.items() if kind in found.deductions}
    years = [each for each, deduction in given.items() if deduction.rows is not None] or list(given)
    sums = _add([given[each] for each in years])
    heads = sum(recent[each].staff for each in years)
    last = given.get(year - 1)
    return KindProposal(
        years=tuple(years),
        sums=sums,
        heads=heads,
        last=Column() if last is None else Column(last.total, last.rows),
        average=_scaled(sums, Fraction(1, len(years))) if years else Column(),
        proposed=_scaled(sums, Fraction(staff, heads)) if heads and staff is not None else Column(),
    )


def _add(deductions: Sequence[Deduction]) -> Deduction:
    """Add the figures of several years; the rows are given by all of them or by none."""
    rows: dict[str, Fraction] = {}
    for deduction in deductions:
        for row, days in (deduction.rows or {}).items():
            rows[row] = rows.get(row, Fraction(0)) + days
    return Deduction(sum((each.total for each in deductions), Fraction(0)), rows or None)


def _scaled(sums: Deduction, by: Fraction) -> Column:
    total = half_up(sums.total * by, 1)
    if sums.rows is None:
        return Column(total)
    rounded = round_together([days * by for days in sums.rows.values()], 1)
    return Column(total, dict(zip(sums.rows, rounded, strict=True)))
