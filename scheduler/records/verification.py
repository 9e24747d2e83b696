"""Verification of a bundle on the kernel: every check of section 11, named, in order.

The names and numbers are those of the stand-alone verifier, which is a second implementation: both must agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from scheduler.records.checks import Absent, Ledger, Report
from scheduler.records.draw_checks import DrawChecks
from scheduler.records.evidence import ROOTS, Evidence, kind_of
from scheduler.records.opening import open_bundle
from scheduler.records.plan_checks import PlanChecks


def verify_bundle(path: Path, *, strict: bool = False) -> Report:
    """Verify a folder or a zip; raise `InvalidInput` or `NotFound` (`bundle-...`) when it is no bundle at all."""
    return verify_files(open_bundle(path), str(path), strict=strict)


def verify_files(files: Mapping[str, bytes], name: str, *, strict: bool = False) -> Report:
    """Verify the files of a bundle; `name` is what the report calls it."""
    kind = kind_of(files)
    evidence, ledger = Evidence(files, kind), Ledger()
    checks = DrawChecks(evidence, ledger) if kind == "draw" else PlanChecks(evidence, ledger)
    checks.run()
    return Report(
        bundle=name,
        type=kind,
        id=checks.subject() or None,
        manifest=hashlib.sha256(files[ROOTS[kind]]).hexdigest(),
        seed=_seed(ledger),
        checks=tuple(ledger.checks),
        strict=strict,
    )


def _seed(ledger: Ledger) -> str | None:
    try:
        seed: str = ledger.value("transcript", "seed")[0]
    except Absent:
        return None
    return seed
