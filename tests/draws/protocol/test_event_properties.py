"""After the draw: whatever events come, the state keeps its promises."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.draws.protocol.draw import Outcome
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import Event, State, append_event, parse_events, replay, write_events
from scheduler.draws.protocol.tables import STATE, read_table
from tests.draws.protocol.maximum_flow import most_filled
from tests.draws.protocol.samples import FILES, conducted, event

FIRMS = [f"E{n}" for n in range(1, 9)]
PEOPLE = ["I1", "I2", "I3", "N1", "N2"]
FILES_8 = {
    **FILES,
    "pool.tsv": "".join(
        f"{firm}\t{'AB'[n % 2]}\t{'skill:fire' if n == 3 else ''}\t{'area:1' if n % 3 == 0 else ''}\n"
        for n, firm in enumerate(FIRMS)
    ).encode(),
    "inspectors.tsv": b"I1\t3\trole:inspector,skill:fire\t\nI2\t2\trole:inspector\tarea:1\nI3\t4\trole:inspector\t\n",
    "recusals.tsv": b"I2\tE3\n",
}
SETTINGS = {"slots": [["role:inspector"], ["role:inspector"]]}
OUTCOME: Outcome = conducted(FILES_8, **SETTINGS)
SIZES = Counter("AB"[n % 2] for n in range(len(FIRMS)))

EVENTS = st.one_of(
    st.tuples(st.just("exclude"), st.sampled_from(FIRMS), st.just("closed")),
    st.tuples(st.just("recuse"), st.sampled_from(PEOPLE), st.sampled_from(FIRMS)),
    st.tuples(st.just("withdraw"), st.sampled_from(PEOPLE), st.just("")),
    st.tuples(st.just("done"), st.sampled_from(FIRMS), st.just("")),
    st.tuples(
        st.just("enlist"), st.sampled_from(PEOPLE), st.sampled_from(["2;role:inspector;", "1;role:inspector;area:1"])
    ),
)


def happen(wanted: list[tuple[str, str, str]]) -> list[State]:
    """The states after each of the events that are allowed, the first one without any."""
    states = [replay(OUTCOME, [])]
    for kind, subject, detail in wanted:
        try:
            states.append(append_event(states[-1], event(len(states), kind, subject, detail)))
        except ProtocolError:
            continue
    return states


@given(st.lists(EVENTS, max_size=12))
@settings(max_examples=60)
def test_the_state_after_some_events_is_the_state_of_that_prefix(wanted: list[tuple[str, str, str]]) -> None:
    states = happen(wanted)
    events = states[-1].past
    assert parse_events(write_events(events)) == events
    for count, state in enumerate(states):
        assert replay(OUTCOME, events[:count]).table() == state.table()


def most_open(state: State) -> int:
    """How many open slots could be filled beside those that are done, by an independent maximum flow."""
    locked = Counter(person for slot, person in state.board.holders.items() if slot in state.board.locked)
    left = {person: max(0, size - locked[person]) for person, size in state.board.capacity.items()}
    return most_filled({s: people for s, people in state.board.pref.items() if s not in state.board.locked}, left)


@given(st.lists(EVENTS, max_size=12))
@settings(max_examples=120)
def test_every_state_keeps_its_promises(wanted: list[tuple[str, str, str]]) -> None:
    for state in happen(wanted):
        gone = state.subjects("withdraw")
        recused = {(each.subject, each.detail) for each in state.past if each.kind == "recuse"} | {("I2", "E3")}
        rows = list(zip(*read_table(state.table(), STATE), strict=True))
        for entry, _, person, status in rows:
            if person and status == "open":
                assert person not in gone
                assert (person, entry) not in recused
        for entry in {row[0] for row in rows}:
            team = [row[2] for row in rows if row[0] == entry and row[2]]
            assert len(set(team)) == len(team)
        loads = Counter(person for *_, person, _ in rows if person)
        assert all(load <= state.board.capacity[person] for person, load in loads.items())
        assert all(len(state.board.held[person]) == loads[person] for person in state.board.capacity)
        open_filled = sum(bool(person) and status == "open" for *_, person, status in rows)
        assert open_filled == most_open(state)
        assert {slot for slot in state.board.pref if slot not in state.board.holders} == set(state.vacant)


@given(st.lists(EVENTS, max_size=12))
@settings(max_examples=60)
def test_a_visit_that_is_done_never_changes_and_the_level_never_falls(wanted: list[tuple[str, str, str]]) -> None:
    states = happen(wanted)
    for before, after in pairwise(states):
        done = [line for line in before.table().splitlines() if line.endswith(b"done")]
        assert set(done) <= set(after.table().splitlines())
        assert after.board.level >= before.board.level


@given(st.lists(EVENTS, max_size=16))
@settings(max_examples=60)
def test_each_stratum_keeps_its_number_until_nobody_is_left_and_replacements_come_by_rank(
    wanted: list[tuple[str, str, str]],
) -> None:
    for state in happen(wanted):
        excluded = state.subjects("exclude")
        for name, take in OUTCOME.order.takes.items():
            ranked = OUTCOME.order.ids(name)
            drawn = [entry for entry in ranked if entry in state.board.teams]
            assert len(drawn) == take - state.short[name]
            left = [entry for entry in ranked if entry not in excluded]
            if not state.short[name]:
                assert set(drawn) <= set(left)
                assert len([entry for entry in left if entry not in drawn]) == len(left) - take
            last = max(ranked.index(entry) for entry in drawn) if drawn else -1
            passed_over = [entry for entry in ranked[: last + 1] if entry not in drawn]
            assert set(passed_over) <= excluded


def test_events_are_appended_and_the_earlier_state_stays_as_it_was() -> None:
    first = replay(OUTCOME, [])
    table = first.table()
    second = append_event(first, event(1, "withdraw", "I3"))
    assert (first.table(), first.past) == (table, [])
    assert second.table() != table
    assert second.past == [event(1, "withdraw", "I3")]
    assert OUTCOME.board.holders == replay(OUTCOME, []).board.holders


def test_a_newcomer_takes_the_place_that_the_ticket_gives() -> None:
    joined = replay(OUTCOME, [event(1, "enlist", "N1", "2;role:inspector;")])
    from scheduler.draws.protocol.selection import derive_key, ticket_machine

    ticket = ticket_machine(derive_key(OUTCOME.seed, "pair"))
    for (entry, _), people in joined.board.pref.items():
        assert "N1" in people
        assert people == sorted(people, key=lambda person: (ticket(f"{entry}:{person}"), person))


def test_an_event_is_a_line_with_its_own_evidence_and_salt() -> None:
    line = Event(1, "withdraw", "I1", "", "ab" * 32, "cd" * 32)
    assert write_events([line]) == f"1\twithdraw\tI1\t\t{'ab' * 32}\t{'cd' * 32}\n".encode()
