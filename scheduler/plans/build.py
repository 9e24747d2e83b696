"""Building a plan from the directory and a budget: one version, its document, and a draft for each draw batch.

Nothing here chooses an enterprise: key enterprises are counted into classes and month patterns (who gets which months
is drawn), and the general tier gets batches whose objects are drawn.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.tables import write_table
from scheduler.errors import Conflict
from scheduler.plans.document import VersionHead, write_document
from scheduler.plans.figures import PlanFigures, compute_figures, read_basis
from scheduler.plans.general_tier.batch_drafts import draft_batches, keep_sealed_batches
from scheduler.plans.inputs import PlanInputs, read_inputs
from scheduler.plans.json_input import Field
from scheduler.plans.life_cycle.step_record import confirm_newest, may_build
from scheduler.plans.models import PlanVersion
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

LONGEST_TITLE = 200
LONGEST_REASON = 500


def plan_id(settings: Settings, year: int) -> str:
    """Return the identifier of a year's plan: district code and year."""
    return f"{settings.office.district}-{year}"


def build_plan(
    session: Session,
    settings: Settings,
    inputs: Field,
    *,
    year: int,
    actor: str,
    demonstration: bool = False,
    title: str = "",
    reason: str = "",
    computed: PlanFigures | None = None,
    after: int | None = None,
) -> PlanVersion:
    """Store the next version of a year's plan and the drafts of its batches.

    `inputs` are the plan's inputs (`scheduler.plans.inputs`); `computed` are their figures when they were computed
    before, outside the transaction: `Conflict` (`plan-basis-changed`) when the directory is another by now, and
    (`plan-built-meanwhile`) when the version they were to follow, `after`, is no longer the newest. Raises
    `InvalidInput` for inputs of another year, a division that the directory does not know, or a sector no division
    supervises; `Conflict` when the last version is published and no reason for the change is given
    (`plan-reason-needed`), and while an approved version waits for its publication (`plan-approved`).
    """
    read, last = check_build(session, settings, inputs, year=year, reason=reason)
    title, reason = _one_line(title, "title", LONGEST_TITLE), _one_line(reason, "reason", LONGEST_REASON)
    name = plan_id(settings, year)
    figures = compute_figures(session, settings, read) if computed is None else computed
    if computed is not None and computed.basis != read_basis(session, settings, read):
        raise Conflict("plan-basis-changed", plan=name)
    head = VersionHead(
        plan_id=name,
        version=last + 1,
        title=title or f"{settings.office.name_zh}{year}年度监督检查计划",
        demonstration=demonstration,
        reason=reason,
    )
    confirm_newest(session, name, last if after is None else after, reason)
    keep_sealed_batches(session, name, figures)
    version = _store(session, head, figures, settings, actor)
    draft_batches(session, settings, head, figures, actor)
    return version


def check_build(
    session: Session, settings: Settings, inputs: Field, *, year: int, reason: str = "", title: str = ""
) -> tuple[PlanInputs, int]:
    """Return the inputs as read and the version that the next follows; refuse at once what `build_plan` would."""
    read = read_inputs(inputs, settings, year)
    _one_line(title, "title", LONGEST_TITLE)
    return read, may_build(session, plan_id(settings, year), _one_line(reason, "reason", LONGEST_REASON))


def _one_line(text: str, name: str, longest: int) -> str:
    """Return a text in one line, empty for none; raise `InvalidInput` for one that is too long or holds controls."""
    line = " ".join(text.split())
    return Field(line, name).text(longest) if line else ""


def _store(session: Session, head: VersionHead, figures: PlanFigures, settings: Settings, actor: str) -> PlanVersion:
    document = canonical_json(write_document(head, figures, settings))
    version = PlanVersion(
        plan_id=head.plan_id,
        version=head.version,
        year=figures.inputs.year,
        title=head.title,
        document=document,
        inputs=figures.inputs.document,
        enterprises=write_table(sorted(figures.demand.class_of.items())),
        sha256=sha256(document).hexdigest(),
        reason=head.reason,
        demonstration=head.demonstration,
        created_at=utc_now(),
        created_by=actor,
    )
    session.add(version)
    session.flush()
    append_entry(session, actor, "plan.built", head.plan_id, version=version.version, sha256=version.sha256)
    return version
