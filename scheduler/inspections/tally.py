"""What each person has so far: visits in the month, and on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.inspections.month_problem import MonthProblem, Placed


@dataclass(slots=True)
class Tally:
    """What each person has so far: visits in the month, and on each day."""

    problem: MonthProblem
    load: Counter[str]
    on_day: Counter[tuple[str, str]]

    def add(self, placed: Placed) -> None:
        """Count a placed visit."""
        self.load.update(placed.team)
        self.on_day.update((name, day) for name in placed.team for day in placed.days)

    def room(self, name: str, day: str) -> int:
        """Return how many visits a person can still take on a day (rule 1), whatever L."""
        person = self.problem.person[name]
        if not person.is_there(day):
            return 0
        today = self.problem.visits_a_day - self.on_day[name, day]
        return max(0, min(today, person.capacity - self.load[name]))

    def is_free(self, name: str, days: Sequence[str]) -> bool:
        """Say whether a person can make one more visit on these days (rule 1)."""
        later = days[1:]
        rest = self.problem.person[name].is_there(*later) and not any(self.on_day[name, day] for day in later)
        return rest and self.room(name, days[0]) > 0


def begin_tally(problem: MonthProblem) -> Tally:
    """Return what is taken before anything is drawn: what people have elsewhere, and what is kept."""
    taken = Counter((person.id, day) for person in problem.people for day in person.taken)
    tally = Tally(problem, Counter(), taken)
    for each in problem.kept:
        tally.add(each)
    return tally
