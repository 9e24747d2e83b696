"""The manifest of a draw.

Rules (draw-protocol.md, section 2): `manifest.json` has exactly the members of `MEMBERS`;

1. `sequence` is 1, 2, 3 ...; `previous` is null exactly when it is 1.
2. strata ascending by id; a rule is a ratio (0 <= numerator <= denominator, 1 <= denominator,
   rounded `ceil` or `half-up`) or a fixed count.
3. take = min(population, max(minimum, rounded)) | min(population, count), where
   ceil = floor((p*n + d - 1) / d) and half-up = floor((2*p*n + d) / (2*d)), exact integers.
4. slots: one sorted list of tags per person, at least one, each with exactly one role.
5. `reveal_by` is a date in sealed mode, null in open mode.
6. M = hex H(manifest bytes).

>>> Ratio(5, 100, "half-up", 1).take(50), Ratio(3, 100, "ceil", 1).take(40), Fixed(9).take(4)
(3, 2, 4)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from scheduler.draws.protocol.eligibility import NEED
from scheduler.draws.protocol.encoding import IDENTIFIER, TAG, Node, parse_json
from scheduler.draws.protocol.sources import Source, read_sources

FILE = "manifest.json"
TYPE = "double-random/1/manifest"
MEMBERS = (  # noqa: SIM905
    "type agency plan draw title sequence previous mode algorithm files strata slots randomness "
    "lead_seconds exclusion_reasons void_reasons reveal_by code"
).split()
FILES = ("excluded.tsv", "inspectors.tsv", "pool.tsv", "recusals.tsv")
ROLES = ("role:inspector", "role:expert")


@dataclass(frozen=True, slots=True)
class Ratio:
    """Take a share of a stratum's population, at least `minimum`."""

    numerator: int
    denominator: int
    rounding: str
    minimum: int

    def take(self, population: int) -> int:
        """How many of `population` entries are drawn."""
        exact = population * self.numerator
        if self.rounding == "ceil":
            rounded = (exact + self.denominator - 1) // self.denominator
        else:
            rounded = (2 * exact + self.denominator) // (2 * self.denominator)
        return min(population, max(self.minimum, rounded))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Take a fixed number of a stratum's entries."""

    count: int

    def take(self, population: int) -> int:
        """How many of `population` entries are drawn."""
        return min(population, self.count)


