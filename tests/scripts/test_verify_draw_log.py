"""Signatures, the log, its witnesses and the order in time, on a worked example that is signed and logged here."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scripts.verify_draw import Files, Report, audit_files, main
from tests.scripts.bundles import as_json, failed, load, outcomes, row, store, text, with_member
from tests.scripts.trees import consistency, inclusion, tree

pytestmark = pytest.mark.shared

BEACON = 1692806364  # when drand made round 1000
TYPE = "application/vnd.double-random.v1+json"
LOGGED = {"signatures", "inclusion", "checkpoint", "cosignatures", "time"}


class Signer:
    """A key with a name, made from one number so that every run is alike."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.private = name, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def envelope(self, payload: bytes, keyid: str | None = None, kind: str = TYPE) -> bytes:
        """DSSE."""
        message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
        signature = base64.b64encode(self.private.sign(message)).decode()
        signatures = [{"keyid": self.public.hex() if keyid is None else keyid, "sig": signature}]
        body = base64.b64encode(payload).decode()
        return as_json({"payload": body, "payloadType": kind, "signatures": signatures})

    def line(self, body: str, time: int | None = None) -> str:
        """A line of a signed note: the log's own, or with a time a witness's."""
        kind, stamp, message = b"\x01", b"", body.encode()
        if time is not None:
            kind, stamp = b"\x04", time.to_bytes(8, "big")
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        hint = hashlib.sha256(self.name.encode() + b"\n" + kind + self.public).digest()[:4]
        return f"\u2014 {self.name} {base64.b64encode(hint + stamp + self.private.sign(message)).decode()}\n"


OFFICE, LOG, WITNESS = Signer("office", 1), Signer("log.example/2026", 2), Signer("witness.example", 3)
KEYS = [OFFICE.public, LOG.public, WITNESS.public]


@dataclasses.dataclass
class Log:
    """A log of some entries, seen by a witness at some sizes and times."""

    records: list[dict[str, Any]]
    seen: dict[int, int]  # time by size
    kept: list[int] | None = None  # the sequences that the bundle holds; all by default
    offered: bool = True

    def note(self, size: int) -> str:
        root = base64.b64encode(tree(self.leaves()[:size])).decode()
        body = f"{LOG.name}\n{size}\n{root}\n"
        return f"{body}\n{LOG.line(body)}{WITNESS.line(body, self.seen[size])}"

    def leaves(self) -> list[bytes]:
        return [as_json(record | {"sequence": n}) for n, record in enumerate(self.records)]

    def files(self) -> Files:
        leaves, sizes = self.leaves(), sorted(self.seen)
        kept = range(len(leaves)) if self.kept is None else self.kept
        older = [
            {"note": self.note(size), "consistency": [h.hex() for h in consistency(size, leaves)]}
            for size in sizes
            if size < len(leaves)
        ]
        paths = [{"sequence": n, "path": [h.hex() for h in inclusion(n, leaves)]} for n in kept]
        proofs = {
            "type": "double-random/1/proofs",
            "inclusion": [] if self.kept is None else paths,
            "checkpoints": older,
            "keys": sorted(key.hex() for key in KEYS) if self.offered else [],
        }
        return {
            "log/checkpoint": self.note(len(leaves)).encode(),
            "log/entries.jsonl": b"".join(leaves[n] + b"\n" for n in kept),
            "log/proofs.json": as_json(proofs),
        }


def entry(kind: str, payload: bytes, envelope: bytes | None = None, draw: str | None = "EX-2026-001") -> dict[str, Any]:
    digests = [hashlib.sha256(data).hexdigest() if data is not None else None for data in (payload, envelope)]
    head = {"type": "double-random/1/entry", "kind": kind, "plan": "220200-2026", "draw": draw, "time": 0}
    return head | {"payload_sha256": digests[0], "envelope_sha256": digests[1]}


def contribution(value: str = "314159265358979323846264") -> bytes:
    payload = {"type": "double-random/1/contribution", "draw": "EX-2026-001", "source": "dice", "value": value}
    return as_json(payload)


@pytest.fixture(scope="module")
def signed(shared: Path) -> Files:
    files = load(shared / "vectors/worked-example")
    for stem in ("manifest", "result"):
        files[f"{stem}.dsse.json"] = OFFICE.envelope(files[f"{stem}.json"] or b"")
    return files


