"""Verification of a plan's record from the record alone: no database, every check named, in order.

1 the files and the document's form; 2 calendar, budget, units; 3 full coverage; 4 loads, capacities, shortages;
5 the claimed optimum; 6 batches and warnings; 7 what binds document and lottery, and what both say; 8 the lottery,
computed again; 9 the drawn months counted against the document.

No solver is needed. Where the record says that a solver's search left nothing better, that is its word, told with the
gap to what prices prove; `solve` searches anew. What else a record cannot show is told with every report
(`verify.limits.plan-record`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scheduler.errors import InvalidInput
from scheduler.plans.document_types import FIRST, PROVABLE
from scheduler.plans.life_cycle.binding import bound_days, bound_document
from scheduler.records.checks import Absent, Check, Difference, Note, Report
from scheduler.records.evidence import ROOTS
from scheduler.records.opening import open_bundle
from scheduler.records.plan_record.batch_checks import (
    check_batches,
    check_general,
    check_general_days,
    check_warnings,
)
from scheduler.records.plan_record.budget_checks import check_budget, check_calendar, check_units
from scheduler.records.plan_record.coverage_checks import (
    check_binding,
    check_classes,
    check_cover,
    check_days,
    check_plan,
    check_rules,
)
from scheduler.records.plan_record.form import PLAN_DOCUMENT, check_form
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY, README
from scheduler.records.plan_record.load_checks import (
    check_capacity,
    check_drawn_loads,
    check_loads,
    check_optimum,
    check_overload,
)
from scheduler.records.plan_record.names import check_names
from scheduler.records.plan_record.reading import PlanRecord
from scheduler.records.plan_record.remedy_checks import check_remedies
from scheduler.records.verification import verify_files

ROOT = LOTTERY + ROOTS["plan"]


def verify_plan_record(path: Path, *, strict: bool = False, sha256: str | None = None, solve: bool = False) -> Report:
    """Verify a folder or a zip; raise `InvalidInput` or `NotFound` when it is no record of a plan at all.

    `sha256` is the hash of the document as it was published elsewhere, where somebody has it; with `solve` the optimum
    is sought anew by the solver.
    """
    return verify_record_files(open_bundle(path), str(path), strict=strict, sha256=sha256, solve=solve)


def verify_record_files(
    files: Mapping[str, bytes], name: str, *, strict: bool = False, sha256: str | None = None, solve: bool = False
) -> Report:
    """Verify the files of a record; `name` is what the report calls it."""
    if DOCUMENT not in files:
        raise InvalidInput("plan-record-without-document", file=DOCUMENT)
    record = PlanRecord(files)
    _check_document(record, sha256, solve=solve)
    lottery = verify_files(record.lottery.files, LOTTERY) if ROOT in files else None
    _check_lottery(record, lottery)
    return Report(
        bundle=name,
        type="plan-record",
        id=_identifier(record),
        manifest=lottery.manifest if lottery else None,
        seed=lottery.seed if lottery else None,
        checks=tuple(record.ledger.checks),
        strict=strict,
    )


def _check_document(record: PlanRecord, sha256: str | None, *, solve: bool) -> None:
    run = record.ledger.run
    run(1, "files", lambda: _check_files(record))
    run(1, "document", lambda: _check_form(record))
    if sha256 is not None:
        run(1, "published", lambda: _check_published(record, sha256))
    run(2, "calendar", lambda: check_calendar(record))
    run(2, "budget", lambda: check_budget(record))
    run(2, "units", lambda: check_units(record))
    run(3, "classes", lambda: check_classes(record))
    run(3, "rules", lambda: check_rules(record))
    run(3, "cover", lambda: check_cover(record))
    run(4, "capacity", lambda: check_capacity(record))
    run(4, "loads", lambda: check_loads(record))
    run(4, "overload", lambda: check_overload(record))
    run(4, "remedies", lambda: check_remedies(record))
    run(5, "optimum", lambda: check_optimum(record, solve=solve))
    run(6, "batches", lambda: check_batches(record))
    run(6, "general", lambda: check_general(record))
    run(6, "general-days", lambda: check_general_days(record))
    run(6, "warnings", lambda: check_warnings(record))


def _check_lottery(record: PlanRecord, lottery: Report | None) -> None:
    run = record.ledger.run
    run(7, "bound", lambda: check_binding(record, bound_document(record.lottery.root.code["version"])))
    run(7, "plan", lambda: check_plan(record))
    run(7, "days", lambda: check_days(bound_days(record.lottery.root.code["version"])))
    if lottery is None:
        run(8, "lottery", _without_lottery)
    else:
        record.ledger.checks += [_of_lottery(check) for check in lottery.checks]
    run(9, "months", lambda: check_drawn_loads(record))


def _check_files(record: PlanRecord) -> Note:
    """Nothing stands in the record that does not belong there; the lottery's own files are its own check."""
    for name in record.files:
        if name not in (DOCUMENT, README) and not name.startswith(LOTTERY):
            raise Difference("check.foreign-file", file=name)
    return Note("plan-record.files", {"count": len(record.files)})


def _check_form(record: PlanRecord) -> Note:
    """The document is canonical, of the type this program knows, with every member the checks read."""
    document = record.parse_document()
    stated = document.get("type") if isinstance(document, dict) else None
    if stated == FIRST:
        raise Difference("plan-record.first-release", file=DOCUMENT)
    if stated != PROVABLE:
        raise Difference("plan-record.type", file=DOCUMENT, expected=PROVABLE)
    check_form(document, PLAN_DOCUMENT)
    check_names(document)
    return Note("plan-record.document", {"sha256": record.sha256}, value=document)


def _check_published(record: PlanRecord, sha256: str) -> Note:
    if record.sha256 != sha256.strip().lower():
        raise Difference("plan-record.published-differs", file=DOCUMENT, expected=sha256[:64], found=record.sha256)
    return Note("plan-record.published")


def _without_lottery() -> Note:
    raise Absent("plan-record.no-lottery")


def _of_lottery(check: Check) -> Check:
    """Return a check of the lottery as one of the record."""
    return replace(check, number=8, name=f"lottery:{check.name}", file=LOTTERY + check.file if check.file else None)


def _identifier(record: PlanRecord) -> str | None:
    try:
        return f"{record.document['plan']} v{record.document['version']}"
    except Absent:
        return None
