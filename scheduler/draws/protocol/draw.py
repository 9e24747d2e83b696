"""The draw itself: from the frozen input and the values to every published file.

Rules (draw-protocol.md, sections 4 to 7), each enforced in the module named here:
transcript, seed, keys (`seed`); order (`selection`); teams (`eligibility`, `assignment`);
`assign.tsv` and `result.json` (`result`).  `conduct` is a pure function: the same input and values
give the same bytes, whenever and wherever it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scheduler.draws.protocol.assignment import Assignment, Slot, assign, preference, slot_order
from scheduler.draws.protocol.eligibility import Roster
from scheduler.draws.protocol.inputs import Inputs, Pool, roster_from
from scheduler.draws.protocol.result import write_assignment, write_result
from scheduler.draws.protocol.seed import derive_key, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.selection import Order, draw_order
from scheduler.draws.protocol.sources import check_values


@dataclass(frozen=True, slots=True)
class Selection:
    """What sections 4 and 5 give: the transcript, its seed, and everyone's lot."""

    transcript: bytes
    seed: str
    order: Order


@dataclass(frozen=True, slots=True)
class Outcome:
    """A conducted draw: the published files as bytes, and what they were written from."""

    inputs: Inputs
    transcript: bytes
    seed: str
    order: Order
    assignment: Assignment
    order_table: bytes
    assign_table: bytes
    result: bytes

    @property
    def level(self) -> int:
        """The level L* of pass 1."""
        return self.assignment.level

    def files(self) -> dict[str, bytes]:
        """The files of the outcome by name."""
        return {
            "seed.txt": self.transcript,
            "order.tsv": self.order_table,
            "assign.tsv": self.assign_table,
            "result.json": self.result,
        }


def select(inputs: Inputs, values: Mapping[str, str]) -> Selection:
    """Draw the enterprises; `values` maps each source id to its canonical value."""
    manifest, pool = inputs.manifest, inputs.tables.pool
    checked = check_values(manifest.randomness, values, manifest.draw)
    sources = [source.id for source in manifest.randomness]
    transcript = write_transcript(manifest.digest, list(zip(sources, checked, strict=True)))
    seed = seed_of(transcript)
    takes = {stratum.id: stratum.take for stratum in manifest.strata}
    order = draw_order(pool.ids, pool.strata, takes, derive_key(seed, "select"))
    return Selection(transcript, seed, order)


def conduct(inputs: Inputs, values: Mapping[str, str]) -> Outcome:
    """Draw the enterprises and their teams; `values` maps each source id to its canonical value."""
    selection = select(inputs, values)
    seed, drawn = selection.seed, selection.order.drawn()
    choose = team_preferences(inputs, seed)
    pref = {slot: people for entry in drawn for slot, people in choose(entry).items()}
    order = slot_order(pref, ticket_machine(derive_key(seed, "task-order")))
    capacity = {person.id: person.capacity for person in inputs.tables.inspectors}
    assignment = assign(pref, order, capacity, inputs.manifest.slack)
    order_table = selection.order.table()
    assign_table = write_assignment(assignment.holders)
    result = write_result(inputs.manifest, seed, order_table, assign_table, sorted(drawn), assignment)
    return Outcome(
        inputs,
        selection.transcript,
        seed,
        selection.order,
        assignment,
        order_table,
        assign_table,
        result,
    )


def team_preferences(inputs: Inputs, seed: str) -> Callable[[str], dict[Slot, list[str]]]:
    """The function from an entry to pref[t,q] of all its slots, as the draw's tables have it."""
    tables, roster = inputs.tables, roster_from(inputs.tables.inspectors)
    pair = ticket_machine(derive_key(seed, "pair"))
    recused: dict[str, set[str]] = {}
    for person, entry in tables.recusals:
        recused.setdefault(entry, set()).add(person)

    def choose(entry: str) -> dict[Slot, list[str]]:
        barred = recused.get(entry, ())
        return slot_preferences(entry, tables.pool, inputs.manifest.slots, roster, barred, pair)

    return choose


def slot_preferences(
    entry: str,
    pool: Pool,
    slots: Iterable[tuple[str, ...]],
    roster: Roster,
    barred: Iterable[str],
    pair: Callable[[str], bytes],
) -> dict[Slot, list[str]]:
    """pref[t,q] of all slots of one entry; `barred` are the people who may take none of them."""
    at = pool.position(entry)
    allowed = ~roster.bits(barred)
    choices = [roster.eligible(slot, pool.needs[at], pool.tags[at]) & allowed for slot in slots]
    return {(entry, number): preference(entry, roster.names(people), pair) for number, people in enumerate(choices)}
