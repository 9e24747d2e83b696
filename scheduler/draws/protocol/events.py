"""After the draw: events and the state they lead to.

Rules (draw-protocol.md, section 8):

1. `events.tsv`: sequence from 1 without gaps, kind, subject, detail, evidence (64 hex or empty),
   salt (64 hex). Events are appended, one at a time, never edited.
2. The state starts as pass 2 left it: cap level L* + slack, vacant = the unfilled slots in slot
   order. Repair is incremental, never a re-run; the cap level stays grown; a locked slot counts
   but is never moved.
3. Each event: first its change, with newly vacant slots appended to `vacant`; then every slot of
   `vacant` is searched in list order; those that are filled leave the list.
4. Reasons outside the lists, unknown ids, a second exclude, an event on a done entry are refused;
   after a void only `reveal` may follow.
5. `state.tsv`: entry, slot number, inspector (or empty), `open` | `done`, for the entries drawn now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, field, replace

from scheduler.draws.protocol.assignment import Board, Slot, preference
from scheduler.draws.protocol.draw import Outcome, slot_preferences
from scheduler.draws.protocol.encoding import HEX_32, matches, read_integer
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import Inspector, check_role, roster_from
from scheduler.draws.protocol.seed import derive_key, ticket_machine
from scheduler.draws.protocol.sources import COMMIT, commitment_of
from scheduler.draws.protocol.tables import (
    COUNT,
    HEX,
    HEX_OR_EMPTY,
    ID,
    TAGS,
    Field,
    Table,
    read_columns,
    write_table,
)

KIND = Field("exclude|recuse|withdraw|enlist|done|void|reveal", "event-kind")
DETAIL = Field("[!-~]*", "detail-grammar")
EVENTS = Table("events.tsv", (COUNT, KIND, ID, DETAIL, HEX_OR_EMPTY, HEX))


@dataclass(frozen=True, slots=True)
class Event:
    """A line of `events.tsv`."""

    sequence: int
    kind: str
    subject: str
    detail: str
    evidence: str
    salt: str

    def refuse(self, code: str, column: int = 3, **params: object) -> ProtocolError:
        """The refusal `code` of this event, by default because of its subject."""
        return ProtocolError(code, file=EVENTS.file, line=self.sequence, column=column, **params)


def parse_events(data: bytes) -> list[Event]:
    """The events of `events.tsv`, their grammar and numbers checked."""
    rows = zip(*read_columns(data, EVENTS), strict=True)
    events = [Event(int(number), *rest) for number, *rest in rows]
    for number, event in enumerate(events, 1):
        if event.sequence != number:
            at = {"file": EVENTS.file, "line": number, "column": 1}
            raise ProtocolError("event-number", **at, found=event.sequence, wanted=number)
    return events


def write_events(events: Iterable[Event]) -> bytes:
    """The bytes of `events.tsv`."""
    return write_table(map(astuple, events))


@dataclass(slots=True)
class State:
    """A draw after some events: who visits whom now, and what is left to repair.

    `short` counts the entries that a stratum lacks because nobody is left to come in.
    """

    outcome: Outcome
    board: Board
    vacant: list[Slot]
    inspectors: dict[str, Inspector]
    recused: set[tuple[str, str]]
    drawn: set[str]
    ever_drawn: set[str]
    withdrawn: set[str] = field(default_factory=set)
    excluded: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    short: Counter[str] = field(default_factory=Counter)
    events: int = 0
    is_void: bool = False
    secret: str | None = None

    def table(self) -> bytes:
        """The bytes of `state.tsv`."""
        return write_table(
            (*slot, self.board.holders.get(slot, ""), "done" if slot[0] in self.done else "open")
            for slot in sorted(self.board.pref)
        )

    def copy(self) -> State:
        """A state of its own: what happens to it does not touch this one."""
        return replace(
            self,
            board=self.board.copy(),
            vacant=list(self.vacant),
            inspectors=dict(self.inspectors),
            recused=set(self.recused),
            drawn=set(self.drawn),
            ever_drawn=set(self.ever_drawn),
            withdrawn=set(self.withdrawn),
            excluded=set(self.excluded),
            done=set(self.done),
            short=Counter(self.short),
        )


def start_state(outcome: Outcome) -> State:
    """The state before the first event."""
    drawn, tables = set(outcome.order.drawn()), outcome.inputs.tables
    return State(
        outcome=outcome,
        board=outcome.assignment.board.copy(),
        vacant=[failure.slot for failure in outcome.assignment.unfilled],
        inspectors={person.id: person for person in tables.inspectors},
        recused=set(tables.recusals),
        drawn=drawn,
        ever_drawn=set(drawn),
    )


def replay(outcome: Outcome, events: Iterable[Event]) -> State:
    """The state after these events."""
    state = start_state(outcome)
    for event in events:
        _apply(state, event)
    return state


def append_event(state: State, event: Event) -> State:
    """The state after one more event; a refused event leaves `state` as it was."""
    read_columns(write_events([event]), EVENTS)
    after = state.copy()
    _apply(after, event)
    return after


def _apply(state: State, event: Event) -> None:
    """Rule 3: the change of the event, then the repair."""
    if event.sequence != state.events + 1:
        found, wanted = event.sequence, state.events + 1
        raise event.refuse("event-number", 1, found=found, wanted=wanted)
    if state.is_void and event.kind != "reveal":
        raise event.refuse("event-after-void", 2, kind=event.kind)
    CHANGES[event.kind](state, event)
    state.events += 1
    state.vacant = [slot for slot in state.vacant if state.board.fill(slot, growing=True)]


def _exclude(state: State, event: Event) -> None:
    entry, reasons = event.subject, state.outcome.inputs.manifest.exclusion_reasons
    _check_entry(state, event, entry, 3)
    if event.detail not in reasons:
        raise event.refuse("reason-unknown", 4, reason=event.detail, allowed=", ".join(reasons))
    if entry in state.excluded:
        raise event.refuse("excluded-twice", entry=entry)
    state.excluded.add(entry)
    if entry not in state.drawn:
        return
    state.drawn.remove(entry)
    for slot in sorted(state.board.teams.pop(entry)):
        state.board.vacate(slot)
        del state.board.pref[slot]
    state.vacant = [slot for slot in state.vacant if slot[0] != entry]
    _draw_next(state, entry)


def _draw_next(state: State, leaver: str) -> None:
    """The first entry of the stratum's order neither drawn before nor excluded comes in."""
    inputs = state.outcome.inputs
    pool = inputs.tables.pool
    stratum = pool.strata[pool.find(leaver) or 0]
    gone = state.ever_drawn | state.excluded
    entry = next((e for e in state.outcome.order.ids(stratum) if e not in gone), None)
    if entry is None:
        state.short[stratum] += 1
        return
    barred = state.withdrawn | {person for person, recused in state.recused if recused == entry}
    roster = roster_from(list(state.inspectors.values()))
    slots, pair = inputs.manifest.slots, _pair(state)
    pref = slot_preferences(entry, pool, slots, roster, barred, pair)
    order = sorted(pref, key=lambda slot: (len(pref[slot]), slot[1]))
    state.board.pref.update(pref)
    state.board.teams[entry] = sorted(pref)
    state.vacant += order
    state.drawn.add(entry)
    state.ever_drawn.add(entry)


