"""The lottery of an annual plan: which months, and which day of a month (draw-protocol.md, section 13).

1. Classes ascending by id, patterns ascending by months; counts add up to the population. M and seed as in section 4.
2. In each class order the enterprises by (ticket(key(plan-month), id), id): the first `count` get the first pattern,
   the next the second, and so on.
3. The day of a visit is drawn by section 6 with visits as tasks of one slot, days in place of inspectors, pref by
   ticket(key(visit-day), visit ":" day), task order by ticket(key(visit-day), visit), slack 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from scheduler.draws.protocol.assignment import Board, Failure, assign, by_ticket
from scheduler.draws.protocol.encoding import Id, Natural, Positive, order_fault, parse_json
from scheduler.draws.protocol.errors import need
from scheduler.draws.protocol.inputs import check_file, check_populations
from scheduler.draws.protocol.manifest import Code, FileSeal, Sources
from scheduler.draws.protocol.selection import Order, derive_key, draw_order, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.sources import check_sources, check_values
from scheduler.draws.protocol.tables import ENTERPRISES, read_table, write_table

FILE, TYPE = "plan.json", "double-random/1/plan"


@dataclass(frozen=True, slots=True)
class PlanClass:
    """A class of interchangeable enterprises; a pattern is the months of the visits, and how many have them."""

    id: Id
    population: Natural
    patterns: Annotated[tuple[dict[str, Any], ...], [{"months": {1}, "count": 0}]]


@dataclass(frozen=True, slots=True)
class Plan:
    """`plan.json`; `digest` is M."""

    type: Annotated[str, TYPE]
    agency: Id
    plan: Id
    version: Positive
    file: Annotated[FileSeal, FileSeal]
    classes: Annotated[tuple[PlanClass, ...], [PlanClass]]
    randomness: Sources
    lead_seconds: Natural
    code: Code
    digest: str = ""


def parse_plan(data: bytes) -> Plan:
    """Read the bytes of `plan.json` and check every rule that needs no other file."""
    read: Plan = parse_json(data, FILE, Plan)
    for group in read.classes:
        months, total = [each["months"] for each in group.patterns], sum(each["count"] for each in group.patterns)
        at = {"file": FILE, "member": "classes", "id": group.id}
        need(total == group.population, "pattern-counts", **at, found=total, wanted=group.population)
        need(all(each and each[-1] <= 12 for each in months), "months-grammar", **at)
        need(not order_fault(months), "patterns-unsorted", **at)
    need(not order_fault(group.id for group in read.classes), "classes-unsorted", file=FILE, member="classes")
    check_sources(read.randomness, "open", FILE)
    return replace(read, digest=sha256(data).hexdigest())


def read_enterprises(plan: Plan, data: bytes) -> tuple[list[str], list[str]]:
    """Ids and classes of `enterprises.tsv`, checked against the plan."""
    check_file(ENTERPRISES.file, data, plan.file)
    ids, classes = read_table(data, ENTERPRISES)
    check_populations(plan.classes, classes, FILE)
    return ids, classes


def draw_plan(plan: bytes, enterprises: bytes, values: Mapping[str, str]) -> tuple[Order, dict[str, bytes]]:
    """Every enterprise's lot, and the published files; `values` maps each source id to its canonical value."""
    sealed = parse_plan(plan)
    ids, classes = read_enterprises(sealed, enterprises)
    transcript = write_transcript(sealed.digest, check_values(sealed.randomness, values, sealed.plan))
    everyone = {group.id: group.population for group in sealed.classes}
    order = draw_order(ids, classes, everyone, derive_key(seed_of(transcript), "plan-month"))
    months = dict[str, str]()
    for group in sealed.classes:
        drawn = (",".join(map(str, each["months"])) for each in group.patterns for _ in range(each["count"]))
        months.update(zip(order.ids(group.id), drawn, strict=True))
    return order, {"seed.txt": transcript, "months.tsv": write_table(sorted(months.items()))}


def draw_days(
    seed: str, visits: list[str], capacity: dict[str, int], impossible: set[tuple[str, str]]
) -> tuple[Board, list[Failure]]:
    """Draw the day of each visit of one month: of `capacity`, visits by day, without the `impossible` (visit, day)."""
    ticket = ticket_machine(derive_key(seed, "visit-day"))
    days = {visit: [day for day in capacity if (visit, day) not in impossible] for visit in visits}
    pref = {(visit, 0): sorted(days[visit], key=by_ticket(visit, ticket)) for visit in visits}
    return assign(pref, ticket, capacity, slack=0)
