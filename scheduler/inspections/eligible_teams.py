"""Whether a visit alone would have a full team from a day on; visits that ask for the same share one answer."""

from __future__ import annotations

from scheduler.inspections.month_problem import MonthProblem, Visit, has_team
from scheduler.inspections.tally import Tally


class Eligible:
    """The answers for one problem: of everybody who is there, or, with a tally, of those who are still free."""

    def __init__(self, problem: MonthProblem, tally: Tally | None = None) -> None:
        self.problem, self.tally = problem, tally
        self._there: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        self._known: dict[object, bool] = {}
        self._barred: dict[str, frozenset[str]] = {}
        for name, enterprise in problem.recused:
            self._barred[enterprise] = self._barred.get(enterprise, frozenset()) | {name}

    def has_team(self, visit: Visit, division: str, day: str) -> bool:
        """Say whether people of a division (of everybody for `EVERYONE`) could make a visit that begins on a day."""
        days = self.problem.span(visit, day)
        if not days:
            return False
        kind = (visit.needs, visit.tags, visit.team, self._barred.get(visit.enterprise), division, days)
        if kind not in self._known:
            self._known[kind] = has_team(self.problem.preferences(visit, self._present(division, days)))
        return self._known[kind]

    def _present(self, division: str, days: tuple[str, ...]) -> set[str]:
        if (division, days) not in self._there:
            named = self.problem.people_of(division)
            self._there[division, days] = {name for name in named if self._is_there(name, days)}
        return self._there[division, days]

    def _is_there(self, name: str, days: tuple[str, ...]) -> bool:
        if self.tally is not None:
            return self.tally.is_free(name, days)
        person = self.problem.person[name]
        return person.capacity > 0 and person.is_there(*days)