def _recuse(state: State, event: Event) -> None:
    person, entry = event.subject, event.detail
    _check_inspector(state, event)
    _check_entry(state, event, entry, 4)
    state.recused.add((person, entry))
    for slot in state.board.teams.get(entry, []):
        _bar(state, slot, person)
        if state.board.holders.get(slot) == person:
            state.board.vacate(slot)
            state.vacant.append(slot)


def _withdraw(state: State, event: Event) -> None:
    person = event.subject
    _check_inspector(state, event)
    _check_no_detail(event)
    state.withdrawn.add(person)
    for slot in state.board.pref:
        _bar(state, slot, person)
    for slot in list(state.board.held[person]):
        if slot not in state.board.locked:
            state.board.vacate(slot)
            state.vacant.append(slot)


def _enlist(state: State, event: Event) -> None:
    person = _read_enlisted(event)
    if person.id in state.inspectors:
        raise event.refuse("inspector-known", id=person.id)
    state.inspectors[person.id] = person
    state.board.capacity[person.id] = person.capacity
    state.board.held[person.id] = []
    roster, pair = roster_from([person]), _pair(state)
    pool, slots = state.outcome.inputs.tables.pool, state.outcome.inputs.manifest.slots
    for (entry, number), people in state.board.pref.items():
        at = pool.find(entry) or 0
        if roster.eligible(slots[number], pool.needs[at], pool.tags[at]):
            joined = preference(entry, [*people, person.id], pair)
            state.board.pref[entry, number] = joined


