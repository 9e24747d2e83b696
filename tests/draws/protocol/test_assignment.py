"""Who visits whom: properties of ticket-augment on random instances, against an independent maximum flow."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.protocol.assignment import Slot, assign
from tests.draws.protocol.maximum_flow import most_filled


@dataclass(frozen=True)
class Instance:
    pref: dict[Slot, list[str]]
    capacity: dict[str, int]
    slack: int


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    people = [f"I{n}" for n in range(draw(st.integers(1, 6)))]
    pref = {
        (f"T{task}", q): draw(st.permutations(draw(st.lists(st.sampled_from(people), unique=True))))
        for task in range(draw(st.integers(0, 7)))
        for q in range(draw(st.integers(1, 3)))
    }
    return Instance(pref, {person: draw(st.integers(0, 5)) for person in people}, draw(st.integers(0, 2)))


def caps(instance: Instance, level: int) -> dict[str, int]:
    return {person: min(capacity, level) for person, capacity in instance.capacity.items()}


@given(instances())
def test_as_many_slots_are_filled_as_can_be(instance: Instance) -> None:
    board, failures = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    assert len(board.holders) == most_filled(instance.pref, instance.capacity)
    assert len(board.holders) == most_filled(instance.pref, caps(instance, board.level))
    assert len(board.holders) + len(failures) == len(instance.pref)
    assert {failure.slot for failure in failures} == instance.pref.keys() - board.holders.keys()


@given(instances())
def test_nobody_is_twice_in_a_team_ineligible_or_above_the_cap(instance: Instance) -> None:
    board, _ = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    for slot, person in board.holders.items():
        assert person in instance.pref[slot]
        assert [board.holders.get(mate) for mate in board.teams[slot[0]]].count(person) == 1
    for person, slots in board.held.items():
        assert len(slots) <= caps(instance, board.level)[person]
        assert sorted(slots) == sorted(slot for slot, holder in board.holders.items() if holder == person)


@given(instances())
def test_every_certificate_proves_its_failure(instance: Instance) -> None:
    board, failures = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    for failure in failures:
        assert failure.slot in failure.slots
        assert failure.caps.items() <= caps(instance, board.level).items()
        assert failure.holds(instance.pref)
        inside = {slot: instance.pref[slot] for slot in failure.slots}
        assert most_filled(inside, caps(instance, board.level)) < len(failure.slots)


@given(instances())
def test_a_certificate_of_slots_that_can_be_filled_does_not_hold(instance: Instance) -> None:
    from scheduler.draws.protocol.assignment import Failure

    board, _ = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    for slot in board.holders:
        limits = caps(instance, board.level)
        assert not Failure(slot, frozenset(board.holders), limits).holds(instance.pref)


@given(instances())
def test_the_level_is_the_smallest_that_fills_all_that_can_be_filled(instance: Instance) -> None:
    board, failures = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    level = board.level - instance.slack
    start = -(-len(instance.pref) // len(instance.capacity))
    if failures:
        assert level == max(start, *instance.capacity.values())
    elif level > start:
        assert most_filled(instance.pref, caps(instance, level - 1)) < len(instance.pref)
    else:
        assert level == start


@given(instances(), st.randoms(use_true_random=False))
def test_the_order_of_slots_and_people_in_the_input_never_matters(instance: Instance, chance: object) -> None:
    slots, people = list(instance.pref), list(instance.capacity)
    chance.shuffle(slots)  # type: ignore[attr-defined]
    chance.shuffle(people)  # type: ignore[attr-defined]
    one, failed = assign(instance.pref, str.encode, instance.capacity, instance.slack)
    shuffled = {slot: instance.pref[slot] for slot in slots}
    two, failed_too = assign(
        shuffled, str.encode, {person: instance.capacity[person] for person in people}, instance.slack
    )
    assert (one.holders, one.level) == (two.holders, two.level)
    assert [failure.slot for failure in failed] == [failure.slot for failure in failed_too]


def test_without_people_or_without_slots_there_is_nothing_to_do() -> None:
    board, failures = assign({("T", 0): []}, str.encode, {}, 1)
    assert (board.holders, board.level, [failure.slot for failure in failures]) == ({}, 1, [("T", 0)])
    board, failures = assign({}, str.encode, {"I": 3}, 1)
    assert (board.holders, board.level, failures) == ({}, 1, [])


def test_a_chain_of_moves_is_found_through_a_team_mate() -> None:
    pref = {("T", 0): ["a", "b"], ("T", 1): ["a"]}
    board, failures = assign(pref, str.encode, {"a": 1, "b": 1}, 0)
    assert (board.holders, failures) == ({("T", 0): "b", ("T", 1): "a"}, [])
