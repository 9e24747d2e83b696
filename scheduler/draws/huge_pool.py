"""The pool of a huge draw, read in blocks: everyone's lot, and a summary on which the kernel can check the tables.

The summary is one line of the pool for each combination of stratum, needs and tags, and the lines of all entries that
another table names. What a block does not show to be in order is a `ValueError`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from operator import lt

from scheduler.draws.protocol.encoding import IDENTIFIER
from scheduler.draws.protocol.inputs import check_file, entries_without_team, read_tables
from scheduler.draws.protocol.manifest import Manifest
from scheduler.draws.protocol.tables import EXCLUDED, POOL, RECUSALS

BLOCK = 1 << 16  # bytes: few enough to stay in the processor's cache
LINE = re.compile(f"({IDENTIFIER})\t(.*)\n")

Shelves = dict[str, list[list[str]]]  # of each stratum 256 lists of lots, by the first byte of the ticket


@dataclass(slots=True)
class Summary:
    """What was found in a part of the pool, beside the lots.

    `kinds` are the lines without their ids; `named` holds that for the entries that other tables name.
    """

    kinds: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    populations: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""

    def join(self, after: Summary) -> None:
        """Add what was found in the next part."""
        if not self.last < after.first:
            raise ValueError("parts that are not ascending")
        self.kinds |= after.kinds
        self.named |= after.named
        self.populations += after.populations
        self.last = after.last


def named_elsewhere(files: Mapping[str, bytes]) -> frozenset[str]:
    """The entries that `excluded.tsv` and `recusals.tsv` name."""
    tables = ((files[EXCLUDED.file], 0), (files[RECUSALS.file], -1))
    return frozenset(
        line.split("\t")[place] for data, place in tables for line in data.decode(errors="replace").split("\n")
    )


def blocks_of(data: bytes, start: int, end: int) -> Iterator[str]:
    """A part of the data in blocks of whole lines."""
    while start < end:
        after = data.find(b"\n", start + BLOCK, end) + 1 or end
        yield data[start:after].decode("ascii")
        start = after


def scan(blocks: Iterable[str], strata: Iterable[str], key: str, named: frozenset[str]) -> tuple[Shelves, Summary]:
    """Give every entry its lot, and sum the lines up."""
    shelves: Shelves = {name: [[] for _ in range(256)] for name in sorted(strata)}
    found, shelf_of, copy = Summary(), dict[str, list[list[str]]](), sha256(f"{key}:".encode()).copy
    for block in blocks:
        cells = LINE.split(block)  # what stands between the lines, an id, its kind, and again
        ids, kinds = cells[1::3], cells[2::3]
        if any(cells[::3]) or not found.last < ids[0] or not all(map(lt, ids, ids[1:])):
            raise ValueError("lines that are not well formed or not ascending")
        found.first, found.last = found.first or ids[0], ids[-1]
        found.kinds.update(kinds)
        if not named.isdisjoint(ids):
            found.named.update((entry, kind) for entry, kind in zip(ids, kinds, strict=True) if entry in named)
        for kind in found.kinds.difference(shelf_of) if len(found.kinds) > len(shelf_of) else ():
            stratum = kind.partition("\t")[0]
            if stratum not in shelves:
                raise ValueError("a stratum that is not in the manifest")
            shelf_of[kind] = shelves[stratum]
        for entry, shelf in zip(ids, map(shelf_of.__getitem__, kinds), strict=True):
            state = copy()
            state.update(entry.encode())
            ticket = state.digest()
            shelf[ticket[0]].append(ticket.hex() + entry)
    found.populations.update({name: sum(map(len, shelf)) for name, shelf in shelves.items()})
    return shelves, found


def check_bytes(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Let the kernel compare the tables with their hashes; it raises a `ProtocolError`."""
    for name, seal in manifest.files.items():
        check_file(name, files[name], seal, check_root=False)


def check_tables(manifest: Manifest, files: Mapping[str, bytes], found: Summary) -> None:
    """Let the kernel check the tables, the pool summed up. Raises its `ProtocolError`, or a `ValueError`."""
    if found.populations != {stratum.id: stratum.population for stratum in manifest.strata}:
        raise ValueError("populations that are not those of the manifest")
    examples = {f"{number:048}": kind for number, kind in enumerate(sorted(found.kinds))}
    if examples.keys() & found.named.keys():
        raise ValueError("no name is left for an example")
    lines = "".join(f"{entry}\t{kind}\n" for entry, kind in sorted([*examples.items(), *found.named.items()]))
    if entries_without_team(read_tables({**files, POOL.file: lines.encode()}), manifest.slots):
        raise ValueError("entries that nobody may visit")
