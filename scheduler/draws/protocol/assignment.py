"""Which inspectors: ticket-augment (draw-protocol.md, section 6).

1. Slot order: tasks by (ticket(key(task-order), t), t); within a task (len(pref[t,q]), q). pref[t,q]: who may take slot
   q of t, by (ticket(key(pair), t ":" i), i). All ascending.
2. L starts at ceil(number of slots / number of lines of inspectors.tsv). Pass 1: L grows by one each time a search
   fails while L < the largest capacity; the final L is the level L*. Pass 2: from empty with the fixed cap L* + slack.
3. A search is a breadth-first augmenting path; two different people per team always. Its failure has a certificate:
   |X| > sum over Y of cap(i) + number of pairs (t, i), i not in Y, with i in pref of some slot of t in X.

>>> pref = {("T", 0): ["a", "b"], ("T", 1): ["a"], ("U", 0): ["a"]}
>>> board, failures = assign(pref, {"T": b"1", "U": b"2"}.__getitem__, {"a": 1, "b": 1}, slack=1)
>>> board.holders, [(failure.slot, failure.holds(pref)) for failure in failures]
({('T', 1): 'a', ('T', 0): 'b'}, [(('U', 0), True)])
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Slot = tuple[str, int]
Prefs = dict[Slot, list[str]]
Ticket = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Failure:
    """A slot that stays unfilled, and the proof: the slots X, and the cap of each inspector of Y."""

    slot: Slot
    slots: frozenset[Slot]
    caps: Mapping[str, int]

    def holds(self, pref: Prefs) -> bool:
        """Whether the certificate proves that the slots X cannot all be filled."""
        outside = {(task, person) for task, q in self.slots for person in pref[task, q] if person not in self.caps}
        return len(self.slots) > sum(self.caps.values()) + len(outside)


@dataclass(slots=True)
class Board:
    """An assignment in the making: pref, L, A (`holders`), held; `teams`: the slots of each task."""

    pref: Prefs
    capacity: dict[str, int]
    level: int
    holders: dict[Slot, str] = field(default_factory=dict)
    held: dict[str, list[Slot]] = field(default_factory=dict)
    locked: set[Slot] = field(default_factory=set)
    teams: dict[str, list[Slot]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.held = {person: list(self.held.get(person, ())) for person in self.capacity}
        for slot in self.pref:
            self.teams.setdefault(slot[0], []).append(slot)

    def fill(self, slot: Slot, *, growing: bool) -> Failure | None:
        """Search, raising the level as long as that can help; None when the slot is filled."""
        while (failure := self._search(slot)) and growing and self.level < max(self.capacity.values(), default=0):
            self.level += 1
        return failure

    def _search(self, start: Slot) -> Failure | None:
        caps = {person: min(capacity, self.level) for person, capacity in self.capacity.items()}
        parent: dict[Slot, tuple[Slot, str] | None] = {start: None}
        queue, seen = deque([start]), dict[str, int]()
        while queue:
            slot = queue.popleft()
            mates = {self.holders[mate]: mate for mate in self.teams[slot[0]] if mate != slot and mate in self.holders}
            others = [person for person in self.pref[slot] if person != self.holders.get(slot)]
            for person in others:
                if person not in mates and person not in seen and len(self.held[person]) < caps[person]:
                    step: tuple[Slot, str] | None = slot, person
                    while step:  # walk back, handing each slot on
                        self.vacate(step[0])
                        self.holders[step[0]] = step[1]
                        self.held[step[1]].append(step[0])
                        step = parent[step[0]]
                    return None
            for person in others:
                movable = [mates[person]] if person in mates else [] if person in seen else self.held[person]
                if person not in mates:
                    seen[person] = caps[person]
                for other in movable:
                    if other not in parent and other not in self.locked:
                        parent[other] = slot, person
                        queue.append(other)
        return Failure(start, frozenset(parent), seen)

    def vacate(self, slot: Slot) -> None:
        """Take a slot from whoever holds it."""
        if slot in self.holders:
            self.held[self.holders.pop(slot)].remove(slot)


def assign(pref: Prefs, task_ticket: Ticket, capacity: dict[str, int], slack: int) -> tuple[Board, list[Failure]]:
    """The board after pass 2, its level L* + slack, and the failures in slot order."""
    order = sorted(pref, key=lambda slot: (task_ticket(slot[0]), slot[0], len(pref[slot]), slot[1]))
    first = Board(pref, capacity, -(-len(order) // len(capacity)) if capacity else 0)
    for slot in order:
        first.fill(slot, growing=True)
    board = Board(pref, capacity, first.level + slack)
    return board, [failure for slot in order if (failure := board.fill(slot, growing=False))]


def by_ticket(task: str, pair: Ticket) -> Callable[[str], tuple[bytes, str]]:
    """The key that orders people in the pref of a task's slots."""
    return lambda person: (pair(f"{task}:{person}"), person)
