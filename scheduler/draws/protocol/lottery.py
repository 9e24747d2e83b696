"""The lottery of an annual plan: which months, and which day of a month.

Rules (draw-protocol.md, section 13):

1. `enterprises.tsv`: id, class. `plan.json` has exactly the members of `MEMBERS`; classes ascending
   by id, patterns ascending by months; counts add up to the population. M, transcript and seed as in
   section 4.
2. In each class order the enterprises by (ticket(key(plan-month), id), id): the first `count` get
   the first pattern, the next the second, and so on. `months.tsv`: id, months joined by ",";
   ascending by id.
3. The day of a visit is drawn by section 6 with visits as tasks of one slot, days in place of
   inspectors, pref by ticket(key(visit-day), visit ":" day), task order by
   ticket(key(visit-day), visit), slack 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from scheduler.draws.protocol.assignment import Assignment, assign, preference, slot_order
from scheduler.draws.protocol.encoding import Node, canonical_json, parse_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import check_file, file_seal
from scheduler.draws.protocol.manifest import FileSeal, read_code, read_file_seal
from scheduler.draws.protocol.seed import derive_key, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.selection import draw_order
from scheduler.draws.protocol.sources import Source, check_values, read_sources
from scheduler.draws.protocol.tables import ENTERPRISES, read_table, write_table

FILE = "plan.json"
TYPE = "double-random/1/plan"
MEMBERS = "type agency plan version file classes randomness lead_seconds code".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Pattern:
    """The months of an enterprise's visits, and how many enterprises of the class have them."""

    months: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class PlanClass:
    """A class of interchangeable enterprises."""

    id: str
    population: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`plan.json`; `digest` is M."""

    digest: str
    agency: str
    plan: str
    version: int
    file: FileSeal
    classes: tuple[PlanClass, ...]
    randomness: tuple[Source, ...]
    lead_seconds: int
    code: tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """A conducted plan lottery; `months` maps each enterprise to the months of its visits."""

    plan: Plan
    transcript: bytes
    seed: str
    months: dict[str, tuple[int, ...]]

    def files(self) -> dict[str, bytes]:
        """The files of the outcome by name."""
        rows = ((name, ",".join(map(str, months))) for name, months in sorted(self.months.items()))
        return {"seed.txt": self.transcript, "months.tsv": write_table(rows)}


def parse_plan(data: bytes) -> Plan:
    """Read the bytes of `plan.json` and check every rule that needs no other file."""
    root = parse_json(data, FILE)
    Node(root.peek("type"), FILE, "type").choice(TYPE)
    at = dict(zip(MEMBERS, root.members(*MEMBERS), strict=True))
    classes = tuple(_read_class(item) for item in at["classes"].items())
    for before, after in pairwise(classes):
        if before.id >= after.id:
            raise at["classes"].refuse("classes-unsorted", id=after.id)
    return Plan(
        digest=sha256(data).hexdigest(),
        agency=at["agency"].identifier(),
        plan=at["plan"].identifier(),
        version=at["version"].integer(1),
        file=read_file_seal(at["file"]),
        classes=classes,
        randomness=read_sources(at["randomness"], "open"),
        lead_seconds=at["lead_seconds"].integer(),
        code=read_code(at["code"]),
    )


def _read_class(node: Node) -> PlanClass:
    name, population, patterns = node.members("id", "population", "patterns")
    read = tuple(_read_pattern(item) for item in patterns.items())
    for before, after in pairwise(read):
        if before.months >= after.months:
            raise patterns.refuse("patterns-unsorted", months=",".join(map(str, after.months)))
    total = sum(pattern.count for pattern in read)
    if total != population.integer():
        raise patterns.refuse("pattern-counts", found=total, wanted=population.value)
    return PlanClass(name.identifier(), population.integer(), read)


def _read_pattern(node: Node) -> Pattern:
    months, count = node.members("months", "count")
    read = tuple(month.integer(1) for month in months.items())
    if not read or read[-1] > 12 or any(a >= b for a, b in pairwise(read)):
        raise months.refuse("months-grammar", value=",".join(map(str, read)))
    return Pattern(read, count.integer())


def build_plan(
    *,
    classes: Mapping[str, Mapping[tuple[int, ...], int]],
    code: tuple[str, str],
    enterprises: bytes,
    **settings: object,
) -> bytes:
    """The bytes of the plan that seals `enterprises.tsv`; all that a verifier refuses is refused.

    `settings` holds `agency`, `plan`, `version`, `randomness` and `lead_seconds` as they stand in a plan; `classes` maps
    each class to its patterns: the months of the visits to the number of enterprises; `code` is name and version.
    """
    settings["code"] = {"name": code[0], "version": code[1]}
    listed = [
        {
            "id": name,
            "population": sum(patterns.values()),
            "patterns": [{"months": months, "count": count} for months, count in sorted(patterns.items())],
        }
        for name, patterns in sorted(classes.items())
    ]
    plan = canonical_json({**settings, "type": TYPE, "file": file_seal(enterprises), "classes": listed})
    read_enterprises(parse_plan(plan), enterprises)
    return plan


def read_enterprises(plan: Plan, data: bytes) -> tuple[list[str], list[str]]:
    """Ids and classes of `enterprises.tsv`, checked against the plan."""
    check_file(ENTERPRISES.file, data, plan.file)
    ids, classes = read_table(data, ENTERPRISES)
    found, sealed = Counter(classes), {item.id: item.population for item in plan.classes}
    for name in sorted(found.keys() | sealed.keys()):
        if found[name] != sealed.get(name, 0):
            at = {"file": FILE, "member": "classes", "id": name}
            wanted = found[name]
            raise ProtocolError("population-mismatch", **at, found=sealed.get(name, 0), wanted=wanted)
    return ids, classes


def draw_plan(plan: bytes, enterprises: bytes, values: Mapping[str, str]) -> PlanOutcome:
    """Draw the months of every enterprise; `values` maps each source id to its canonical value."""
    sealed = parse_plan(plan)
    ids, classes = read_enterprises(sealed, enterprises)
    checked = check_values(sealed.randomness, values, sealed.plan)
    pairs = [(source.id, v) for source, v in zip(sealed.randomness, checked, strict=True)]
    transcript = write_transcript(sealed.digest, pairs)
    seed = seed_of(transcript)
    everyone = {item.id: item.population for item in sealed.classes}
    order = draw_order(ids, classes, everyone, derive_key(seed, "plan-month"))
    months = {}
    for item in sealed.classes:
        lots = iter(order.ids(item.id))
        for pattern in item.patterns:
            for _ in range(pattern.count):
                months[next(lots)] = pattern.months
    return PlanOutcome(sealed, transcript, seed, months)


def draw_days(
    seed: str,
    visits: Collection[str],
    capacity: Mapping[str, int],
    impossible: Collection[tuple[str, str]] = (),
) -> Assignment:
    """Draw the day of each visit of one month; the slot of a visit is (visit, 0).

    `capacity` maps each day `YYYY-MM-DD` to the visits its teams can make; `impossible` holds
    (visit, day).
    """
    ticket, barred = ticket_machine(derive_key(seed, "visit-day")), frozenset(impossible)
    pref = {}
    for visit in visits:
        days = [day for day in capacity if (visit, day) not in barred]
        pref[visit, 0] = preference(visit, days, ticket)
    return assign(pref, slot_order(pref, ticket), capacity, slack=0)
