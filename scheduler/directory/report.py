"""What came of one file: the figures, and as many of the single findings as a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from scheduler.directory.files.table import Fault

# Single findings kept in memory; the counts are always of all, and every refused row stands in the file of these.
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that did not go in: its line, the first fault and the others."""

    line: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that stands in the file again, on `line`, with the content it had on `first_line`."""

    line: int
    first_line: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row changes in the directory: the kind of change and the changed fields as they were and will be."""

    key: str
    name: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass
class ImportReport:
    """The outcome of reading one file into a register.

    `counts`: read (rows), entered, changed, returned, left, unchanged, duplicates, refused. `applied` is false for a
    dry run and for a strict run that refused a row: nothing was written. `leaving_skipped`: entries that the file does
    not name were left as they are, because it is not certain which it names.
    """

    register: str
    file: str
    sha256: str
    strict: bool
    dry_run: bool
    applied: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    refused_by_reason: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    personal: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    refused_file: str | None = None
    leaving_skipped: bool = False

    NAMES: ClassVar = ("read", "entered", "changed", "returned", "left", "unchanged", "duplicates", "refused")

    def add_refusal(self, refusal: Refusal) -> None:
        """Count a refused row under its first reason."""
        self.counts["refused"] += 1
        self.refused_by_reason[refusal.faults[0].code] += 1
        _keep(self.refusals, refusal)

    def add_duplicate(self, duplicate: Duplicate) -> None:
        """Count a row that repeats another."""
        self.counts["duplicates"] += 1
        _keep(self.duplicates, duplicate)

    def add_difference(self, difference: Difference) -> None:
        """Count a change; a field that only was decided anew counts as changed."""
        self.counts["changed" if difference.kind == "decided" else difference.kind] += 1
        _keep(self.differences, difference)

    def figures(self) -> dict[str, int]:
        """Return every count, zeros included."""
        return {name: self.counts[name] for name in self.NAMES}

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values; lists hold at most `KEPT` findings."""
        return {
            "register": self.register,
            "file": self.file,
            "sha256": self.sha256,
            "strict": self.strict,
            "dry_run": self.dry_run,
            "applied": self.applied,
            "counts": self.figures(),
            "refused_by_reason": dict(sorted(self.refused_by_reason.items())),
            "refused_file": self.refused_file,
            "refusals": [
                {
                    "line": each.line,
                    "faults": [{**asdict(fault), "params": dict(fault.params)} for fault in each.faults],
                }
                for each in self.refusals
            ],
            "duplicates": [asdict(each) for each in self.duplicates],
            "differences": [asdict(each) for each in self.differences],
            "personal_columns_dropped": list(self.personal),
            "unknown_columns_ignored": list(self.unknown),
            "leaving_skipped": self.leaving_skipped,
            "kept": KEPT,
        }


def _keep(findings: list[Any], finding: Any) -> None:
    if len(findings) < KEPT:
        findings.append(finding)
