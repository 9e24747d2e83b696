"""Canonical JSON, shapes, tables and trees, against second computations."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from math import floor
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.draws.proofs import prove_inclusion, verify_inclusion
from scheduler.draws.protocol.encoding import canonical_json, order_fault, parse_json, split_list
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.manifest import Fixed, Ratio
from scheduler.draws.protocol.sources import unix_seconds
from scheduler.draws.protocol.tables import POOL, RECUSALS, merkle_root, read_table, table_root, write_table

TEXT = st.text(st.characters(codec="utf-8"), max_size=12).map(
    lambda text: __import__("unicodedata").normalize("NFC", text)
)
NAMES = st.text(st.characters(codec="ascii"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@example({"": '\u2028\x7f\x00"\\/', "a": ["\U0001f600", 0, 2**53 - 1]})
def test_canonical_json_is_that_of_another_implementation(value: Any) -> None:
    data = canonical_json(value)
    assert data == rfc8785.dumps(value)
    assert parse_json(data, "x.json") == value


@given(VALUES, st.integers(0, 400), st.integers(0, 7))
def test_a_document_has_one_spelling(value: Any, place: int, bit: int) -> None:
    data = canonical_json(value)
    changed = bytearray(data)
    changed[place % len(data)] ^= 1 << bit
    try:
        other = parse_json(bytes(changed), "x.json")
    except ProtocolError:
        return
    assert canonical_json(other) == changed
    assert other != value or type(other) is not type(value)


@pytest.mark.parametrize("value", [1.5, -1, 2**53, "e\u0301", "\ud800", {1: 2}, {"é": 1}, {1, 2}, b"x", object()])
def test_what_has_no_place_in_a_document_is_not_written(value: object) -> None:
    for inside in (value, [value], {"a": [{"b": value}]}):
        with pytest.raises(ProtocolError, match="json-value"):
            canonical_json(inside)


def test_a_document_nested_beyond_reason_is_refused_not_crashed_on() -> None:
    for depth in (100, 900, 990, 2000, 50_000):
        data = b"[" * depth + b"]" * depth
        try:
            parse_json(data, "x.json", {"a": 1})
        except ProtocolError as refusal:
            assert refusal.code in ("json-syntax", "member-value")


@given(st.integers(0, 10**12), st.integers(1, 10**9), st.data())
def test_takes_are_exact(population: int, denominator: int, data: st.DataObject) -> None:
    numerator, minimum = data.draw(st.integers(0, denominator)), data.draw(st.integers(0, 100))
    share = population * Fraction(numerator, denominator)
    up = Ratio(numerator, denominator, "ceil", minimum).take(population)
    assert up == min(population, max(minimum, -floor(-share)))
    half = Ratio(numerator, denominator, "half-up", minimum).take(population)
    assert half == min(population, max(minimum, floor(share + Fraction(1, 2))))
    assert Fixed(minimum).take(population) == min(population, minimum)


@pytest.mark.parametrize(
    ("rule", "population", "take"),
    [
        (Ratio(5, 100, "half-up", 1), 50, 3),  # 2.5
        (Ratio(3, 100, "ceil", 1), 40, 2),  # 1.2, "not less than"
        (Ratio(3, 100, "half-up", 1), 40, 1),
        (Ratio(0, 1, "ceil", 0), 7, 0),
        (Ratio(1, 1, "ceil", 9), 7, 7),
        (Ratio(2**52, 2**52 + 1, "ceil", 0), 2**52, 2**52),
    ],
)
def test_published_roundings_come_out(rule: Ratio, population: int, take: int) -> None:
    assert rule.take(population) == take


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word: split at the largest power of two below n."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == root_by_definition(leaves)


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=40), st.data())
def test_inclusion_proofs_prove_their_leaf_and_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path, size = merkle_root(leaves), prove_inclusion(leaves, index), len(leaves)
    assert verify_inclusion(leaves[index], index, size, path, root)
    assert not verify_inclusion(leaves[index] + b"x", index, size, path, root)
    assert not verify_inclusion(leaves[index], index, size, [*path, b"x" * 32], root)
    assert not verify_inclusion(leaves[index], size, size, path, root)
    assert not verify_inclusion(leaves[index], -1, size, path, root)
    for place in range(len(path)):
        assert not verify_inclusion(leaves[index], index, size, path[:place] + path[place + 1 :], root)
        wrong = [*path[:place], bytes([path[place][0] ^ 1]) + path[place][1:], *path[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, wrong, root)
    with pytest.raises(IndexError):
        prove_inclusion(leaves, size)


IDS = st.text("0123456789ABCXYZabc._-", min_size=1, max_size=6)


@given(st.dictionaries(IDS, st.tuples(IDS, st.sets(st.sampled_from(["a", "b:1", "skill:x"]))), max_size=8))
def test_a_table_reads_back_what_was_written_and_no_changed_bit_reads_the_same(rows: dict[str, Any]) -> None:
    lines = [(name, stratum, ",".join(sorted(needs)), "") for name, (stratum, needs) in sorted(rows.items())]
    data = write_table(lines)
    assert list(zip(*read_table(data, POOL), strict=True)) == lines
    root = table_root(data)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        assert table_root(bytes(changed)) != root
        try:
            columns = read_table(bytes(changed), POOL)
        except ProtocolError:
            continue
        assert write_table(zip(*columns, strict=True)) == changed


def test_an_empty_file_is_a_table_of_no_lines_and_pairs_count_as_one_key() -> None:
    assert read_table(b"", POOL) == [[], [], [], []]
    assert table_root(b"") == hashlib.sha256(b"").hexdigest()
    assert read_table(b"I1\tE1\nI1\tE2\nI2\tE1\n", RECUSALS) == [["I1", "I1", "I2"], ["E1", "E2", "E1"]]
    with pytest.raises(ProtocolError, match="line-unsorted"):
        read_table(b"I1\tE2\nI1\tE1\n", RECUSALS)


def test_lists_are_ascending_by_bytes_and_empty_fields_are_empty_lists() -> None:
    assert split_list("") == []
    assert [order_fault(items) for items in ("", "a", "ab", "Ba", "aa", "ba")] == [
        None,
        None,
        None,
        None,
        "list-repeated",
        "list-unsorted",
    ]


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-01-01T08:00:00+08:00", 1767225600),
        ("2026-01-01T00:00:00.999999999Z", 1767225600),
        ("2024-02-29T12:00:00-05:30", 1709227800),
        ("2026-02-29T12:00:00Z", None),
        ("2026-01-01T24:00:00Z", None),
        ("2026-01-01 00:00:00Z", None),
        ("2026-01-01T00:00:00", None),
        ("0000-01-01T00:00:00Z", None),
        ("２026-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_times_are_read_by_the_calendar(time: str, seconds: int | None) -> None:
    assert unix_seconds(time) == seconds


def test_the_errors_of_a_document_never_show_a_python_name() -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_json(json.dumps({"a": [1]}, separators=(",", ":")).encode(), "x.json", {"a": "[a-z]+"})
    assert refused.value.params["where"] == "x.json:a"
