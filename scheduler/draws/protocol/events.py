"""After the draw: events and the state they lead to (draw-protocol.md, section 8).

1. Events are appended, numbered from 1 without gaps. Reasons outside the lists, unknown ids, a second exclude, an event
   on a done entry are refused; after a void only `reveal` may follow.
2. The state starts as pass 2 left it. Each event: first its change, newly vacant slots appended to `vacant`; then every
   slot of `vacant` is searched in order, growing. The cap level stays grown; a locked slot is never moved.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field

from scheduler.draws.protocol.assignment import Board, Slot, by_ticket
from scheduler.draws.protocol.draw import Outcome, team_preferences
from scheduler.draws.protocol.encoding import split_list
from scheduler.draws.protocol.errors import need
from scheduler.draws.protocol.inputs import Inspector
from scheduler.draws.protocol.selection import derive_key, ticket_machine
from scheduler.draws.protocol.sources import COMMIT, commitment_of
from scheduler.draws.protocol.tables import COUNT, EVENTS, HEX, SKILLS, TAGS, read_table, write_table


@dataclass(frozen=True, slots=True)
class Event:
    """A line of `events.tsv`."""

    sequence: int
    kind: str
    subject: str
    detail: str
    evidence: str
    salt: str


def parse_events(data: bytes) -> list[Event]:
    """The events of `events.tsv`."""
    return [Event(int(number), *rest) for number, *rest in zip(*read_table(data, EVENTS), strict=True)]


def write_events(events: Iterable[Event]) -> bytes:
    """The bytes of `events.tsv`."""
    return write_table(map(astuple, events))


@dataclass(slots=True)
class State:
    """A draw after its `past` events; `short` counts the entries that a stratum lacks because nobody was left."""

    outcome: Outcome
    board: Board
    vacant: list[Slot]
    inspectors: dict[str, Inspector]
    ever_drawn: set[str]
    short: Counter[str] = field(default_factory=Counter)
    past: list[Event] = field(default_factory=list)

    def subjects(self, kind: str) -> set[str]:
        """The subjects of all past events of one kind."""
        return {event.subject for event in self.past if event.kind == kind}

    def table(self) -> bytes:
        """The bytes of `state.tsv`: entry, slot number, inspector (or empty), `open` | `done`."""
        words, holders = dict.fromkeys(self.subjects("done"), "done"), self.board.holders
        rows = ((*slot, holders.get(slot, ""), words.get(slot[0], "open")) for slot in sorted(self.board.pref))
        return write_table(rows)

    def apply(self, event: Event) -> None:
        """Rule 2: the change of an event, then the repair."""
        self._check(event)
        self.past.append(event)
        match event.kind:
            case "exclude" if event.subject in self.board.teams:
                self._replace(event.subject)
            case "recuse" | "withdraw" as kind:
                self._bar(
                    event.subject, self.board.teams.get(event.detail, []) if kind == "recuse" else self.board.pref
                )
            case "enlist":
                self._enlist(event.subject, *event.detail.split(";"))
            case "done":
                self.board.locked.update(self.board.teams[event.subject])
        self.vacant = [slot for slot in self.vacant if self.board.fill(slot, growing=True)]

    def _check(self, event: Event) -> None:
        """Rule 1."""
        manifest, pool, teams = self.outcome.inputs.manifest, self.outcome.inputs.tables.pool, self.board.teams
        kind, subject, detail, wanted = event.kind, event.subject, event.detail, len(self.past) + 1
        at, at_detail = ({"file": EVENTS.file, "line": event.sequence, "column": column} for column in (3, 4))
        need(event.sequence == wanted, "event-number", **{**at, "column": 1}, found=event.sequence, wanted=wanted)
        need(kind == "reveal" or not self.subjects("void"), "event-after-void", **at, kind=kind)
        need(kind not in ("withdraw", "done") or not detail, "detail-not-empty", **at_detail, value=detail[:80])
        if kind in ("exclude", "done", "recuse"):
            entry, place = (detail, at_detail) if kind == "recuse" else (subject, at)
            need(pool.find(entry) >= 0, "entry-unknown", **place, id=entry)
            need(entry not in self.subjects("done"), "entry-done", **place, id=entry)
        if kind in ("exclude", "void"):
            allowed = manifest.exclusion_reasons if kind == "exclude" else manifest.void_reasons
            need(detail in allowed, "reason-unknown", **at_detail, reason=detail, allowed=", ".join(allowed))
            need(kind == "void" or subject not in self.subjects("exclude"), "excluded-twice", **at, id=subject)
        if kind in ("recuse", "withdraw", "enlist"):
            code = "inspector-known" if kind == "enlist" else "inspector-unknown"
            need((subject in self.inspectors) == (kind != "enlist"), code, **at, id=subject)
        if kind == "done":
            need(subject in teams, "entry-not-drawn", **at, id=subject)
            need(self.board.holders.keys() >= set(teams[subject]), "team-incomplete", **at, id=subject)
        if kind == "enlist":
            need(detail.count(";") == 2, "enlist-grammar", **at_detail, value=detail[:80])
            for rule, text in zip((COUNT, SKILLS, TAGS), detail.split(";"), strict=True):
                need(not rule.fault(text), str(rule.fault(text)), **at_detail, value=text[:80])
        if kind in ("void", "reveal"):
            need(subject == manifest.draw, "draw-mismatch", **at, found=subject, wanted=manifest.draw)
        if kind == "reveal":
            need(manifest.mode == "sealed", "reveal-in-open-mode", **at)
            need(not self.subjects("reveal"), "revealed-twice", **at)
            source = next(source for source in manifest.randomness if source.type == COMMIT)
            opens = not HEX.fault(detail) and commitment_of(manifest.draw, source.id, detail) == source.commitment
            need(opens, "secret-mismatch", **at_detail, id=source.id)

    def _replace(self, leaver: str) -> None:
        """A drawn entry leaves; the first of the stratum's order neither drawn before nor excluded comes in."""
        for slot in self.board.teams.pop(leaver):
            self.board.vacate(slot)
            del self.board.pref[slot]
        self.vacant = [slot for slot in self.vacant if slot[0] != leaver]
        pool, gone = self.outcome.inputs.tables.pool, self.ever_drawn | self.subjects("exclude")
        stratum = pool.strata[pool.find(leaver)]
        entry = next((entry for entry in self.outcome.order.ids(stratum) if entry not in gone), None)
        if entry is None:
            self.short[stratum] += 1
            return
        barred = {each.subject for each in self.past if each.kind == "recuse" and each.detail == entry}
        choose = team_preferences(self.outcome.inputs, self.outcome.seed, self.inspectors.values())
        pref = choose(entry, barred | self.subjects("withdraw"))
        self.board.pref |= pref
        self.board.teams[entry] = list(pref)
        self.vacant += sorted(pref, key=lambda slot: (len(pref[slot]), slot))
        self.ever_drawn.add(entry)

    def _bar(self, person: str, slots: Iterable[Slot]) -> None:
        """Someone leaves the pref of these slots, and the open ones among them that are held, oldest first."""
        barred = set(slots)
        self.board.pref |= {slot: [other for other in self.board.pref[slot] if other != person] for slot in barred}
        for slot in [slot for slot in self.board.held[person] if slot in barred - self.board.locked]:
            self.board.vacate(slot)
            self.vacant.append(slot)

    def _enlist(self, name: str, capacity: str, skills: str, denies: str) -> None:
        """A new line of inspectors: prefs gain the person at the ticket's place."""
        person = Inspector(name, int(capacity), frozenset(split_list(skills)), frozenset(split_list(denies)))
        self.inspectors[name], self.board.capacity[name], self.board.held[name] = person, person.capacity, []
        choose = team_preferences(self.outcome.inputs, self.outcome.seed, [person])
        pair = ticket_machine(derive_key(self.outcome.seed, "pair"))
        for entry in self.board.teams:
            for slot in (slot for slot, found in choose(entry).items() if found):
                insort(self.board.pref[slot], name, key=by_ticket(entry, pair))


def replay(outcome: Outcome, events: Iterable[Event]) -> State:
    """The state after these events."""
    board, people = outcome.board, {person.id: person for person in outcome.inputs.tables.inspectors}
    pref = {slot: list(order) for slot, order in board.pref.items()}
    start = Board(pref, dict(board.capacity), board.level, dict(board.holders), board.held)
    state = State(outcome, start, [each.slot for each in outcome.failures], people, set(outcome.order.drawn()))
    for event in events:
        state.apply(event)
    return state


def append_event(state: State, event: Event) -> State:
    """The state after one more event: `state` replayed with it, so that a refused event changes nothing."""
    read_table(write_events([event]), EVENTS)
    return replay(state.outcome, [*state.past, event])
