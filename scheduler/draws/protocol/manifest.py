"""The manifest of a draw: all that is fixed before the randomness exists (draw-protocol.md, section 2).

1. M = hex H(manifest bytes). `previous` is null exactly when `sequence` is 1, `reveal_by` exactly in open mode.
2. take = min(population, max(minimum, rounded)) | min(population, count), exact integers: ceil = floor((p*n + d - 1) /
   d), half-up = floor((2*p*n + d) / (2*d)). Each slot of a team has exactly one role.

>>> Ratio(5, 100, "half-up", 1).take(50), Ratio(3, 100, "ceil", 1).take(40), Fixed(9).take(4)
(3, 2, 4)
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from scheduler.draws.protocol import encoding
from scheduler.draws.protocol.encoding import TAG, TEXT, Hex, HexOrNull, Id, Ids, Natural, Positive, order_fault
from scheduler.draws.protocol.errors import need
from scheduler.draws.protocol.sources import Source, check_sources, read_source, unix_seconds
from scheduler.draws.protocol.tables import EXCLUDED, INSPECTORS, POOL, RECUSALS, ROLES

FILE, TYPE = "manifest.json", "double-random/1/manifest"
ALGORITHM = {"hash": "sha256", "select": "bottom-k", "assign": "ticket-augment", "slack": 0}


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rule that takes a share of a stratum, at least `minimum`; `rounding` is `ceil` or `half-up`."""

    numerator: int
    denominator: int
    rounding: str
    minimum: int

    def take(self, population: int) -> int:
        """How many of `population` entries are drawn."""
        exact, whole = population * self.numerator, self.denominator
        rounded = (exact + whole - 1) // whole if self.rounding == "ceil" else (2 * exact + whole) // (2 * whole)
        return min(population, max(self.minimum, rounded))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A rule that takes a fixed number of a stratum."""

    count: int

    def take(self, population: int) -> int:
        """How many of `population` entries are drawn."""
        return min(population, self.count)


Rule = Ratio | Fixed


def read_rule(value: Any, file: str, at: str) -> Rule:
    """The rule of a stratum, as it stands in a manifest."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if encoding.read_shape(kind, "ratio|fixed", file, f"{at}.kind") == "fixed":
        return Fixed(encoding.read_shape(value, {"kind": "fixed", "count": 0}, file, at)["count"])
    shape = {"kind": "ratio", "numerator": 0, "denominator": 1, "rounding": "ceil|half-up", "minimum": 0}
    _, numerator, denominator, rounding, minimum = encoding.read_shape(value, shape, file, at).values()
    need(numerator <= denominator, "ratio-above-one", file=file, member=at, found=f"{numerator}/{denominator}")
    return Ratio(numerator, denominator, rounding, minimum)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group that is drawn from by one rule."""

    id: Id
    population: Positive
    rule: Annotated[Rule, read_rule]
    take: Natural


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What fixes a table: the hash of its bytes, the number of its lines, the root of its tree."""

    sha256: Hex
    lines: Natural
    root: Hex


FILES = dict.fromkeys((EXCLUDED.file, INSPECTORS.file, POOL.file, RECUSALS.file), FileSeal)
Sources = Annotated[tuple[Source, ...], [read_source]]
Code = Annotated[dict[str, str], {"name": TEXT, "version": TEXT}]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`; `digest` is M."""

    type: Annotated[str, TYPE]
    agency: Id
    plan: Id
    draw: Id
    title: Annotated[str, TEXT]
    sequence: Positive
    previous: HexOrNull
    mode: Annotated[str, "open|sealed"]
    algorithm: Annotated[dict[str, Any], ALGORITHM]
    files: Annotated[dict[str, FileSeal], FILES]
    strata: Annotated[tuple[Stratum, ...], [Stratum]]
    slots: Annotated[tuple[tuple[str, ...], ...], [{rf"{TAG}|\$need"}]]
    randomness: Sources
    lead_seconds: Natural
    exclusion_reasons: Ids
    void_reasons: Ids
    reveal_by: Annotated[str | None, (None, TEXT)]
    code: Code
    digest: str = ""


def parse_manifest(data: bytes) -> Manifest:
    """Read the bytes of `manifest.json` and check every rule that needs no other file."""
    read: Manifest = encoding.parse_json(data, FILE, Manifest)
    for stratum in read.strata:
        found, wanted = stratum.take, stratum.rule.take(stratum.population)
        need(found == wanted, "take-mismatch", file=FILE, member="strata", id=stratum.id, found=found, wanted=wanted)
    need(not order_fault(stratum.id for stratum in read.strata), "strata-unsorted", file=FILE, member="strata")
    for n, slot in enumerate(read.slots or [()]):
        fits = len(ROLES.intersection(slot)) == 1
        need(fits, "slot-role", file=FILE, member=f"slots[{n}]", value=",".join(slot))
    fits = (read.previous is None) == (read.sequence == 1)
    need(fits, "previous-mismatch", file=FILE, member="previous", sequence=read.sequence)
    fits = unix_seconds(f"{read.reveal_by}T00:00:00Z") is not None if read.mode == "sealed" else not read.reveal_by
    need(fits, "reveal-by-mismatch", file=FILE, member="reveal_by", mode=read.mode)
    check_sources(read.randomness, read.mode, FILE)
    return replace(read, digest=sha256(data).hexdigest())
