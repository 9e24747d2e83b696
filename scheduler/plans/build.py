"""Building a plan from the directory and a budget: one version, its document, and a draft for each draw batch.

Nothing here chooses an enterprise: key enterprises are counted into classes and month patterns (who gets which months
is drawn), and the general tier gets batches whose objects are drawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.calendars import Calendar
from config.catalogues import load_catalogues
from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.directory.models import Division, Enterprise
from scheduler.draws.drafts import discard_draft, draft_draw
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.draws.protocol.manifest import Ratio
from scheduler.draws.protocol.tables import write_table
from scheduler.draws.settings import class_rules, default_settings
from scheduler.errors import Conflict, InvalidInput
from scheduler.plans.batches import BatchPlan, plan_batches
from scheduler.plans.budget import Budget, Shares, compute_budget
from scheduler.plans.budget_file import BudgetDocument, read_budget
from scheduler.plans.coverage import CoverageProblem
from scheduler.plans.deadlines import statutory_calendar
from scheduler.plans.demand import division_of_sectors, general_strata, key_demand
from scheduler.plans.document import PlanFigures, write_document
from scheduler.plans.json_input import Field
from scheduler.plans.models import PlanVersion
from scheduler.plans.month_capacity import key_capacities
from scheduler.plans.optimiser.optimum import plan_coverage
from scheduler.plans.printed import compare_printed
from scheduler.plans.queries import is_published, newest_version
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now


def plan_id(settings: Settings, year: int) -> str:
    """Return the identifier of a year's plan: district code and year."""
    return f"{settings.office.district}-{year}"


def build_plan(
    session: Session,
    settings: Settings,
    budget: Field,
    *,
    year: int,
    actor: str,
    demonstration: bool = False,
    title: str = "",
    reason: str = "",
) -> PlanVersion:
    """Store the next version of a year's plan and the drafts of its batches.

    `budget` is one budget as `plan budget` reads it. Raises `InvalidInput` for a budget of another year, a division
    that the directory does not know, or a sector no division supervises; `Conflict` (`plan-reason-needed`) when the
    last version is published and no reason for the change is given.
    """
    given = _with_shares(read_budget(budget, workday_catalogue(), settings.plan), settings)
    if given.year != year:
        raise InvalidInput("plan-budget-year", wanted=year, found=given.year)
    name = plan_id(settings, year)
    last = newest_version(session, name)
    if last is not None and is_published(session, last) and not reason:
        raise Conflict("plan-reason-needed", plan=name)
    figures = _compute(session, settings, given, statutory_calendar(year))
    figures = replace(
        figures,
        plan_id=name,
        version=1 if last is None else last.version + 1,
        title=title or f"{settings.office.name_zh}{year}年度监督检查计划",
        demonstration=demonstration,
        reason=reason,
    )
    version = _store(session, figures, settings, actor)
    _draft_batches(session, settings, figures, actor)
    return version


def _with_shares(given: BudgetDocument, settings: Settings) -> BudgetDocument:
    """Part supervision days by the office's settings where the budget does not say how."""
    if given.given.shares is not None:
        return given
    key, reserve = settings.plan.key_percent, settings.plan.reserve_percent
    shares = Shares(Fraction(key), Fraction(100 - key - reserve), Fraction(reserve))
    level = given.given.level or settings.office.level
    return replace(given, given=replace(given.given, shares=shares, level=level))


