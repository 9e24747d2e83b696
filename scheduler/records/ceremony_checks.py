"""Checks that a draw and the lottery of a plan share: files, M, signatures, time, randomness, seed (section 11)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import check_file
from scheduler.draws.protocol.manifest import FileSeal
from scheduler.draws.protocol.selection import seed_of, write_transcript
from scheduler.draws.protocol.sources import Source, check_value, read_value
from scheduler.errors import ServiceError
from scheduler.randomness.arrival import check_document
from scheduler.records.checks import WARN, Absent, Difference, Ledger, Note, first_difference
from scheduler.records.envelopes import check_signatures
from scheduler.records.evidence import ROOTS, Evidence

_PROVEN = {"drand/quicknet": "check.value-drand", "nist/2.0": "check.value-nist", "commit/sha256": "check.value-secret"}


def check_bundle_files(evidence: Evidence) -> Note:
    """Every file is a file of a bundle, in its strict form."""
    fault = evidence.first_fault()
    if fault is not None:
        raise fault
    return Note("check.files", {"count": len(evidence.files)})


def check_tables(evidence: Evidence, seals: Mapping[str, FileSeal]) -> Note:
    """Hash, number of lines and root of each frozen table are those that were sealed."""
    for name, seal in seals.items():
        if name in evidence.files:
            check_file(name, evidence.files[name], seal)
    for name in seals:
        evidence.raw(name)
    return Note("check.tables", {"count": len(seals)})


def check_digest(evidence: Evidence) -> Note:
    """M, the hash of the root file, is the one that the result and the transcript name."""
    digest = hashlib.sha256(evidence.files[ROOTS[evidence.kind]]).hexdigest()
    named: list[tuple[str, int, str]] = []
    if "result.json" in evidence.files:
        named.append(("result.json", 1, evidence.take("result.json").manifest))
    if "seed.txt" in evidence.files:
        named.append(("seed.txt", 2, evidence.take("seed.txt")[0]))
    for file, line, found in named:
        if found != digest:
            raise Difference("check.digest-differs", file=file, line=line, expected=digest, found=found)
    if not named:
        raise Absent("check.digest-alone", digest=digest)
    return Note("check.digest", {"digest": digest})


def run_envelope_checks(ledger: Ledger, evidence: Evidence) -> None:
    """Section 11.2 after M, and 11.3: signatures, log, witnesses, order in time."""
    ledger.run(2, "signatures", lambda: check_signatures(evidence))
    ledger.run(2, "inclusion", lambda: _not_checked(evidence, "log/entries.jsonl"))
    for name in ("checkpoint", "cosignatures"):
        ledger.run(2, name, lambda: _not_checked(evidence, "log/checkpoint"))
    ledger.run(3, "time", lambda: _without_time(evidence))


def _not_checked(evidence: Evidence, file: str) -> Note:
    evidence.raw(file)
    return Note("check.log-not-checked", {"file": file}, WARN)


def _without_time(evidence: Evidence) -> Note:
    if "log/checkpoint" in evidence.files:
        return Note("check.log-not-checked", {"file": "log/checkpoint"}, WARN)
    raise Absent("check.no-outside-time")


def run_randomness_checks(ledger: Ledger, evidence: Evidence, subject: str) -> None:
    """Section 11.4: the sources together, then each value."""
    ledger.run(4, "randomness", lambda: _check_sources(evidence))
    try:
        sources: Sequence[Source] = evidence.root.randomness
    except Absent:
        return
    for source in sources:
        ledger.run(4, f"randomness:{source.id}", partial(_check_value, ledger, evidence, source, subject))


def _check_sources(evidence: Evidence) -> Note:
    evidence.refusal_of_root("randomness")
    sources = evidence.root.randomness
    beacons = sum(source.is_beacon for source in sources)
    if beacons:
        return Note("check.sources", {"count": len(sources), "beacons": beacons})
    title = getattr(evidence.root, "title", "").lower()
    demonstration = "演示" in title or "demonstration" in title
    return Note("check.witnesses-demonstration" if demonstration else "check.witnesses-alone", {}, WARN)


def _check_value(ledger: Ledger, evidence: Evidence, source: Source, subject: str) -> Note:
    name = f"randomness/{source.id}.json"
    document = evidence.take(name)
    given = document.get("value") if isinstance(document, dict) else None
    if isinstance(given, str):
        # a canonical value is followed up even when its evidence fails, so that a broken signature is named alone
        ledger.keep(f"value:{source.id}", check_value(source, given, subject))
    value = read_value(evidence.files[name], source, subject)
    try:
        check_document(subject, _named(source), document)
    except ServiceError as refusal:
        raise Difference(f"error.{refusal.code}", file=name, line=1, params=refusal.params) from None
    params = {"value": value, "round": source.round, "count": source.count}
    fallback = "check.value-dice" if source.type == "dice/d10" else "check.value-lottery"
    return Note(_PROVEN.get(source.type, fallback), params)


def _named(source: Source) -> dict[str, object]:
    """Return a source as the manifest writes it, as far as its values are checked against it."""
    return {
        "id": source.id,
        "type": source.type,
        "chain": source.chain,
        "round": source.round,
        "time": source.time,
        "issue": source.issue,
        "count": source.count,
        "commitment": source.commitment,
    }


def collect_values(ledger: Ledger, evidence: Evidence, subject: str) -> dict[str, str]:
    """Return the values by source id; one whose file is not in the bundle is taken from seed.txt.

    Raises `Absent` when a value cannot be had, a refusal when seed.txt holds none that could be one.
    """
    values: dict[str, str] = {}
    for number, source in enumerate(evidence.root.randomness):
        if f"randomness/{source.id}.json" in evidence.files or "seed.txt" not in evidence.files:
            values[source.id] = ledger.value(f"value:{source.id}", f"randomness:{source.id}")
        else:
            pairs = evidence.take("seed.txt")[1]
            value = pairs[number][1] if number < len(pairs) else ""
            try:
                values[source.id] = check_value(source, value, subject)
            except ProtocolError as refusal:
                params = {**refusal.params, "file": "seed.txt", "line": number + 3, "where": f"seed.txt:{number + 3}"}
                raise ProtocolError(refusal.code, **params) from None
    return values


def check_seed(ledger: Ledger, evidence: Evidence, subject: str) -> Note:
    """The transcript byte for byte, and the seed that the result names; its value is (seed, values)."""
    values = collect_values(ledger, evidence, subject)
    digest = hashlib.sha256(evidence.files[ROOTS[evidence.kind]]).hexdigest()
    transcript = write_transcript(digest, list(values.items()))
    seed = seed_of(transcript)
    ledger.keep("transcript", (seed, values))  # also when seed.txt differs: later checks name what they find
    if "seed.txt" in evidence.files:
        difference = first_difference("seed.txt", transcript, evidence.files["seed.txt"])
        if difference is not None:
            raise difference
    if "result.json" in evidence.files:
        named, own = evidence.take("result.json").seed_sha256, hashlib.sha256(bytes.fromhex(seed)).hexdigest()
        if named != own:
            raise member_difference("seed_sha256", own, named)
    if not {"seed.txt", "result.json"} & evidence.files.keys():
        raise Absent("check.seed-alone", seed=seed)
    return Note("check.seed", {"seed": seed})


def member_difference(member: str, expected: object, found: object) -> Difference:
    """Return the difference of one member of result.json."""
    return Difference(
        "check.member-differs",
        file="result.json",
        line=1,
        expected=_json(expected),
        found=_json(found),
        params={"member": member},
    )


def _json(value: object) -> str:
    return "null" if value is None else str(value)
