"""NIST beacon pulses: a true pulse holds, and changing any signed member breaks it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scheduler.errors import InvalidInput
from scheduler.randomness.arrival import check_document, receive_value
from scheduler.randomness.nist import pulse_value

pytestmark = pytest.mark.shared
TIME = "2026-08-31T19:04:00.000Z"
SOURCE = {"id": "nist", "type": "nist/2.0", "time": TIME}


@pytest.fixture(scope="module")
def pulse(shared: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared / "vectors" / "nist" / "pulse.json").read_text())["pulse"]
    return loaded


@pytest.fixture(scope="module")
def certificate(shared: Path) -> str:
    return (shared / "vectors" / "nist" / "certificate.pem").read_text()


def test_true_pulses_hold_and_the_later_names_the_earlier(
    shared: Path, pulse: dict[str, Any], certificate: str
) -> None:
    earlier = json.loads((shared / "vectors" / "nist" / "previous_pulse.json").read_text())["pulse"]
    assert pulse_value(earlier, certificate).upper() == earlier["outputValue"] == pulse["listValues"][0]["value"]
    assert pulse_value(pulse, certificate) == pulse["outputValue"].lower()


def test_a_pasted_pulse_becomes_a_document_that_proves_itself(pulse: dict[str, Any], certificate: str) -> None:
    pasted = receive_value("d", SOURCE, json.dumps({"pulse": pulse}), certificate)
    assert pasted == receive_value("d", SOURCE, json.dumps({"pulse": pulse, "certificate": certificate}))
    assert set(pasted.document) == {"id", "type", "value", "pulse", "certificate"}
    assert check_document("d", SOURCE, pasted.document) == pasted.value == pulse["outputValue"].lower()
    with pytest.raises(InvalidInput, match="value-differs"):
        check_document("d", SOURCE, {**pasted.document, "value": pasted.value.upper()})


def changed(pulse: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pulse once for every member, with that member changed."""
    for name, value in pulse.items():
        other = copy.deepcopy(pulse)
        if isinstance(value, str):
            other[name] = ("0" if value[0] != "0" else "1") + value[1:]
        elif isinstance(value, int):
            other[name] = value + 1
        elif name == "external":
            other[name]["value"] = "1" + value["value"][1:]
        else:
            other[name][2]["value"] = "1" + value[2]["value"][1:]
        yield name, other


def test_changing_any_member_is_noticed(pulse: dict[str, Any], certificate: str) -> None:
    expected = {"certificateId": "nist-certificate", "outputValue": "nist-output"}
    for name, other in changed(pulse):
        with pytest.raises(InvalidInput) as caught:
            pulse_value(other, certificate)
        assert caught.value.code == expected.get(name, "nist-signature"), name


@pytest.mark.parametrize(
    "touch",
    [
        {"uri": 5},
        {"cipherSuite": -1},
        {"period": True},
        {"chainIndex": 2**60},
        {"listValues": [{"value": "00"}]},
        {"listValues": "none"},
        {"external": {}},
        {"precommitmentValue": "abc"},
        {"localRandomValue": None},
        {"extra": 1},
    ],
)
def test_a_pulse_of_another_form_is_refused(touch: dict[str, Any], pulse: dict[str, Any], certificate: str) -> None:
    with pytest.raises(InvalidInput, match="nist-form"):
        pulse_value({**pulse, **touch}, certificate)


def test_a_pulse_without_its_certificate_or_of_another_time_is_refused(pulse: dict[str, Any], certificate: str) -> None:
    with pytest.raises(InvalidInput, match="nist-no-certificate"):
        receive_value("d", SOURCE, json.dumps(pulse))
    with pytest.raises(InvalidInput, match="nist-other-time"):
        receive_value("d", {**SOURCE, "time": "2026-08-31T19:05:00.000Z"}, json.dumps(pulse), certificate)
    with pytest.raises(InvalidInput, match="nist-form"):
        receive_value("d", SOURCE, json.dumps({"pulse": 7, "certificate": certificate}))
    with pytest.raises(InvalidInput, match="nist-certificate"):
        receive_value("d", SOURCE, json.dumps(pulse), "no certificate")


def test_a_certificate_of_someone_else_is_refused(pulse: dict[str, Any]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "engine.beacon.nist.gov")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    other = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=400))
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(InvalidInput, match="nist-certificate"):
        pulse_value(pulse, other.public_bytes(Encoding.PEM).decode())