def _read_enlisted(event: Event) -> Inspector:
    """The new line of inspectors: capacity `;` skills `;` denies."""
    parts = event.detail.split(";")
    if len(parts) != 3:
        raise event.refuse("detail-grammar", 4, value=event.detail[:80])
    for rule, text in zip((COUNT, TAGS, TAGS), parts, strict=True):
        if code := rule.fault(text):
            raise event.refuse(code, 4, value=text[:80])
    person = Inspector(event.subject, read_integer(parts[0]) or 0, parts[1], parts[2])
    check_role(person, EVENTS.file, event.sequence, 4)
    return person


def _done(state: State, event: Event) -> None:
    entry = event.subject
    _check_entry(state, event, entry, 3)
    _check_no_detail(event)
    if entry not in state.drawn:
        raise event.refuse("entry-not-drawn", entry=entry)
    slots = state.board.teams[entry]
    if empty := [str(number) for _, number in slots if (entry, number) not in state.board.holders]:
        raise event.refuse("team-incomplete", entry=entry, slots=", ".join(empty))
    state.done.add(entry)
    state.board.locked.update(slots)


def _void(state: State, event: Event) -> None:
    _check_draw(state, event)
    reasons = state.outcome.inputs.manifest.void_reasons
    if event.detail not in reasons:
        raise event.refuse("reason-unknown", 4, reason=event.detail, allowed=", ".join(reasons))
    state.is_void = True


def _reveal(state: State, event: Event) -> None:
    _check_draw(state, event)
    manifest = state.outcome.inputs.manifest
    if manifest.mode != "sealed":
        raise event.refuse("reveal-in-open-mode", 2)
    if state.secret is not None:
        raise event.refuse("revealed-twice", 2)
    if not matches(HEX_32, event.detail):
        raise event.refuse("hex-grammar", 4, value=event.detail[:80])
    source = next(source for source in manifest.randomness if source.type == COMMIT)
    if commitment_of(manifest.draw, source.id, event.detail) != source.commitment:
        raise event.refuse("secret-mismatch", 4, id=source.id)
    state.secret = event.detail


CHANGES = {
    "exclude": _exclude,
    "recuse": _recuse,
    "withdraw": _withdraw,
    "enlist": _enlist,
    "done": _done,
    "void": _void,
    "reveal": _reveal,
}


def _bar(state: State, slot: Slot, person: str) -> None:
    state.board.pref[slot] = [other for other in state.board.pref[slot] if other != person]


def _pair(state: State) -> Callable[[str], bytes]:
    return ticket_machine(derive_key(state.outcome.seed, "pair"))


def _check_entry(state: State, event: Event, entry: str, column: int) -> None:
    if state.outcome.inputs.tables.pool.find(entry) is None:
        raise event.refuse("entry-unknown", column, id=entry)
    if entry in state.done:
        raise event.refuse("entry-done", column, entry=entry)


def _check_inspector(state: State, event: Event) -> None:
    if event.subject not in state.inspectors:
        raise event.refuse("inspector-unknown", id=event.subject)


def _check_draw(state: State, event: Event) -> None:
    draw = state.outcome.inputs.manifest.draw
    if event.subject != draw:
        raise event.refuse("draw-mismatch", found=event.subject, wanted=draw)


def _check_no_detail(event: Event) -> None:
    if event.detail:
        raise event.refuse("detail-not-empty", 4, value=event.detail[:80])
