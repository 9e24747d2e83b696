"""The outcome of a verification: named checks, each pass, warn, FAIL or absent (protocol section 11).

A check is a function that returns a `Note` or raises: `Difference`, `ProtocolError` and `ServiceError` make it FAIL,
`Absent` makes it absent. What a check worked out is kept under its name for the checks that need it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.messages import render
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import ServiceError

PASS, WARN, FAIL, ABSENT = "pass", "warn", "FAIL", "absent"
OUTCOMES = (PASS, WARN, FAIL, ABSENT)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Note:
    """What a check found: a key of the message catalogues with its parameters, and the outcome."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    outcome: str = PASS
    value: Any = None


class Difference(Exception):
    """Something is not what it must be; `line` counts from 1."""

    def __init__(
        self,
        key: str,
        *,
        file: str | None = None,
        line: int | None = None,
        expected: str | None = None,
        found: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(key)
        self.key = key
        self.params = {**(params or {}), "file": file, "line": line}
        self.file, self.line, self.expected, self.found = file, line, expected, found


class Absent(Exception):
    """A check that cannot be made here, and why."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key, self.params = key, params


@dataclass(frozen=True, slots=True)
class Check:
    """One named check of section 11 with its outcome; `line` counts from 1."""

    number: int
    name: str
    outcome: str
    key: str
    params: Mapping[str, object]
    file: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None

    def detail(self, language: str) -> str:
        """Return what was found as a text."""
        return render(self.key, language, **self.params)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a verification; `type` is draw or plan, `exit` 0 or 1."""

    bundle: str
    type: str
    id: str | None
    manifest: str | None
    seed: str | None
    checks: Sequence[Check]
    strict: bool

    @property
    def counts(self) -> dict[str, int]:
        """Return how many checks ended in each outcome."""
        counted = Counter(check.outcome for check in self.checks)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def exit(self) -> int:
        """Return 0 when nothing failed (strictly: when everything passed), else 1."""
        bad = {FAIL, WARN, ABSENT} if self.strict else {FAIL}
        return int(any(check.outcome in bad for check in self.checks))

    def document(self, language: str) -> dict[str, Any]:
        """Return the report in the JSON form that both verifiers share."""
        checks = [
            {
                "number": check.number,
                "name": check.name,
                "outcome": check.outcome,
                "detail": check.detail(language),
                "file": check.file,
                "line": check.line,
                "expected": check.expected,
                "found": check.found,
            }
            for check in self.checks
        ]
        named = {"bundle": self.bundle, "type": self.type, "id": self.id, "manifest": self.manifest, "seed": self.seed}
        return {**named, "checks": checks, "counts": self.counts, "exit": self.exit}


class Ledger:
    """Runs checks one after the other and keeps what each of them found."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self._values: dict[str, Any] = {}

    def run(self, number: int, name: str, work: Callable[[], Note]) -> None:
        """Make one check."""
        try:
            note = work()
        except Absent as absent:
            self.checks.append(Check(number, name, ABSENT, absent.key, absent.params))
        except Difference as difference:
            self.checks.append(_failed(number, name, difference))
        except (ProtocolError, ServiceError) as refusal:
            self.checks.append(_refused(number, name, refusal))
        except Exception as fault:  # a fault of this program must never look like a pass, nor end the report
            self.checks.append(Check(number, name, FAIL, "check.unexpected", {"fault": type(fault).__name__}))
        else:
            self.checks.append(Check(number, name, note.outcome, note.key, note.params))
            self._values[name] = note.value

    def keep(self, name: str, value: Any) -> None:
        """Keep what was worked out on the way, for the checks that need it."""
        self._values[name] = value

    def has(self, name: str) -> bool:
        """Say whether something is kept under a name."""
        return name in self._values

    def value(self, name: str, check: str = "") -> Any:
        """Return what is kept under a name; raise `Absent` because the check that makes it failed, or is absent."""
        if name in self._values:
            return self._values[name]
        maker = check or name
        failed = any(each.name == maker and each.outcome == FAIL for each in self.checks)
        raise Absent("check.because-failed" if failed else "check.because-absent", check=maker)


def first_difference(file: str, expected: bytes, found: bytes) -> Difference | None:
    """Return the first line in which a file differs from what it must be, None when it does not."""
    if expected == found:
        return None
    wanted, given = expected.split(b"\n"), found.split(b"\n")
    line = next(
        (n for n, (a, b) in enumerate(zip(wanted, given, strict=False)) if a != b), min(len(wanted), len(given))
    )
    return Difference(
        "check.line-differs",
        file=file,
        line=line + 1,
        expected=shown(wanted[line]) if line < len(wanted) else None,
        found=shown(given[line]) if line < len(given) else None,
    )


def shown(raw: bytes) -> str:
    """Return the beginning of a line as a text that any terminal can show."""
    text = raw.decode("utf-8", "backslashreplace")
    text = "".join(
        character if character.isprintable() or character == "\t" else ascii(character)[1:-1] for character in text
    )
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def _failed(number: int, name: str, difference: Difference) -> Check:
    return Check(
        number,
        name,
        FAIL,
        difference.key,
        difference.params,
        difference.file,
        difference.line,
        difference.expected,
        difference.found,
    )


def _refused(number: int, name: str, refusal: ProtocolError | ServiceError) -> Check:
    params = refusal.params
    file, line = params.get("file"), params.get("line")
    return Check(
        number,
        name,
        FAIL,
        f"error.{refusal.code}",
        params,
        str(file) if file else None,
        line if isinstance(line, int) else None,
        _text(params.get("wanted")),
        _text(params.get("found")),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:_LONGEST]
