"""The schedule of a month: the day and the team of every visit, drawn (draw-protocol.md, section 13).

1. The first day of a visit is drawn; it takes its people for as many workdays on end as the plan counts for it, all of
   them in the month.
2. A division's own people make its visits. Only a visit for which the division has a full team on no open day (present
   and certified on all days of the visit, one with the skill, nobody recused or denying) goes to everybody of the
   bureau, and is marked `neighbours`.
3. Draws, in this order: pinned visits division by division, pinned visits of neighbours, the other visits division by
   division, those of neighbours. What an earlier draw took is taken.
4. Of each draw, capacity of a day = the teams that its people can form that day: the smaller of floor(visits they can
   still take / people of the smallest team) and the visits that those of them can take who have the skill for one of
   the visits. A pair (visit, day) is impossible when the visit alone would have no full team from that day on. The days
   are drawn by section 13, then the teams by section 6 (`month_teams`). Where a visit fails to get a full team, that
   pair becomes impossible too and the draw is made again, until every visit with a day has a team. Capacities and
   impossible pairs of the last round stand in the outcome: the days follow from them alone.
5. What cannot be placed is named with its reason, never left out: `no-day` (no open workday), `no-team` (nobody could
   make it on any open day), `over-capacity` (those who could are taken), `pinned-day` (its pinned day has no team).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.draws.protocol.lottery import draw_days
from scheduler.inspections.month_problem import EVERYONE, MonthProblem, Placed, Visit, has_team
from scheduler.inspections.month_teams import Tally, TeamDraw, begin_tally

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DayDraw:
    """One draw of days as it was made in the end: whose people, which visits, capacities, impossible pairs."""

    division: str
    pinned: bool
    visits: tuple[str, ...]
    capacity: tuple[tuple[str, int], ...]
    impossible: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class MonthSchedule:
    """The outcome: placed visits (kept ones too) by id, unplaced ones with their reason, and the draws of days."""

    placed: tuple[Placed, ...]
    unplaced: tuple[tuple[str, str], ...]
    draws: tuple[DayDraw, ...]


def draw_month(problem: MonthProblem, seed: str) -> MonthSchedule:
    """Draw the schedule of a month; a pure function of problem and seed, whatever the order of the rows."""
    tally, placed, draws = begin_tally(problem), list(problem.kept), list[DayDraw]()
    unplaced: dict[str, str] = {}
    eligible = _Eligible(problem)
    pins = dict(problem.pins)
    for pinned in (True, False):
        waiting = sorted((each for each in problem.visits if (each.id in pins) == pinned), key=lambda each: each.id)
        for division, visits in _groups(problem, waiting, eligible, pins):
            days = sorted({pins[each.id] for each in visits}) if pinned else list(problem.days)
            only = {each.id: pins[each.id] for each in visits} if pinned else {}
            draw = _Draw(problem, seed, division, visits, days, only, eligible, tally)
            found, reasons = draw.run()
            placed += found
            unplaced |= reasons
            draws.append(draw.record())
    return MonthSchedule(tuple(sorted(placed, key=lambda each: each.id)), tuple(sorted(unplaced.items())), tuple(draws))


def _groups(
    problem: MonthProblem, visits: Iterable[Visit], eligible: _Eligible, pins: Mapping[str, str]
) -> list[tuple[str, list[Visit]]]:
    """Return the draws in their order: each division with the visits it can make itself, last all other visits."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        days = (pins[visit.id],) if visit.id in pins else problem.days
        at_home = any(eligible.has_team(visit, visit.division, day) for day in days)
        groups.setdefault(visit.division if at_home else EVERYONE, []).append(visit)
    homes = sorted(division for division in groups if division != EVERYONE)
    return [(division, groups[division]) for division in (*homes, *([EVERYONE] if EVERYONE in groups else []))]


