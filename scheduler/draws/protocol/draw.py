"""The draw, from the frozen input and the values to every published file (draw-protocol.md, sections 4 to 7).

1. Team leaf of a drawn entry = hex ticket(key(leaf-salt), id) TAB id TAB inspectors by slot number joined by "," (an
   unfilled slot is empty between commas), leaves ascending by id; team_root = their RFC 6962 root.
2. assign_sha256 = hex H(key(file-salt) LF bytes of assign.tsv); order_root is null in open mode.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Annotated

from scheduler.draws.protocol.assignment import Board, Failure, Prefs, Slot, assign, by_ticket
from scheduler.draws.protocol.encoding import Hex, HexOrNull, Id, Natural, canonical_json, split_list
from scheduler.draws.protocol.inputs import Inputs, Inspector
from scheduler.draws.protocol.selection import Order, derive_key, draw_order, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.sources import check_values
from scheduler.draws.protocol.tables import merkle_root, table_root, write_table


@dataclass(frozen=True, slots=True)
class Result:
    """`result.json`."""

    type: Annotated[str, "double-random/1/result"]
    draw: Id
    manifest: Hex
    seed_sha256: Hex
    order_sha256: Hex
    order_root: HexOrNull
    assign_sha256: Hex
    team_root: Hex
    level: Natural
    max_load: Natural
    unfilled: Natural


@dataclass(frozen=True, slots=True)
class Outcome:
    """A conducted draw: its published files as bytes, and what they were written from."""

    inputs: Inputs
    seed: str
    order: Order
    board: Board
    failures: list[Failure]
    files: dict[str, bytes]


def select(inputs: Inputs, values: Mapping[str, str]) -> tuple[bytes, Order]:
    """The transcript and everyone's lot; `values` maps each source id to its canonical value."""
    manifest, pool = inputs.manifest, inputs.tables.pool
    transcript = write_transcript(manifest.digest, check_values(manifest.randomness, values, manifest.draw))
    key, takes = derive_key(seed_of(transcript), "select"), {stratum.id: stratum.take for stratum in manifest.strata}
    return transcript, draw_order(pool.ids, pool.strata, takes, key)


def team_preferences(inputs: Inputs, seed: str, people: Iterable[Inspector]) -> Callable[..., Prefs]:
    """The function from an entry, and people barred from it beside those recused, to pref[t,q] of all its slots."""
    everyone, pool, pair = list(people), inputs.tables.pool, ticket_machine(derive_key(seed, "pair"))

    def choose(entry: str, barred: Collection[str] = ()) -> Prefs:
        needs, tags = (split_list(column[pool.find(entry)]) for column in (pool.needs, pool.tags))
        out = inputs.tables.recused.get(entry, set()).union(barred)
        free = [person for person in everyone if person.id not in out]
        eligible = [[person.id for person in free if person.may_take(s, needs, tags)] for s in inputs.manifest.slots]
        return {(entry, q): sorted(names, key=by_ticket(entry, pair)) for q, names in enumerate(eligible)}

    return choose


def team_leaves(seed: str, drawn: Iterable[str], size: int, holders: Mapping[Slot, str]) -> list[bytes]:
    """The leaves of the drawn entries, ascending, each with its team of `size`."""
    salt = ticket_machine(derive_key(seed, "leaf-salt"))
    teams = {entry: ",".join(holders.get((entry, slot), "") for slot in range(size)) for entry in sorted(drawn)}
    return [f"{salt(entry).hex()}\t{entry}\t{team}".encode() for entry, team in teams.items()]


def conduct(inputs: Inputs, values: Mapping[str, str]) -> Outcome:
    """Draw the enterprises and their teams; `values` maps each source id to its canonical value."""
    manifest, people, (transcript, order) = inputs.manifest, inputs.tables.inspectors, select(inputs, values)
    seed, slack = seed_of(transcript), manifest.algorithm["slack"]
    choose = team_preferences(inputs, seed, people)
    pref = {slot: people for entry in order.drawn() for slot, people in choose(entry).items()}
    capacity = {person.id: person.capacity for person in people}
    board, failures = assign(pref, ticket_machine(derive_key(seed, "task-order")), capacity, slack)
    order_table = order.table()
    assign_table = write_table((*slot, person) for slot, person in sorted(board.holders.items()))
    result = Result(
        type="double-random/1/result",
        draw=manifest.draw,
        manifest=manifest.digest,
        seed_sha256=sha256(bytes.fromhex(seed)).hexdigest(),
        order_sha256=sha256(order_table).hexdigest(),
        order_root=table_root(order_table) if manifest.mode == "sealed" else None,
        assign_sha256=sha256(f"{derive_key(seed, 'file-salt')}\n".encode() + assign_table).hexdigest(),
        team_root=merkle_root(team_leaves(seed, order.drawn(), len(manifest.slots), board.holders)).hex(),
        level=board.level - slack,
        max_load=max(map(len, board.held.values()), default=0),
        unfilled=len(failures),
    )
    files = {"seed.txt": transcript, "order.tsv": order_table, "assign.tsv": assign_table}
    return Outcome(inputs, seed, order, board, failures, {**files, "result.json": canonical_json(asdict(result))})
