"""Trees and their proofs as RFC 6962 defines them, by recursion: apart from the verifier, which goes in loops."""

from __future__ import annotations

from scripts.verify_draw import leaf_hash, node_hash, sha256


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else sha256(b"")
    k = half(len(leaves))
    return node_hash(tree(leaves[:k]), tree(leaves[k:]))


def half(n: int) -> int:
    """The largest power of two smaller than n."""
    return int(1 << (n - 1).bit_length() - 1)


def inclusion(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = half(len(leaves))
    if m < k:
        return [*inclusion(m, leaves[:k]), tree(leaves[k:])]
    return [*inclusion(m - k, leaves[k:]), tree(leaves[:k])]


def consistency(m: int, leaves: list[bytes], known: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2."""
    if m == len(leaves):
        return [] if known else [tree(leaves)]
    k = half(len(leaves))
    if m <= k:
        return [*consistency(m, leaves[:k], known), tree(leaves[k:])]
    return [*consistency(m - k, leaves[k:], False), tree(leaves[:k])]
