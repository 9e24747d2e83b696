"""The last goal: as few district-months to travel to as a measure of work finds, the goals before it kept exactly.

A district-month is a district and a month in which a division visits anyone there. The loads of the months stay as
they are, so the proven goals do. Over real numbers the cheapest visits are sought again and again, a district-month
being the dearer per unit of load the less it was used the time before, until nothing changes; then the least used
are given up one by one while visits still fit. The sparsest of these that whole numbers can follow is taken.

The measure of work is a number of programmes solved, not a clock: the same input gives the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import ceil

from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.optimiser.costs import PLACES, GoalValues, goal_values
from scheduler.plans.optimiser.goals import aimed_costs
from scheduler.plans.optimiser.moves import settle
from scheduler.plans.optimiser.prices import Stage, cheapest_visits, loads_bound
from scheduler.plans.optimiser.solver import PARTS, FixedLoads, JourneyPrices, relax_journeys
from scheduler.plans.optimiser.year import Row, Year, whole_row

WORK_PER_SECOND = 100_000
"""Columns of programmes solved in a second on a slow machine of 2025: what a second of the budget stands for."""
MOST_SLOPES = 25
SOLVES_OF_FOLLOWING = 30
SCALE = 10**9

Pair = tuple[str, int]
"""A district and the place of a month."""


@dataclass(frozen=True)
class Course:
    """District-months left open and shares of visits that keep to them."""

    open: frozenset[Pair]
    shares: tuple[tuple[int, ...], ...]


def district_months(year: Year, rows: Sequence[Sequence[int]]) -> int:
    """Count the district-months that counts by class travel to."""
    return len(_used(year, rows))


def _used(year: Year, rows: Sequence[Sequence[int]]) -> dict[Pair, int]:
    """Return the load of every district-month that has one, in the parts the counts are in."""
    used: dict[Pair, int] = {}
    for group, row in zip(year.groups, rows, strict=True):
        for place, count in enumerate(row):
            if count:
                pair = (group.members[0].district, place)
                used[pair] = used.get(pair, 0) + count * group.workload
    return used


def fewer_journeys(year: Year, rows: Sequence[Row], work: int, enough: int) -> Sequence[Row]:
    """Return counts by class with the same goals and, as far as the work goes, fewer district-months.

    `year` has one class a group. Work is measured in columns of programmes solved; `enough` district-months end it.
    """
    best = rows
    values = goal_values(year, year.loads(rows))
    fixed = FixedLoads(year, year.loads(rows))
    solves, attempt = work // max(fixed.columns, 1), 0
    while solves > 0 and district_months(year, best) > enough:
        courses, solves = _thin_out(year, fixed, attempt, solves)
        most = district_months(year, best)
        found = _follow(year, fixed, courses[-1], values) if courses and len(courses[-1].open) < most else None
        if found is not None and district_months(year, found) < most:
            best = found
        attempt, solves = attempt + 1, solves - SOLVES_OF_FOLLOWING
    return best


def _thin_out(year: Year, fixed: FixedLoads, attempt: int, solves: int) -> tuple[list[Course], int]:
    """Return courses with fewer and fewer district-months, and the solves that are left."""
    prices = _first_prices(year, attempt)
    courses: list[Course] = []
    for _ in range(min(MOST_SLOPES, solves)):
        shares = fixed.cheapest(_visit_prices(year, prices))
        solves -= 1
        if shares is None:
            break
        used = _used(year, shares)
        if not courses or len(used) < len(courses[-1].open):
            courses.append(Course(frozenset(used), shares))
        following = prices | {pair: SCALE * PARTS // load for pair, load in used.items()}
        if following == prices:
            break
        prices = following
    if courses:
        solves = _give_up_pairs(year, fixed, courses, solves)
    return courses, max(solves, 0)


def _first_prices(year: Year, attempt: int) -> dict[Pair, int]:
    """Price every district-month by what could be loaded there; later attempts shake the prices by a hash."""
    room: dict[Pair, int] = {}
    for group in year.groups:
        for month in group.months:
            pair = (group.members[0].district, month - 1)
            room[pair] = room.get(pair, 0) + group.population * group.workload
    return {pair: SCALE * _shake(year, attempt, pair) // (256 * load) for pair, load in room.items()}


def _shake(year: Year, attempt: int, pair: Pair) -> int:
    if not attempt:
        return 256
    return 256 + sha256(f"{year.division}:{attempt}:{pair[0]}:{pair[1]}".encode()).digest()[0]


def _visit_prices(year: Year, prices: dict[Pair, int]) -> list[list[int]]:
    return [
        [prices.get((group.members[0].district, place), 0) * group.workload for place in PLACES]
        for group in year.groups
    ]


def _give_up_pairs(year: Year, fixed: FixedLoads, courses: list[Course], solves: int) -> int:
    """Close the least used district-month that can be closed, again and again; return the solves that are left."""
    kept: set[Pair] = set()
    while solves > 0:
        used = _used(year, courses[-1].shares)
        free = [(load, pair) for pair, load in used.items() if pair not in kept]
        if not free:
            break
        pair = min(free)[1]
        still = frozenset(used) - {pair}
        prices = {each: SCALE * PARTS // load for each, load in used.items()}
        shares = fixed.cheapest(_visit_prices(year, prices), _allowed(year, still))
        solves -= 1
        if shares is None:
            kept.add(pair)
        else:
            courses.append(Course(frozenset(_used(year, shares)), shares))
    return solves


def _allowed(year: Year, pairs: frozenset[Pair]) -> list[list[bool]]:
    return [[(group.members[0].district, place) in pairs for place in PLACES] for group in year.groups]


def _follow(year: Year, fixed: FixedLoads, course: Course, values: GoalValues) -> Sequence[Row] | None:
    """Return whole counts with the goals' values that follow a course: by moving visits, else by a small search."""
    open_year = _open_only(year, course.open)
    rows = [whole_row(group, shares, PARTS) for group, shares in zip(open_year.groups, course.shares, strict=True)]
    found: Sequence[Row] | None = None
    if _keep_rules(open_year, rows):
        found = settle(open_year, rows, aimed_costs(year, values))
    if found is None or goal_values(year, year.loads(found)) != values:
        found = fixed.whole(_allowed(year, course.open))
    if found is None or not _keep_rules(year, found) or goal_values(year, year.loads(found)) != values:
        return None
    return found