def _compute(session: Session, settings: Settings, given: BudgetDocument, calendar: Calendar) -> PlanFigures:
    budget = compute_budget(given.given, settings.plan.staff_floor_percent, given.path)
    divisions = _known_divisions(session, given)
    sectors = division_of_sectors(session)
    demand = key_demand(session, settings.plan, sectors)
    capacities = key_capacities([division_id for division_id, _ in divisions], budget, calendar)
    problem = CoverageProblem(demand.classes, capacities)
    tiers = select(Enterprise.tier, func.count()).where(Enterprise.left_on.is_(None)).group_by(Enterprise.tier)
    comparison = compare_printed(given.printed, budget, given.calendar_days)
    return PlanFigures(
        plan_id="",
        version=0,
        title="",
        demonstration=False,
        reason="",
        given=given,
        budget=budget,
        divisions=divisions,
        calendar=calendar,
        tiers=dict(session.execute(tiers).all()),
        demand=demand,
        problem=problem,
        coverage=plan_coverage(problem),
        batches=_plan_general_tier(session, settings, sectors, divisions, budget),
        wrong=tuple(
            {"path": each.path, "printed": each.printed, "computed": each.computed} for each in comparison.wrong
        ),
    )


def _known_divisions(session: Session, given: BudgetDocument) -> tuple[tuple[str, str], ...]:
    """Return id and name of the budget's divisions in its order; each must be named by its id or name."""
    rows = session.scalars(select(Division)).all()
    known = {division.name: division for division in rows} | {division.id: division for division in rows}
    found = []
    for place, division in enumerate(given.given.divisions):
        if division.name not in known:
            listed = ", ".join(sorted(row.name for row in rows))
            raise InvalidInput("plan-division-unknown", path=f"divisions[{place}]", name=division.name, known=listed)
        found.append((known[division.name].id, known[division.name].name))
    missing = sorted(row.name for row in rows if row.id not in {division_id for division_id, _ in found})
    if missing:
        raise InvalidInput("plan-division-missing", names=", ".join(missing))
    return tuple(found)


def _plan_general_tier(
    session: Session,
    settings: Settings,
    sectors: dict[str, str],
    divisions: tuple[tuple[str, str], ...],
    budget: Budget,
) -> BatchPlan:
    months = settings.plan.batch_months
    rules = {
        name: Ratio(rule["numerator"], rule["denominator"], rule["rounding"], rule["minimum"])
        for name, rule in class_rules(Fraction(1, len(months))).items()
    }
    strata = general_strata(session, settings.plan, sectors, load_catalogues().risk.classes, rules)
    capacity = {
        division_id: unit.parts["general"] for (division_id, _), unit in zip(divisions, budget.divisions, strict=True)
    }
    return plan_batches(strata, months, capacity)


def _store(session: Session, figures: PlanFigures, settings: Settings, actor: str) -> PlanVersion:
    document = canonical_json(write_document(figures, settings))
    version = PlanVersion(
        plan_id=figures.plan_id,
        version=figures.version,
        year=figures.given.year,
        title=figures.title,
        document=document,
        enterprises=write_table(sorted(figures.demand.class_of.items())),
        sha256=sha256(document).hexdigest(),
        reason=figures.reason,
        demonstration=figures.demonstration,
        created_at=utc_now(),
        created_by=actor,
    )
    session.add(version)
    session.flush()
    append_entry(session, actor, "plan.built", figures.plan_id, version=version.version, sha256=version.sha256)
    return version


def _draft_batches(session: Session, settings: Settings, figures: PlanFigures, actor: str) -> None:
    """Draft a draw for each batch; drafts of an earlier version give way, draws already sealed stay."""
    sealed = set(session.scalars(select(Draw.batch).where(Draw.plan_id == figures.plan_id)))
    drafts = session.scalars(select(DrawDraft).where(DrawDraft.plan_id == figures.plan_id)).all()
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
            title=f"{figures.given.year}年一般企业随机抽查第{batch.number}批",
            on=first_workday(figures.calendar, batch.month),
            batch=batch.number,
            demonstration=figures.demonstration,
            rules=rules,
        )
        draft_draw(session, actor, figures.plan_id, chosen, batch_draft_id(figures.plan_id, batch.number))


def batch_draft_id(plan: str, number: int) -> str:
    """Return the identifier of the draft that stands for a batch until it is sealed."""
    return f"{plan}-batch-{number}"


def first_workday(calendar: Calendar, month: int) -> date:
    """Return the first workday of a month: the day on which a batch's inspectors must be certified."""
    day = date(calendar.year, month, 1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day
