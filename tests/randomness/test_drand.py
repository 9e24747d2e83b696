"""drand quicknet: true pulses are accepted, everything else is refused with its own code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import InvalidInput
from scheduler.randomness.arrival import check_document, receive_value
from scheduler.randomness.drand import CHAIN, GENESIS, PERIOD, PUBLIC_KEY, pulse_randomness
from scheduler.randomness.rounds import round_time

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared / "vectors" / "drand.json").read_text())
    return loaded


def source(round_number: int = 1000, chain: str = CHAIN) -> dict[str, Any]:
    return {"id": "drand", "type": "drand/quicknet", "chain": chain, "round": round_number}


def refusal(text: str, **named: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        receive_value("d", source(**named), text)
    return caught.value.code


def test_the_network_is_the_one_of_the_vectors(vectors: dict[str, Any]) -> None:
    network = {name: vectors[name] for name in ("chain", "genesis", "period", "public_key")}
    assert network == {"chain": CHAIN, "genesis": GENESIS, "period": PERIOD, "public_key": PUBLIC_KEY}


def test_true_rounds_give_their_randomness_and_time(vectors: dict[str, Any]) -> None:
    for pulse in vectors["rounds"]:
        assert pulse_randomness(pulse["round"], pulse["signature"]) == pulse["randomness"]
        assert round_time(pulse["round"]).timestamp() == pulse["time"]


def test_signatures_that_are_no_canonical_point_are_refused(vectors: dict[str, Any]) -> None:
    for signature in vectors["must_be_refused"]:
        with pytest.raises(InvalidInput, match="drand-encoding"):
            pulse_randomness(1000, signature)


def test_a_point_outside_the_subgroup_is_refused() -> None:
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.point_compression import decompress_G1

    for x in range(1, 50):
        number: Any = (1 << 383) | x
        try:
            point = decompress_G1(number)
        except ValueError:
            continue
        assert not subgroup_check(point)
        with pytest.raises(InvalidInput, match="drand-encoding"):
            pulse_randomness(1000, f"{number:096x}")
        return
    raise AssertionError("no such point found")


def test_a_signature_of_another_round_is_refused(vectors: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="drand-signature"):
        pulse_randomness(1000, vectors["rounds"][2]["signature"])
    negated = bytearray.fromhex(vectors["rounds"][1]["signature"])
    negated[0] ^= 0x20
    with pytest.raises(InvalidInput, match="drand-signature"):
        pulse_randomness(1000, negated.hex())


@pytest.mark.parametrize("signature", ["", "ab", "B4" * 48, "zz" * 48, "b4" * 96])
def test_a_signature_that_is_not_48_bytes_of_lowercase_hex_is_refused(signature: str) -> None:
    with pytest.raises(InvalidInput, match="drand-encoding"):
        pulse_randomness(1000, signature)


def test_a_pasted_pulse_gives_the_published_document_of_the_vectors(shared: Path, vectors: dict[str, Any]) -> None:
    published = json.loads((shared / "vectors" / "worked-example" / "randomness" / "drand.json").read_text())
    arrival = receive_value("EX-2026-001", source(), json.dumps(vectors["rounds"][1]))
    assert arrival.document == published
    assert arrival.value == published["value"] == check_document("EX-2026-001", source(), published)


def test_pulses_that_are_not_what_was_named_are_refused(vectors: dict[str, Any]) -> None:
    pulse = {name: vectors["rounds"][1][name] for name in ("round", "signature", "randomness")}
    assert refusal(json.dumps(vectors["rounds"][2])) == "drand-other-round"
    assert refusal(json.dumps(pulse), chain="0" * 64) == "drand-chain"
    assert refusal(json.dumps({**pulse, "randomness": "0" * 64})) == "drand-randomness"
    assert refusal(json.dumps({"round": 1000})) == "drand-form"
    assert refusal(json.dumps({**pulse, "round": True})) == "drand-form"
    assert refusal("[1]") == refusal("") == refusal('{"round": 1000.0}') == "pulse-json"
    assert refusal('{"round": 1000, "round": 1000}') == refusal("[" * 20_000) == "pulse-json"
    assert refusal(" " * 200_000) == "value-too-long"


def test_a_published_document_that_was_touched_is_refused(vectors: dict[str, Any]) -> None:
    given = json.dumps({name: vectors["rounds"][1][name] for name in ("round", "signature")})
    document = receive_value("d", source(), given).document
    touched: list[dict[str, Any]] = [
        {**document, "value": "0" * 64},
        {**document, "value": 7},
        {**document, "id": "other"},
        {**document, "round": 1001},
        {**document, "chain": "0" * 64},
        {**document, "more": 1},
        {name: document[name] for name in document if name != "signature"},
    ]
    for each in touched:
        with pytest.raises(InvalidInput):
            check_document("d", source(), each)
