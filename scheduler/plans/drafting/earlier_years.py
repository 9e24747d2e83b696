"""The figures of earlier years for a proposal: typed in by the bureau, or those of the plans or drafts of the years."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.plans.build import plan_id
from scheduler.plans.drafting.division_part import missing_cells, part_of_json
from scheduler.plans.drafting.drafts import BUREAU, list_drafts
from scheduler.plans.models import PlanVersion
from scheduler.plans.queries import is_published
from scheduler.plans.workday_budget.budget import DEDUCTIONS, Deduction, DivisionInput
from scheduler.plans.workday_budget.history import YearFigures, stated_history
from scheduler.plans.workday_budget.proposal import YEARS


def years_before(
    session: Session, settings: Settings, year: int, typed: Sequence[YearFigures]
) -> tuple[YearFigures, ...]:
    """Return the figures of the years a proposal rests on, the latest first.

    What the bureau typed in counts before what is stored; of a year's plan its newest published version counts, else
    its newest, one for a demonstration last. A year without a plan may stand in the history of a later year's newest
    version, or in drafts of its own that were filled in for the purpose.
    """
    found = {figures.year: figures for figures in typed}
    years = range(year - 1, year - 1 - YEARS, -1)
    plans = {each: _versions(session, plan_id(settings, each)) for each in years}
    for each, versions in plans.items():
        if versions and each not in found:
            counting = max(versions, key=lambda one: (not one.demonstration, is_published(session, one), one.version))
            found[each] = YearFigures(each, _divisions(json.loads(counting.document)))
    for versions in plans.values():
        for figures in stated_history(versions[-1].inputs, versions[-1].year) if versions else ():
            found.setdefault(figures.year, figures)
    for each in years:
        if each not in found and (divisions := _drafted(session, plan_id(settings, each))):
            found[each] = YearFigures(each, divisions)
    return tuple(found[each] for each in years if each in found)


def _drafted(session: Session, name: str) -> tuple[DivisionInput, ...]:
    """Return the divisions whose part of a year is filled in, whether handed in or not."""
    drafts = {part: draft for part, draft in list_drafts(session, name).items() if part != BUREAU}
    parts = {part.partition("/")[2]: part_of_json(draft.content) for part, draft in sorted(drafts.items())}
    return tuple(part.stated(each) for each, part in parts.items() if not missing_cells(part, workday_catalogue()))


def _versions(session: Session, name: str) -> Sequence[PlanVersion]:
    query = select(PlanVersion).where(PlanVersion.plan_id == name).order_by(PlanVersion.version)
    return session.scalars(query).all()


def _divisions(document: Mapping[str, Any]) -> tuple[DivisionInput, ...]:
    return tuple(
        DivisionInput(
            each["id"],
            each["staff"],
            {kind: _deduction(each[kind], each["rows"].get(kind)) for kind in DEDUCTIONS if each[kind] is not None},
        )
        for each in document["budget"]["divisions"]
    )


def _deduction(total: int | str, rows: Mapping[str, int | str] | None) -> Deduction:
    return Deduction(Fraction(total), {row: Fraction(days) for row, days in rows.items()} if rows else None)
