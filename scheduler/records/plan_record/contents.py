"""Putting the record of a plan's version together; the same version gives the same bytes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from scheduler.draws.models import Draw
from scheduler.draws.protocol.tables import ENTERPRISES
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import PlanView
from scheduler.records.bundle import bundle_files, write_files
from scheduler.records.plan_record.layout import DOCUMENT, LOTTERY, README
from scheduler.records.plan_record.readme import write_readme


def plan_record_files(session: Session, plan: PlanView, *, public: bool) -> dict[str, bytes]:
    """Return the files of a version's record by name; with `public` of the lottery only what anyone may see now."""
    version = _stored(session, plan)
    files = {DOCUMENT: version.document, LOTTERY + ENTERPRISES.file: version.enterprises}
    lottery = session.get(Draw, plan.lottery_id)
    if lottery is not None:
        bundle = bundle_files(session, lottery.id, public=public)
        files |= {LOTTERY + name: content for name, content in bundle.items()}
    digest = lottery.manifest_sha256 if lottery else None
    files[README] = write_readme(plan.summary, version.sha256, digest)
    return dict(sorted(files.items()))


def _stored(session: Session, plan: PlanView) -> PlanVersion:
    query = select(PlanVersion).where(
        PlanVersion.plan_id == plan.summary.plan_id, PlanVersion.version == plan.summary.version
    )
    return session.scalars(query.options(undefer(PlanVersion.document), undefer(PlanVersion.enterprises))).one()


def write_plan_record(session: Session, plan: PlanView, target: Path, *, public: bool) -> int:
    """Write the record of a version, a zip when the name ends so, else a folder; return the number of its files.

    Raises `Unavailable` (`bundle-unwritable`, `verifier-missing`).
    """
    files = plan_record_files(session, plan, public=public)
    write_files(files, target)
    return len(files)
