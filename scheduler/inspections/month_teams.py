"""The people of a month's visits (draw-protocol.md, sections 6 and 13), day after day.

1. A person has on a day `visits_a_day` visits at most, less what is taken already; none when away or not certified. For
   a visit of several days the person must be there on all of them, and have nothing yet on those after the first.
2. Each day, ascending, is a run of section 6: the visits of the day are its tasks, key pair and key task-order order
   people and tasks, slack 0. What a person may take that day is the smallest of rule 1 and of min(capacity, L) less the
   visits the person has in the month. L begins at ceil(places of the month / people) and grows by one as long as a
   place stays empty for want of L alone; it stays grown. So the month's visits are spread over the people as evenly as
   their days allow.
3. Where places stay empty in the end, the first visit in task order that has one fails that day, and the run is made
   again without it, until every team is full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.draws.protocol.assignment import Board, Failure, Prefs, assign, by_ticket
from scheduler.draws.protocol.selection import derive_key, ticket_machine
from scheduler.inspections.month_problem import MonthProblem, Placed, Visit
from scheduler.inspections.tally import Tally


@dataclass(slots=True)
class TeamDraw:
    """The teams of one draw in the making: full teams by visit, and the pairs (visit, day) that failed."""

    problem: MonthProblem
    seed: str
    people: Sequence[str]
    tally: Tally
    level: int = 0
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failed: set[tuple[str, str]] = field(default_factory=set)

    def draw(self, days: Mapping[str, Sequence[Visit]]) -> None:
        """Draw the teams of the visits of each day; the tally counts them."""
        self.level = self._first_level(sum(each.team for visits in days.values() for each in visits))
        for day in sorted(days):
            self._draw_day(day, {each.id: each for each in days[day]})

    def _first_level(self, drawn: int) -> int:
        """Return L at the beginning (rule 2): the places of the month, those taken already among them, over people."""
        places = drawn + sum(self.tally.load[name] for name in self.people)
        return -(-places // len(self.people)) if self.people else 0

    def _draw_day(self, day: str, visits: dict[str, Visit]) -> None:
        """Draw the teams of a day's visits, without those that fail (rule 3)."""
        board, failures = self._assign(day, visits)
        while failures:
            name = failures[0].slot[0]
            self.failed.add((name, day))
            del visits[name]
            board, failures = self._assign(day, visits)
        for visit in visits.values():
            team = tuple(board.holders[visit.id, place] for place in range(visit.team))
            self.teams[visit.id] = team
            self.tally.add(Placed(visit.id, visit.division, self.problem.span(visit, day), team))

    def _assign(self, day: str, visits: Mapping[str, Visit]) -> tuple[Board, list[Failure]]:
        order, pair = (ticket_machine(derive_key(self.seed, purpose)) for purpose in ("task-order", "pair"))
        room = {name: self.tally.room(name, day) for name in self.people}
        prefs: Prefs = {}
        for visit in visits.values():
            days = self.problem.span(visit, day)
            free = {name for name in self.people if self.tally.is_free(name, days)}
            for slot, names in self.problem.preferences(visit, free).items():
                prefs[slot] = sorted(names, key=by_ticket(visit.id, pair))
        while True:
            load = self.tally.load
            capacity = {name: max(0, min(room[name], self.level - load[name])) for name in sorted(room) if room[name]}
            board, failures = assign(prefs, order, capacity, slack=0)
            # a higher L can help where the search reached someone whose room L alone forbids
            if not any(allowed < room[name] for each in failures for name, allowed in each.caps.items()):
                return board, failures
            self.level += 1