def log_of(files: Files, **changes: Any) -> Log:
    """manifest; contribution; a key that concerns nobody; result; events."""
    records = [
        entry("manifest", files["manifest.json"] or b"", files["manifest.dsse.json"]),
        entry("contribution", contribution()),
        entry("key", b"any", draw=None),
        entry("result", files["result.json"] or b"", files["result.dsse.json"]),
        *(entry("event", line) for line in (files["events.tsv"] or b"").splitlines()),
    ]
    seen = {1: BEACON - 2000, 2: BEACON - 1000, len(records): BEACON + 500}
    return dataclasses.replace(Log(records, seen), **changes)


def judged(files: Files, log: Log, *keys: bytes) -> Report:
    return audit_files({**files, **log.files()}, keys or KEYS)


@pytest.mark.parametrize("kept", [None, [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
def test_with_trusted_keys_everything_passes(signed: Files, kept: list[int] | None) -> None:
    report = judged(signed, log_of(signed, kept=kept, offered=False))
    assert set(outcomes(report).values()) == {"pass"}
    assert report.exit_status(strict=True) == 0
    gaps = "without gaps" if kept is None else "cannot be seen"
    assert gaps in row(report, "sequence").detail.en


def test_without_trusted_keys_valid_signatures_are_a_warning(signed: Files) -> None:
    report = audit_files({**signed, **log_of(signed).files()})
    found = outcomes(report)
    assert {name for name, outcome in found.items() if outcome == "warn"} == LOGGED - {"inclusion"} | {"reveal"}
    assert "not named with --key" in row(report, "checkpoint").detail.en
    assert report.exit_status() == 0 and report.exit_status(strict=True) == 1


def test_without_any_key_nothing_is_said_to_be_checked(signed: Files) -> None:
    report = audit_files({**signed, **log_of(signed, offered=False).files()})
    assert "name the signer's key" in row(report, "checkpoint").detail.en
    assert "name the signer's key" in row(report, "cosignatures").detail.en
    assert outcomes(report)["time"] == outcomes(report)["reveal"] == "absent"


def test_each_key_is_trusted_for_itself(signed: Files) -> None:
    for key, trusted in (
        (OFFICE, {"signatures"}),
        (LOG, {"checkpoint"}),
        (WITNESS, {"cosignatures", "time", "reveal"}),
    ):
        report = judged(signed, log_of(signed), key.public)
        good = {name for name in (LOGGED | {"reveal"}) - {"inclusion"} if outcomes(report)[name] == "pass"}
        assert good == trusted


# Envelopes


def test_an_envelope_that_signs_something_else_fails(signed: Files) -> None:
    manifest, result = signed["manifest.json"] or b"", signed["result.json"] or b""
    other = as_json(json.loads(manifest) | {"title": "another"})
    versions = {
        "payload": OFFICE.envelope(other),
        "type": OFFICE.envelope(result),
        "payloadType": OFFICE.envelope(manifest, kind="text/plain"),
    }
    for what, envelope in versions.items():
        found = row(audit_files({**signed, "manifest.dsse.json": envelope}, KEYS), "signatures")
        assert (found.outcome, found.file) == ("FAIL", "manifest.dsse.json")
        assert found.detail.en.startswith(what)


def test_a_forged_signature_fails_and_an_unknown_one_is_a_warning(signed: Files) -> None:
    manifest = signed["manifest.json"] or b""
    forged = WITNESS.envelope(manifest, keyid=OFFICE.public.hex())
    assert failed(audit_files({**signed, "manifest.dsse.json": forged}, KEYS)) == {"signatures"}
    hinted = OFFICE.envelope(manifest, keyid="the office's key of 2026")
    assert row(audit_files({**signed, "manifest.dsse.json": hinted}, KEYS), "signatures").outcome == "pass"
    assert row(audit_files({**signed, "manifest.dsse.json": hinted}), "signatures").outcome == "warn"
    stranger = Signer("stranger", 9).envelope(manifest)
    assert row(audit_files({**signed, "manifest.dsse.json": stranger}, KEYS), "signatures").outcome == "warn"


def test_one_of_two_envelopes_missing_is_a_warning(signed: Files) -> None:
    report = audit_files({name: data for name, data in signed.items() if name != "result.dsse.json"}, KEYS)
    assert row(report, "signatures").detail.en == "only this is signed: manifest"


def test_an_envelope_of_another_form_is_refused(signed: Files) -> None:
    envelope = json.loads(text(signed["manifest.dsse.json"]))
    for change in ({"payload": envelope["payload"] + "\n"}, {"extra": 1}, {"signatures": [{"sig": "AA=="}]}):
        report = audit_files(with_member(signed, "manifest.dsse.json", **change), KEYS)
        assert failed(report) == {"files"}
        assert row(report, "signatures").detail.en == "because files failed (manifest.dsse.json)"
    none = audit_files(with_member(signed, "manifest.dsse.json", signatures=[]), KEYS)
    assert outcomes(none)["signatures"] == "warn"


# The log


def test_an_entry_missing_from_the_log_is_named(signed: Files) -> None:
    expected = [("manifest.json", None), ("randomness/dice.json", None), None, ("result.json", None), ("events.tsv", 1)]
    for n, place in enumerate(expected):
        log = log_of(signed)
        log.records[n] = entry("key", b"other", draw=None)
        found = row(judged(signed, log), "inclusion")
        assert (found.file, found.line) == (place or (None, None))
        assert found.outcome == ("FAIL" if place else "pass")


def test_an_entry_must_name_the_envelope(signed: Files) -> None:
    log = log_of(signed)
    log.records[0]["envelope_sha256"] = None
    assert row(judged(signed, log), "inclusion").file == "manifest.dsse.json"


def test_a_changed_entry_or_proof_or_checkpoint_is_noticed(signed: Files) -> None:
    for kept in (None, [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]):
        files = {**signed, **log_of(signed, kept=kept).files()}
        for name in ("log/entries.jsonl", "log/checkpoint", "log/proofs.json"):
            data = files[name] or b""
            for place in range(3, len(data), len(data) // 12):
                turned = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
                report = audit_files({**files, name: turned}, KEYS)
                spare = name == "log/proofs.json" and outcomes(report)["files"] == "pass"
                assert report.exit_status(strict=not spare) == 1 or spare, (name, place)
                assert not any("did not expect" in check.detail.en for check in report.checks)


def test_a_wrong_path_or_an_earlier_checkpoint_of_another_log_fails(signed: Files) -> None:
    log = log_of(signed, kept=[0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    files = {**signed, **log.files()}
    proofs = json.loads(text(files["log/proofs.json"]))
    proofs["inclusion"][2]["path"][0] = "0" * 64
    found = row(audit_files({**files, "log/proofs.json": as_json(proofs)}, KEYS), "inclusion")
    assert (found.outcome, found.file, found.line) == ("FAIL", "log/entries.jsonl", 3)
    other = log_of(signed)
    other.records[0] = entry("key", b"other", draw=None)
    proofs = json.loads(text(files["log/proofs.json"]))
    proofs["checkpoints"][0]["note"] = other.note(1)
    report = audit_files({**files, "log/proofs.json": as_json(proofs)}, KEYS)
    assert "checkpoint" in failed(report) and row(report, "time").detail.en == "because checkpoint failed"


def test_a_checkpoint_must_be_signed_by_the_log_itself(signed: Files) -> None:
    files = {**signed, **log_of(signed).files()}
    body, _, lines = text(files["log/checkpoint"]).partition("\n\n")
    own, witness = lines.splitlines(keepends=True)
    unsigned = f"{body}\n\n{witness}".encode()
    assert failed(audit_files({**files, "log/checkpoint": unsigned}, KEYS)) == {"checkpoint"}
    alone = audit_files({**signed, "log/checkpoint": f"{body}\n\n{own}".encode()}, KEYS)
    assert outcomes(alone)["checkpoint"] == "pass" and outcomes(alone)["cosignatures"] == "absent"
    forged = Signer(LOG.name, 9).line(body + "\n").split()[2]
    swapped = base64.b64encode(base64.b64decode(own.split()[2])[:4] + base64.b64decode(forged)[4:]).decode()
    report = audit_files({**files, "log/checkpoint": f"{body}\n\n\u2014 {LOG.name} {swapped}\n".encode()}, KEYS)
    assert row(report, "checkpoint").detail.en == "a signature does not hold"


@pytest.mark.parametrize("note", [b"", b"x\n", b"a\n1\n\n\n", b"a\n01\nAA==\n\n\xe2\x80\x94 a AAAAAAA=\n", b"\xff"])
def test_a_checkpoint_of_another_form_is_refused(signed: Files, note: bytes) -> None:
    assert failed(audit_files({**signed, "log/checkpoint": note}, KEYS)) == {"files"}


def test_the_whole_log_shows_a_gap_or_a_second_draw(signed: Files) -> None:
    other = entry("manifest", b"other", draw="EX-2026-002")
    before, twice, pending = log_of(signed), log_of(signed), log_of(signed)
    before.records[2] = other
    before.records[0], before.records[2] = before.records[2], before.records[0]
    assert row(judged(signed, before), "sequence").outcome == "FAIL"
    twice.records[2] = entry("manifest", b"other")
    assert row(judged(signed, twice), "sequence").outcome == "FAIL"
    pending.records[2] = other
    assert row(judged(signed, pending), "sequence").detail.en == "without a result: EX-2026-002"


# Time


def test_time_out_of_order_fails(signed: Files) -> None:
    count = len(log_of(signed).records)
    late: dict[str, dict[int, int]] = {
        "manifest.json": {1: BEACON - 599, 2: BEACON - 598, count: BEACON},
        "randomness/dice.json": {2: BEACON - 1000, count: BEACON},
    }
    found = row(judged(signed, log_of(signed, seen=late["manifest.json"])), "time")
    assert found.outcome == "FAIL" and found.expected == f">= {BEACON + 1}" and found.found == str(BEACON)
    found = row(judged(signed, log_of(signed, seen=late["randomness/dice.json"])), "time")
    assert (found.outcome, found.file) == ("FAIL", "randomness/dice.json")
    just = {1: BEACON - 601, 2: BEACON - 600, count: BEACON}
    assert row(judged(signed, log_of(signed, seen=just)), "time").outcome == "pass"


def test_the_operators_own_time_does_not_count(signed: Files) -> None:
    log = log_of(signed)
    files = {**signed, **log.files()}
    body, _, lines = text(files["log/checkpoint"]).partition("\n\n")
    proofs = as_json(json.loads(text(files["log/proofs.json"])) | {"checkpoints": []})
    alone = {"log/checkpoint": f"{body}\n\n{lines.splitlines()[0]}\n".encode(), "log/proofs.json": proofs}
    assert row(audit_files({**files, **alone}, KEYS), "time").outcome == "absent"


def test_a_reveal_that_comes_late_or_never_fails(signed: Files) -> None:
    count, end = len(log_of(signed).records), 1798732799  # 2026-12-31T23:59:59+08:00
    for time, outcome in ((end, "pass"), (end + 1, "FAIL")):
        seen = {1: BEACON - 2000, 2: BEACON - 1000, count: time}
        assert row(judged(signed, log_of(signed, seen=seen)), "reveal").outcome == outcome
        silent = {**signed, "events.tsv": b""}
        log = log_of(silent)
        log.seen = {1: BEACON - 2000, 2: BEACON - 1000, len(log.records): time}
        assert row(judged(silent, log), "reveal").outcome == ("warn" if outcome == "pass" else "FAIL")


# Keys


def test_keys_are_read_in_every_form(signed: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(store({**signed, **log_of(signed).files()}, tmp_path / "bundle"))
    pem = OFFICE.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    vkey = f"{LOG.name}+0badcafe+{base64.b64encode(bytes([1]) + LOG.public).decode()}\n"
    for name, data in {"office.pem": pem, "log.vkey": vkey.encode(), "both": WITNESS.public.hex().encode()}.items():
        (tmp_path / name).write_bytes(data)
    keys = [f"--key={tmp_path / name}" for name in ("office.pem", "log.vkey", "both")]
    assert main([folder, "--strict", *keys]) == 0
    assert main([folder, "--strict", *(f"--key={key.hex()}" for key in KEYS)]) == 0
    assert main([folder, "--strict", *keys[1:]]) == 1
    for bad in (b"", b"hello", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\xff"):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(SystemExit, match="2"):
            main([folder, f"--key={tmp_path / 'bad'}"])
    capsys.readouterr()


# A plan


def test_a_plan_is_signed_and_logged_likewise(shared: Path) -> None:
    files = load(shared / "vectors/plan-lottery")
    files["plan.dsse.json"] = OFFICE.envelope(files["plan.json"] or b"")
    log = Log([entry("plan", files["plan.json"] or b"", files["plan.dsse.json"], None)], {1: BEACON})
    report = audit_files({**files, **log.files()}, KEYS)
    found = outcomes(report)
    assert {found[name] for name in ("signatures", "inclusion", "checkpoint", "cosignatures")} == {"pass"}
    assert found["time"] == "FAIL"  # the beacon of round 1001 came before
