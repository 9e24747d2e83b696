"""Seed, keys, tickets, and which enterprises are drawn (draw-protocol.md, sections 4 and 5).

1. transcript = "double-random/1/seed" LF "manifest" TAB M LF, then for n = 0, 1 ... "source" TAB n TAB source id TAB
   value LF; seed = hex H(transcript); key(p) = hex H("double-random/1/key" LF seed LF p LF).
2. ticket(key, label) = H(key ":" label), compared as 32 bytes, never cut short.
3. In each stratum order the entries by (ticket(key(select), id), id). Ranks 1..take are drawn; the rest is the reserve.

>>> key = derive_key("12ed743cacc0350b1d0b555ef8b0725feed5c299eda984816e8036442031e21b", "select")
>>> key[:16], ticket_machine(key)("913301000000000044").hex()[:16]
('6ed384a961c4809c', '5b5246b27c2f3a9d')
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

TICKET = 64  # hex characters of a ticket


def write_transcript(manifest: str, values: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of `seed.txt`: the manifest's hash, then (source id, value) in order."""
    lines = [f"source\t{n}\t{source}\t{value}\n" for n, (source, value) in enumerate(values)]
    return f"double-random/1/seed\nmanifest\t{manifest}\n{''.join(lines)}".encode()


def seed_of(transcript: bytes) -> str:
    """The seed as hex: what `sha256sum seed.txt` prints."""
    return sha256(transcript).hexdigest()


def derive_key(seed: str, purpose: str) -> str:
    """The key of one purpose as hex."""
    return sha256(f"double-random/1/key\n{seed}\n{purpose}\n".encode()).hexdigest()


def ticket_machine(key: str) -> Callable[[str], bytes]:
    """The function from a label to its ticket."""
    start = f"{key}:".encode()
    return lambda label: sha256(start + label.encode()).digest()


@dataclass(frozen=True, slots=True)
class Order:
    """The lots of each stratum, ascending, and how many are drawn; a lot is a ticket as hex, then the id."""

    lots: Mapping[str, Sequence[str]]
    takes: Mapping[str, int]

    def ids(self, stratum: str) -> list[str]:
        """The entries of a stratum by rank."""
        return [lot[TICKET:] for lot in self.lots[stratum]]

    def drawn(self) -> list[str]:
        """The entries of ranks 1..take of every stratum."""
        return [entry for name in self.lots for entry in self.ids(name)[: self.takes[name]]]

    def table(self) -> bytes:
        """The bytes of `order.tsv`: stratum, rank, id, ticket hex, `selected` | `reserve`."""
        lines: list[str] = []
        for name, lots in self.lots.items():
            for first, last, status in ((0, self.takes[name], "selected"), (self.takes[name], None, "reserve")):
                ranked = enumerate(lots[first:last], first + 1)
                lines += [f"{name}\t{rank}\t{lot[TICKET:]}\t{lot[:TICKET]}\t{status}\n" for rank, lot in ranked]
        return "".join(lines).encode()


def draw_order(ids: Sequence[str], strata: Sequence[str], takes: Mapping[str, int], key: str) -> Order:
    """Give every entry its lot; `strata[n]` is the stratum of `ids[n]`, `takes` says how many to draw of each."""
    ticket, lots = ticket_machine(key), {name: list[str]() for name in sorted(takes)}
    for entry, stratum in zip(ids, strata, strict=True):
        lots[stratum].append(ticket(entry).hex() + entry)
    return Order({name: sorted(group) for name, group in lots.items()}, takes)
