"""The published result of a draw.

Rules (draw-protocol.md, sections 6 and 7):

1. `assign.tsv`: entry, slot number, inspector; only filled slots; entry by bytes, then slot.
2. Team leaf of a drawn entry = hex ticket(key(leaf-salt), id) TAB id TAB inspectors by slot number
   joined by "," (an unfilled slot is empty between commas), leaves ascending by id; team_root =
   their RFC 6962 root.
3. `result.json` has exactly the members of `MEMBERS`. assign_sha256 = hex H(key(file-salt) LF bytes
   of assign.tsv); order_root is the root of order.tsv in sealed mode, null in open mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from scheduler.draws.protocol.assignment import Assignment, Slot
from scheduler.draws.protocol.encoding import canonical_json, parse_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.manifest import Manifest
from scheduler.draws.protocol.merkle import merkle_root, table_root
from scheduler.draws.protocol.seed import derive_key, ticket_machine
from scheduler.draws.protocol.tables import COUNT, ID, Table, read_columns, write_table

FILE = "result.json"
TYPE = "double-random/1/result"
MEMBERS = (  # noqa: SIM905
    "type draw manifest seed_sha256 order_sha256 order_root assign_sha256 team_root level max_load unfilled"
).split()
ASSIGN = Table("assign.tsv", (ID, COUNT, ID), keys=2)


@dataclass(frozen=True, slots=True)
class Result:
    """`result.json`: what is published at draw time in every mode; hashes and roots as hex."""

    type: str
    draw: str
    manifest: str
    seed_sha256: str
    order_sha256: str
    order_root: str | None
    assign_sha256: str
    team_root: str
    level: int
    max_load: int
    unfilled: int


def parse_result(data: bytes) -> Result:
    """Read the bytes of `result.json`."""
    root = parse_json(data, FILE)
    kind, draw, *hashes, level, load, unfilled = root.members(*MEMBERS)
    manifest, seed, order, order_root, assigned, team_root = hashes
    return Result(
        kind.choice(TYPE),
        draw.identifier(),
        manifest.hex32(),
        seed.hex32(),
        order.hex32(),
        None if order_root.value is None else order_root.hex32(),
        assigned.hex32(),
        team_root.hex32(),
        level.integer(),
        load.integer(),
        unfilled.integer(),
    )


def write_assignment(holders: Mapping[Slot, str]) -> bytes:
    """The bytes of `assign.tsv`."""
    return write_table((*slot, person) for slot, person in sorted(holders.items()))


def parse_assignment(data: bytes) -> dict[Slot, str]:
    """Who takes which slot, read from the bytes of `assign.tsv`."""
    entries, numbers, people = read_columns(data, ASSIGN)
    slots = list(zip(entries, map(int, numbers), strict=True))
    check_ascending(slots, ASSIGN)
    return dict(zip(slots, people, strict=True))


def team_leaves(seed: str, entries: Iterable[str], size: int, holders: Mapping[Slot, str]) -> list[bytes]:
    """The leaves of the drawn entries, which come in ascending order, with teams of `size`."""
    salt = ticket_machine(derive_key(seed, "leaf-salt"))
    teams = {entry: ",".join(holders.get((entry, number), "") for number in range(size)) for entry in entries}
    return [f"{salt(entry).hex()}\t{entry}\t{team}".encode() for entry, team in teams.items()]


def write_result(
    manifest: Manifest,
    seed: str,
    order_table: bytes,
    assign_table: bytes,
    drawn: Iterable[str],
    assignment: Assignment,
) -> bytes:
    """The bytes of `result.json`; `drawn` are the drawn entries, ascending."""
    salted = f"{derive_key(seed, 'file-salt')}\n".encode() + assign_table
    leaves = team_leaves(seed, drawn, len(manifest.slots), assignment.holders)
    result = Result(
        type=TYPE,
        draw=manifest.draw,
        manifest=manifest.digest,
        seed_sha256=sha256(bytes.fromhex(seed)).hexdigest(),
        order_sha256=sha256(order_table).hexdigest(),
        order_root=table_root(order_table) if manifest.mode == "sealed" else None,
        assign_sha256=sha256(salted).hexdigest(),
        team_root=merkle_root(leaves).hex(),
        level=assignment.level,
        max_load=assignment.max_load,
        unfilled=len(assignment.unfilled),
    )
    return canonical_json(asdict(result))


def check_ascending(slots: list[Slot], table: Table) -> None:
    """Refuse a table of slots that is not strictly ascending by entry, then number."""
    for line in range(1, len(slots)):
        if slots[line - 1] >= slots[line]:
            code = "line-repeated" if slots[line - 1] == slots[line] else "line-unsorted"
            at = {"file": table.file, "line": line + 1, "column": 1}
            raise ProtocolError(code, **at, value=slots[line][0])
