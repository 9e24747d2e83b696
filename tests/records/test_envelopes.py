"""Signatures in a bundle: one that holds is a warning until its key is compared, one that does not is a failure."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scheduler.records.checks import Check
from scheduler.records.envelopes import PAYLOAD_TYPE
from scheduler.records.verification import verify_files

pytestmark = pytest.mark.shared
Vector = Callable[[str], dict[str, bytes]]


def envelope(signed: bytes, **changes: Any) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(signed), signed)
    signature = {
        "keyid": key.public_key().public_bytes_raw().hex(),
        "sig": base64.b64encode(key.sign(message)).decode(),
    }
    document = {
        "payload": base64.b64encode(signed).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [signature],
        **changes,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def signatures(files: dict[str, bytes]) -> Check:
    return next(check for check in verify_files(files, "x").checks if check.name == "signatures")


def test_a_signature_that_holds_is_a_warning_in_both_verifiers(vector: Vector, stand_alone: ModuleType) -> None:
    files = vector("worked-example")
    files["manifest.dsse.json"] = envelope(files["manifest.json"])
    files["result.dsse.json"] = envelope(files["result.json"])
    assert signatures(files).outcome == "warn"
    assert verify_files(files, "x").exit == stand_alone.audit_files(files).exit_status() == 0


def test_a_signature_over_something_else_fails(vector: Vector) -> None:
    files = vector("worked-example")
    broken = {
        "check.envelope-payload": envelope(files["result.json"]),
        "check.signature-wrong": envelope(files["manifest.json"], signatures=[{"keyid": "00" * 32, "sig": "AAAA"}]),
        "check.envelope-form": envelope(files["manifest.json"], payloadType="text/plain"),
    }
    for key, content in broken.items():
        check = signatures({**files, "manifest.dsse.json": content})
        assert (check.outcome, check.key) == ("FAIL", key)


@pytest.mark.parametrize(
    "changes",
    [
        {"signatures": []}, {"signatures": "x"}, {"signatures": [5]}, {"payload": "%%"}, {"payload": 5}, {"more": 1},
        {"signatures": [{"keyid": 5, "sig": ""}]}, {"signatures": [{"keyid": "a", "sig": "%"}]},
    ],
)  # fmt: skip
def test_an_envelope_of_another_form_fails(vector: Vector, changes: dict[str, Any]) -> None:
    files = vector("worked-example")
    check = signatures({**files, "manifest.dsse.json": envelope(files["manifest.json"], **changes)})
    assert (check.outcome, check.key) == ("FAIL", "check.envelope-form")


def test_a_key_id_that_is_only_a_hint_is_not_checked(vector: Vector) -> None:
    files = vector("worked-example")
    hint = [{"keyid": "office-2026", "sig": "AAAA"}]
    assert (
        signatures({**files, "manifest.dsse.json": envelope(files["manifest.json"], signatures=hint)}).outcome == "warn"
    )


def test_a_log_is_not_passed_over_in_silence(vector: Vector) -> None:
    files = {**vector("worked-example"), "log/checkpoint": b"example\n", "log/entries.jsonl": b""}
    outcomes = {check.name: check.outcome for check in verify_files(files, "x").checks}
    assert [outcomes[name] for name in ("inclusion", "checkpoint", "cosignatures", "time")] == ["warn"] * 4
