"""Signatures over the manifest and the result: DSSE envelopes with Ed25519 (protocol section 9).

Which key belongs to which office no bundle can say: a signature that holds is a warning until keys are compared.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from scheduler.records.checks import WARN, Absent, Difference, Note
from scheduler.records.evidence import ROOTS, Evidence

PAYLOAD_TYPE = "application/vnd.double-random.v1+json"


def check_signatures(evidence: Evidence) -> Note:
    """Every envelope in the bundle signs exactly the file beside it; a signature that does not hold is a failure."""
    root = ROOTS[evidence.kind]
    stems = [root.removesuffix(".json"), "result"]
    signed = [stem for stem in stems if f"{stem}.dsse.json" in evidence.files]
    if not signed:
        raise Absent("check.file-absent", file=f"{stems[0]}.dsse.json")
    for stem in signed:
        _check_envelope(evidence, stem)
    return Note("check.signatures", {"files": " ".join(f"{stem}.json" for stem in signed)}, WARN)


def _check_envelope(evidence: Evidence, stem: str) -> None:
    name, envelope = f"{stem}.dsse.json", evidence.take(f"{stem}.dsse.json")
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise Difference("check.envelope-form", file=name, line=1)
    signatures = envelope["signatures"]
    if envelope["payloadType"] != PAYLOAD_TYPE or not isinstance(signatures, list) or not signatures:
        raise Difference("check.envelope-form", file=name, line=1)
    payload = _decode(name, envelope["payload"])
    if payload != evidence.raw(f"{stem}.json"):
        raise Difference("check.envelope-payload", file=name, line=1)
    message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
    for signature in signatures:
        _check_signature(name, signature, message)


def _check_signature(name: str, signature: Any, message: bytes) -> None:
    """Check a signature whose key id is the key itself; another key id is only a hint."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not isinstance(signature, dict) or set(signature) != {"keyid", "sig"} or not isinstance(signature["keyid"], str):
        raise Difference("check.envelope-form", file=name, line=1)
    raw = _decode(name, signature["sig"])
    try:
        key = bytes.fromhex(signature["keyid"])
    except ValueError:
        return
    if len(key) != 32:
        return
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
    except (InvalidSignature, ValueError):
        raise Difference("check.signature-wrong", file=name, line=1, found=signature["keyid"]) from None


def _decode(name: str, text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Difference("check.envelope-form", file=name, line=1) from None
