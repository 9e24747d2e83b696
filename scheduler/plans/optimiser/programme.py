"""The linear programme of a division's year: visits of a group by month, loads of the months in steps, their costs.

A cost is a convex function of a whole number of steps, so the programme is given the lines through its neighbouring
whole points: its least value over all real numbers is then often that over whole ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.optimiser.costs import PLACES, Limit, MonthCost
from scheduler.plans.optimiser.year import Group, Row, Trip, Year, most_in_month


@dataclass
class _Rows:
    """Rows of a sparse matrix with their right-hand sides."""

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)

    def add(self, entries: Mapping[int, float], right: float) -> int:
        row = len(self.right)
        self.entries += [(row, column, value) for column, value in entries.items()]
        self.right.append(right)
        return row

    def matrix(self, columns: int) -> Any:
        from scipy.sparse import csr_array  # only now, see solver.py

        values = np.array([value for _, _, value in self.entries], dtype=float)
        places = np.array([(row, column) for row, column, _ in self.entries], dtype=np.int32).reshape(-1, 2)
        return csr_array((values, (places[:, 0], places[:, 1])), shape=(len(self.right), columns))


class Programme:
    """A year's visits and loads as columns and rows; costs come on top."""

    def __init__(self, year: Year, tops: Sequence[int]) -> None:
        self.year = year
        self.column = {
            (number, month - 1): column
            for column, (number, month) in enumerate(
                (number, month) for number, group in enumerate(year.groups) for month in group.months
            )
        }
        self.visits = len(self.column)
        self.upper = [float(year.groups[number].population) for number, _ in self.column]
        self.upper += [top // step for top, step in zip(tops, year.step, strict=True)]
        self.whole = list(range(len(self.upper)))
        self.tops = tops
        self.trips: list[int] = []
        self.equal, self.below = _Rows(), _Rows()
        for number, group in enumerate(year.groups):
            self._add_rules(number, group)
        self.links = [self._add_link(place) for place in PLACES]

    def _add_rules(self, number: int, group: Group) -> None:
        columns = {month: self.column[number, month - 1] for month in group.months}
        self.equal.add(dict.fromkeys(columns.values(), 1), group.visits * group.population)
        for first in group.months:
            window = [column for month, column in columns.items() if first <= month < first + group.gap]
            if len(window) > 1:
                self.below.add(dict.fromkeys(window, 1), group.population)
        for stretch in group.stretches:
            within = [column for month, column in columns.items() if stretch.first <= month <= stretch.last]
            self.below.add(dict.fromkeys(within, 1), stretch.most * group.population)
            self.below.add(dict.fromkeys(within, -1), -stretch.least * group.population)

    def _add_link(self, place: int) -> int:
        step = self.year.step[place]
        visits = {
            self.column[number, place]: group.workload // step
            for number, group in enumerate(self.year.groups)
            if (number, place) in self.column
        }
        return self.equal.add({**visits, self.visits + place: -1}, 0)

    def add_cost(self, cost: MonthCost) -> list[int]:
        """Add the cost of every month as a column, in units of load, and return the columns."""
        columns = []
        for place in PLACES:
            column = len(self.upper)
            self.upper.append(np.inf)
            columns.append(column)
            for slope, at_zero in _lines(cost, place, self.year.step[place]):
                self.below.add({self.visits + place: slope, column: -1}, -at_zero)
        return columns

    def add_limit(self, limit: Limit) -> int:
        """Add a limit and return its row."""
        return self.below.add(dict.fromkeys(self.add_cost(limit.cost), 1), limit.most / limit.cost.parts)

    def add_trips(self, visits: Mapping[tuple[int, int], int]) -> tuple[dict[Trip, int], dict[tuple[int, int], int]]:
        """Add a column of 0 or 1 for each district-month of visits; return the rows of the district-months and visits.

        A class's visits, and the load of all visits of a district, fall into a month only when it is travelled to.
        """
        loads: dict[Trip, dict[int, float]] = {}
        for (number, place), column in visits.items():
            loads.setdefault(self.trip(number, place), {})[column] = self.year.groups[number].workload
        columns = dict(zip(loads, range(len(self.upper), len(self.upper) + len(loads)), strict=True))
        self.upper += [1] * len(columns)
        self.whole += columns.values()
        self.trips += columns.values()
        trips = {trip: self.below.add({**load, columns[trip]: -self.tops[trip[1]]}, 0) for trip, load in loads.items()}
        most = {key: most_in_month(self.year.groups[key[0]], self.tops[key[1]]) for key in visits}
        rows = {
            key: self.below.add({column: 1, columns[self.trip(*key)]: -most[key]}, 0) for key, column in visits.items()
        }
        return trips, rows

    def add_omissions(self) -> list[int]:
        """Let visits be left out, all but one of each enterprise; return the columns that count them by group."""
        columns = range(len(self.upper), len(self.upper) + len(self.year.groups))
        self.upper += [(group.visits - 1) * group.population for group in self.year.groups]
        self.whole += columns
        self.equal.entries += [(row, column, 1) for row, column in enumerate(columns)]
        return list(columns)

    def trip(self, number: int, place: int) -> Trip:
        """Return the district-month that a group's visits of a month belong to."""
        return self.year.groups[number].members[0].district, place

    def objective(self, columns: Sequence[int]) -> Any:
        """Return an objective that adds up the given columns."""
        weights = np.zeros(len(self.upper))
        weights[list(columns)] = 1
        return weights

    def rows_of(self, values: Sequence[int]) -> tuple[Row, ...]:
        """Return the values of the visits' columns by group and month."""
        rows = [[0] * len(MONTHS) for _ in self.year.groups]
        for (number, place), column in self.column.items():
            rows[number][place] = values[column]
        return tuple(rows)


def _lines(cost: MonthCost, place: int, step: int) -> Iterator[tuple[float, float]]:
    """Give slope and value at zero of the lines through neighbouring whole numbers of steps, but for the zero line."""
    bend = cost.bend(place) // step
    here, there = cost.at(place, bend * step), cost.at(place, (bend + 1) * step)
    rise, fall = (each[place] * step * cost.parts for each in (cost.rise, cost.fall))
    for slope, at_zero in {
        (-fall, here + bend * fall),
        (there - here, here - bend * (there - here)),
        (rise, there - (bend + 1) * rise),
    } - {(0, 0)}:
        yield slope / cost.parts, at_zero / cost.parts
