"""Randomness: what a source is, and what its value looks like.

Rules (draw-protocol.md, section 3):

1. Each source is named before its value exists; none may be substituted; no id is named twice.
2. Beacons: `drand/quicknet`, `nist/2.0`, `lottery/cn-kl8`, `lottery/cn-ssq`, `lottery/cn-dlt`.
   Contributions: `dice/d10`, `commit/sha256`.
3. Open mode has no `commit/sha256`; sealed mode has exactly one, and at least one beacon.
4. One value is never asked for twice (same chain and round, same time, same issue).
5. Commitment = hex H("double-random/1/commit" LF draw LF source id LF secret hex LF).
6. Each type has one canonical value; drand's is H(signature) (3.1).
7. Time of a drand round = genesis + (round - 1) * period (3.2).

That a beacon's own signature is right is checked outside: it needs more than the standard library.

>>> commitment_of("EX-2026-001", "office", bytes(range(32)).hex())[:16]
'26f243e3b297d5cc'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from scheduler.draws.protocol.encoding import (
    HEX_32,
    SOURCE_ID,
    Node,
    matches,
    order_fault,
    parse_json,
)
from scheduler.draws.protocol.errors import ProtocolError

QUICKNET_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_PERIOD = 3
QUICKNET_GENESIS = 1692803367
COMMIT = "commit/sha256"
DICE = "dice/d10"
DRAND = "drand/quicknet"
NIST = "nist/2.0"
# how many numbers of which range: the front ones, the back ones (the rules of the three games)
LOTTERIES = {
    "lottery/cn-kl8": ((20, 80), None),
    "lottery/cn-ssq": ((6, 33), (1, 16)),
    "lottery/cn-dlt": ((5, 35), (2, 12)),
}
BEACONS = (DRAND, NIST, *LOTTERIES)
NIST_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z"
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
NIST_PULSE = (  # noqa: SIM905
    "uri version cipherSuite period certificateId chainIndex pulseIndex timeStamp "
    "localRandomValue external listValues precommitmentValue statusCode signatureValue outputValue"
).split()


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the manifest names it; a field that its type does not have is empty or 0."""

    id: str
    type: str
    chain: str = ""
    round: int = 0
    time: str = ""
    issue: str = ""
    count: int = 0
    commitment: str = ""

    @property
    def is_beacon(self) -> bool:
        """Whether the value comes from outside, at a time that is known beforehand."""
        return self.type in BEACONS

    @property
    def seconds(self) -> int | None:
        """When a beacon's value exists, in whole Unix seconds; None for a contribution."""
        if self.type == DRAND:
            return QUICKNET_GENESIS + (self.round - 1) * QUICKNET_PERIOD
        return unix_seconds(self.time) if self.is_beacon else None


def unix_seconds(time: str) -> int | None:
    """The whole Unix seconds of an RFC 3339 time, None when there is no such time.

    >>> unix_seconds("2026-01-01T08:00:00+08:00"), unix_seconds("2026-02-30T08:00:00Z")
    (1767225600, None)
    """
    if not re.fullmatch(RFC_3339, time, re.ASCII):
        return None
    try:
        moment = datetime.fromisoformat(time[:19] + time[19:].lstrip(".0123456789"))
    except ValueError:
        return None
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def commitment_of(draw: str, source_id: str, secret: str) -> str:
    """The commitment to a secret (64 hex characters) of one source of one draw, as hex."""
    text = f"double-random/1/commit\n{draw}\n{source_id}\n{secret}\n"
    return sha256(text.encode()).hexdigest()


def read_sources(node: Node, mode: str) -> tuple[Source, ...]:
    """The sources that a manifest or a plan names; `mode` is `open` or `sealed`."""
    sources = tuple(_read_source(item) for item in node.items())
    if not sources:
        raise node.refuse("no-randomness")
    for n, source in enumerate(sources):
        for other in sources[:n]:
            if source.id == other.id:
                raise node.refuse("source-repeated", id=source.id)
            if source.is_beacon and _asked(source) == _asked(other):
                raise node.refuse("value-asked-twice", id=source.id, other=other.id)
    secrets = sum(source.type == COMMIT for source in sources)
    if secrets != (mode == "sealed"):
        raise node.refuse("commit-count", mode=mode, found=secrets, wanted=int(mode == "sealed"))
    if mode == "sealed" and not any(source.is_beacon for source in sources):
        raise node.refuse("sealed-without-beacon")
    return sources


def _asked(source: Source) -> tuple[object, ...]:
    """What a beacon is asked for: no two sources may ask for the same."""
    if source.type in LOTTERIES:
        return source.type, source.issue
    return source.type, source.chain, source.round, source.time


