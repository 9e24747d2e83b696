"""Who may take which slot, and whether an entry can have a full team at all.

Rules (draw-protocol.md, section 2):

1. Inspector i may take slot s of entry t when every tag the slot asks for is in skills(i) (a literal
   tag, or `$need`, which stands for all of needs(t), nothing when needs(t) is empty); no tag of
   tags(t) is in denies(i); and (i, t) is not recused.
2. Each entry of the pool, taken alone, must have a full team of different people of capacity at
   least 1.

A set of inspectors is an integer with one bit a person, so a rule over all of them is one
operation, and entries with the same needs and tags share one answer.

>>> roster = roster_of([("Z1", "role:inspector,skill:fire", ""), ("Z2", "role:inspector", "area:1")])
>>> bin(roster.eligible(("$need", "role:inspector"), "skill:fire", ""))
'0b1'
>>> has_team([0b01, 0b11]), has_team([0b01, 0b01])
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.draws.protocol.encoding import split_list

NEED = "$need"


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds a skill and who denies a tag: person n of `ids` is bit n."""

    ids: tuple[str, ...]
    skills: dict[str, int]
    denies: dict[str, int]

    def eligible(self, slot: Sequence[str], needs: str, tags: str) -> int:
        """The people who may take `slot` of an entry with these list fields, recusals aside."""
        people = (1 << len(self.ids)) - 1
        for asked in slot:
            for tag in split_list(needs) if asked == NEED else (asked,):
                people &= self.skills.get(tag, 0)
        for tag in split_list(tags):
            people &= ~self.denies.get(tag, 0)
        return people

    def bits(self, people: Iterable[str]) -> int:
        """The set of these people; those who are not in the roster are left out."""
        wanted = set(people)
        return sum(1 << n for n, name in enumerate(self.ids) if name in wanted)

    def names(self, people: int) -> list[str]:
        """The ids of a set of people, in the roster's order."""
        return [name for n, name in enumerate(self.ids) if people >> n & 1]


def roster_of(people: Iterable[tuple[str, str, str]]) -> Roster:
    """The roster of (id, skills, denies), the last two as list fields."""
    ids, skills, denies = [], dict[str, int](), dict[str, int]()
    for n, (name, can, cannot) in enumerate(people):
        ids.append(name)
        for field, index in ((can, skills), (cannot, denies)):
            for tag in split_list(field):
                index[tag] = index.get(tag, 0) | 1 << n
    return Roster(tuple(ids), skills, denies)


def has_team(choices: Sequence[int]) -> bool:
    """Whether each slot can have a person of its own: slot n may have anyone of `choices[n]`."""
    seated: dict[int, int] = {}

    def seat(slot: int, asked: set[int]) -> bool:
        people = choices[slot]
        while people:
            person = people & -people
            people ^= person
            if person not in asked:
                asked.add(person)
                if person not in seated or seat(seated[person], asked):
                    seated[person] = slot
                    return True
        return False

    return all(seat(slot, set()) for slot in range(len(choices)))
