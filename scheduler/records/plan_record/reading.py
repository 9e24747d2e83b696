"""The files of a plan's record as evidence, and the comparison of a figure with what it must be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Any

from scheduler.draws.protocol.encoding import parse_json
from scheduler.records.checks import Difference, Ledger, shown
from scheduler.records.evidence import Evidence
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY


@dataclass(frozen=True)
class PlanRecord:
    """A record's files by name, and the lottery's among them; `ledger` keeps what the checks found."""

    files: Mapping[str, bytes]
    ledger: Ledger = field(default_factory=Ledger)

    @cached_property
    def lottery(self) -> Evidence:
        """The files of the lottery, by their names in its own bundle."""
        inside = {name.removeprefix(LOTTERY): data for name, data in self.files.items() if name.startswith(LOTTERY)}
        return Evidence(inside, "plan")

    @property
    def sha256(self) -> str:
        """The hash of the document's bytes."""
        return sha256(self.files[DOCUMENT]).hexdigest()

    @property
    def document(self) -> dict[str, Any]:
        """The document; raises `Absent` when its own check refused it."""
        read: dict[str, Any] = self.ledger.value("document")
        return read

    def parse_document(self) -> dict[str, Any]:
        """Read the document; raise the `ProtocolError` of what is not canonical in it."""
        read: dict[str, Any] = parse_json(self.files[DOCUMENT], DOCUMENT)
        return read


def compare(member: str, expected: object, found: object) -> None:
    """Raise `Difference` (`plan-record.differs`) naming the first member whose value is not what it must be."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in expected:
            compare(f"{member}.{name}", expected[name], found.get(name))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (own, given) in enumerate(zip(expected, found, strict=True)):
            compare(f"{member}[{place}]", own, given)
    elif type(expected) is not type(found) or expected != found:
        raise Difference(
            "plan-record.differs",
            file=DOCUMENT,
            expected=_short(expected),
            found=_short(found),
            params={"member": member},
        )


def _short(value: object) -> str:
    return shown(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())


def days_of(value: int | str) -> Fraction:
    """Read person-days as the document writes them."""
    return Fraction(value)
