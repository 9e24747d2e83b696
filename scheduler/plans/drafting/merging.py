"""A year's budget while it is drafted: every division's part beside the bureau's, and all of them as one document.

The merged document is what `plan budget` and `plan build` read; divisions stand in it under their ids, and with the
earlier years' figures the proposals rested on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.directory.models import Division
from scheduler.directory.queries import list_divisions
from scheduler.errors import Conflict, NotFound
from scheduler.plans.build import plan_id
from scheduler.plans.drafting.bureau_part import BureauRead, Faults, Frame, read_bureau
from scheduler.plans.drafting.division_part import (
    DivisionPart,
    check_part,
    missing_cells,
    part_figures,
    part_of_json,
)
from scheduler.plans.drafting.drafts import BUREAU, DRAFTING, HANDED_IN, division_part_id, list_drafts
from scheduler.plans.drafting.earlier_years import years_before
from scheduler.plans.json_input import Field
from scheduler.plans.models import PlanDraft
from scheduler.plans.queries import newest_version
from scheduler.plans.workday_budget.budget import (
    DEDUCTIONS,
    Budget,
    BudgetInput,
    DayFigures,
    DivisionInput,
    compute_budget,
)
from scheduler.plans.workday_budget.history import YearFigures
from scheduler.plans.workday_budget.proposal import DivisionProposal, propose_division

EARLIEST, LATEST = 2000, 2099


@dataclass(frozen=True)
class Standing:
    """How a part's draft stands: revision 0 before its first save."""

    revision: int
    state: str
    note: str
    updated_by: str
    updated_at: datetime | None


@dataclass(frozen=True)
class DivisionDraft:
    """A division's part with what is known of it: its figures, the cells not filled in, what earlier years propose.

    `directory_staff` is the staff that the directory has.
    """

    division_id: str
    name: str
    name_en: str
    directory_staff: int
    standing: Standing
    part: DivisionPart
    missing: tuple[str, ...]
    figures: DayFigures | None
    proposal: DivisionProposal


@dataclass(frozen=True)
class YearDraft:
    """All parts of a year; `budget` is the merged budget when every part has figures."""

    year: int
    plan_id: str
    bureau: Standing
    bureau_texts: Mapping[str, str]
    bureau_read: BureauRead
    divisions: tuple[DivisionDraft, ...]
    history: tuple[YearFigures, ...]
    budget: Budget | None

    @property
    def frame(self) -> Frame:
        """What the bureau decides for all divisions."""
        return self.bureau_read.frame

    @property
    def faults(self) -> Faults:
        """What is wrong in the bureau's part as it stands."""
        return self.bureau_read.faults

    @property
    def waiting(self) -> tuple[DivisionDraft, ...]:
        """The divisions that have not handed in."""
        return tuple(each for each in self.divisions if each.standing.state != HANDED_IN)

    def division(self, division_id: str) -> DivisionDraft:
        """Return a division's part; raises `NotFound` (`division-unknown`)."""
        found = next((each for each in self.divisions if each.division_id == division_id), None)
        if found is None:
            raise NotFound("division-unknown", known=", ".join(each.division_id for each in self.divisions))
        return found


def view_year(session: Session, settings: Settings, year: int) -> YearDraft:
    """Read the drafts of a year; raises `NotFound` (`draft-year`) for a year outside this century."""
    if not EARLIEST <= year <= LATEST:
        raise NotFound("draft-year", year=year)
    name, rows = plan_id(settings, year), list_divisions(session)
    drafts = list_drafts(session, name)
    parts = {row.id: _part(drafts.get(division_part_id(row.id))) for row in rows}
    bureau = drafts.get(BUREAU)
    texts: Mapping[str, str] = bureau.content if bureau else {}
    read = read_bureau(texts, year, settings, {row: part.staff or 0 for row, part in parts.items()})
    history = years_before(session, settings, year, read.frame.history)
    divisions = tuple(
        _division(row, drafts.get(division_part_id(row.id)), parts[row.id], read.frame, history) for row in rows
    )
    return YearDraft(
        year=year,
        plan_id=name,
        bureau=_standing(bureau),
        bureau_texts=texts,
        bureau_read=read,
        divisions=divisions,
        history=history,
        budget=_merged_budget(divisions, read.frame, settings),
    )


