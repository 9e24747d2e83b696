"""The order of a huge pool in blocks, on two processes if there are two: byte for byte the kernel's, and much sooner.

1. Each process reads its part of `pool.tsv` and gives every entry its lot.
2. They trade: this process keeps the lots whose ticket begins with a byte below `CUT`, the other one the rest.
3. Each sorts and writes out its own, some hundred lines at a time, which so stay in the processor's cache. This process
   also puts everything together.

Nothing is refused here. Whatever is out of order is left to the kernel (`Unfinished`), which reads the whole pool, to
say what is wrong and where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from tempfile import TemporaryFile
from threading import active_count
from typing import BinaryIO

from scheduler.draws.huge_pool import Shelves, blocks_of, check_bytes, check_tables, named_elsewhere, scan
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.manifest import Manifest, Stratum
from scheduler.draws.protocol.selection import TICKET
from scheduler.draws.protocol.tables import POOL

LEAST = 200_000  # entries; below, the kernel is as quick
SHARE = 124  # of 256: the part of the pool that this process reads
CUT = 103  # of 256: the part of the lots that this process sorts

Span = tuple[int, int]  # where something begins in a file, and how many bytes it takes


class Unfinished(Exception):
    """The pool is small, or something is out of order, or the other process is gone."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """How many lots of a stratum one process hands over to the other, and where those of each shelf stand."""

    lots: int = 0
    spans: list[Span] = field(default_factory=lambda: [(0, 0)] * 256)


@dataclass(frozen=True, slots=True)
class Task:
    """What both processes know, and the files that one of them writes and the other one reads."""

    manifest: Manifest
    files: Mapping[str, bytes]
    strata: dict[str, Stratum]
    key: str
    lots_here: BinaryIO
    lots_there: BinaryIO
    lines_there: BinaryIO


def order_in_parts(manifest: Manifest, files: Mapping[str, bytes], key: str, processes: int = 0) -> Iterator[bytes]:
    """The bytes of `order.tsv`, in parts, from one process or two (0: as many as this machine has, at most two).

    Raises `Unfinished`: before the first part or, when the other process dies, after some.
    """
    if manifest.files[POOL.file].lines < LEAST:
        raise Unfinished
    work = _work_in_two if (processes or usable_processes()) > 1 else _work_alone
    strata = {stratum.id: stratum for stratum in manifest.strata}
    try:
        with TemporaryFile() as one, TemporaryFile() as two, TemporaryFile() as three:
            yield from work(Task(manifest, files, strata, key, one, two, three))
    except (EOFError, OSError, ValueError, ProtocolError):
        raise Unfinished from None


def usable_processes() -> int:
    """Two, or one where there is one processor, or where forking is not safe."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 2 if processors > 1 and "fork" in get_all_start_methods() and active_count() == 1 else 1


def _work_alone(task: Task) -> Iterator[bytes]:
    """All of it, without a trade."""
    pool = task.files[POOL.file]
    check_bytes(task.manifest, task.files)
    shelves, found = scan(blocks_of(pool, 0, len(pool)), task.strata, task.key, named_elsewhere(task.files))
    check_tables(task.manifest, task.files, found)
    for name, shelf in shelves.items():
        yield from write_out(task.strata[name], 0, shelf, Parcel(), task.lots_there)


def _work_in_two(task: Task) -> Iterator[bytes]:
    """The first part of the pool, the lots below byte `CUT`, and what the other process writes."""
    pool, named, context = task.files[POOL.file], named_elsewhere(task.files), get_context("fork")
    middle = pool.find(b"\n", len(pool) * SHARE // 256) + 1
    here, there = context.Pipe()
    other = context.Process(target=_work_beside, args=(task, middle, named, here, there), daemon=True)
    other.start()
    there.close()
    try:
        shelves, found = scan(blocks_of(pool, 0, middle), task.strata, task.key, named)
        parcels = hand_over(shelves, slice(CUT, 256), task.lots_here)
        check_bytes(task.manifest, task.files)
        found_there, received = here.recv()
        found.join(found_there)
        check_tables(task.manifest, task.files, found)
        here.send(parcels)
        for name, shelf in shelves.items():
            yield from write_out(task.strata[name], 0, shelf[:CUT], received[name], task.lots_there)
            while span := here.recv():
                yield read_span(task.lines_there, span)
    finally:
        other.kill()
        other.join()
        here.close()


def _work_beside(task: Task, middle: int, named: frozenset[str], here: Connection, there: Connection) -> None:
    """The other process: the second part of the pool, the lots from byte `CUT` on. A fault ends it in silence."""
    here.close()  # so that the end of the first process is seen
    try:
        pool = task.files[POOL.file]
        shelves, found = scan(blocks_of(pool, middle, len(pool)), task.strata, task.key, named)
        there.send((found, hand_over(shelves, slice(0, CUT), task.lots_there)))
        received, start = there.recv(), 0
        for name, shelf in shelves.items():
            before = task.strata[name].population - sum(map(len, shelf[CUT:])) - received[name].lots
            for part in write_out(task.strata[name], before, shelf[CUT:], received[name], task.lots_here):
                task.lines_there.write(part)
                task.lines_there.flush()
                there.send((start, len(part)))
                start += len(part)
            there.send(None)
    except (EOFError, OSError, ValueError, KeyboardInterrupt):
        there.close()


def hand_over(shelves: Shelves, which: slice, file: BinaryIO) -> dict[str, Parcel]:
    """Write the lots of some shelves of each stratum down for the other process, and keep them no longer."""
    parcels, start = {}, 0
    for name, shelf in shelves.items():
        lots, spans = 0, list[Span]()
        for group in shelf[which]:
            size = file.write("\n".join(group).encode())
            spans.append((start, size))
            start, lots = start + size, lots + len(group)
            group.clear()
        parcels[name] = Parcel(lots, spans)
    file.flush()
    return parcels


def read_span(file: BinaryIO, span: Span) -> bytes:
    """What stands there. The place that an open file remembers is shared by both processes, and of no use."""
    start, size = span
    data = os.pread(file.fileno(), size, start) if size else b""
    if len(data) != size:
        raise EOFError("the other process wrote less than it says")
    return data


def write_out(stratum: Stratum, before: int, shelf: list[list[str]], parcel: Parcel, file: BinaryIO) -> Iterator[bytes]:
    """The lines of `order.tsv` of some lots of a stratum, in parts: of those on the shelf and of those handed over.

    `before` lots stand in front of them. None is kept.
    """
    for lots, span in zip(shelf, parcel.spans, strict=True):
        if text := read_span(file, span):
            lots += text.decode("ascii").split("\n")
        lots.sort()
        if lots:
            yield lines_of(stratum, before, lots)
        before += len(lots)
        lots.clear()


def lines_of(stratum: Stratum, before: int, lots: list[str]) -> bytes:
    """The lines of `order.tsv` of these lots, ascending; `before` others of their stratum stand in front of them."""
    lines, rank, drawn = list[str](), before + 1, max(0, stratum.take - before)
    for status, part in (("selected", lots[:drawn]), ("reserve", lots[drawn:])):
        lines += [f"{stratum.id}\t{n}\t{x[TICKET:]}\t{x[:TICKET]}\t{status}\n" for n, x in enumerate(part, rank)]
        rank += len(part)
    return "".join(lines).encode()
