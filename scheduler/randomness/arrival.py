"""What arrived for a source, checked: the canonical value and the members of `randomness/<source id>.json`.

`receive_value` takes what a person has at hand (digits, a pulse as the public endpoints give it); `check_document`
takes the published document and accepts it only if it is exactly what `receive_value` would have made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.errors import InvalidInput
from scheduler.randomness import drand, nist
from scheduler.randomness.commitment import read_secret
from scheduler.randomness.dice import read_rolls
from scheduler.randomness.lottery import GAMES, read_issue

LONGEST = 100_000  # characters of a pulse pasted by hand; a NIST pulse with its certificate has 7,000
Source = Mapping[str, Any]  # a member of the manifest's `randomness`


@dataclass(frozen=True, slots=True)
class Arrival:
    """A value of randomness: canonical (section 3 of the protocol), with the JSON members to publish."""

    value: str
    document: dict[str, Any]


def receive_value(draw: str, source: Source, text: str, certificate: str = "") -> Arrival:
    """Check what arrived for a source of a draw; raise `InvalidInput` with a code of the source's module.

    `text` is what was rolled, drawn, revealed or pasted; `certificate` is the PEM of a NIST pulse that comes without.
    """
    if len(text) > LONGEST:
        raise InvalidInput("value-too-long", source=source["id"], longest=LONGEST)
    members = _RECEIVERS[_known(source)](draw, source, text, certificate)
    return Arrival(members["value"], {"id": source["id"], "type": source["type"], **members})


def check_document(draw: str, source: Source, document: Mapping[str, Any]) -> str:
    """Return the canonical value of a published document; raise `InvalidInput` when it is not what it must be."""
    kind = _known(source)
    if set(document) != _MEMBERS[kind] or document["id"] != source["id"] or document["type"] != source["type"]:
        raise InvalidInput("value-members", source=source["id"])
    if not isinstance(document["value"], str):
        raise InvalidInput("value-members", source=source["id"])
    if kind == "drand/quicknet" and document["chain"] != source["chain"]:
        raise InvalidInput("drand-chain", wanted=source["chain"], found=document["chain"])
    text = document["value"] if kind not in _PULSES else json.dumps({**document})
    arrival = _RECEIVERS[kind](draw, source, text, "")
    if {"id": source["id"], "type": source["type"], **arrival} != document:
        raise InvalidInput("value-differs", source=source["id"], wanted=arrival["value"], found=document["value"])
    return str(arrival["value"])


def _known(source: Source) -> str:
    kind = str(source["type"])
    if kind not in _RECEIVERS:
        raise InvalidInput("source-type", type=kind)
    return kind


def _receive_drand(draw: str, source: Source, text: str, certificate: str) -> dict[str, Any]:
    if source["chain"] != drand.CHAIN:
        raise InvalidInput("drand-chain", wanted=drand.CHAIN, found=source["chain"])
    pulse = _read_object(text, source)
    found, signature = pulse.get("round"), pulse.get("signature")
    if not isinstance(found, int) or isinstance(found, bool) or not isinstance(signature, str):
        raise InvalidInput("drand-form", source=source["id"])
    if found != source["round"]:
        raise InvalidInput("drand-other-round", wanted=source["round"], found=found)
    value = drand.pulse_randomness(found, signature)
    if pulse.get("randomness", value) != value:
        raise InvalidInput("drand-randomness", round=found)
    return {"chain": source["chain"], "round": found, "signature": signature, "value": value}


def _receive_nist(draw: str, source: Source, text: str, certificate: str) -> dict[str, Any]:
    given = _read_object(text, source)
    pulse, pem = given.get("pulse", given), given.get("certificate", certificate)
    if not isinstance(pulse, dict) or not isinstance(pem, str):
        raise InvalidInput("nist-form", member="pulse")
    if not pem.strip():
        raise InvalidInput("nist-no-certificate", source=source["id"])
    if pulse.get("timeStamp") != source["time"]:
        raise InvalidInput("nist-other-time", wanted=source["time"], found=str(pulse.get("timeStamp"))[:40])
    return {"pulse": pulse, "certificate": pem, "value": nist.pulse_value(pulse, pem)}


def _receive_dice(draw: str, source: Source, text: str, certificate: str) -> dict[str, Any]:
    return {"value": read_rolls(text, source["count"])}


def _receive_issue(draw: str, source: Source, text: str, certificate: str) -> dict[str, Any]:
    return {"value": read_issue(source["type"], source["issue"], text)}


def _receive_secret(draw: str, source: Source, text: str, certificate: str) -> dict[str, Any]:
    return {"value": read_secret(draw, source["id"], source["commitment"], text)}


def _read_object(text: str, source: Source) -> dict[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        raise InvalidInput("pulse-json", source=source["id"]) from None
    if not isinstance(value, dict):
        raise InvalidInput("pulse-json", source=source["id"])
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member stands twice")
    return value


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


_Receiver = Callable[[str, Source, str, str], dict[str, Any]]
_RECEIVERS: dict[str, _Receiver] = {
    "drand/quicknet": _receive_drand,
    "nist/2.0": _receive_nist,
    "dice/d10": _receive_dice,
    "commit/sha256": _receive_secret,
    **dict.fromkeys(GAMES, _receive_issue),
}
_PULSES = ("drand/quicknet", "nist/2.0")
_MEMBERS = {kind: {"id", "type", "value"} for kind in _RECEIVERS} | {
    "drand/quicknet": {"id", "type", "value", "chain", "round", "signature"},
    "nist/2.0": {"id", "type", "value", "pulse", "certificate"},
}
