"""Run by test_huge_order.py in a process of its own: the order by two processes, and by the kernel, as hashes."""

from __future__ import annotations

import hashlib
import json
import random
import sys

from scheduler.draws import huge_order
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


def compare(seed: int) -> dict[str, object]:
    """Both orders of one random pool, and what becomes of it when something is wrong."""
    from scheduler.draws.documents import build_manifest

    chance = random.Random(seed)
    files = sample(chance, chance.randint(1, 3000), "ABC"[: chance.randint(1, 3)])
    present = sorted({line.split("\t")[1] for line in files["pool.tsv"].decode().splitlines()})
    rules = dict.fromkeys(present, RATIO)
    document = build_manifest({**SETTINGS, "slots": [["role:inspector"], ["$need", "role:inspector"]]}, rules, files)
    inputs = read_inputs(document, files)
    takes = {stratum.id: stratum.take for stratum in inputs.manifest.strata}
    by_kernel = draw_order(inputs.tables.pool.ids, inputs.tables.pool.strata, takes, KEY).table()
    parts = huge_order.order_in_two(inputs.manifest, files, KEY)
    wrong = []
    for name, data in (
        *broken_pools(files["pool.tsv"]),
        ("excluded.tsv", files["pool.tsv"].split(b"\t")[0] + b"\tclosed\n"),
    ):
        changed = {**files, name: data}
        try:
            read_inputs(document, changed)
        except ProtocolError:
            wrong.append(huge_order.order_in_two(parse_manifest(document), changed, KEY) is None)
    two = hashlib.sha256(b"".join(parts or ())).hexdigest()
    return {"kernel": hashlib.sha256(by_kernel).hexdigest(), "two": two, "refused": all(wrong), "tried": len(wrong)}


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
    huge_order.LEAST, huge_order.BLOCK = 0, 500
    json.dump([compare(seed) for seed in range(int(sys.argv[1]))], sys.stdout)
