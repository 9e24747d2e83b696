"""Run by test_huge_order.py in a process of its own: the order in parts, and by the kernel, as hashes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from scheduler.draws import huge_order, huge_pool
from scheduler.draws.documents import build_manifest
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import read_inputs
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.selection import draw_order
from tests.draws.protocol.samples import FILES, RATIO, SETTINGS

KEY = "ab" * 32


def sample(chance: random.Random, size: int, strata: str) -> dict[str, bytes]:
    """Four tables with `size` entries, some of them recused."""
    ids = sorted({"".join(chance.choices("0123456789ABCXYZ", k=chance.randint(4, 18))) for _ in range(size)})
    needs, tags = ["", "skill:fire"], ["", "area:1", "area:2"]
    lines = [f"{i}\t{chance.choice(strata)}\t{chance.choice(needs)}\t{chance.choice(tags)}\n" for i in ids]
    recusals = "".join(f"I2\t{entry}\n" for entry in ids[:: max(1, size // 7)]).encode()
    excluded = b"zz\tclosed\n"
    return {**FILES, "pool.tsv": "".join(lines).encode(), "recusals.tsv": recusals, "excluded.tsv": excluded}


def sealed(files: dict[str, bytes]) -> bytes:
    """The manifest of these tables."""
    present = sorted({line.split("\t")[1] for line in files["pool.tsv"].decode().splitlines()})
    settings = {**SETTINGS, "slots": [["role:inspector"], ["$need", "role:inspector"]]}
    return build_manifest(settings, dict.fromkeys(present, RATIO), files)


def in_parts(document: bytes, files: dict[str, bytes], processes: int) -> bytes | None:
    """The order; None where it is left to the kernel before anything of it is given."""
    parts = huge_order.order_in_parts(parse_manifest(document), files, KEY, processes)
    try:
        first = next(parts)
    except huge_order.Unfinished:
        return None
    return b"".join([first, *parts])


def compare(seed: int) -> dict[str, object]:
    """The orders of one random pool, and what becomes of it when something is wrong."""
    chance = random.Random(seed)
    files = sample(chance, chance.randint(1, 3000), "ABC"[: chance.randint(1, 3)])
    document = sealed(files)
    inputs = read_inputs(document, files)
    takes = {stratum.id: stratum.take for stratum in inputs.manifest.strata}
    by_kernel = draw_order(inputs.tables.pool.ids, inputs.tables.pool.strata, takes, KEY).table()
    wrong = []
    for name, data in (
        *broken_pools(files["pool.tsv"]),
        ("excluded.tsv", files["pool.tsv"].split(b"\t")[0] + b"\tclosed\n"),
        ("recusals.tsv", b"I2\tnobody\n"),
        ("inspectors.tsv", files["inspectors.tsv"].replace(b"I2", b"I3", 1)),
    ):
        changed = {**files, name: data}
        try:
            read_inputs(document, changed)
        except ProtocolError:
            wrong += [in_parts(document, changed, processes) is None for processes in (1, 2)]
    found = {str(n): hashlib.sha256(in_parts(document, files, n) or b"").hexdigest() for n in (1, 2)}
    return {"kernel": hashlib.sha256(by_kernel).hexdigest(), **found, "refused": all(wrong), "tried": len(wrong)}


def break_off() -> dict[str, object]:
    """What is given before the other process dies in the middle of its work, and how it ends."""
    files = sample(random.Random(1), 3000, "A")
    document = sealed(files)
    whole, write, parent = in_parts(document, files, 1) or b"", huge_order.write_out, os.getpid()

    def die_in_the_middle(*given: Any) -> Iterator[bytes]:
        for number, part in enumerate(write(*given)):
            if number == 5 and os.getpid() != parent:
                os._exit(1)
            yield part

    given, end = b"", "finished"
    with patch.object(huge_order, "write_out", die_in_the_middle):
        try:
            for part in huge_order.order_in_parts(parse_manifest(document), files, KEY, 2):
                given += part
        except huge_order.Unfinished:
            end = "unfinished"
    return {"end": end, "some": 0 < len(given) < len(whole), "right": whole.startswith(given)}


def broken_pools(pool: bytes) -> list[tuple[str, bytes]]:
    """Ways to break a pool."""
    lines = pool.split(b"\n")
    return [
        ("pool.tsv", b""),
        ("pool.tsv", pool[:-1]),
        ("pool.tsv", b"\xef\xbb\xbf" + pool),
        ("pool.tsv", pool + b"\n"),
        ("pool.tsv", b"\n".join([lines[0], *lines])),
        ("pool.tsv", b"\n".join(reversed(lines[:-1])) + b"\n" + b"x"),
        ("pool.tsv", pool.replace(b"\n", b"\r\n", 1)),
        ("pool.tsv", pool.replace(b"\t", b"\xff\t", 1)),
        ("pool.tsv", pool.replace(b"\t", b"", 1)),
        ("pool.tsv", pool.replace(b"\tA\t", b"\tD\t", 1)),
    ]


if __name__ == "__main__":
    huge_order.LEAST, huge_pool.BLOCK = 0, 500
    json.dump({"compared": [compare(seed) for seed in range(int(sys.argv[1]))], "broken": break_off()}, sys.stdout)
