"""Randomness: what a source is, and what its value looks like (draw-protocol.md, section 3).

1. No id is named twice, no value asked for twice. Open mode has no `commit/sha256`; sealed mode has exactly one, and a
   beacon. Commitment = hex H("double-random/1/commit" LF draw LF source id LF secret hex LF).
2. Each type has one canonical value; drand's is H(signature). Whether that is right needs more than this library.

>>> commitment_of("EX-2026-001", "office", bytes(range(32)).hex())[:16], unix_seconds("2026-02-30T08:00:00Z")
('26f243e3b297d5cc', None)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from scheduler.draws.protocol.encoding import HEX_32, SOURCE_ID, TEXT, matches, order_fault, parse_json, read_shape
from scheduler.draws.protocol.errors import need

DRAND, NIST, DICE, COMMIT = "drand/quicknet", "nist/2.0", "dice/d10", "commit/sha256"
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS, PERIOD = 1692803367, 3  # of quicknet: Unix seconds, seconds
HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
RFC_3339 = rf"[0-9]{{4}}(?:-[0-9]{{2}}){{2}}T{HOUR}:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-]{HOUR})"
MINUTE, ISSUE = rf"[0-9-]{{10}}T{HOUR}:00\.000Z", {"issue": "[0-9]{1,24}", "time": RFC_3339}
TO_80, TO_33, TO_35 = "(?:0[1-9]|[1-7][0-9]|80)", "(?:0[1-9]|[12][0-9]|3[0-3])", "(?:0[1-9]|[12][0-9]|3[0-5])"
TO_16, TO_12 = "(?:0[1-9]|1[0-6])", "(?:0[1-9]|1[0-2])"
# of each type: what the manifest names, the grammar of the value, and what comes with it as a proof
TYPES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    DRAND: ({"chain": QUICKNET, "round": 1}, HEX_32, {"chain": TEXT, "round": 1, "signature": "[0-9a-f]{96}"}),
    NIST: ({"time": MINUTE}, "[0-9a-f]{128}", {"pulse": ..., "certificate": TEXT}),
    "lottery/cn-kl8": (ISSUE, f"[0-9]+:{TO_80}(?:,{TO_80}){{19}}", {}),
    "lottery/cn-ssq": (ISSUE, rf"[0-9]+:{TO_33}(?:,{TO_33}){{5}}\+{TO_16}", {}),
    "lottery/cn-dlt": (ISSUE, rf"[0-9]+:{TO_35}(?:,{TO_35}){{4}}\+{TO_12},{TO_12}", {}),
    DICE: ({"count": 20}, "[0-9]+", {}),
    COMMIT: ({"commitment": HEX_32}, HEX_32, {}),
}


def unix_seconds(time: str) -> int | None:
    """The whole Unix seconds of an RFC 3339 time, None when there is no such time."""
    try:
        moment = datetime.fromisoformat(time[:19] + time[19:].lstrip(".0123456789"))
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) if matches(RFC_3339, time) else None
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is named; what its type does not have is empty or 0."""

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
        return self.type not in (DICE, COMMIT)

    @property
    def seconds(self) -> int | None:
        """When a beacon's value exists, in whole Unix seconds; None for a contribution."""
        return GENESIS + (self.round - 1) * PERIOD if self.type == DRAND else unix_seconds(self.time)


def read_source(value: Any, file: str, at: str) -> Source:
    """A source as a manifest names it."""
    kind = value.get("type") if isinstance(value, dict) else None
    need(kind in list(TYPES), "member-value", file=file, member=f"{at}.type", value=str(kind)[:80])
    source = Source(**read_shape(value, {"id": SOURCE_ID, "type": TEXT, **TYPES[str(kind)][0]}, file, at))
    need(source.seconds is not None or not source.is_beacon, "time-grammar", file=file, member=at, value=source.time)
    return source


def check_sources(sources: Sequence[Source], mode: str, file: str) -> None:
    """Rule 1; `mode` is `open` or `sealed`."""
    asked, at = dict[object, str](), {"file": file, "member": "randomness"}
    for source in sources:
        asks = (source.type, source.round, source.issue or source.time) if source.is_beacon else source.id
        need(source.id not in asked.values(), "source-repeated", **at, id=source.id)
        need(asks not in asked, "value-asked-twice", **at, id=source.id, other=asked.get(asks))
        asked[asks] = source.id
    secrets, wanted = sum(source.type == COMMIT for source in sources), int(mode == "sealed")
    need(secrets == wanted, "commit-count", **at, mode=mode, found=secrets, wanted=wanted)
    need(mode == "open" or any(source.is_beacon for source in sources), "sealed-without-beacon", **at)
    need(sources, "no-randomness", **at)


def commitment_of(draw: str, source_id: str, secret: str) -> str:
    """The commitment to a secret (64 hex characters) of one source of one draw, as hex."""
    return sha256(f"double-random/1/commit\n{draw}\n{source_id}\n{secret}\n".encode()).hexdigest()


def check_value(source: Source, value: str, draw: str) -> str:
    """Give back `value` when it is a canonical value of `source`; a commitment binds the draw's id too."""
    at, (issue, _, numbers) = {"file": f"randomness/{source.id}.json", "id": source.id}, value.partition(":")
    need(matches(TYPES[source.type][1], value), "value-grammar", **at, type=source.type)
    need(source.count in (0, len(value)), "dice-count", **at, found=len(value), wanted=source.count)
    need(source.issue in ("", issue), "issue-mismatch", **at, found=issue, wanted=source.issue)
    need(not any(order_fault(group.split(",")) for group in numbers.split("+")), "numbers-unsorted", **at)
    need(source.type != COMMIT or commitment_of(draw, source.id, value) == source.commitment, "secret-mismatch", **at)
    return value


def read_value(data: bytes, source: Source, draw: str) -> str:
    """The canonical value in the bytes of `randomness/<source id>.json`, checked against its source."""
    file = f"randomness/{source.id}.json"
    at = parse_json(data, file, {"id": TEXT, "type": TEXT, "value": TEXT, **TYPES[source.type][2]})
    agree: list[tuple[str, object, object]] = [("source-mismatch", [at["id"], at["type"]], [source.id, source.type])]
    if source.type == DRAND:
        agree += [("chain-mismatch", at["chain"], source.chain), ("round-mismatch", at["round"], source.round)]
        agree += [("value-unproven", at["value"], sha256(bytes.fromhex(at["signature"])).hexdigest())]
    if source.type == NIST:
        pulse = at["pulse"] if isinstance(at["pulse"], dict) else {}
        agree += [("time-mismatch", pulse.get("timeStamp"), source.time)]
        agree += [("value-unproven", at["value"], str(pulse.get("outputValue")).lower())]
    for code, found, wanted in agree:
        need(found == wanted, code, file=file, found=str(found)[:80], wanted=wanted)
    return check_value(source, at["value"], draw)


def check_values(sources: Sequence[Source], values: Mapping[str, str], draw: str) -> list[tuple[str, str]]:
    """(source id, canonical value) in the order of the sources: exactly one for each of them."""
    for name in sorted(values.keys() ^ {source.id for source in sources}):
        need(False, "value-unknown" if name in values else "value-missing", file=f"randomness/{name}.json", id=name)
    return [(source.id, check_value(source, values[source.id], draw)) for source in sources]
