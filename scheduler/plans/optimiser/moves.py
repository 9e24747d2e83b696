"""Moving visits between months in whole numbers while a move helps: from a good start mostly to the proven optimum.

A shift takes some units of load from one month to another by one visit, or by one visit there and a lighter one back.
Where no single shift helps, a chain of shifts of the same size through other months may; where no chain does, a few
visits are moved by lot and settled again. Integers and hashes only, in fixed order: the same start gives the same end
on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise, permutations

from scheduler.plans.optimiser.costs import PLACES, MonthCost
from scheduler.plans.optimiser.year import Row, Year

Charge = Callable[[int, int], int]
Movers = dict[tuple[int, int], dict[int, int]]
"""By source and target month: workload -> a group of that workload that can move a visit so."""
Shift = tuple[int | None, int | None]
"""The group whose visit goes, and the group whose visit comes back."""
MOST_ROUNDS = 2_000
MOST_SHAKES = 40
TURNS_OF_SHAKE = 30


def settle(year: Year, start: Sequence[Sequence[int]], costs: Sequence[MonthCost]) -> tuple[Row, ...]:
    """Return counts from which no shift or chain lowers the costs, the first of them before the second, and so on."""
    rows = tuple(list(row) for row in start)
    charge = _one_charge(year, costs)
    loads = year.loads(rows)
    for _ in range(MOST_ROUNDS):
        movers = _movers(year, rows)
        if not (_best_shift(year, rows, loads, movers, charge) or _best_chain(year, rows, loads, movers, charge)):
            break
    return rows


def approach(
    year: Year, start: Sequence[Sequence[int]], costs: Sequence[MonthCost], reached: Callable[[Sequence[Row]], bool]
) -> tuple[Row, ...]:
    """Return settled counts that have reached what is wanted, or the best after so many shakes and settlings."""
    best = settle(year, start, costs)
    for number in range(MOST_SHAKES):
        if reached(best):
            break
        other = settle(year, _shaken(year, best, number), costs)
        if _sums(year, other, costs) <= _sums(year, best, costs):
            best = other
    return best


def _sums(year: Year, rows: Sequence[Row], costs: Sequence[MonthCost]) -> list[int]:
    loads = year.loads(rows)
    return [cost.sum(loads) for cost in costs]


def _shaken(year: Year, rows: Sequence[Row], number: int) -> list[Row]:
    """Return counts with a few visits moved by lot, by a hash and so the same everywhere."""
    shaken = [list(row) for row in rows]
    pairs = [(at, *pair) for at, group in enumerate(year.groups) for pair in permutations(group.months, 2)]
    for turn in range(TURNS_OF_SHAKE if pairs else 0):
        lot = int.from_bytes(sha256(f"{year.division}:{number}:{turn}".encode()).digest()[:8], "big")
        at, source, target = pairs[lot % len(pairs)]
        if year.groups[at].can_move(shaken[at], source - 1, target - 1):
            shaken[at][source - 1] -= 1
            shaken[at][target - 1] += 1
    return shaken


def _one_charge(year: Year, costs: Sequence[MonthCost]) -> Charge:
    """Weigh the costs so that one unit of an earlier one outweighs all that the later ones can add up to."""
    weights, weight = [], 1
    for cost in reversed(costs):
        weights.append(weight)
        weight *= 1 + sum(max(cost.at(place, 0), cost.at(place, year.most[place])) for place in PLACES)
    weighed = list(zip(reversed(weights), costs, strict=True))
    return lambda place, load: sum(weight * cost.at(place, load) for weight, cost in weighed)


def _movers(year: Year, rows: Sequence[Row]) -> Movers:
    found: Movers = {pair: {} for pair in permutations(PLACES, 2)}
    for number, (group, row) in enumerate(zip(year.groups, rows, strict=True)):
        targets = [month - 1 for month in group.months]
        for source in targets:
            for target in targets if row[source] else ():
                movers = found.get((source, target))
                if movers is not None and group.workload not in movers and group.can_move(row, source, target):
                    movers[group.workload] = number
    return found


def _shifts(movers: Movers, source: int, target: int) -> Iterator[tuple[int, Shift]]:
    """Give the units that can go from a month to another, each size once, and by whose visits."""
    seen = {0}
    back: list[tuple[int, int | None]] = [(0, None), *movers[target, source].items()]
    there: list[tuple[int, int | None]] = [(0, None), *movers[source, target].items()]
    for heavy, goes in there:
        for light, comes in back:
            size = heavy - light
            if size not in seen and (goes is None or goes != comes):
                seen.add(size)
                yield size, (goes, comes)


def _best_shift(year: Year, rows: Sequence[Row], loads: list[int], movers: Movers, charge: Charge) -> bool:
    """Make the one shift that lowers the charge most; say whether there was one."""
    best, chosen = 0, None
    for source, target in ((a, b) for a, b in permutations(PLACES, 2) if a < b):
        before = charge(source, loads[source]) + charge(target, loads[target])
        for size, shift in _shifts(movers, source, target):
            change = charge(source, loads[source] - size) + charge(target, loads[target] + size) - before
            if change < best:
                best, chosen = change, (source, target, shift)
    return chosen is not None and _apply(year, rows, loads, [chosen])


def _best_chain(year: Year, rows: Sequence[Row], loads: list[int], movers: Movers, charge: Charge) -> bool:
    """Make the first chain that holds, those that lower the charge most tried first; say whether there was one."""
    by_size: dict[int, dict[tuple[int, int], Shift]] = {}
    for pair in permutations(PLACES, 2):
        for size, shift in _shifts(movers, *pair):
            if size > 0:
                by_size.setdefault(size, {})[pair] = shift
    wanted = []
    for size in by_size:
        takes = [charge(place, loads[place] - size) - charge(place, loads[place]) for place in PLACES]
        gives = [charge(place, loads[place] + size) - charge(place, loads[place]) for place in PLACES]
        wanted += [(takes[a] + gives[b], size, a, b) for a, b in permutations(PLACES, 2) if takes[a] + gives[b] < 0]
    for _, size, source, target in sorted(wanted):
        path = _path(by_size[size], source, target)
        links = [(here, there, by_size[size][here, there]) for here, there in pairwise(path)]
        if links and _apply(year, rows, loads, links):
            return True
    return False


def _path(arcs: dict[tuple[int, int], Shift], source: int, target: int) -> list[int]:
    """Return the months of a shortest chain, or nothing."""
    came = {source: source}
    queue = [source]
    for here in queue:
        for there in PLACES:
            if there not in came and (here, there) in arcs:
                came[there] = here
                queue.append(there)
    if target not in came:
        return []
    path = [target]
    while path[-1] != source:
        path.append(came[path[-1]])
    return path[::-1]


def _apply(year: Year, rows: Sequence[Row], loads: list[int], links: Sequence[tuple[int, int, Shift]]) -> bool:
    """Make the shifts of a chain one after the other; undo all when one no longer keeps the rules."""
    done: list[tuple[int, int, int]] = []
    for source, target, (goes, comes) in links:
        for number, here, there in ((goes, source, target), (comes, target, source)):
            if number is None:
                continue
            if not year.groups[number].can_move(rows[number], here, there):
                for past, back, forth in reversed(done):
                    _move(year, rows, loads, past, forth, back)
                return False
            _move(year, rows, loads, number, here, there)
            done.append((number, here, there))
    return True


def _move(year: Year, rows: Sequence[Row], loads: list[int], number: int, source: int, target: int) -> None:
    rows[number][source] -= 1
    rows[number][target] += 1
    loads[source] -= year.groups[number].workload
    loads[target] += year.groups[number].workload
