"""Two implementations, one verdict: the kernel's verifier and the stand-alone one on the same changed bundles."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from scheduler.records.verification import verify_files

pytestmark = pytest.mark.shared
Vector = Callable[[str], dict[str, bytes]]

# A file that is broken in its form fails as `files` in one and under its own check in the other: both name the file.
FORM = {"files", "manifest", "randomness"}


def mutants(files: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield bundles with one thing changed: a byte, a line, a file, a number."""
    chosen = random.Random(seed)
    names = sorted(name for name in files if files[name])
    for _ in range(count):
        name = chosen.choice(names)
        data = files[name]
        lines = data.split(b"\n")
        place, line = chosen.randrange(len(data)), chosen.randrange(len(lines))
        digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
        at = chosen.choice(digits)
        ways = {
            "bit": data[:place] + bytes([data[place] ^ 1 << chosen.randrange(8)]) + data[place + 1 :],
            "digit": data[:at] + str(chosen.randrange(10)).encode() + data[at + 1 :],
            "cut": data[:place],
            "gone": None,
            "line gone": b"\n".join(lines[:line] + lines[line + 1 :]),
            "line twice": b"\n".join([*lines[:line], lines[line], *lines[line:]]),
            "grown": data + b"\n",
            "carriage return": data.replace(b"\n", b"\r\n", 1),
            "mark": b"\xef\xbb\xbf" + data,
        }
        way = chosen.choice(sorted(ways))
        changed = ways[way]
        other = {key: value for key, value in files.items() if key != name}
        if changed is not None:
            other[name] = changed
        yield f"{name}: {way} at {place} / {line}", other


def compare(what: str, files: dict[str, bytes], stand_alone: ModuleType) -> None:
    """Both reach one exit code, and neither passes what the other fails (but for the name of a fault of form)."""
    ours = verify_files(files, "x")
    theirs = stand_alone.audit_files(files)
    assert ours.exit == theirs.exit_status(), what
    left = {check.name: check.outcome for check in ours.checks}
    right = {check.name: check.outcome for check in theirs.checks}
    for name in left.keys() & right.keys():
        if name.partition(":")[0] not in FORM:
            assert {left[name], right[name]} != {"pass", "FAIL"}, (what, name, left[name], right[name])
    failing = [
        {name.partition(":")[0] for name, outcome in side.items() if outcome == "FAIL"} for side in (left, right)
    ]
    assert failing[0] & failing[1] or (failing[0] | failing[1]) & FORM or not failing[0], what


@pytest.mark.parametrize("name", ["worked-example", "plan-lottery"])
def test_both_verifiers_agree_on_changed_bundles(vector: Vector, stand_alone: ModuleType, name: str) -> None:
    files = vector(name)
    for what, other in mutants(files, 600 if name == "worked-example" else 120, seed=7):
        if {"manifest.json", "plan.json"} & other.keys():
            compare(what, other, stand_alone)


def test_both_verifiers_agree_on_the_changed_city(vector: Vector, stand_alone: ModuleType) -> None:
    for what, other in mutants(vector("jilin-city"), 12, seed=11):
        if "manifest.json" in other:
            compare(what, other, stand_alone)
