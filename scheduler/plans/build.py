"""Building a plan from the directory and a budget: one version, its document, and a draft for each draw batch.

Nothing here chooses an enterprise: key enterprises are counted into classes and month patterns (who gets which months
is drawn), and the general tier gets batches whose objects are drawn.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.calendars import Calendar
from config.settings import Settings
from scheduler.draws.drafts import discard_draft, draft_draw
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.tables import write_table
from scheduler.draws.settings import class_rules, default_settings
from scheduler.errors import Conflict
from scheduler.plans.document import VersionHead, write_document
from scheduler.plans.figures import PlanFigures, compute_figures, read_basis
from scheduler.plans.inputs import PlanInputs, read_inputs
from scheduler.plans.json_input import Field
from scheduler.plans.models import PlanVersion
from scheduler.plans.step_record import confirm_newest, may_build
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


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
    version = _store(session, head, figures, settings, actor)
    _draft_batches(session, settings, head, figures, actor)
    return version


def check_build(
    session: Session, settings: Settings, inputs: Field, *, year: int, reason: str = ""
) -> tuple[PlanInputs, int]:
    """Return the inputs as read and the version that the next follows; refuse at once what `build_plan` would."""
    read = read_inputs(inputs, settings, year)
    return read, may_build(session, plan_id(settings, year), reason)


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


def _draft_batches(session: Session, settings: Settings, head: VersionHead, figures: PlanFigures, actor: str) -> None:
    """Draft a draw for each batch; drafts of an earlier version give way, draws already sealed stay."""
    sealed = set(session.scalars(select(Draw.batch).where(Draw.plan_id == head.plan_id)))
    drafts = session.scalars(select(DrawDraft).where(DrawDraft.plan_id == head.plan_id)).all()
    for draft in drafts:
        if draft.settings.get("batch") is not None:
            discard_draft(session, actor, draft.id)
    session.flush()
    rules = class_rules(Fraction(1, len(figures.batches.batches)))
    for batch in figures.batches.batches:
        if batch.number in sealed:
            continue
        chosen = default_settings(
            settings,
            title=f"{figures.inputs.year}年一般企业随机抽查第{batch.number}批",
            on=first_workday(figures.calendar, batch.month),
            batch=batch.number,
            demonstration=head.demonstration,
            rules=rules,
        )
        draft_draw(session, actor, head.plan_id, chosen, batch_draft_id(head.plan_id, batch.number))


def batch_draft_id(plan: str, number: int) -> str:
    """Return the identifier of the draft that stands for a batch until it is sealed."""
    return f"{plan}-batch-{number}"


def first_workday(calendar: Calendar, month: int) -> date:
    """Return the first workday of a month: the day on which a batch's inspectors must be certified."""
    day = date(calendar.year, month, 1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day
