"""The figures a document prints beside its inputs, and which of them are wrong.

A printed figure carries the name of the computed figure it stands for (`total`, `percent[0]`,
`divisions[1].supervision`). Person-days must be equal. A percentage is right when it equals the exact share rounded
half up to as many decimals as are printed, or when its three are rounded so that they add up to 100
(`exact.printed_shares`). The three of `percent` are other enforcement, non-enforcement and supervision, in this order:
a right value in a wrong place is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from config.workdays import WorkdayCatalogue
from scheduler.plans.exact import days_figure, fixed, half_up, round_together
from scheduler.plans.json_input import Field
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS, Budget, DayFigures
from scheduler.plans.workday_budget.budget_rows import read_rows

_DAYS = ("total", *DEDUCTIONS, "supervision", *PARTS)
_ROWS = tuple(f"{kind}_rows" for kind in DEDUCTIONS)
_UNIT = (*_DAYS, "staff", "percent", *_ROWS)
_BUREAU = (*_UNIT, "staff_percent", "staff_floor", "staff_floor_percent", "holds", "divisions")
_PERCENT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?[%％]?")

Figure = Fraction | bool


@dataclass(frozen=True)
class PrintedFigure:
    """One printed figure: its path in the file, the computed figure it stands for, its value and decimals."""

    path: str
    name: str
    value: Figure
    places: int = 0

    def below(self, path: str) -> PrintedFigure:
        """Return the figure with its path counted from a place in the file."""
        return replace(self, path=self.path.removeprefix(f"{path}."))


@dataclass(frozen=True)
class WrongFigure:
    """A printed figure that is not the computed one, both as JSON values."""

    path: str
    printed: int | str | bool
    computed: int | str | bool


@dataclass(frozen=True)
class Comparison:
    """The wrong figures, and the paths of figures whose inputs are missing so that nothing can be said of them."""

    wrong: tuple[WrongFigure, ...]
    unchecked: tuple[str, ...]


def read_figure(field: Field, name: str) -> PrintedFigure:
    """Read a printed number; a percentage may also be text like `52.2%`."""
    if isinstance(field.value, bool) and name == "holds":
        return PrintedFigure(field.path, name, field.value)
    if _is_share(name) and isinstance(field.value, str) and _PERCENT.fullmatch(field.value):
        number = Decimal(field.value.rstrip("%％"))
    elif name == "holds":
        raise field.fault("json-not-boolean")
    else:
        number = field.number()
    exponent = number.as_tuple().exponent
    return PrintedFigure(field.path, name, Fraction(number), max(0, -int(exponent)))


def read_printed(
    printed: Field, catalogue: WorkdayCatalogue, prefix: str = "", divisions: int | None = None
) -> list[PrintedFigure]:
    """Read a `printed` object: of a division when `prefix` names it, else of the bureau with so many divisions."""
    printed.check_members(_UNIT if divisions is None else _BUREAU)
    figures: list[PrintedFigure] = []
    for name, field in printed.members():
        if name == "divisions":
            figures += _read_divisions(field, catalogue, divisions or 0)
        elif name == "percent":
            items = field.items()
            if len(items) != 3:
                raise field.fault("budget-percent-count", count=len(items))
            figures += [read_figure(item, f"{prefix}percent[{place}]") for place, item in enumerate(items)]
        elif name in _ROWS:
            kind = name.removesuffix("_rows")
            for row, days in read_rows(field, getattr(catalogue, kind)).items():
                figures.append(PrintedFigure(f"{field.path}.{row}", f"{prefix}{name}.{row}", days, 1))
        else:
            figures.append(read_figure(field, prefix + name))
    return figures


def _read_divisions(field: Field, catalogue: WorkdayCatalogue, divisions: int) -> list[PrintedFigure]:
    items = field.items()
    if len(items) != divisions:
        raise field.fault("budget-printed-divisions", count=len(items), wanted=divisions)
    return [
        figure
        for place, item in enumerate(items)
        for figure in read_printed(item, catalogue, prefix=f"divisions[{place}].")
    ]


def compare_printed(printed: tuple[PrintedFigure, ...], budget: Budget, calendar_days: int | None) -> Comparison:
    """Compare every printed figure with the computed one of its name."""
    computed = computed_figures(budget)
    if calendar_days is not None:
        computed["statutory_days"] = Fraction(calendar_days)
    wrong, unchecked = [], []
    together = _rounded_together(printed, computed)
    for figure in printed:
        value = computed.get(figure.name)
        if value is None:
            unchecked.append(figure.path)
        elif not _agrees(figure, value) and figure.path not in together:
            places = max(1, figure.places)
            wrong.append(
                WrongFigure(
                    figure.path, _shown(figure.name, figure.value, figure.places), _shown(figure.name, value, places)
                )
            )
    return Comparison(tuple(wrong), tuple(unchecked))


def _rounded_together(printed: tuple[PrintedFigure, ...], computed: Mapping[str, Figure]) -> set[str]:
    """Return the paths of percentages that are right because their three are rounded to add up to 100."""
    threes: dict[str, list[PrintedFigure]] = {}
    for figure in printed:
        if "percent[" in figure.name:
            threes.setdefault(figure.path.rpartition("percent[")[0], []).append(figure)
    right: set[str] = set()
    for figures in threes.values():
        exact = [Fraction(computed[figure.name]) for figure in figures if figure.name in computed]
        places = max(figure.places for figure in figures)
        if len(exact) == 3 and [figure.value for figure in figures] == round_together(exact, places):
            right |= {figure.path for figure in figures}
    return right


def computed_figures(budget: Budget) -> dict[str, Figure]:
    """Return every computed figure by its name, percentages exact."""
    figures: dict[str, Figure] = {}
    _name_figures("", budget.bureau, figures)
    for place, division in enumerate(budget.divisions):
        _name_figures(f"divisions[{place}].", division, figures)
    share = budget.staff_share
    if share is not None:
        figures["staff_percent"] = share.percent
        if share.floor is not None and share.floor_percent is not None:
            figures["staff_floor"] = Fraction(share.floor)
            figures["staff_floor_percent"] = Fraction(share.floor_percent)
            figures["holds"] = bool(share.holds(budget.bureau.staff))
    return figures


def _name_figures(prefix: str, unit: DayFigures, figures: dict[str, Figure]) -> None:
    figures[f"{prefix}staff"] = Fraction(unit.staff)
    days: Mapping[str, Fraction | None] = {
        "total": unit.total,
        "other_enforcement": unit.other_enforcement,
        "non_enforcement": unit.non_enforcement,
        "supervision": unit.supervision,
        **unit.parts,
    }
    figures.update({prefix + name: value for name, value in days.items() if value is not None})
    figures.update({f"{prefix}percent[{place}]": share for place, share in enumerate(unit.percent)})
    for kind, rows in unit.rows.items():
        figures.update({f"{prefix}{kind}_rows.{row}": value for row, value in rows.items()})


def _is_share(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.startswith("percent[") or last == "staff_percent"


def _agrees(figure: PrintedFigure, computed: Figure) -> bool:
    if _is_share(figure.name) and not isinstance(computed, bool):
        return half_up(computed, figure.places) == figure.value
    return computed == figure.value and isinstance(computed, bool) == isinstance(figure.value, bool)


def _shown(name: str, value: Figure, places: int) -> int | str | bool:
    if isinstance(value, bool):
        return value
    if _is_share(name):
        return fixed(value, places) if places else int(value)
    return days_figure(value) if (value * 10).denominator == 1 else fixed(value, places)
