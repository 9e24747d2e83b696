"""The Merkle tree of a table.

Rules (draw-protocol.md, section 1.2): leaf i of a table's tree is line i without LF; its root is
the RFC 6962 tree hash: leaf prefix 00, node prefix 01, empty tree H("").  Inclusion proofs are
those of RFC 9162, sections 2.1.3.1 and 2.1.3.2.

>>> merkle_root([]).hex()[:16], merkle_root([b"a", b"b", b"c"]).hex()[:16]
('e3b0c44298fc1c14', '36642e73c2540ab1')
>>> proof = prove_inclusion([b"a", b"b", b"c"], 2)
>>> verify_inclusion(b"c", 2, 3, proof, merkle_root([b"a", b"b", b"c"]))
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256


def hash_leaf(leaf: bytes) -> bytes:
    """H(00, leaf), 32 bytes."""
    return sha256(b"\0" + leaf).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """H(01, left, right), 32 bytes."""
    return sha256(b"\1" + left + right).digest()


def table_leaves(table: bytes) -> list[bytes]:
    """The lines of a table without their LF."""
    return table.split(b"\n")[:-1]


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The RFC 6962 tree hash of the leaves, 32 bytes."""
    level = [hash_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _next_level(level)
    return level[0] if level else sha256().digest()


def table_root(table: bytes) -> str:
    """The root of a table as hex."""
    return merkle_root(table_leaves(table)).hex()


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, counted from 0, from the leaf's sibling upwards."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level = [hash_leaf(leaf) for leaf in leaves]
    path = []
    while len(level) > 1:
        if (sibling := index ^ 1) < len(level):
            path.append(level[sibling])
        level, index = _next_level(level), index >> 1
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the `size` leaves under `root`."""
    if not 0 <= index < size:
        return False
    node, last, rest = hash_leaf(leaf), size - 1, iter(path)
    while last:
        if index & 1 or index < last:
            sibling = next(rest, None)
            if sibling is None:
                return False
            node = hash_node(sibling, node) if index & 1 else hash_node(node, sibling)
        index, last = index >> 1, last >> 1
    return next(rest, None) is None and node == root


def _next_level(level: list[bytes]) -> list[bytes]:
    """Hash neighbours together; the odd one at the end moves up as it is."""
    paired = [hash_node(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
    return paired + level[-1:] if len(level) % 2 else paired
