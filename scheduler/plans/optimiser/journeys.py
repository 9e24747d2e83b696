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
from math import ceil, lcm

from scheduler.plans.month_patterns import has_pattern
from scheduler.plans.optimiser.costs import PLACES, GoalValues, goal_values
from scheduler.plans.optimiser.goals import aimed_costs
from scheduler.plans.optimiser.moves import settle
from scheduler.plans.optimiser.prices import Stage, cheapest_visits, loads_bound
from scheduler.plans.optimiser.solver import PARTS, FixedLoads, JourneyPrices, relax_journeys
from scheduler.plans.optimiser.year import Row, Trip, Year, most_in_month, whole_row

WORK_PER_SECOND = 45_000
"""Columns of programmes solved in a second on an ordinary machine: what a second of the budget stands for."""
COLUMNS_OF_STARTING = 300
"""What it takes to start a solver, in columns."""
MOST_ATTEMPTS = 8
MOST_SLOPES = 25
LEAST_SOLVES_OF_SEARCH = 30
"""From how many programmes on a short search through whole numbers is worth its while, and what it takes."""
SCALE = 10**9


@dataclass(frozen=True)
class Course:
    """District-months left open and shares of visits that keep to them."""

    open: frozenset[Trip]
    shares: tuple[tuple[int, ...], ...]


def district_months(year: Year, rows: Sequence[Sequence[int]]) -> int:
    """Count the district-months that counts by class travel to."""
    return len(_used(year, rows))


def _used(year: Year, rows: Sequence[Sequence[int]]) -> dict[Trip, int]:
    """Return the load of every district-month that has one, in the parts the counts are in."""
    used: dict[Trip, int] = {}
    for group, row in zip(year.groups, rows, strict=True):
        for place, count in enumerate(row):
            if count:
                trip = (group.members[0].district, place)
                used[trip] = used.get(trip, 0) + count * group.workload
    return used


def solves_for(years: Sequence[Year], seconds: int) -> int:
    """Return how many programmes may be solved for each of some years, one class a group, in a budget of seconds."""
    columns = sum(COLUMNS_OF_STARTING + sum(len(group.months) for group in year.groups) for year in years)
    return seconds * WORK_PER_SECOND // max(columns, 1)


