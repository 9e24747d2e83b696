"""Seed, keys and tickets.

Rules (draw-protocol.md, section 4):

1. transcript = "double-random/1/seed" LF "manifest" TAB M LF, then for n = 0, 1 ...
   "source" TAB n TAB source id TAB value LF; seed = hex H(transcript).
2. key(p) = hex H("double-random/1/key" LF seed LF p LF).
3. ticket(key, label) = H(key ":" label), compared as 32 bytes, never cut short.

>>> seed = "12ed743cacc0350b1d0b555ef8b0725feed5c299eda984816e8036442031e21b"
>>> derive_key(seed, "select")[:16]
'6ed384a961c4809c'
>>> ticket_machine(derive_key(seed, "select"))("913301000000000044").hex()[:16]
'5b5246b27c2f3a9d'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from scheduler.draws.protocol.encoding import HEX_32, SOURCE_ID
from scheduler.draws.protocol.errors import ProtocolError

PURPOSES = ("select", "task-order", "pair", "leaf-salt", "file-salt", "plan-month", "visit-day")
TRANSCRIPT = (
    rf"double-random/1/seed\nmanifest\t({HEX_32})\n"
    rf"((?:source\t(?:0|[1-9][0-9]*)\t{SOURCE_ID}\t[!-~]+\n)*)"
)


def write_transcript(manifest: str, values: Sequence[tuple[str, str]]) -> bytes:
    """The bytes of `seed.txt`: the manifest's hash, then (source id, value) in order."""
    lines = [f"source\t{n}\t{source}\t{value}\n" for n, (source, value) in enumerate(values)]
    return f"double-random/1/seed\nmanifest\t{manifest}\n{''.join(lines)}".encode()


def read_transcript(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The manifest's hash and the (source id, value) pairs of a transcript."""
    found = re.fullmatch(TRANSCRIPT.encode(), data)
    if found is None:
        raise ProtocolError("transcript-grammar", file="seed.txt")
    rows = [line.split("\t") for line in found[2].decode().splitlines()]
    for n, row in enumerate(rows):
        if row[1] != str(n):
            raise ProtocolError("transcript-number", file="seed.txt", line=n + 3, column=2)
    return found[1].decode(), [(row[2], row[3]) for row in rows]


def seed_of(transcript: bytes) -> str:
    """The seed as hex: what `sha256sum seed.txt` prints."""
    return sha256(transcript).hexdigest()


def derive_key(seed: str, purpose: str) -> str:
    """The key of one purpose, 64 hex characters."""
    return sha256(f"double-random/1/key\n{seed}\n{purpose}\n".encode()).hexdigest()


def ticket_machine(key: str) -> Callable[[str], bytes]:
    """The function from a label to its ticket of 32 bytes under `key`.

    The 64 characters of the key fill one block of SHA-256: its state is computed once.
    """
    start = sha256(f"{key}:".encode())

    def ticket(label: str) -> bytes:
        state = start.copy()
        state.update(label.encode())
        return state.digest()

    return ticket