def _part(draft: PlanDraft | None) -> DivisionPart:
    return part_of_json(draft.content) if draft else DivisionPart()


def _standing(draft: PlanDraft | None) -> Standing:
    if draft is None:
        return Standing(0, DRAFTING, "", "", None)
    return Standing(draft.revision, draft.state, draft.note, draft.updated_by, draft.updated_at)


def _division(
    row: Division, draft: PlanDraft | None, part: DivisionPart, frame: Frame, history: tuple[YearFigures, ...]
) -> DivisionDraft:
    return DivisionDraft(
        division_id=row.id,
        name=row.name,
        name_en=row.name_en,
        directory_staff=row.staff,
        standing=_standing(draft),
        part=part,
        missing=tuple(missing_cells(part, workday_catalogue())),
        figures=part_figures(part, frame.days, frame.shares),
        proposal=propose_division((row.id, row.name), part.staff, frame.year, history),
    )


def _merged_budget(divisions: tuple[DivisionDraft, ...], frame: Frame, settings: Settings) -> Budget | None:
    if frame.days is None or not divisions or any(each.figures is None for each in divisions):
        return None
    stated = tuple(each.part.stated(each.division_id) for each in divisions)
    given = BudgetInput(frame.days, stated, frame.level, frame.registered_staff, frame.shares)
    return compute_budget(given, settings.plan.staff_floor_percent)


def check_hand_in(draft: YearDraft, division_id: str) -> None:
    """Raise `Conflict` for a part with cells not filled in, and the fault of one with more days than there are."""
    division = draft.division(division_id)
    if division.missing:
        raise Conflict("draft-incomplete", count=len(division.missing))
    for fault in check_part(division.part, draft.frame.days).values():
        raise fault


def merge_inputs(session: Session, settings: Settings, year: int) -> Field:
    """Return the parts of a year merged into one document of inputs.

    Raises `Conflict` (`draft-missing-parts`) while a division has not handed in, and the first fault of the bureau's
    part.
    """
    draft = view_year(session, settings, year)
    if draft.waiting or not draft.divisions:
        raise Conflict("draft-missing-parts", names="、".join(each.name for each in draft.waiting) or "–")
    for fault in draft.faults.values():
        raise fault
    for each in draft.divisions:
        check_hand_in(draft, each.division_id)
    members = {name: value for name, value in draft.bureau_read.members.items() if name != "history"}
    divisions = [_stated(each.part.stated(each.division_id)) for each in draft.divisions]
    document: dict[str, Any] = {"year": Decimal(year), **members, "divisions": divisions}
    if draft.history:
        document["history"] = {
            str(figures.year): {"divisions": [_stated(each) for each in figures.divisions]} for figures in draft.history
        }
    return Field(document, "")


@dataclass(frozen=True)
class YearState:
    """How a year's parts stand, without their figures: who has not handed in, and whether a plan was built since."""

    waiting: tuple[Division, ...]
    merged: bool


def year_state(session: Session, settings: Settings, year: int) -> YearState:
    """Read how the parts of a year stand; `merged` when a version was built after the last change of any part."""
    name = plan_id(settings, year)
    drafts, newest = list_drafts(session, name), newest_version(session, name)
    states = {part: draft.state for part, draft in drafts.items()}
    rows = list_divisions(session)
    changed = max((draft.updated_at for draft in drafts.values()), default=None)
    return YearState(
        waiting=tuple(row for row in rows if states.get(division_part_id(row.id)) != HANDED_IN),
        merged=newest is not None and changed is not None and newest.created_at > changed,
    )


def _stated(division: DivisionInput) -> dict[str, Any]:
    stated: dict[str, Any] = {"name": division.name, "staff": Decimal(division.staff)}
    for kind in DEDUCTIONS:
        if (deduction := division.deductions.get(kind)) is not None:
            rows = deduction.rows
            stated[kind] = _days(deduction.total) if rows is None else {row: _days(days) for row, days in rows.items()}
    return stated


def _days(days: Fraction) -> Decimal:
    return Decimal(days.numerator) / Decimal(days.denominator)