Rule = Ratio | Fixed


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group that is drawn from by one rule."""

    id: str
    population: int
    rule: Rule
    take: int


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What fixes a table: the hash of its bytes, the number of its lines, the root of its tree."""

    sha256: str
    lines: int
    root: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is fixed before the randomness exists; `digest` is M."""

    digest: str
    agency: str
    plan: str
    draw: str
    title: str
    sequence: int
    previous: str | None
    mode: str
    slack: int
    files: dict[str, FileSeal]
    strata: tuple[Stratum, ...]
    slots: tuple[tuple[str, ...], ...]
    randomness: tuple[Source, ...]
    lead_seconds: int
    exclusion_reasons: tuple[str, ...]
    void_reasons: tuple[str, ...]
    reveal_by: str | None
    code: tuple[str, str]


def parse_manifest(data: bytes) -> Manifest:
    """Read the bytes of `manifest.json` and check every rule that needs no other file."""
    root = parse_json(data, FILE)
    Node(root.peek("type"), FILE, "type").choice(TYPE)
    at = dict(zip(MEMBERS, root.members(*MEMBERS), strict=True))
    mode = at["mode"].choice("open", "sealed")
    sequence = at["sequence"].integer(1)
    files = zip(FILES, at["files"].members(*FILES), strict=True)
    return Manifest(
        digest=sha256(data).hexdigest(),
        agency=at["agency"].identifier(),
        plan=at["plan"].identifier(),
        draw=at["draw"].identifier(),
        title=at["title"].text(),
        sequence=sequence,
        previous=_read_previous(at["previous"], sequence),
        mode=mode,
        slack=_read_slack(at["algorithm"]),
        files={name: read_file_seal(node) for name, node in files},
        strata=_read_strata(at["strata"]),
        slots=_read_slots(at["slots"]),
        randomness=read_sources(at["randomness"], mode),
        lead_seconds=at["lead_seconds"].integer(),
        exclusion_reasons=at["exclusion_reasons"].ascending(IDENTIFIER, "identifier-grammar"),
        void_reasons=at["void_reasons"].ascending(IDENTIFIER, "identifier-grammar"),
        reveal_by=_read_reveal(at["reveal_by"], mode),
        code=read_code(at["code"]),
    )


def read_file_seal(node: Node) -> FileSeal:
    """The hash, the number of lines and the root of a table."""
    digest, lines, root = node.members("sha256", "lines", "root")
    return FileSeal(digest.hex32(), lines.integer(), root.hex32())


def read_code(node: Node) -> tuple[str, str]:
    """Name and version of the program that wrote the document."""
    name, version = node.members("name", "version")
    return name.text(), version.text()


def _read_previous(node: Node, sequence: int) -> str | None:
    if (node.value is None) != (sequence == 1):
        raise node.refuse("previous-mismatch", sequence=sequence)
    return None if node.value is None else node.hex32()


def _read_slack(node: Node) -> int:
    digest, select, assign, slack = node.members("hash", "select", "assign", "slack")
    digest.choice("sha256")
    select.choice("bottom-k")
    assign.choice("ticket-augment")
    return slack.integer()


def read_rule(node: Node) -> Rule:
    """The rule of a stratum."""
    kind = Node(node.peek("kind"), node.file, f"{node.member}.kind").choice("ratio", "fixed")
    if kind == "fixed":
        _, count = node.members("kind", "count")
        return Fixed(count.integer())
    names = ("kind", "numerator", "denominator", "rounding", "minimum")
    _, numerator, denominator, rounding, minimum = node.members(*names)
    rule = Ratio(
        numerator.integer(),
        denominator.integer(1),
        rounding.choice("ceil", "half-up"),
        minimum.integer(),
    )
    if rule.numerator > rule.denominator:
        raise node.refuse("ratio-above-one", found=f"{rule.numerator}/{rule.denominator}")
    return rule


def _read_strata(node: Node) -> tuple[Stratum, ...]:
    strata: list[Stratum] = []
    for item in node.items():
        name, population, rule, take = item.members("id", "population", "rule", "take")
        stratum = Stratum(name.identifier(), population.integer(), read_rule(rule), take.integer())
        wanted = stratum.rule.take(stratum.population)
        if stratum.take != wanted:
            raise take.refuse("take-mismatch", id=stratum.id, found=stratum.take, wanted=wanted)
        if strata and strata[-1].id >= stratum.id:
            raise name.refuse("strata-unsorted", id=stratum.id)
        strata.append(stratum)
    return tuple(strata)


def _read_slots(node: Node) -> tuple[tuple[str, ...], ...]:
    slots = tuple(item.ascending(rf"{TAG}|\{NEED}", "tag-grammar") for item in node.items())
    if not slots:
        raise node.refuse("no-slot")
    for item, slot in zip(node.items(), slots, strict=True):
        if sum(role in slot for role in ROLES) != 1:
            raise item.refuse("slot-role", value=",".join(slot))
    return slots


def _read_reveal(node: Node, mode: str) -> str | None:
    if (node.value is None) != (mode == "open"):
        raise node.refuse("reveal-by-mismatch", mode=mode)
    return None if node.value is None else read_date(node)


def read_date(node: Node) -> str:
    """A day `YYYY-MM-DD` that the calendar has."""
    text = node.text(r"(?a:\d{4}-\d\d-\d\d)", "date-grammar")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise node.refuse("date-grammar", value=text) from None
    return text
