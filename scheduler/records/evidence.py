"""The files of a bundle as evidence: each read strictly, once, when a check first asks for it (protocol section 10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.draws.documents import read_transcript
from scheduler.draws.protocol.draw import Result
from scheduler.draws.protocol.encoding import parse_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import parse_events
from scheduler.draws.protocol.lottery import parse_plan
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.tables import (
    ASSIGN,
    ENTERPRISES,
    EXCLUDED,
    INSPECTORS,
    MONTHS,
    ORDER,
    POOL,
    RECUSALS,
    STATE,
    Table,
    read_table,
)
from scheduler.errors import InvalidInput
from scheduler.records.checks import Absent, Difference

RANDOMNESS = re.compile(r"randomness/([a-z0-9-]{1,24})\.json")
COMMON = {"seed.txt", "log/checkpoint", "log/entries.jsonl", "log/proofs.json", "README.txt", "verify_draw.py"}
INPUT_TABLES = (POOL.file, INSPECTORS.file, RECUSALS.file, EXCLUDED.file)
FILES = {
    "draw": COMMON
    | {"manifest.json", "manifest.dsse.json", "result.json", "result.dsse.json", "events.tsv"}
    | {*INPUT_TABLES, ORDER.file, ASSIGN.file, STATE.file},
    "plan": COMMON | {"plan.json", "plan.dsse.json", ENTERPRISES.file, MONTHS.file},
}
ROOTS = {"draw": "manifest.json", "plan": "plan.json"}
# What the kernel refuses on reading the root file, but section 11 names elsewhere.
ELSEWHERE = {
    "take-mismatch": "strata",
    "slot-role": "references",
    "value-asked-twice": "randomness",
    "commit-count": "randomness",
    "sealed-without-beacon": "randomness",
    "pattern-counts": "classes",
}


def kind_of(files: Mapping[str, bytes]) -> str:
    """Return draw or plan, by the root file that is there; raise `InvalidInput` (`bundle-without-root`)."""
    for kind, root in ROOTS.items():
        if root in files:
            return kind
    raise InvalidInput("bundle-without-root")


def _table(table: Table) -> Callable[[bytes], Any]:
    return lambda data: read_table(data, table)


READERS: dict[str, Callable[[bytes], Any]] = {
    "manifest.json": parse_manifest,
    "plan.json": parse_plan,
    "result.json": lambda data: parse_json(data, "result.json", Result),
    "seed.txt": read_transcript,
    "events.tsv": parse_events,
    **{
        table.file: _table(table)
        for table in (POOL, INSPECTORS, RECUSALS, EXCLUDED, ORDER, ASSIGN, STATE, ENTERPRISES, MONTHS)
    },
}


def _read(name: str, data: bytes) -> Any:
    if name in READERS:
        return READERS[name](data)
    if name.startswith("randomness/") or name.endswith(".dsse.json") or name == "log/proofs.json":
        return parse_json(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("not-utf8", file=name) from None


@dataclass
class Evidence:
    """A bundle's files by name, and what they hold."""

    files: Mapping[str, bytes]
    kind: str
    _read: dict[str, Any] = field(default_factory=dict)

    def parse(self, name: str) -> Any:
        """Return what a file holds; raise the `ProtocolError` of the first thing wrong with it."""
        if name not in self._read:
            try:
                self._read[name] = _read(name, self.files[name])
            except ProtocolError as refusal:
                self._read[name] = refusal
        if isinstance(self._read[name], ProtocolError):
            raise self._read[name]
        return self._read[name]

    def raw(self, name: str) -> bytes:
        """Return the bytes of a file; raise `Absent` when the bundle does not hold it."""
        if name not in self.files:
            raise Absent("check.file-absent", file=name)
        return self.files[name]

    def take(self, name: str) -> Any:
        """Return what a file holds for a later check; raise `Absent` when it is not there or was refused before."""
        self.raw(name)
        try:
            return self.parse(name)
        except ProtocolError as refusal:
            raise Absent("check.because-failed", check=ELSEWHERE.get(refusal.code, "files")) from None

    @property
    def root(self) -> Any:
        """Return the manifest, or the plan."""
        return self.take(ROOTS[self.kind])

    def refusal_of_root(self, check: str) -> None:
        """Raise what the kernel refused of the root file, when it belongs to this check."""
        try:
            self.parse(ROOTS[self.kind])
        except ProtocolError as refusal:
            if ELSEWHERE.get(refusal.code) == check:
                raise

    def first_fault(self) -> ProtocolError | Difference | None:
        """Return the first thing wrong with the set of files or with the form of one of them, None when all is well."""
        for name in sorted(self.files):
            if name not in FILES[self.kind] and not RANDOMNESS.fullmatch(name):
                return Difference("check.foreign-file", file=name)
            try:
                self.parse(name)
            except ProtocolError as refusal:
                if not (name == ROOTS[self.kind] and refusal.code in ELSEWHERE):
                    return refusal
        return self._unnamed_value()

    def _unnamed_value(self) -> Difference | None:
        try:
            named = {source.id for source in self.root.randomness}
        except Absent:
            return None
        for name in sorted(self.files):
            found = RANDOMNESS.fullmatch(name)
            if found and found[1] not in named:
                return Difference("check.unnamed-source", file=name)
        return None
