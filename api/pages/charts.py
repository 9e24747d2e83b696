"""Geometry of the pictures of a plan: what a template needs to draw them, in exact whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_STEPS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a division: person-days asked and there, how dark, and the visits when the lottery gave them."""

    month: int
    load: Fraction
    capacity: Fraction
    level: int
    visits: int | None

    @property
    def is_over(self) -> bool:
        """Say whether more is asked than there is."""
        return self.load > self.capacity


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A division's year."""

    division: str
    cells: tuple[Cell, ...]


def heat_rows(loads: Sequence[Mapping[str, Any]], visits: Mapping[tuple[str, int], int]) -> tuple[HeatRow, ...]:
    """Return the months of every division out of a plan's `coverage.loads`."""
    return tuple(
        HeatRow(
            load["division"],
            tuple(
                _cell(month, asked, room, visits.get((load["division"], month), 0) if visits else None)
                for month, (asked, room) in enumerate(zip(load["load"], load["capacity"], strict=True), start=1)
            ),
        )
        for load in loads
    )


def _cell(month: int, asked: int | str, room: int | str, visits: int | None) -> Cell:
    load, capacity = Fraction(asked), Fraction(room)
    if load == 0:
        level = 0
    elif capacity == 0:
        level = 4
    else:
        level = 1 + sum(load / capacity > step for step in _STEPS)
    return Cell(month, load, capacity, level, visits)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its value, and its width out of a thousand of the longest."""

    label: str
    value: int
    width: int


def bars(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Return bars for labelled values, the longest 1000 wide."""
    longest = max((value for _, value in values), default=0) or 1
    return tuple(Bar(label, value, max(4, value * 1000 // longest) if value else 0) for label, value in values)
