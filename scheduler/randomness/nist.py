"""Pulses of the NIST randomness beacon, version 2.0 (protocol section 3.1).

1. SHA-512 of the certificate's DER equals the pulse's certificateId.
2. RSA PKCS#1 v1.5 with SHA-512 over the signed bytes holds under the certificate's key.
3. outputValue = SHA-512(signed bytes, signature); the canonical value is its lowercase hexadecimal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from scheduler.errors import InvalidInput

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00\.000Z")
MEMBERS = (
    "uri", "version", "cipherSuite", "period", "certificateId", "chainIndex", "pulseIndex", "timeStamp",
    "localRandomValue", "external", "listValues", "precommitmentValue", "statusCode", "signatureValue", "outputValue",
)  # fmt: skip


def pulse_value(pulse: Mapping[str, Any], certificate: str) -> str:
    """Return the canonical value (128 hex characters) of a pulse once it holds under the certificate (PEM text).

    Raises `InvalidInput`: `nist-form`, `nist-certificate`, `nist-signature` or `nist-output`.
    """
    signed = signed_bytes(pulse)
    signature = bytes.fromhex(_hex(pulse, "signatureValue"))
    _check_signature(signed, signature, _hex(pulse, "certificateId").lower(), certificate)
    output = hashlib.sha512(signed + signature).hexdigest()
    if output != _hex(pulse, "outputValue").lower():
        raise InvalidInput("nist-output")
    return output


def signed_bytes(pulse: Mapping[str, Any]) -> bytes:
    """Return the bytes a pulse's signature covers; raise `nist-form` naming the member that has no such form."""
    missing = [name for name in MEMBERS if name not in pulse]
    unknown = [name for name in pulse if name not in MEMBERS]
    if missing or unknown:
        raise InvalidInput("nist-form", member=(missing + unknown)[0])
    external, values = pulse["external"], pulse["listValues"]
    if not isinstance(external, Mapping) or set(external) != {"sourceId", "statusCode", "value"}:
        raise InvalidInput("nist-form", member="external")
    if not isinstance(values, list) or not all(
        isinstance(item, Mapping) and set(item) == {"uri", "type", "value"} for item in values
    ):
        raise InvalidInput("nist-form", member="listValues")
    parts = [
        _text_field(pulse, "uri"),
        _text_field(pulse, "version"),
        _number(pulse, "cipherSuite", 4),
        _number(pulse, "period", 4),
        _hex_field(pulse, "certificateId"),
        _number(pulse, "chainIndex", 8),
        _number(pulse, "pulseIndex", 8),
        _text_field(pulse, "timeStamp"),
        _hex_field(pulse, "localRandomValue"),
        _hex_field(external, "sourceId"),
        _number(external, "statusCode", 4),
        _hex_field(external, "value"),
        *(_hex_field(item, "value") for item in values),
        _hex_field(pulse, "precommitmentValue"),
        _number(pulse, "statusCode", 4),
    ]
    return b"".join(parts)


def _check_signature(signed: bytes, signature: bytes, certificate_id: str, certificate: str) -> None:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        parsed = x509.load_pem_x509_certificate(certificate.encode())
        key = parsed.public_key()
    except ValueError:
        raise InvalidInput("nist-certificate", expected=certificate_id[:16], found="-") from None
    found = hashlib.sha512(parsed.public_bytes(Encoding.DER)).hexdigest()
    if found != certificate_id or not isinstance(key, RSAPublicKey):
        raise InvalidInput("nist-certificate", expected=certificate_id[:16], found=found[:16])
    try:
        key.verify(signature, signed, PKCS1v15(), SHA512())
    except InvalidSignature:
        raise InvalidInput("nist-signature") from None


def _hex(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise InvalidInput("nist-form", member=name)
    return value


def _hex_field(values: Mapping[str, Any], name: str) -> bytes:
    raw = bytes.fromhex(_hex(values, name))
    return len(raw).to_bytes(4, "big") + raw


def _text_field(values: Mapping[str, Any], name: str) -> bytes:
    value = values[name]
    if not isinstance(value, str):
        raise InvalidInput("nist-form", member=name)
    raw = value.encode()
    return len(raw).to_bytes(4, "big") + raw


def _number(values: Mapping[str, Any], name: str, size: int) -> bytes:
    value = values[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2 ** min(8 * size, 53):
        raise InvalidInput("nist-form", member=name)
    return value.to_bytes(size, "big")
