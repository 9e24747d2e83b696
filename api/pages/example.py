"""The little draw of invented codes that "How it works" shows: the same steps as a real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from scheduler.draws.protocol.selection import derive_key, seed_of, ticket_machine, write_transcript

EXAMPLE_LIST = tuple(f"EXAMPLE-{number:02}" for number in range(1, 11))
EXAMPLE_VALUE = "31415926535897932384"
EXAMPLE_TAKE = 3


@dataclass(frozen=True, slots=True)
class Lot:
    """A code with its lot number, and how high that is in percent, for the bar."""

    code: str
    ticket: str
    height: str


@dataclass(frozen=True, slots=True)
class ExampleDraw:
    """What the page shows: the frozen list's hash, the public value, seed, key, and the lots ascending."""

    manifest: str
    value: str
    seed: str
    key: str
    take: int
    lots: tuple[Lot, ...]


def draw_example(codes: Sequence[str], value: str) -> ExampleDraw:
    """Draw from the codes with one value of dice."""
    manifest = sha256("".join(f"{code}\n" for code in codes).encode()).hexdigest()
    seed = seed_of(write_transcript(manifest, [("dice", value)]))
    key = derive_key(seed, "select")
    ticket = ticket_machine(key)
    lots = sorted((ticket(code), code) for code in codes)
    shown = tuple(Lot(code, lot.hex(), _height(lot)) for lot, code in lots)
    return ExampleDraw(manifest, value, seed, key, EXAMPLE_TAKE, shown)


def _height(ticket: bytes) -> str:
    tenths = int.from_bytes(ticket[:2]) * 1000 // 65536
    return f"{tenths // 10}.{tenths % 10}"
