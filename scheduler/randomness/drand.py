"""Pulses of drand quicknet: a pulse proves itself by its BLS signature (protocol section 3.1).

1. The signature is 48 bytes, re-encodes to itself, is not the identity and lies in the subgroup of G1.
2. It is the signature of the network's key over H(u64 big-endian round), with the DST below.
3. The randomness is H(signature).

So a pulse may arrive by any channel, pasted by hand on a network without internet included.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Any

from scheduler.errors import InvalidInput

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS = 1692803367
PERIOD = 3
PUBLIC_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc2"
    "2b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
LAST_ROUND = 2**53 - 1

_SIGNATURE = re.compile(r"[0-9a-f]{96}")


def pulse_randomness(round_number: int, signature: str) -> str:
    """Return the randomness (64 hex characters) of a round once its signature (96 hex characters) holds.

    Raises `InvalidInput`: `drand-round`, `drand-encoding` (no canonical point of the subgroup) or `drand-signature`
    (a point, but not this round's).
    """
    if not 1 <= round_number <= LAST_ROUND:
        raise InvalidInput("drand-round", round=round_number)
    if not _SIGNATURE.fullmatch(signature):
        raise InvalidInput("drand-encoding", round=round_number)
    raw = bytes.fromhex(signature)
    if not _holds(round_number, raw):
        raise InvalidInput("drand-signature", round=round_number)
    return hashlib.sha256(raw).hexdigest()


@lru_cache(maxsize=256)
def _holds(round_number: int, signature: bytes) -> bool:
    """Say whether e(H(round), public key) = e(signature, generator of G2)."""
    from scheduler.randomness.curve import G2, final_exponentiate, hash_to_G1, neg, pairing, signature_to_G2

    point = _decode(round_number, signature)
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, DST, hashlib.sha256)  # type: ignore[arg-type]  # the library names a class, it calls it
    public_key = signature_to_G2(bytes.fromhex(PUBLIC_KEY))  # type: ignore[arg-type]  # 96 bytes of a G2 point
    product = pairing(public_key, hashed, final_exponentiate=False) * pairing(neg(G2), point, final_exponentiate=False)
    return bool(final_exponentiate(product) == type(product).one())


def _decode(round_number: int, signature: bytes) -> Any:
    """Return the point of G1 that 48 bytes encode, or raise `drand-encoding`."""
    from scheduler.randomness.curve import compress_G1, decompress_G1, is_inf, subgroup_check

    number = int.from_bytes(signature, "big")
    try:
        point = decompress_G1(number)  # type: ignore[arg-type]  # a plain integer is what the type wraps
    except ValueError:
        raise InvalidInput("drand-encoding", round=round_number) from None
    if is_inf(point) or compress_G1(point) != number or not subgroup_check(point):
        raise InvalidInput("drand-encoding", round=round_number)
    return point
