"""How many slots can be filled at all: an independent maximum flow (depth-first augmenting over a plain network)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Slot = tuple[str, int]


def most_filled(pref: Mapping[Slot, Sequence[str]], capacity: Mapping[str, int]) -> int:
    """The largest number of slots that can be filled, nobody twice in a task, nobody beyond `capacity`.

    The network: source -> slot (1) -> (task, person) (1) -> person (1) -> sink (capacity).
    """
    room: dict[object, dict[object, int]] = {}

    def add(a: object, b: object, size: int) -> None:
        room.setdefault(a, {})[b] = size
        room.setdefault(b, {}).setdefault(a, 0)

    for (task, q), people in pref.items():
        add("source", ("slot", task, q), 1)
        for person in people:
            add(("slot", task, q), ("pair", task, person), 1)
            add(("pair", task, person), ("person", person), 1)
    for person, size in capacity.items():
        add(("person", person), "sink", size)

    def push(node: object, seen: set[object]) -> bool:
        if node == "sink":
            return True
        seen.add(node)
        for following, left in room.get(node, {}).items():
            if left and following not in seen and push(following, seen):
                room[node][following] -= 1
                room[following][node] += 1
                return True
        return False

    flow = 0
    while push("source", set()):
        flow += 1
    return flow
