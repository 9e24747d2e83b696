"""The figures of earlier years for a proposal: typed in by the bureau, or taken from the plans of those years."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.plans.budget import DEDUCTIONS, Deduction, DivisionInput
from scheduler.plans.build import plan_id
from scheduler.plans.history import YearFigures, read_history
from scheduler.plans.json_input import parse_json
from scheduler.plans.models import PlanVersion
from scheduler.plans.proposal import YEARS
from scheduler.plans.queries import is_published


def years_before(
    session: Session, settings: Settings, year: int, typed: Sequence[YearFigures]
) -> tuple[YearFigures, ...]:
    """Return the figures of the years a proposal rests on, the latest first.

    What the bureau typed in counts before what is stored; of a year's plan its newest published version counts, else
    its newest, one for a demonstration last. A year without a plan may stand in the history of a later one.
    """
    found = {figures.year: figures for figures in typed}
    for earlier in range(year - 1, year - 1 - YEARS, -1):
        version = _version_of(session, plan_id(settings, earlier))
        if version is not None:
            found.setdefault(earlier, YearFigures(earlier, _divisions(json.loads(version.document))))
            for figures in _own_history(version):
                found.setdefault(figures.year, figures)
    return tuple(found[each] for each in sorted(found, reverse=True) if each >= year - YEARS)


def _version_of(session: Session, name: str) -> PlanVersion | None:
    query = select(PlanVersion).where(PlanVersion.plan_id == name)
    versions = session.scalars(query.options(undefer(PlanVersion.document), undefer(PlanVersion.inputs))).all()
    return max(
        versions, key=lambda each: (not each.demonstration, is_published(session, each), each.version), default=None
    )


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


def _own_history(version: PlanVersion) -> tuple[YearFigures, ...]:
    if not version.inputs:
        return ()
    given = parse_json(version.inputs).find("history")
    return read_history(given, workday_catalogue(), version.year) if given else ()
