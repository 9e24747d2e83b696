"""The order of a huge pool, on two processes: byte for byte that of the kernel, in a fraction of the time.

Each process reads its part of `pool.tsv` in blocks and gives every entry its lot. Then they trade: this process keeps
the lots whose ticket begins with a byte below `CUT`, the other one the rest; each sorts and writes out its own. What
the kernel has to check it checks on a summary: one line of the pool for each combination of stratum, needs and tags,
and the lines of all entries that another table names.

Nothing is refused here. Whatever is out of order, `order_in_two` gives None, and the kernel reads the whole pool, to
say what is wrong and where.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from operator import lt
from threading import active_count

from scheduler.draws.protocol.encoding import IDENTIFIER
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import check_file, entries_without_team, read_tables
from scheduler.draws.protocol.manifest import Manifest
from scheduler.draws.protocol.selection import TICKET
from scheduler.draws.protocol.tables import EXCLUDED, POOL, RECUSALS

LEAST = 200_000  # entries; below, one process is as quick
BLOCK = 1 << 16  # bytes: few enough to stay in the processor's cache
CUT = 112  # of 256: the part of this process, which also checks and writes
LINE = re.compile(f"({IDENTIFIER})\t(.*)\n")

Shelves = dict[str, list[list[str]]]  # of each stratum 256 lists of lots, by the first byte of the ticket


@dataclass(slots=True)
class Summary:
    """What one process found in its part of the pool, beside the lots.

    `kinds` counts the lines by what follows the id; `named` holds that for the entries that other tables name.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    named: dict[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""


def order_in_two(manifest: Manifest, files: Mapping[str, bytes], key: str) -> list[bytes] | None:
    """The bytes of `order.tsv` in parts; None when the pool is small, something is wrong, or forking is not safe."""
    alone = "fork" not in get_all_start_methods() or (os.cpu_count() or 1) < 2 or active_count() > 1
    if alone or manifest.files[POOL.file].lines < LEAST:
        return None
    pool, takes = files[POOL.file], {stratum.id: stratum.take for stratum in manifest.strata}
    middle, context = pool.find(b"\n", len(pool) * CUT // 256) + 1, get_context("fork")
    named = _named(files)
    here, there = context.Pipe()
    other = context.Process(target=_work_beside, args=(there, pool[middle:], takes, key, named), daemon=True)
    other.start()
    there.close()
    try:
        shelves, found = scan(pool[:middle], takes, key, named)
        theirs: Summary = here.recv()
        if not found.last < theirs.first or not fits(manifest, files, found, theirs):
            return None
        _receive(here, shelves, slice(0, CUT))
        here.send({name: sum(map(len, shelf[:CUT])) for name, shelf in shelves.items()})
        _send(here, shelves, slice(CUT, 256))
        mine = {name: lines_of(name, shelf[:CUT], takes[name], 0) for name, shelf in shelves.items()}
        return [part for name in shelves for part in (mine[name], here.recv_bytes())]
    except (EOFError, OSError, ValueError, ProtocolError):
        return None
    finally:
        other.kill()
        other.join()
        here.close()


def _work_beside(other: Connection, part: bytes, takes: Mapping[str, int], key: str, named: frozenset[str]) -> None:
    """The other process: the second part of the pool, and the lots from byte `CUT` on. A fault ends it in silence."""
    try:
        shelves, found = scan(part, takes, key, named)
        other.send(found)
        _send(other, shelves, slice(0, CUT))
        before = other.recv()
        _receive(other, shelves, slice(CUT, 256))
        for name, shelf in shelves.items():
            other.send_bytes(lines_of(name, shelf[CUT:], takes[name], before[name]))
    except (EOFError, OSError, ValueError, ProtocolError):
        other.close()


def _send(other: Connection, shelves: Shelves, which: slice) -> None:
    """Hand over the lots of some of the shelves of each stratum."""
    for shelf in shelves.values():
        other.send(["\n".join(lots) for lots in shelf[which]])


def _receive(other: Connection, shelves: Shelves, which: slice) -> None:
    """Take in the lots of some of the shelves of each stratum."""
    for shelf in shelves.values():
        for lots, text in zip(shelf[which], other.recv(), strict=True):
            lots += text.split("\n") if text else ()


def _named(files: Mapping[str, bytes]) -> frozenset[str]:
    """The entries that `excluded.tsv` and `recusals.tsv` name."""
    tables = ((files[EXCLUDED.file], 0), (files[RECUSALS.file], -1))
    return frozenset(
        line.split("\t")[place] for data, place in tables for line in data.decode(errors="replace").split("\n")
    )


def blocks_of(data: bytes) -> Iterator[str]:
    """The data in blocks of whole lines."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + BLOCK) + 1 or len(data)
        yield data[start:end].decode("ascii")
        start = end


def scan(part: bytes, takes: Mapping[str, int], key: str, named: frozenset[str]) -> tuple[Shelves, Summary]:
    """Give every entry its lot and sum the lines up; a `ValueError` says that they are not as they should be."""
    shelves: Shelves = {name: [[] for _ in range(256)] for name in sorted(takes)}
    found, shelf_of, copy = Summary(), dict[str, list[list[str]]](), sha256(f"{key}:".encode()).copy
    for block in blocks_of(part):
        cells = LINE.split(block)  # what stands between the lines, an id, its kind, and again
        ids, kinds = cells[1::3], cells[2::3]
        if any(cells[::3]) or not found.last < ids[0] or not all(map(lt, ids, ids[1:])):
            raise ValueError("lines that are not well formed or not ascending")
        found.first, found.last = found.first or ids[0], ids[-1]
        found.kinds.update(kinds)
        if not named.isdisjoint(ids):
            found.named.update((entry, kind) for entry, kind in zip(ids, kinds, strict=True) if entry in named)
        for kind in found.kinds.keys() - shelf_of.keys() if len(found.kinds) > len(shelf_of) else ():
            stratum = kind.partition("\t")[0]
            if stratum not in shelves:
                raise ValueError("a stratum that is not in the manifest")
            shelf_of[kind] = shelves[stratum]
        for entry, kind in zip(ids, kinds, strict=True):
            state = copy()
            state.update(entry.encode())
            ticket = state.digest()
            shelf_of[kind][ticket[0]].append(ticket.hex() + entry)
    return shelves, found


def fits(manifest: Manifest, files: Mapping[str, bytes], mine: Summary, theirs: Summary) -> bool:
    """Whether the kernel finds nothing wrong with the tables, the pool summed up."""
    kinds, populations = mine.kinds + theirs.kinds, Counter[str]()
    for kind, count in kinds.items():
        populations[kind.partition("\t")[0]] += count
    if populations != {stratum.id: stratum.population for stratum in manifest.strata}:
        return False
    for name, seal in manifest.files.items():
        check_file(name, files[name], seal, check_root=False)
    examples, named = {f"{number:048}": kind for number, kind in enumerate(sorted(kinds))}, mine.named | theirs.named
    if examples.keys() & named.keys():
        return False
    summary = "".join(f"{entry}\t{kind}\n" for entry, kind in sorted([*examples.items(), *named.items()])).encode()
    return not entries_without_team(read_tables({**files, POOL.file: summary}), manifest.slots)


def lines_of(stratum: str, shelf: list[list[str]], take: int, before: int) -> bytes:
    """The lines of `order.tsv` of the lots of a stratum that `before` others stand in front of."""
    blocks = []
    for lots in shelf:
        lots.sort()
        for status, part in (("selected", lots[: max(0, take - before)]), ("reserve", lots[max(0, take - before) :])):
            ranked = enumerate(part, before + 1)
            blocks.append("".join([f"{stratum}\t{n}\t{x[TICKET:]}\t{x[:TICKET]}\t{status}\n" for n, x in ranked]))
            before += len(part)
    return "".join(blocks).encode()
