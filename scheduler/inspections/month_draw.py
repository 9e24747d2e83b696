"""The schedule of a month: the day and the team of every visit, drawn (draw-protocol.md, section 13).

1. The first day of a visit is drawn; it takes its people for as many workdays on end as the plan counts for it, all of
   them in the month.
2. A division's own people make its visits. Only a visit for which the division has a full team on no open day (present
   and certified on all days of the visit, one with the skill, nobody recused or denying) goes to everybody of the
   bureau, and is marked `neighbours`.
3. Draws, in this order: pinned visits division by division, pinned visits of neighbours, the other visits division by
   division, those of neighbours. What an earlier draw took is taken.
4. A draw is made of rounds. Capacity of a day = the teams that its people can still form that day: the smaller of
   floor(visits they can take / people of the smallest team) and the visits that those of them can take who have the
   skill for one of the visits. A pair (visit, day) is impossible when the visit alone would have no full team of people
   still free from that day on. The days are drawn by section 13, then the teams by section 6 (`month_teams`). Visits
   that fail to get a full team, and those without a day, are drawn again in the next round, the days they failed on
   being impossible for them, until a round has no failure. Every round stands in the outcome with its capacities and
   impossible pairs: its days follow from them alone.
5. What cannot be placed is named with its reason, never left out: `no-day` (no open workday), `no-team` (nobody could
   make it on any open day), `over-capacity` (those who could are taken), `pinned-day` (its pinned day has no team).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.draws.protocol.lottery import draw_days
from scheduler.inspections.eligible_teams import Eligible
from scheduler.inspections.month_problem import EVERYONE, MonthProblem, Placed, Visit
from scheduler.inspections.month_teams import TeamDraw
from scheduler.inspections.tally import Tally, begin_tally

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DayDraw:
    """One round of a draw: whose people, which visits, the capacity of each day, the pairs that are impossible."""

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
    eligible, pins = Eligible(problem), dict(problem.pins)
    for pinned in (True, False):
        waiting = sorted((each for each in problem.visits if (each.id in pins) == pinned), key=lambda each: each.id)
        for division, visits in _groups(problem, waiting, eligible, pins):
            draw = _Draw(problem, seed, division, pins if pinned else None, tally)
            draw.run(visits)
            placed += draw.placed
            draws += draw.rounds
            unplaced |= {each.id: _reason(problem, each, division, eligible, pins) for each in draw.waiting}
    return MonthSchedule(tuple(sorted(placed, key=lambda each: each.id)), tuple(sorted(unplaced.items())), tuple(draws))


def _reason(problem: MonthProblem, visit: Visit, division: str, eligible: Eligible, pins: Mapping[str, str]) -> str:
    """Return why a visit has no place (rule 5)."""
    if visit.id in pins:
        return "pinned-day"
    if not problem.days:
        return "no-day"
    could = any(eligible.has_team(visit, division, day) for day in problem.days)
    return "over-capacity" if could else "no-team"


def _groups(
    problem: MonthProblem, visits: Iterable[Visit], eligible: Eligible, pins: Mapping[str, str]
) -> list[tuple[str, list[Visit]]]:
    """Return the draws in their order: each division with the visits it can make itself, last all other visits."""
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        days = (pins[visit.id],) if visit.id in pins else problem.days
        at_home = any(eligible.has_team(visit, visit.division, day) for day in days)
        groups.setdefault(visit.division if at_home else EVERYONE, []).append(visit)
    homes = sorted(division for division in groups if division != EVERYONE)
    return [(division, groups[division]) for division in (*homes, *([EVERYONE] if EVERYONE in groups else []))]


class _Draw:
    """One draw of days and teams in rounds (rule 4): what is placed, what still waits, the rounds made."""

    def __init__(
        self, problem: MonthProblem, seed: str, division: str, pins: Mapping[str, str] | None, tally: Tally
    ) -> None:
        self.problem, self.seed, self.division, self.pins, self.tally = problem, seed, division, pins, tally
        self.people = problem.people_of(division)
        self.failed: set[Pair] = set()
        self.placed: list[Placed] = []
        self.waiting: list[Visit] = []
        self.rounds: list[DayDraw] = []

    def run(self, visits: Sequence[Visit]) -> None:
        """Draw until nothing fails; the tally counts what is placed."""
        self.waiting = list(visits)
        while self.waiting and self._draw_round():
            pass

    def _draw_round(self) -> bool:
        """Draw the waiting visits once and say whether some failed that may find another day."""
        days = sorted({self.pins[each.id] for each in self.waiting}) if self.pins else sorted(self.problem.days)
        capacity = {day: self._teams_of(day) for day in days}
        impossible = self._impossible(days)
        visits = {each.id: each for each in self.waiting}
        board, _ = draw_days(self.seed, list(visits), capacity, impossible)
        drawn: dict[str, list[Visit]] = {}
        for (name, _), day in sorted(board.holders.items()):
            drawn.setdefault(day, []).append(visits[name])
        teams = TeamDraw(self.problem, self.seed, self.people, self.tally)
        teams.draw(drawn)
        self.placed += [
            self._placed(each, day, teams.teams[each.id])
            for day in drawn
            for each in drawn[day]
            if each.id in teams.teams
        ]
        record = tuple(sorted(visits)), tuple(sorted(capacity.items())), tuple(sorted(impossible))
        self.rounds.append(DayDraw(self.division, self.pins is not None, *record))
        self.waiting = [each for each in self.waiting if each.id not in teams.teams]
        self.failed |= teams.failed
        return bool(teams.failed)

    def _impossible(self, days: Sequence[str]) -> set[Pair]:
        """Return the pairs (visit, day) that cannot be: pinned elsewhere, failed before, no team of free people."""
        free, found = Eligible(self.problem, self.tally), set(self.failed)
        for visit in self.waiting:
            for day in days:
                here = self.pins is None or self.pins[visit.id] == day
                if not here or not free.has_team(visit, self.division, day):
                    found.add((visit.id, day))
        return {pair for pair in found if pair[1] in days}

    def _teams_of(self, day: str) -> int:
        """Return the capacity of a day."""
        room = {name: self.tally.room(name, day) for name in self.people}
        free = {name for name in room if room[name]}
        skilled = {name for each in self.waiting for name in self.problem.specialists(each, free)}
        smallest = min(each.team for each in self.waiting)
        return min(sum(room.values()) // smallest, sum(room[name] for name in skilled))

    def _placed(self, visit: Visit, day: str, team: tuple[str, ...]) -> Placed:
        home = all(self.problem.person[name].division == visit.division for name in team)
        days, state = self.problem.span(visit, day), "planned" if self.pins is None else "pinned"
        return Placed(visit.id, visit.division, days, team, state, not home)
