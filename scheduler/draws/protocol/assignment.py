"""Which inspectors: ticket-augment.

Rules (draw-protocol.md, section 6):

1. Task order: ascending (ticket(key(task-order), t), t). pref[t,q]: who may take slot q of t,
   ascending (ticket(key(pair), t ":" i), i). Slot order: tasks in task order; within a task
   ascending (len(pref[t,q]), q).
2. L starts at ceil(number of slots / number of lines of inspectors.tsv), 0 when there is no slot.
3. Pass 1 runs growing: L grows by one each time a search fails while L < the largest capacity; the
   final L is the level L*. Pass 2 runs from empty with the fixed cap L* + slack: the assignment.
4. A search is a breadth-first augmenting path. It fills as many slots as can be filled, and two
   different people per team always.
5. A failure has a certificate, the slots X and the inspectors Y that the search met:
   |X| > sum over Y of cap(i) + number of pairs (t, i), i not in Y, with i in pref of some slot of t
   in X.

>>> pref = {("T", 0): ["a", "b"], ("T", 1): ["a"], ("U", 0): ["a"]}
>>> made = assign(pref, [("T", 1), ("U", 0), ("T", 0)], {"a": 1, "b": 1}, slack=1)
>>> made.holders, made.level, [failure.slot for failure in made.unfilled]
({('T', 1): 'a', ('T', 0): 'b'}, 2, [('U', 0)])
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Slot = tuple[str, int]
Preferences = Mapping[Slot, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A slot that stays unfilled, and the proof: slots X, and for each inspector of Y the cap."""

    slot: Slot
    slots: frozenset[Slot]
    caps: Mapping[str, int]

    def holds(self, pref: Preferences) -> bool:
        """Whether the certificate proves that the slots X cannot all be filled."""
        outside = {
            (task, person) for task, number in self.slots for person in pref[task, number] if person not in self.caps
        }
        return len(self.slots) > sum(self.caps.values()) + len(outside)


@dataclass(slots=True)
class Board:
    """An assignment in the making: the A, load, held, L and pref of the protocol's pseudo-code.

    `teams` lists the slots of each task; slots in `locked` count but are never moved.
    """

    pref: dict[Slot, Sequence[str]]
    capacity: dict[str, int]
    level: int
    holders: dict[Slot, str] = field(default_factory=dict)
    held: dict[str, list[Slot]] = field(default_factory=dict)
    locked: set[Slot] = field(default_factory=set)
    teams: dict[str, list[Slot]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the slots by task and give everybody an empty hand."""
        for slot in self.pref:
            self.teams.setdefault(slot[0], []).append(slot)
        for person in self.capacity:
            self.held.setdefault(person, [])

    def copy(self) -> Board:
        """A board of its own in the same state."""
        return Board(
            dict(self.pref),
            dict(self.capacity),
            self.level,
            dict(self.holders),
            {person: list(slots) for person, slots in self.held.items()},
            set(self.locked),
        )

    def cap(self, person: str) -> int:
        """How many slots a person may hold at this level."""
        return min(self.capacity[person], self.level)

    def fill(self, slot: Slot, *, growing: bool) -> Failure | None:
        """Search, raising the level as long as that can help; None when the slot is filled."""
        while failure := self.search(slot):
            if not growing or self.level >= max(self.capacity.values(), default=0):
                return failure
            self.level += 1
        return None

    def search(self, start: Slot) -> Failure | None:
        """Fill a slot by moving others along the shortest chain, or prove that none exists."""
        parent: dict[Slot, tuple[Slot, str] | None] = {start: None}
        queue = deque([start])
        seen: set[str] = set()
        while queue:
            slot = queue.popleft()
            own = self.holders.get(slot)
            mates = {self.holders[v]: v for v in self.teams[slot[0]] if v in self.holders}
            mates.pop(own or "", None)
            for person in self.pref[slot]:
                taken = person == own or person in mates or person in seen
                if not taken and len(self.held[person]) < self.cap(person):
                    self._settle(slot, person, parent)
                    return None
            for person in self.pref[slot]:
                if person == own:
                    continue
                if person in mates:
                    movable = [mates[person]]
                elif person in seen:
                    continue
                else:
                    seen.add(person)
                    movable = self.held[person]
                for other in movable:
                    if other not in parent and other not in self.locked:
                        parent[other] = slot, person
                        queue.append(other)
        return Failure(start, frozenset(parent), {person: self.cap(person) for person in seen})

    def _settle(self, slot: Slot, person: str, parent: dict[Slot, tuple[Slot, str] | None]) -> None:
        """Walk back from a slot and the free person found for it, handing each slot on."""
        step: tuple[Slot, str] | None = slot, person
        while step:
            slot, person = step
            self.vacate(slot)
            self.holders[slot] = person
            self.held[person].append(slot)
            step = parent[slot]

    def vacate(self, slot: Slot) -> None:
        """Take a slot from whoever holds it."""
        if slot in self.holders:
            self.held[self.holders.pop(slot)].remove(slot)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The outcome of pass 2 with the level of pass 1; `unfilled` is in slot order."""

    board: Board
    level: int
    unfilled: tuple[Failure, ...]

    @property
    def holders(self) -> Mapping[Slot, str]:
        """Who takes which slot."""
        return self.board.holders

    @property
    def max_load(self) -> int:
        """The largest number of slots that one person has."""
        return max(map(len, self.board.held.values()), default=0)


def assign(pref: Preferences, order: Sequence[Slot], capacity: Mapping[str, int], slack: int) -> Assignment:
    """Fill the slots in `order`; `capacity` has one item for each line of the table of people."""
    level = -(-len(order) // len(capacity)) if capacity else 0
    first = Board(dict(pref), dict(capacity), level)
    for slot in order:
        first.fill(slot, growing=True)
    board = Board(dict(pref), dict(capacity), first.level + slack)
    failures = [board.fill(slot, growing=False) for slot in order]
    return Assignment(board, first.level, tuple(failure for failure in failures if failure))


def slot_order(pref: Preferences, task_ticket: Callable[[str], bytes]) -> list[Slot]:
    """The slots in the order in which they are filled."""
    tickets = {task: (task_ticket(task), task) for task in {task for task, _ in pref}}
    return sorted(pref, key=lambda slot: (tickets[slot[0]], len(pref[slot]), slot[1]))


def preference(task: str, people: Iterable[str], pair_ticket: Callable[[str], bytes]) -> list[str]:
    """Those who may take a slot of `task`, in the order of their tickets for it."""
    return sorted(people, key=lambda person: (pair_ticket(f"{task}:{person}"), person))
