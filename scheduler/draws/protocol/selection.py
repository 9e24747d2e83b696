"""Which enterprises are drawn.

Rules (draw-protocol.md, section 5):

1. In each stratum order the entries by (ticket(key(select), id), id). Ranks 1..take are drawn; the
   rest, in order, are the reserve.
2. `order.tsv`: stratum, rank, id, ticket hex, `selected` | `reserve`; stratum by bytes, then rank
   as a number from 1.
3. The cut-off of a stratum is the ticket of rank take (none when take is 0).
4. One key serves all strata: an entry's ticket does not depend on its stratum.

A lot is ticket and id as one text of 64 and more characters: lots in ascending order are exactly
(ticket, id) in ascending order, since all tickets are equally long.

>>> key = "6ed384a961c4809c1f176f2190344faf93b0dfffb3a99a4b3df9b26f171a36ac"
>>> order = draw_order(["913301000000000028", "913301000000000044"], ["A", "A"], {"A": 1}, key)
>>> print(order.table().decode().replace("\\t", " ")[:49])
A 1 913301000000000044 5b5246b27c2f3a9d1e8ee87694
>>> order.drawn()
['913301000000000044']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduler.draws.protocol.seed import ticket_machine

TICKET = 64


@dataclass(frozen=True, slots=True)
class Order:
    """The lots of each stratum in ascending order, and how many of them are drawn."""

    lots: dict[str, list[str]]
    takes: Mapping[str, int]

    def ids(self, stratum: str) -> list[str]:
        """The entries of a stratum by rank."""
        return [lot[TICKET:] for lot in self.lots[stratum]]

    def drawn(self) -> list[str]:
        """The entries of ranks 1..take of every stratum, strata ascending."""
        return [lot[TICKET:] for name, lots in self.lots.items() for lot in lots[: self.takes[name]]]

    def cutoff(self, stratum: str) -> str | None:
        """The last ticket drawn in a stratum as hex, None when none is."""
        take = self.takes[stratum]
        return self.lots[stratum][take - 1][:TICKET] if take else None

    def lines(self) -> Iterator[str]:
        """The lines of `order.tsv` in blocks: the drawn ones of a stratum, then its reserve."""
        for name, lots in self.lots.items():
            take = self.takes[name]
            for first, part, word in ((0, lots[:take], "selected"), (take, lots[take:], "reserve")):
                yield "".join(
                    [
                        f"{name}\t{rank}\t{lot[TICKET:]}\t{lot[:TICKET]}\t{word}\n"
                        for rank, lot in enumerate(part, first + 1)
                    ]
                )

    def table(self) -> bytes:
        """The bytes of `order.tsv`."""
        return "".join(self.lines()).encode()


def draw_order(ids: Sequence[str], strata: Sequence[str], takes: Mapping[str, int], key: str) -> Order:
    """Give every entry its lot; `strata[n]` is the stratum of `ids[n]`, `takes` how many to draw."""
    ticket = ticket_machine(key)
    lots: dict[str, list[str]] = {name: [] for name in sorted(takes)}
    for entry, stratum in zip(ids, strata, strict=True):
        lots[stratum].append(ticket(entry).hex() + entry)
    for group in lots.values():
        group.sort()
    return Order(lots, takes)
