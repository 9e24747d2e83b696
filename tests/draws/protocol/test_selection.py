"""Who is drawn: properties that hold for every pool."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.documents import read_transcript
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.selection import Order, derive_key, draw_order, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.tables import ORDER, read_table

IDS = st.text("0123456789ABCXYZ", min_size=1, max_size=20)
POOLS = st.dictionaries(IDS, st.sampled_from("ABC"), max_size=40)
KEYS = st.integers(0, 2**64).map(lambda n: hashlib.sha256(str(n).encode()).hexdigest())


def drawn_order(pool: dict[str, str], key: str, take: int = 2) -> Order:
    takes = {name: min(take, list(pool.values()).count(name)) for name in sorted(set(pool.values()))}
    return draw_order(list(pool), list(pool.values()), takes, key)


@given(POOLS, KEYS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_matters(pool: dict[str, str], key: str, chance: random.Random) -> None:
    shuffled = list(pool.items())
    chance.shuffle(shuffled)
    assert drawn_order(dict(shuffled), key).table() == drawn_order(pool, key).table()


@given(POOLS, KEYS)
def test_the_order_is_that_of_the_definition(pool: dict[str, str], key: str) -> None:
    order = drawn_order(pool, key)
    lines = []
    for stratum in sorted(set(pool.values())):
        members = [entry for entry in pool if pool[entry] == stratum]
        ranked = sorted((hashlib.sha256(f"{key}:{entry}".encode()).digest(), entry) for entry in members)
        for rank, (ticket, entry) in enumerate(ranked, 1):
            status = "selected" if rank <= min(2, len(members)) else "reserve"
            lines.append(f"{stratum}\t{rank}\t{entry}\t{ticket.hex()}\t{status}\n")
    assert order.table().decode() == "".join(lines)
    assert len(read_table(order.table(), ORDER)[0]) == len(pool)
    assert order.drawn() == [line.split("\t")[2] for line in lines if line.endswith("selected\n")]


@given(POOLS, KEYS, st.integers(0, 5))
def test_a_larger_take_keeps_the_smaller(pool: dict[str, str], key: str, take: int) -> None:
    smaller, larger = drawn_order(pool, key, take), drawn_order(pool, key, take + 1)
    assert set(smaller.drawn()) <= set(larger.drawn())
    assert smaller.lots == larger.lots


@given(POOLS, KEYS, IDS, st.sampled_from("ABC"))
def test_an_entry_more_changes_nobodys_lot(pool: dict[str, str], key: str, entry: str, stratum: str) -> None:
    before, after = drawn_order(pool, key), drawn_order({**pool, entry: stratum}, key)
    for name, lots in before.lots.items():
        mine = [lot for lot in after.lots.get(name, []) if lot[64:] != entry]
        assert mine == [lot for lot in lots if lot[64:] != entry]


def test_anyone_can_check_a_lot_number_with_sha256sum() -> None:
    key = derive_key("12" * 32, "select")
    assert key == hashlib.sha256(b"double-random/1/key\n" + b"12" * 32 + b"\nselect\n").hexdigest()
    assert ticket_machine(key)("企业-1") == hashlib.sha256(f"{key}:企业-1".encode()).digest()


@given(
    st.lists(st.tuples(st.from_regex("[a-z0-9-]{1,24}", fullmatch=True), st.from_regex("[!-~]{1,40}", fullmatch=True)))
)
def test_a_transcript_reads_back_and_no_changed_bit_passes_for_it(values: list[tuple[str, str]]) -> None:
    digest = hashlib.sha256(b"m").hexdigest()
    data = write_transcript(digest, values)
    assert seed_of(data) == hashlib.sha256(data).hexdigest()
    assert read_transcript(data) == (digest, values)
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 2
        try:
            assert read_transcript(bytes(changed)) != (digest, values)
        except ProtocolError as refusal:
            assert refusal.code == "transcript-grammar"


@pytest.mark.parametrize("data", [b"", b"double-random/1/seed\n", b"\xff", b"x" * 200])
def test_what_is_no_transcript_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="transcript-grammar"):
        read_transcript(data)