class _Eligible:
    """Whether a visit alone would have a full team on a day; visits that ask for the same share one answer."""

    def __init__(self, problem: MonthProblem) -> None:
        self.problem = problem
        self.there: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        self.known: dict[object, bool] = {}
        self.barred: dict[str, frozenset[str]] = {}
        for name, enterprise in sorted(problem.recused):
            self.barred[enterprise] = self.barred.get(enterprise, frozenset()) | {name}

    def has_team(self, visit: Visit, division: str, day: str) -> bool:
        days = self.problem.span(visit, day)
        if not days:
            return False
        kind = (visit.needs, visit.tags, visit.team, self.barred.get(visit.enterprise), division, days)
        if kind not in self.known:
            self.known[kind] = has_team(self.problem.preferences(visit, self._present(division, days)))
        return self.known[kind]

    def _present(self, division: str, days: tuple[str, ...]) -> set[str]:
        if (division, days) not in self.there:
            named = [self.problem.person[name] for name in self.problem.people_of(division)]
            self.there[division, days] = {each.id for each in named if each.capacity and each.is_there(*days)}
        return self.there[division, days]


class _Draw:
    """One draw of days and teams, repeated until every visit with a day has a team (rule 4)."""

    def __init__(
        self,
        problem: MonthProblem,
        seed: str,
        division: str,
        visits: list[Visit],
        days: list[str],
        only: Mapping[str, str],
        eligible: _Eligible,
        tally: Tally,
    ) -> None:
        self.problem, self.seed, self.division, self.tally = problem, seed, division, tally
        self.visits = {each.id: each for each in visits}
        self.people = problem.people_of(division)
        self.only = only
        self.capacity = {day: self._teams_of(day) for day in days}
        self.alone = {
            (each.id, day)
            for each in visits
            for day in days
            if only.get(each.id, day) == day and eligible.has_team(each, division, day)
        }
        self.impossible = {(each.id, day) for each in visits for day in days} - self.alone

    def _teams_of(self, day: str) -> int:
        """Return the capacity of a day (rule 4)."""
        everyone = set(self.people)
        skilled = {name for each in self.visits.values() for name in self._specialists(each, everyone)}
        room = {name: self.tally.room(name, day) for name in self.people}
        smallest = min(each.team for each in self.visits.values())
        return min(sum(room.values()) // smallest, sum(room[name] for name in skilled))

    def _specialists(self, visit: Visit, people: set[str]) -> list[str]:
        return self.problem.preferences(visit, people)[visit.id, visit.team - 1]

    def run(self) -> tuple[list[Placed], dict[str, str]]:
        """Return the visits that found day and team, and the reason of each of the others; the tally counts them."""
        while True:
            days = self._days()
            tried = TeamDraw(self.problem, self.seed, self.people, self.tally.copy())
            tried.draw(days)
            if not tried.failed:
                break
            self.impossible |= tried.failed
        self.tally.take_over(tried.tally)
        placed = [self._placed(visit, day, tried.teams[visit.id]) for day, visits in days.items() for visit in visits]
        return placed, {name: self._reason(name) for name in self.visits.keys() - tried.teams.keys()}

    def _days(self) -> dict[str, list[Visit]]:
        board, _ = draw_days(self.seed, list(self.visits), self.capacity, self.impossible)
        found: dict[str, list[Visit]] = {}
        for (name, _), day in sorted(board.holders.items()):
            found.setdefault(day, []).append(self.visits[name])
        return found

    def _placed(self, visit: Visit, day: str, team: tuple[str, ...]) -> Placed:
        home = all(self.problem.person[name].division == visit.division for name in team)
        days, state = self.problem.span(visit, day), "pinned" if visit.id in self.only else "planned"
        return Placed(visit.id, visit.division, days, team, state, not home)

    def _reason(self, name: str) -> str:
        if name in self.only:
            return "pinned-day"
        if not self.capacity:
            return "no-day"
        return "over-capacity" if any((name, day) in self.alone for day in self.capacity) else "no-team"

    def record(self) -> DayDraw:
        """Return the draw as it was made in the last round."""
        names = tuple(sorted(self.visits))
        capacity, impossible = tuple(sorted(self.capacity.items())), tuple(sorted(self.impossible))
        return DayDraw(self.division, bool(self.only), names, capacity, impossible)
