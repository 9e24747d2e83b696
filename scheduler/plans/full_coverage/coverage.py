"""Key visits over the months of a year: what is asked, what a plan gives, and the exact figures of it.

Key enterprises that nothing distinguishes for planning form a class. A plan says how many of a class get which
months; who gets them is drawn by the lottery of protocol section 13, so no one chooses. `spread_visits`
(`coverage_spread`) makes such counts; any other planner that gives counts is judged by the same `judge_coverage`.
Person-days are exact fractions, lists by month run from January to December.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from scheduler.errors import InvalidInput
from scheduler.plans.month_patterns import MONTHS, Pattern, Stretches, has_pattern, most_visits

Counts = Mapping[str, Mapping[Pattern, int]]


@dataclass(frozen=True)
class VisitClass:
    """Interchangeable key enterprises: how many, visits a year each, person-days a visit, months, gap in months.

    `stretches` say how many of the visits fall into which part of the year.
    """

    id: str
    division: str
    population: int
    visits: int
    workload: Fraction
    gap: int = 1
    months: tuple[int, ...] = MONTHS
    district: str = ""
    stretches: Stretches = ()

    def __post_init__(self) -> None:
        if self.population < 0 or self.visits < 1 or self.workload <= 0 or self.gap < 1:
            raise InvalidInput("coverage-class", visit_class=self.id)
        if not self.months:
            raise InvalidInput("coverage-window-empty", visit_class=self.id)
        if any(month not in MONTHS for month in self.months) or sorted(set(self.months)) != list(self.months):
            raise InvalidInput("coverage-months", visit_class=self.id, months=", ".join(map(str, self.months)))
        fits = most_visits(self.months, self.gap)
        if self.visits > fits:
            raise InvalidInput(
                "coverage-visits-do-not-fit",
                visit_class=self.id,
                visits=self.visits,
                gap=self.gap,
                months=", ".join(map(str, self.months)),
                fits=fits,
            )
        if not has_pattern(self.months, self.visits, self.gap, self.stretches):
            raise InvalidInput("coverage-stretches", visit_class=self.id)


@dataclass(frozen=True)
class DivisionCapacity:
    """A division's person-days for key visits by month; `staff` and `general` (days of that tier) are for remedies."""

    division: str
    months: tuple[Fraction, ...]
    staff: int | None = None
    general: Fraction | None = None

    def __post_init__(self) -> None:
        if len(self.months) != len(MONTHS) or min(self.months) < 0:
            raise InvalidInput("coverage-capacity", division=self.division)


@dataclass(frozen=True)
class CoverageProblem:
    """Classes and capacities, in any order; refuses an id twice and a class of an unknown division."""

    classes: tuple[VisitClass, ...]
    capacities: tuple[DivisionCapacity, ...]

    def __post_init__(self) -> None:
        divisions = [capacity.division for capacity in self.capacities]
        ids = [visit_class.id for visit_class in self.classes]
        for names, code in ((divisions, "coverage-division-twice"), (ids, "coverage-class-twice")):
            twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
            if twice:
                raise InvalidInput(code, name=twice[0])
        for visit_class in self.classes:
            if visit_class.division not in divisions:
                raise InvalidInput(
                    "coverage-division-unknown", visit_class=visit_class.id, division=visit_class.division
                )


@dataclass(frozen=True)
class MonthShortage:
    """The person-days by which a division's visits of a month exceed its capacity."""

    division: str
    month: int
    load: Fraction
    capacity: Fraction
    short: Fraction


@dataclass(frozen=True)
class DivisionLoad:
    """A division's year: load and capacity by month, the largest utilisation, the sum of deviations.

    `peak` is the largest load / capacity, None when a month without capacity has load. `deviation` is the sum over
    the months of the distance between the load and the year's load parted in proportion to capacity.
    """

    division: str
    load: tuple[Fraction, ...]
    capacity: tuple[Fraction, ...]
    overload: Fraction
    peak: Fraction | None
    deviation: Fraction


@dataclass(frozen=True)
class CoveragePlan:
    """Counts by class and month pattern, the loads they make, and every month in which a division is short."""

    classes: tuple[tuple[VisitClass, tuple[tuple[Pattern, int], ...]], ...]
    loads: tuple[DivisionLoad, ...]
    shortages: tuple[MonthShortage, ...]


def judge_coverage(problem: CoverageProblem, counts: Counts) -> CoveragePlan:
    """Turn counts into a plan with its figures; raise `ValueError` unless they cover every enterprise by its rule."""
    classes = []
    loads = {capacity.division: [Fraction(0)] * len(MONTHS) for capacity in problem.capacities}
    for visit_class in sorted(problem.classes, key=lambda each: each.id):
        given = counts.get(visit_class.id, {})
        patterns = tuple(sorted((months, count) for months, count in given.items() if count))
        _check_cover(visit_class, patterns)
        if visit_class.population:
            classes.append((visit_class, patterns))
        for months, count in patterns:
            for month in months:
                loads[visit_class.division][month - 1] += count * visit_class.workload
    capacities = sorted(problem.capacities, key=lambda each: each.division)
    divisions = tuple(_division_load(capacity, loads[capacity.division]) for capacity in capacities)
    return CoveragePlan(tuple(classes), divisions, tuple(_shortages(divisions)))


def _check_cover(visit_class: VisitClass, patterns: tuple[tuple[Pattern, int], ...]) -> None:
    for months, count in patterns:
        apart = all(later - month >= visit_class.gap for month, later in pairwise(months))
        allowed = len(months) == visit_class.visits and set(months) <= set(visit_class.months)
        placed = all(stretch.holds(months) for stretch in visit_class.stretches)
        if count < 0 or not apart or not allowed or not placed:
            raise ValueError(f"{visit_class.id}: the pattern {months} breaks the rule of the class")
    if sum(count for _, count in patterns) != visit_class.population:
        raise ValueError(f"{visit_class.id}: the counts do not add up to the population")


def _division_load(capacity: DivisionCapacity, load: list[Fraction]) -> DivisionLoad:
    pairs = list(zip(load, capacity.months, strict=True))
    total, room = sum(load, Fraction(0)), sum(capacity.months, Fraction(0))
    stranded = any(used and not free for used, free in pairs)
    peak = None if stranded else max((used / free for used, free in pairs if free), default=Fraction(0))
    fair = [total * free / room if room else Fraction(0) for free in capacity.months]
    return DivisionLoad(
        division=capacity.division,
        load=tuple(load),
        capacity=capacity.months,
        overload=sum((max(used - free, Fraction(0)) for used, free in pairs), Fraction(0)),
        peak=peak,
        deviation=sum((abs(used - share) for used, share in zip(load, fair, strict=True)), Fraction(0)),
    )


def _shortages(divisions: tuple[DivisionLoad, ...]) -> list[MonthShortage]:
    return [
        MonthShortage(division.division, month, load, capacity, load - capacity)
        for division in divisions
        for month, load, capacity in zip(MONTHS, division.load, division.capacity, strict=True)
        if load > capacity
    ]
