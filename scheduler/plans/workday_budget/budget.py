"""The workday budget of an annual plan (domain 2, method of document 150 of 2017), computed exactly.

    total       = statutory workdays x enforcement staff
    supervision = total - other enforcement - non-enforcement
    supervision = key + general + reserve

per division, and added up to the bureau. Unit: person-days, whole or in tenths. Nothing here is typed in twice:
what a document prints beside its inputs is compared in `budget_check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from scheduler.errors import InvalidInput
from scheduler.plans.exact import apportion_days, ceiling_share, days_text

DEDUCTIONS = ("other_enforcement", "non_enforcement")
PARTS = ("key", "general", "reserve")


@dataclass(frozen=True)
class Deduction:
    """The person-days of one deduction: their total, and by row id when the rows are given."""

    total: Fraction
    rows: Mapping[str, Fraction] | None = None


@dataclass(frozen=True)
class Shares:
    """How supervision days are parted, in percent of them: key visits, general draws, reserve; 100 in all."""

    key: Fraction
    general: Fraction
    reserve: Fraction


@dataclass(frozen=True)
class DivisionInput:
    """What a division states: its name, its enforcement staff, and its deductions by name where given."""

    name: str
    staff: int
    deductions: Mapping[str, Deduction] = field(default_factory=dict)


@dataclass(frozen=True)
class BudgetInput:
    """What a bureau states: `statutory_days` are the days the plan rests on (calendar, or a reasoned override)."""

    statutory_days: int
    divisions: tuple[DivisionInput, ...]
    level: str | None = None
    registered_staff: int | None = None
    shares: Shares | None = None


@dataclass(frozen=True)
class DayFigures:
    """The figures of one division or of the bureau; what cannot be computed from the inputs is None or empty.

    `percent` holds the exact shares of other enforcement, non-enforcement and supervision in the total.
    """

    staff: int
    total: Fraction
    other_enforcement: Fraction | None
    non_enforcement: Fraction | None
    supervision: Fraction | None
    percent: tuple[Fraction, ...]
    parts: Mapping[str, Fraction]
    rows: Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True)
class StaffShare:
    """Enforcement staff against registered staff: exact percentage; floor and whether it holds where one is set."""

    percent: Fraction
    floor_percent: int | None
    floor: int | None

    def holds(self, staff: int) -> bool | None:
        """Say whether so many staff reach the floor; None where no floor is set."""
        return None if self.floor is None else staff >= self.floor


@dataclass(frozen=True)
class Budget:
    """The computed budget: the bureau's figures, one for each division in the order given, the staff share."""

    statutory_days: int
    bureau: DayFigures
    divisions: tuple[DayFigures, ...]
    staff_share: StaffShare | None


def compute_budget(given: BudgetInput, staff_floors: Mapping[str, int], path: str = "") -> Budget:
    """Compute every figure; `staff_floors` are the floors by level, in percent of registered staff; `path` is
    where the budget stands in its file (empty at the top).

    Raises `InvalidInput` (`budget-days-over-total`) where a division's deductions exceed its total.
    """
    divisions = tuple(
        _division_figures(division, f"{path and path + '.'}divisions[{place}]", given)
        for place, division in enumerate(given.divisions)
    )
    return Budget(given.statutory_days, _add_up(divisions), divisions, _staff_share(given, staff_floors))


def _division_figures(division: DivisionInput, path: str, given: BudgetInput) -> DayFigures:
    total = Fraction(given.statutory_days * division.staff)
    used = {name: division.deductions[name].total for name in DEDUCTIONS if name in division.deductions}
    spent = sum(used.values(), Fraction(0))
    if spent > total:
        raise InvalidInput(
            "budget-days-over-total", path=path, name=division.name, spent=days_text(spent), total=days_text(total)
        )
    supervision = total - spent if len(used) == len(DEDUCTIONS) else None
    rows = {name: dict(kind.rows) for name, kind in division.deductions.items() if kind.rows is not None}
    return _figures(division.staff, total, used, supervision, _parts(supervision, given.shares), rows)


def _figures(
    staff: int,
    total: Fraction,
    used: Mapping[str, Fraction],
    supervision: Fraction | None,
    parts: Mapping[str, Fraction],
    rows: Mapping[str, Mapping[str, Fraction]],
) -> DayFigures:
    percent: tuple[Fraction, ...] = ()
    if supervision is not None and total:
        percent = tuple(100 * days / total for days in (*(used[name] for name in DEDUCTIONS), supervision))
    other, non = (used.get(name) for name in DEDUCTIONS)
    return DayFigures(staff, total, other, non, supervision, percent, parts, rows)


def _parts(supervision: Fraction | None, shares: Shares | None) -> dict[str, Fraction]:
    if supervision is None or shares is None:
        return {}
    split = apportion_days(supervision, [shares.key, shares.general, shares.reserve])
    return dict(zip(PARTS, split, strict=True))


def _add_up(divisions: tuple[DayFigures, ...]) -> DayFigures:
    """Add the divisions' figures; a figure that one division lacks is not known for the bureau."""
    used = {}
    for name in DEDUCTIONS:
        known = _sum_if_known(getattr(division, name) for division in divisions)
        if known is not None:
            used[name] = known
    rows = {
        name: _add_rows([division.rows[name] for division in divisions])
        for name in DEDUCTIONS
        if all(name in division.rows for division in divisions)
    }
    parts = _add_rows([division.parts for division in divisions]) if all(d.parts for d in divisions) else {}
    return _figures(
        sum(division.staff for division in divisions),
        sum((division.total for division in divisions), Fraction(0)),
        used,
        _sum_if_known(division.supervision for division in divisions),
        parts,
        rows,
    )


def _sum_if_known(values: Iterable[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _add_rows(tables: list[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    added: dict[str, Fraction] = {}
    for table in tables:
        for name, days in table.items():
            added[name] = added.get(name, Fraction(0)) + days
    return added


def _staff_share(given: BudgetInput, staff_floors: Mapping[str, int], path: str = "") -> StaffShare | None:
    if given.registered_staff is None:
        return None
    staff = sum(division.staff for division in given.divisions)
    floor_percent = staff_floors.get(given.level) if given.level else None
    floor = None if floor_percent is None else ceiling_share(given.registered_staff, floor_percent)
    return StaffShare(Fraction(100 * staff, given.registered_staff), floor_percent, floor)
