"""A draw of 5 % of a million enterprises, recomputed without teams, beside a bare loop of hashlib over the same ids.

Both run by turns, each in a process of its own; the best of each counts. The loop makes the ticket of every enterprise
(section 4 of the protocol) and keeps nothing: nobody who recomputes the draw can do with less. The verdict compares the
whole command, interpreter and files included, with the loop alone. The order must be that of the kernel in one piece.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from scheduler.draws.documents import build_manifest
from scheduler.draws.protocol.draw import select
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.inputs import read_inputs

MOST = 3  # times the loop alone
VALUE = "314159265358979323846264"
TABLES = ("pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv")
FOLLOWS = {"kind": "ratio", "numerator": 5, "denominator": 100, "rounding": "half-up", "minimum": 1}
DICE = {"id": "dice", "type": "dice/d10", "count": 24}
SETTINGS = {
    "agency": "112202000000000000",
    "plan": "220200-2026",
    "draw": "220200-2026-001",
    "title": "5 %",
    "sequence": 1,
    "previous": None,
    "mode": "open",
    "algorithm": {"hash": "sha256", "select": "bottom-k", "assign": "ticket-augment", "slack": 1},
    "slots": [["role:inspector"], ["role:inspector"]],
    "randomness": [DICE],
    "lead_seconds": 600,
    "exclusion_reasons": ["closed"],
    "void_reasons": ["equipment"],
    "reveal_by": None,
    "code": {"name": "bench", "version": "1"},
}
LOOP = """
import sys, time
from hashlib import sha256
ids = [line.split("\\t", 1)[0] for line in open(sys.argv[1], encoding="ascii")]
key = "ab" * 32
began = time.perf_counter()
for each in ids:
    sha256(f"{key}:{each}".encode()).hexdigest()
print(time.perf_counter() - began)
"""


def make_draw(folder: Path, enterprises: int) -> None:
    """Write a sealed draw with its randomness: four risk classes, few inspectors, nothing recused or left out."""
    ids = [f"9122{number:014d}" for number in range(enterprises)]
    files = {
        "pool.tsv": "".join(f"{each}\t{'ABCD'[number % 4]}\t\t\n" for number, each in enumerate(ids)).encode(),
        "inspectors.tsv": b"I1\t9\trole:inspector\t\nI2\t9\trole:inspector\t\n",
        "recusals.tsv": b"",
        "excluded.tsv": b"",
    }
    files["manifest.json"] = build_manifest(SETTINGS, dict.fromkeys("ABCD", FOLLOWS), files)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "randomness").mkdir()
    value = {"id": "dice", "type": "dice/d10", "value": VALUE}
    (folder / "randomness" / "dice.json").write_bytes(canonical_json(value))


def seconds_of_recompute(folder: Path, out: Path) -> float:
    """Run the command as anyone would, interpreter and files included."""
    command = [sys.executable, "-m", "scheduler", "recompute", str(folder), "--out", str(out), "--no-assignment"]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own command)
    return time.perf_counter() - began


def seconds_of_loop(folder: Path) -> tuple[float, float]:
    """Hash every identifier once: the whole run, interpreter and file included as for the command; the loop alone."""
    command = [sys.executable, "-c", LOOP, str(folder / "pool.tsv")]
    began = time.perf_counter()
    alone = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    return time.perf_counter() - began, alone


def order_by_kernel(folder: Path) -> bytes:
    """The bytes of `order.tsv`, made in one piece."""
    tables = {name: (folder / name).read_bytes() for name in TABLES}
    return select(read_inputs((folder / "manifest.json").read_bytes(), tables), {"dice": VALUE})[1].table()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench draw", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "draw"
        folder.mkdir()
        make_draw(folder, args.enterprises)
        loops, runs = [], []
        for turn in range(args.turns):
            loops.append(seconds_of_loop(folder))
            runs.append(seconds_of_recompute(folder, Path(name) / f"out-{turn}"))
        order = (Path(name) / "out-0" / "order.tsv").read_bytes()
        same = order == order_by_kernel(folder)
    drawn = order.count(b"\tselected\n")
    print(f"enterprises {args.enterprises:,}, drawn {drawn:,}, order.tsv sha256 {sha256(order).hexdigest()}")
    if not same:
        sys.exit("order.tsv is not that of the kernel: the times mean nothing")
    (whole, alone), run = map(min, zip(*loops, strict=True)), min(runs)
    print("                             time   to the loop alone   to its whole run")
    print(f"loop of hashlib, alone   {alone:6.2f} s   {1:17.2f}")
    print(f"the same, whole run      {whole:6.2f} s   {whole / alone:17.2f}   {1:16.2f}")
    print(f"recompute, whole run     {run:6.2f} s   {run / alone:17.2f}   {run / whole:16.2f}")
    print(
        f"verdict: {run / alone:.2f} times the loop alone, at most {MOST}: {'met' if run < MOST * alone else 'missed'}"
    )


if __name__ == "__main__":
    main()