def _keep_rules(year: Year, rows: Sequence[Row]) -> bool:
    return all(group.keeps_rules(row) for group, row in zip(year.groups, rows, strict=True))


def _open_only(year: Year, pairs: frozenset[Pair]) -> Year:
    groups = [
        replace(group, months=tuple(m for m in group.months if (group.members[0].district, m - 1) in pairs))
        for group in year.groups
    ]
    return replace(year, groups=tuple(groups))


def journey_bound(year: Year, stage: Stage) -> int:
    """Return how many district-months no plan within the limits of a stage can go below: prices again, exactly.

    Every visit of a class in a month also pays a part of its district-month, so that the visits of all classes
    together pay at most 1 for it: what they pay too much is taken off.
    """
    prices = relax_journeys(year, stage)
    return 0 if prices is None else max(0, ceil(_priced(year, stage, prices)))


def _priced(year: Year, stage: Stage, given: JourneyPrices) -> Fraction:
    visits, paid = Fraction(0), dict[Pair, Fraction]()
    for group, parts in zip(year.groups, given.visits, strict=True):
        cost = {
            month: group.workload * price + part
            for month, price, part in zip(MONTHS, given.prices.months, parts, strict=True)
        }
        visits += cheapest_visits(group, cost)
        for month in group.months:
            pair = (group.members[0].district, month - 1)
            paid[pair] = paid.get(pair, Fraction(0)) + group.population * parts[month - 1]
    too_much = sum((max(Fraction(0), each - 1) for each in paid.values()), Fraction(0))
    return visits - too_much + loads_bound(year, stage, given.prices)
