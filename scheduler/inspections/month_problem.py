"""What the schedule of a month is drawn from: days, people, visits, what is kept, and who may visit what.

All of it is public identifiers and days (`YYYY-MM-DD`): no database key, no name, no reason of an absence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from scheduler.draws.protocol.assignment import Board, Prefs
from scheduler.draws.protocol.inputs import Inspector

ROLE = "role:inspector"
EVERYONE = ""  # the division of a draw in which everybody takes part


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector: the visits left for this month, the last day certified, days away, days already taken elsewhere."""

    id: str
    division: str
    capacity: int
    skills: tuple[str, ...]
    denies: tuple[str, ...]
    certified_until: str
    away: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    def is_there(self, *days: str) -> bool:
        """Say whether the person is certified and not away on all of these days."""
        return all(day <= self.certified_until and day not in self.away for day in days)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is due: id (credit code `.` number), division, the skills it asks for, tags that people may deny.

    `month` is the month the lottery gave it; an earlier one than the schedule's says that it rolled on. It takes a team
    of `team` people on `days` workdays on end.
    """

    id: str
    division: str
    month: int
    needs: tuple[str, ...]
    tags: tuple[str, ...]
    team: int = 2
    days: int = 1

    @property
    def enterprise(self) -> str:
        """The credit code."""
        return self.id.rpartition(".")[0]

    @property
    def slots(self) -> tuple[tuple[str, ...], ...]:
        """The tags that each place of the team asks for: one of them has every skill the visit needs."""
        return ((ROLE,),) * (self.team - 1) + (("$need", ROLE),)


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit with its days and team; `state` is planned, pinned or done; `neighbours`: people of other divisions."""

    id: str
    division: str
    days: tuple[str, ...]
    team: tuple[str, ...]
    state: str = "planned"
    neighbours: bool = False

    @property
    def day(self) -> str:
        """The first day: the one that is drawn."""
        return self.days[0]


@dataclass(frozen=True)
class MonthProblem:
    """Everything a month's schedule follows from, beside the seed; the order of rows means nothing.

    `days` are those of the month's `workdays` that are still open, `pins` the first day of each pinned visit, `kept`
    what an earlier version of the schedule placed and stays. A person makes `visits_a_day` visits at most.
    """

    workdays: tuple[str, ...]
    days: tuple[str, ...]
    people: tuple[Person, ...]
    visits: tuple[Visit, ...]
    pins: tuple[tuple[str, str], ...]
    kept: tuple[Placed, ...]
    recusals: tuple[tuple[str, str], ...]
    visits_a_day: int

    @cached_property
    def person(self) -> dict[str, Person]:
        """The people by number, ascending."""
        return {each.id: each for each in sorted(self.people, key=lambda each: each.id)}

    @cached_property
    def recused(self) -> frozenset[tuple[str, str]]:
        """Pairs (inspector, credit code) that never meet."""
        return frozenset(self.recusals)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {day: place for place, day in enumerate(sorted(self.workdays))}

    def span(self, visit: Visit, day: str) -> tuple[str, ...]:
        """Return the workdays of a visit that begins on a day; none when the month ends before the visit does."""
        workdays, place = sorted(self.workdays), self._places.get(day)
        if place is None or place + visit.days > len(workdays):
            return ()
        return tuple(workdays[place : place + visit.days])

    def people_of(self, division: str) -> list[str]:
        """Return the numbers of a division's people, of everybody for `EVERYONE`."""
        return [name for name, each in self.person.items() if division in (EVERYONE, each.division)]

    @cached_property
    def _able(self) -> dict[str, list[list[str]]]:
        return {}

    def preferences(self, visit: Visit, people: Collection[str]) -> Prefs:
        """Return who of these may take each place of a visit's team (protocol section 2), ascending."""
        if visit.id not in self._able:
            named = [each for each in self.person.values() if (each.id, visit.enterprise) not in self.recused]
            able = [Inspector(each.id, 1, frozenset((*each.skills, ROLE)), frozenset(each.denies)) for each in named]
            self._able[visit.id] = [
                [each.id for each in able if each.may_take(slot, visit.needs, visit.tags)] for slot in visit.slots
            ]
        return {
            (visit.id, place): [name for name in names if name in people]
            for place, names in enumerate(self._able[visit.id])
        }

    def specialists(self, visit: Visit, people: Collection[str]) -> list[str]:
        """Return those of these people who may take the place that asks for the visit's skills."""
        return self.preferences(visit, people)[visit.id, visit.team - 1]

    def may_form(self, visit: Visit, team: tuple[str, ...], days: tuple[str, ...]) -> bool:
        """Say whether these people, and all of them, may make a visit on these days."""
        known = all(name in self.person and self.person[name].is_there(*days) for name in team)
        return known and len(set(team)) == visit.team and has_team(self.preferences(visit, team))


def has_team(preferences: Prefs) -> bool:
    """Say whether the places can all be taken by different people."""
    people = {name for names in preferences.values() for name in names}
    board = Board(preferences, dict.fromkeys(people, 1), 1)
    return all(board.fill(slot, growing=False) is None for slot in preferences)
