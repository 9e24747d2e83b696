"""Inclusion proofs in the Merkle tree of a table: what a visit of a sealed draw hands over (draw-protocol.md, 7).

Proofs are those of RFC 9162, section 2.1.3; the tree is the kernel's (RFC 6962).

>>> leaves = [b"a", b"b", b"c"]
>>> verify_inclusion(b"c", 2, 3, prove_inclusion(leaves, 2), merkle_root(leaves))
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from scheduler.draws.protocol.tables import merkle_root


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, counted from 0: the hashes beside its way up to the root."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path, first, size = list[bytes](), 0, len(leaves)
    while size > 1:
        left = 1 << (size - 1).bit_length() - 1
        if index - first < left:
            beside, size = leaves[first + left : first + size], left
        else:
            beside, first, size = leaves[first : first + left], first + left, size - left
        path.append(merkle_root(beside))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the `size` leaves under `root`."""
    node, last, rest = merkle_root([leaf]), size - 1, iter(path)
    while 0 <= index <= last and last:
        if index % 2 or index < last:
            pair = (next(rest, b""), node) if index % 2 else (node, next(rest, b""))
            node = sha256(b"\1" + b"".join(pair)).digest()
        index, last = index // 2, last // 2
    return index == last == 0 and node == root and next(rest, None) is None
