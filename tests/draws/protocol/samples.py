"""A small draw and a small plan, whole and valid, for tests to break one thing of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scheduler.draws.documents import build_manifest, build_plan
from scheduler.draws.protocol.draw import Outcome, conduct
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.events import Event
from scheduler.draws.protocol.inputs import read_inputs
from scheduler.draws.protocol.sources import commitment_of

SALT = "5a" * 32
SECRET = bytes(range(32)).hex()
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
DICE: dict[str, Any] = {"id": "dice", "type": "dice/d10", "count": 20}
DRAND: dict[str, Any] = {"id": "drand", "type": "drand/quicknet", "chain": CHAIN, "round": 1000}
COMMIT: dict[str, Any] = {"id": "office", "type": "commit/sha256", "commitment": commitment_of("D-1", "office", SECRET)}
VALUES = {"dice": "01234567890123456789", "office": SECRET}
RATIO = {"kind": "ratio", "numerator": 1, "denominator": 2, "rounding": "ceil", "minimum": 0}
FILES = {
    "pool.tsv": b"E1\tA\t\tarea:1\nE2\tA\tskill:fire\t\nE3\tA\t\t\nE4\tB\t\t\n",
    "inspectors.tsv": b"I1\t3\trole:inspector,skill:fire\t\nI2\t2\trole:inspector\tarea:1\nI3\t2\trole:inspector\t\n"
    b"X1\t9\trole:expert\t\n",
    "recusals.tsv": b"I3\tE4\n",
    "excluded.tsv": b"E9\tclosed\n",
}
SETTINGS: dict[str, Any] = {
    "agency": "agency",
    "plan": "P-1",
    "draw": "D-1",
    "title": "一般检查单位随机抽查",
    "sequence": 1,
    "previous": None,
    "mode": "open",
    "algorithm": {"hash": "sha256", "select": "bottom-k", "assign": "ticket-augment", "slack": 1},
    "slots": [["role:inspector"], ["$need", "role:expert"]],
    "randomness": [DICE],
    "lead_seconds": 600,
    "exclusion_reasons": ["closed", "moved"],
    "void_reasons": ["error"],
    "reveal_by": None,
    "code": {"name": "test", "version": "1"},
}
SEALED: dict[str, Any] = {"mode": "sealed", "randomness": [DICE, DRAND, COMMIT], "reveal_by": "2026-12-31"}
SLOTS = [["role:inspector"], ["role:inspector"]]
PLAN: dict[str, Any] = {
    "agency": "agency",
    "plan": "P-1",
    "version": 1,
    "randomness": [DICE],
    "lead_seconds": 600,
    "classes": {"k1": {(1,): 2, (2, 8): 1}, "k2": {(3, 6, 9, 12): 1}},
    "code": ("test", "1"),
    "enterprises": b"E1\tk1\nE2\tk2\nE3\tk1\nE4\tk1\n",
}


def manifest_of(files: Mapping[str, bytes] = FILES, **changes: Any) -> bytes:
    """The manifest over these tables, with some of its members changed."""
    return build_manifest({**SETTINGS, "slots": SLOTS, **changes}, {"A": RATIO, "B": RATIO}, files)


def edited(document: bytes, **changes: Any) -> bytes:
    """A JSON document with members set (`a__0__b` is a[0].b), or taken out when the value is `...`."""
    value = json.loads(document)
    for path, new in changes.items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        inner = value
        for step in steps:
            inner = inner[step]
        if new is ...:
            del inner[last]
        else:
            inner[last] = new
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def conducted(files: Mapping[str, bytes] = FILES, **changes: Any) -> Outcome:
    """A small draw, conducted."""
    inputs = read_inputs(manifest_of(files, **changes), files)
    named = {source.id for source in inputs.manifest.randomness}
    values = {**VALUES, "drand": "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"}
    return conduct(inputs, {name: value for name, value in values.items() if name in named})


def event(sequence: int, kind: str, subject: str, detail: str = "") -> Event:
    """An event without evidence."""
    return Event(sequence, kind, subject, detail, "", SALT)


def plan_of(**changes: Any) -> bytes:
    """The small plan, with some of what it is made of changed."""
    return build_plan(**{**PLAN, **changes})


def value_file(source: Mapping[str, Any], value: str, **more: Any) -> bytes:
    """The bytes of `randomness/<id>.json`."""
    return canonical_json({"id": source["id"], "type": source["type"], "value": value, **more})