def _read_source(node: Node) -> Source:
    kind = Node(node.peek("type"), node.file, f"{node.member}.type")
    match kind.choice(*BEACONS, DICE, COMMIT):
        case "drand/quicknet":
            name, _, chain, turn = node.members("id", "type", "chain", "round")
            chain.choice(QUICKNET_CHAIN)
            read = {"chain": chain.hex32(), "round": turn.integer(1)}
        case "nist/2.0":
            name, _, time = node.members("id", "type", "time")
            read = {"time": _read_time(time, NIST_TIME)}
        case "dice/d10":
            name, _, count = node.members("id", "type", "count")
            read = {"count": count.integer(20)}
        case "commit/sha256":
            name, _, commitment = node.members("id", "type", "commitment")
            read = {"commitment": commitment.hex32()}
        case _:
            name, _, issue, time = node.members("id", "type", "issue", "time")
            number = issue.text(r"[0-9]{1,24}", "issue-grammar")
            read = {"issue": number, "time": _read_time(time, RFC_3339)}
    return Source(name.text(SOURCE_ID, "source-id-grammar"), str(kind.value), **read)  # type: ignore[arg-type]


def _read_time(node: Node, pattern: str) -> str:
    time = node.text(f"(?a:{pattern})", "time-grammar")
    if unix_seconds(time) is None:
        raise node.refuse("time-grammar", value=time)
    return time


def check_value(source: Source, value: str, draw: str) -> str:
    """Give back `value` when it is a canonical value of `source`; `draw` binds the commitment."""

    def refuse(code: str, **params: object) -> ProtocolError:
        return ProtocolError(code, file=f"randomness/{source.id}.json", id=source.id, **params)

    match source.type:
        case "drand/quicknet" | "commit/sha256" if not matches(HEX_32, value):
            raise refuse("value-grammar", value=value[:80], type=source.type)
        case "nist/2.0" if not matches(r"[0-9a-f]{128}", value):
            raise refuse("value-grammar", value=value[:80], type=source.type)
        case "commit/sha256" if commitment_of(draw, source.id, value) != source.commitment:
            raise refuse("secret-mismatch")
        case "dice/d10" if not matches("[0-9]*", value):
            raise refuse("value-grammar", value=value[:80], type=source.type)
        case "dice/d10" if len(value) != source.count:
            raise refuse("dice-count", found=len(value), wanted=source.count)
        case kind if kind in LOTTERIES:
            issue, _, numbers = value.partition(":")
            if not _are_numbers(kind, numbers):
                raise refuse("value-grammar", value=value[:80], type=source.type)
            if issue != source.issue:
                raise refuse("issue-mismatch", found=issue, wanted=source.issue)
    return value


def _are_numbers(kind: str, text: str) -> bool:
    """Whether `text` holds the winning numbers of a game in their canonical form."""
    front, back = LOTTERIES[kind]
    groups = text.split("+")
    rules = [front] if back is None else [front, back]
    return len(groups) == len(rules) and all(map(_is_group, groups, rules))


def _is_group(text: str, rule: tuple[int, int]) -> bool:
    count, highest = rule
    numbers = text.split(",")
    if len(numbers) != count or order_fault(numbers) or not matches("[0-9]{2}(,[0-9]{2})*", text):
        return False
    return int(numbers[0]) >= 1 and int(numbers[-1]) <= highest


def read_value(data: bytes, source: Source, draw: str) -> str:
    """The canonical value in the bytes of `randomness/<source id>.json`."""
    node = parse_json(data, f"randomness/{source.id}.json")
    extra = {DRAND: ("chain", "round", "signature"), NIST: ("pulse", "certificate")}
    name, kind, value, *rest = node.members("id", "type", "value", *extra.get(source.type, ()))
    for found, wanted in ((name, source.id), (kind, source.type)):
        if found.value != wanted:
            raise found.refuse("source-mismatch", found=ascii(found.value)[:80], wanted=wanted)
    text = check_value(source, value.text(), draw)
    if source.type == DRAND:
        _check_drand(source, text, *rest)
    if source.type == NIST:
        _check_nist(source, text, *rest)
    return text


def _check_drand(source: Source, value: str, chain: Node, turn: Node, signature: Node) -> None:
    if chain.value != source.chain:
        raise chain.refuse("chain-mismatch", found=ascii(chain.value)[:80], wanted=source.chain)
    if turn.integer() != source.round:
        raise turn.refuse("round-mismatch", found=turn.value, wanted=source.round)
    signed = signature.text(r"[0-9a-f]{96}", "signature-grammar")
    if sha256(bytes.fromhex(signed)).hexdigest() != value:
        raise signature.refuse("randomness-mismatch")


def _check_nist(source: Source, value: str, pulse: Node, certificate: Node) -> None:
    certificate.text()
    members = dict(zip(NIST_PULSE, pulse.members(*NIST_PULSE), strict=True))
    time, output = members["timeStamp"], members["outputValue"]
    if time.text() != source.time:
        raise time.refuse("time-mismatch", found=time.value, wanted=source.time)
    if output.text().lower() != value:
        raise output.refuse("randomness-mismatch")


def check_values(sources: Sequence[Source], values: Mapping[str, str], draw: str) -> list[str]:
    """The canonical values in the order of the sources: exactly one for each of them."""
    for name in sorted(values.keys() - {source.id for source in sources}):
        raise ProtocolError("value-unknown", file=f"randomness/{name}.json", id=name)
    for source in sources:
        if source.id not in values:
            raise ProtocolError("value-missing", file=f"randomness/{source.id}.json", id=source.id)
    return [check_value(source, values[source.id], draw) for source in sources]
