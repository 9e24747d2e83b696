"""The cryptography of the stand-alone verifier against published vectors and another implementation."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from py_ecc import optimized_bls12_381

from scripts import verify_draw
from scripts.verify_draw import audit_files, drand_problem, ed25519_holds, nist_problem
from tests.scripts.bundles import as_json, load, outcomes, row, with_member
from tests.scripts.trees import consistency, inclusion, tree

# drand


@pytest.fixture(scope="module")
def drand(shared: Path) -> Any:
    return json.loads((shared / "vectors/drand.json").read_text())


@pytest.mark.shared
def test_the_parameters_of_the_chain_are_those_of_the_vectors(drand: Any) -> None:
    assert drand["chain"] == verify_draw.DRAND_CHAIN
    assert verify_draw.DRAND_KEY.hex() == drand["public_key"]
    for pulse in drand["rounds"]:
        assert verify_draw.beacon_time({"type": "drand/quicknet", "round": pulse["round"]}) == pulse["time"]


@pytest.mark.shared
def test_real_rounds_hold_and_only_for_their_round(drand: Any) -> None:
    for pulse in drand["rounds"]:
        signature = bytes.fromhex(pulse["signature"])
        assert drand_problem(pulse["round"], signature) is None
        assert verify_draw.hex_sha256(signature) == pulse["randomness"]
    assert drand_problem(43, bytes.fromhex(drand["rounds"][0]["signature"])) is not None


@pytest.mark.shared
def test_a_round_takes_about_a_second_at_most(drand: Any) -> None:
    start = time.process_time()
    drand_problem.__wrapped__(42, bytes.fromhex(drand["rounds"][0]["signature"]))
    assert time.process_time() - start < 2


@pytest.mark.shared
def test_everything_that_must_be_refused_is(drand: Any) -> None:
    for refused in drand["must_be_refused"]:
        for number in (42, 1000):
            assert drand_problem(number, bytes.fromhex(refused)) is not None, refused


@pytest.mark.shared
def test_another_form_of_a_good_signature_is_refused(drand: Any) -> None:
    good = bytes.fromhex(drand["rounds"][0]["signature"])
    negated = bytes([good[0] ^ 0x20]) + good[1:]
    uncompressed = bytes([good[0] & 0x7F]) + good[1:]
    larger = (int.from_bytes(good, "big") + verify_draw.P).to_bytes(48, "big")
    for signature in (negated, uncompressed, larger, good[:-1], good + b"\x00", b"", b"\x00" * 48):
        assert drand_problem(42, signature) is not None


HASHED = {  # RFC 9380, appendix J.9.1
    b"": (
        "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1"
        "08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265"
    ),
    b"abc": (
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
        "0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d"
    ),
    b"abcdef0123456789": (
        "11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98"
        "03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709"
    ),
}


@pytest.mark.parametrize("message", list(HASHED))
def test_hashing_to_the_curve_is_that_of_the_rfc(message: bytes) -> None:
    point = verify_draw.hash_to_g1(message, b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_")
    assert point is not None
    assert f"{point[0].a:096x}{point[1].a:096x}" == HASHED[message]


def test_the_curves_are_those_of_another_implementation() -> None:
    other: Any = optimized_bls12_381
    assert (other.field_modulus, other.curve_order) == (verify_draw.P, verify_draw.R)
    key, generator = map(verify_draw.decompress, (verify_draw.DRAND_KEY, verify_draw.G2_GENERATOR))
    x, y = other.normalize(other.G2)
    assert generator == (verify_draw.Fp2(*map(int, x.coeffs)), verify_draw.Fp2(*map(int, y.coeffs)))
    for point in (key, generator):
        assert point and verify_draw.multiply(verify_draw.R, point) is None


def test_the_pairing_is_bilinear() -> None:
    g1 = verify_draw.hash_to_g1(b"any", b"tag")
    g2 = verify_draw.decompress(verify_draw.G2_GENERATOR)
    two_g1, minus_g2 = verify_draw.multiply(2, g1), verify_draw.multiply(verify_draw.R - 2, g2)
    assert verify_draw.pairings_cancel([(two_g1, g2), (g1, minus_g2)])
    assert not verify_draw.pairings_cancel([(g1, g2), (g1, minus_g2)])
    assert not verify_draw.pairings_cancel([(g1, g2)])


# Ed25519


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_ed25519_agrees_with_another_implementation(secret: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = private.sign(message)
    assert ed25519_holds(key, message, signature)
    turned = bytearray(signature)
    turned[bit // 8] ^= 1 << bit % 8
    assert not ed25519_holds(key, message, bytes(turned))
    assert not ed25519_holds(key, message + b"x", signature)


def test_ed25519_refuses_what_a_second_form_would_allow() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), private.sign(b"m")
    scalar = int.from_bytes(signature[32:], "little") + verify_draw.ED_L
    assert not ed25519_holds(key, b"m", signature[:32] + scalar.to_bytes(32, "little"))
    assert not ed25519_holds(key, b"m", signature[:63])
    assert not ed25519_holds(key[:31], b"m", signature)
    identity = b"\x01" + bytes(31)  # of order one: 0 = 0 for every message
    assert not ed25519_holds(identity, b"m", identity + bytes(32))


# NIST


@pytest.fixture(scope="module")
def nist(shared: Path) -> tuple[Any, str]:
    folder = shared / "vectors/nist"
    return json.loads((folder / "pulse.json").read_text())["pulse"], (folder / "certificate.pem").read_text()


@pytest.mark.shared
def test_real_pulses_hold(shared: Path, nist: tuple[Any, str]) -> None:
    pulse, certificate = nist
    previous = json.loads((shared / "vectors/nist/previous_pulse.json").read_text())["pulse"]
    assert nist_problem(pulse, certificate) is None
    assert nist_problem(previous, certificate) is None


def members(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from members(value[key], (*path, key))
    else:
        yield path


@pytest.mark.shared
def test_any_signed_member_changed_is_noticed(nist: tuple[Any, str]) -> None:
    pulse, certificate = nist
    for path in members(pulse):
        version = json.loads(json.dumps(pulse))
        place = version
        for key in path[:-1]:
            place = place[key]
        old = place[path[-1]]
        place[path[-1]] = old + 1 if isinstance(old, int) else ("1" if old[0] != "1" else "2") + old[1:]
        unsigned = path[0] == "listValues" and path[-1] in ("uri", "type")
        assert (nist_problem(version, certificate) is None) == unsigned, path


@pytest.mark.shared
def test_a_certificate_that_cannot_be_read_is_refused(nist: tuple[Any, str]) -> None:
    pulse, certificate = nist
    der = base64.b64decode("".join(certificate.splitlines()[1:-1]))
    for version in (b"", b"\x30", der[:-1], der[:700], b"\x30\x84\xff\xff\xff\xff", b"\x30\x80", der + der):
        pem = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(version).decode()}\n-----END CERTIFICATE-----\n"
        assert nist_problem(pulse, pem) is not None
    assert nist_problem(pulse, "") is not None
    assert nist_problem(pulse, certificate + certificate) is not None
    assert nist_problem(pulse | {"signatureValue": "00"}, certificate) is not None
    assert nist_problem(pulse | {"chainIndex": 2**52, "period": 2**40}, certificate) is not None


@pytest.mark.shared
def test_a_draw_with_a_pulse_of_nist_is_verified(shared: Path, nist: tuple[Any, str]) -> None:
    """The worked example, its drand replaced: the value's own check passes, or names what was changed."""
    pulse, certificate = nist
    files = load(shared / "vectors/worked-example")
    manifest = json.loads(files["manifest.json"] or b"")
    source = {"id": "drand", "type": "nist/2.0", "time": pulse["timeStamp"]}
    record = {"id": "drand", "type": "nist/2.0", "pulse": pulse, "certificate": certificate}
    record["value"] = pulse["outputValue"].lower()
    files = with_member(files, "manifest.json", randomness=[source, *manifest["randomness"][1:]])
    files["randomness/drand.json"] = as_json(record)
    good = audit_files(files)
    assert outcomes(good)["randomness:drand"] == outcomes(good)["files"] == outcomes(good)["randomness"] == "pass"
    assert "compare certificate 528943a555f5f8ca" in row(good, "randomness:drand").detail.en
    for member in ({"value": pulse["outputValue"]}, {"value": "0" * 128}, {"certificate": ""}, {"type": "dice/d10"}):
        bad = audit_files(with_member(files, "randomness/drand.json", **member))
        assert "FAIL" in (outcomes(bad)["randomness:drand"], outcomes(bad)["files"])
    source["time"] = "2026-08-31T19:05:00.000Z"
    late = audit_files(with_member(files, "manifest.json", randomness=[source, *manifest["randomness"][1:]]))
    assert row(late, "randomness:drand").expected == source["time"]


# Trees


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 11, 16, 21])
def test_trees_and_proofs_are_those_of_the_rfc(n: int) -> None:
    leaves = [bytes([i]) for i in range(n)]
    root = tree(leaves)
    assert verify_draw.root_of(leaves) == root
    for m in range(n):
        path, leaf = inclusion(m, leaves), verify_draw.leaf_hash(leaves[m])
        assert verify_draw.root_from_path(leaf, m, n, path) == root
        assert verify_draw.root_from_path(leaf, m, n, [*path, root]) is None
        assert all(verify_draw.root_from_path(leaf, k, n, path) != root for k in range(n + 2) if k != m)
    for m in range(1, n + 1):
        old, path = tree(leaves[:m]), consistency(m, leaves)
        assert verify_draw.is_extension(m, old, n, root, path)
        assert not verify_draw.is_extension(m, root if m < n else old[::-1], n, root, path)
        assert not verify_draw.is_extension(m, old, n, root, [*path, root])
        assert all(not verify_draw.is_extension(m, old, n, root, path[:cut]) for cut in range(len(path)))
    assert not verify_draw.is_extension(0, root, n, root, [])