def fewer_journeys(year: Year, rows: Sequence[Row], solves: int, enough: int) -> Sequence[Row]:
    """Return counts by class with the same goals and, as far as so many programmes go, fewer district-months.

    `year` has one class a group; `enough` district-months end it.
    """
    if len({group.members[0].district for group in year.groups}) < 2:
        return rows
    best, values = rows, goal_values(year, year.loads(rows))
    fixed = FixedLoads(year, year.loads(rows))
    attempt, enough_work = 0, solves >= LEAST_SOLVES_OF_SEARCH
    while solves > 0 and attempt < MOST_ATTEMPTS and district_months(year, best) > enough:
        courses, solves = _thin_out(year, fixed, attempt, solves)
        sparser = [course for course in courses if len(course.open) < district_months(year, best)]
        found = _follow(year, sparser[-1:], values)
        if found is None and not attempt and enough_work:
            found = _search(year, fixed, sparser[-1], values) if sparser else None
            solves -= LEAST_SOLVES_OF_SEARCH
        found = found or _follow(year, sparser[-2:-9:-2], values)
        if found is not None and district_months(year, found) < district_months(year, best):
            best = found
        attempt += 1
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
        following = prices | {trip: SCALE * PARTS // load for trip, load in used.items()}
        if following == prices:
            break
        prices = following
    if courses:
        solves = _give_up_trips(year, fixed, courses, solves)
    return courses, max(solves, 0)


def _first_prices(year: Year, attempt: int) -> dict[Trip, int]:
    """Price every district-month by what could be loaded there; later attempts shake the prices by a hash."""
    room: dict[Trip, int] = {}
    for group in year.groups:
        for month in group.months:
            trip = (group.members[0].district, month - 1)
            room[trip] = room.get(trip, 0) + group.population * group.workload
    return {trip: SCALE * _shake(year, attempt, trip) // (256 * load) for trip, load in room.items()}


def _shake(year: Year, attempt: int, trip: Trip) -> int:
    if not attempt:
        return 256
    return 256 + sha256(f"{year.division}:{attempt}:{trip[0]}:{trip[1]}".encode()).digest()[0]


def _visit_prices(year: Year, prices: dict[Trip, int]) -> list[list[int]]:
    return [
        [prices.get((group.members[0].district, place), 0) * group.workload for place in PLACES]
        for group in year.groups
    ]


def _give_up_trips(year: Year, fixed: FixedLoads, courses: list[Course], solves: int) -> int:
    """Close the least used district-month that can be closed, again and again; return the solves that are left."""
    kept: set[Trip] = set()
    while solves > 0:
        used = _used(year, courses[-1].shares)
        free = [(load, trip) for trip, load in used.items() if trip not in kept]
        if not free:
            break
        trip = min(free)[1]
        still = frozenset(used) - {trip}
        if not _leaves_room(year, still, trip[0]):
            kept.add(trip)
            continue
        prices = {each: SCALE * PARTS // load for each, load in used.items()}
        shares = fixed.cheapest(_visit_prices(year, prices), _allowed(year, still))
        solves -= 1
        if shares is None:
            kept.add(trip)
        else:
            courses.append(Course(frozenset(_used(year, shares)), shares))
    return solves


def _leaves_room(year: Year, trips: frozenset[Trip], district: str) -> bool:
    """Say whether the months left to a district are enough for every class of it by itself."""
    return all(
        has_pattern(
            [month for month in group.months if (district, month - 1) in trips],
            group.visits,
            group.gap,
            group.stretches,
        )
        for group in year.groups
        if group.members[0].district == district
    )


def _allowed(year: Year, trips: frozenset[Trip]) -> list[list[bool]]:
    return [[(group.members[0].district, place) in trips for place in PLACES] for group in year.groups]


def _follow(year: Year, courses: Sequence[Course], values: GoalValues) -> Sequence[Row] | None:
    """Return whole counts with the goals' values that follow the first course which settled counts can follow."""
    for course in courses:
        open_year = _open_only(year, course.open)
        shares = zip(open_year.groups, course.shares, strict=True)
        rows: Sequence[Row] = [whole_row(group, row, PARTS) for group, row in shares]
        if _keep_rules(open_year, rows):
            rows = settle(open_year, rows, aimed_costs(year, values))
            if _have(year, rows, values):
                return rows
    return None


def _search(year: Year, fixed: FixedLoads, course: Course, values: GoalValues) -> Sequence[Row] | None:
    """Return what a short search along a course finds: near its shares, or anywhere when there is nothing near."""
    found = fixed.whole(course.shares, _allowed(year, course.open), near=True)
    if found.rows is None and found.finished:
        found = fixed.whole(course.shares, _allowed(year, course.open), near=False)
    if found.rows is None or not _keep_rules(year, found.rows) or not _have(year, found.rows, values):
        return None
    return found.rows


def _have(year: Year, rows: Sequence[Row], values: GoalValues) -> bool:
    return goal_values(year, year.loads(rows)) == values


def _keep_rules(year: Year, rows: Sequence[Row]) -> bool:
    return all(group.keeps_rules(row) for group, row in zip(year.groups, rows, strict=True))


def _open_only(year: Year, trips: frozenset[Trip]) -> Year:
    groups = [
        replace(group, months=tuple(m for m in group.months if (group.members[0].district, m - 1) in trips))
        for group in year.groups
    ]
    return replace(year, groups=tuple(groups))


def journey_bound(year: Year, stage: Stage) -> int:
    """Return how many district-months no plan within the limits of a stage can go below: prices again, exactly.

    Every visit also pays a part of its district-month, for itself and for its load, so that all visits a month can
    hold pay at most 1 for it: what they pay too much is taken off.
    """
    prices = relax_journeys(year, stage)
    return 0 if prices is None else max(0, ceil(_priced(year, stage, prices)))


def _priced(year: Year, stage: Stage, given: JourneyPrices) -> Fraction:
    visits = Fraction(0)
    paid = {trip: price * stage.tops[trip[1]] for trip, price in given.loads.items()}
    for number, group in enumerate(year.groups):
        cost = {}
        for month in group.months:
            trip, part = (group.members[0].district, month - 1), given.visits[number, month - 1]
            cost[month] = group.workload * (given.prices.months[month - 1] + given.loads[trip]) + part
            paid[trip] += most_in_month(group, stage.tops[month - 1]) * part
        scale = lcm(*(price.denominator for price in cost.values()))
        whole = {month: int(price * scale) for month, price in cost.items()}
        visits += Fraction(cheapest_visits(group, whole), scale)
    too_much = sum((max(Fraction(0), each - 1) for each in paid.values()), Fraction(0))
    return visits - too_much + loads_bound(year, stage, given.prices)
