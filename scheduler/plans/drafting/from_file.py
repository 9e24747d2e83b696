"""Filling the drafts of a year from a file of inputs, for those who keep their figures elsewhere."""

from __future__ import annotations

from sqlalchemy.orm import Session

from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.directory.queries import find_division, list_divisions
from scheduler.errors import InvalidInput
from scheduler.plans.drafting.bureau_part import bureau_texts
from scheduler.plans.drafting.division_part import DivisionPart, part_json
from scheduler.plans.drafting.drafts import (
    BUREAU,
    division_part_id,
    find_draft,
    hand_in_draft,
    save_draft,
)
from scheduler.plans.drafting.merging import check_hand_in, view_year
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import Field
from scheduler.plans.workday_budget.budget import DEDUCTIONS, DivisionInput


def fill_drafts(
    session: Session,
    settings: Settings,
    given: Field,
    year: int,
    *,
    actor: str,
    division: str | None = None,
    hand_in: bool = False,
) -> list[str]:
    """Save the divisions of a file as drafts, and its other members as the bureau's part; return the parts saved.

    With `division` that division's part alone. Every division needs its rows (`draft-rows-needed`).
    """
    read = read_inputs(given, settings, year)
    rows = list_divisions(session)
    ids = {row.name: row.id for row in rows} | {row.id: row.id for row in rows}
    only = find_division(session, division).id if division else None
    name, saved = view_year(session, settings, year).plan_id, []
    for place, stated in enumerate(read.budget.given.divisions):
        path = f"divisions[{place}]"
        if stated.name not in ids:
            known = ", ".join(sorted(row.name for row in rows))
            raise InvalidInput("plan-division-unknown", path=path, name=stated.name, known=known)
        if only in (None, ids[stated.name]):
            part = division_part_id(ids[stated.name])
            _save(session, name, year, part, part_json(_part(stated, path)), actor)
            saved.append(ids[stated.name])
    if only is not None and not saved:
        raise InvalidInput("draft-not-in-file", division=only)
    if only is None:
        _save(session, name, year, BUREAU, bureau_texts(given), actor)
    for division_id in saved if hand_in else ():
        check_hand_in(view_year(session, settings, year), division_id)
        part = division_part_id(division_id)
        draft = find_draft(session, name, part)
        hand_in_draft(session, name, part, seen=draft.revision if draft else 0, actor=actor)
    return saved if only else [BUREAU, *saved]


def _part(stated: DivisionInput, path: str) -> DivisionPart:
    rows = {}
    for kind in DEDUCTIONS:
        found = stated.deductions[kind].rows if kind in stated.deductions else None
        if found is None:
            count = len(getattr(workday_catalogue(), kind))
            raise InvalidInput("draft-rows-needed", path=f"{path}.{kind}", count=count)
        rows[kind] = dict(found)
    return DivisionPart(stated.staff, rows)


def _save(session: Session, name: str, year: int, part: str, content: object, actor: str) -> None:
    stands = find_draft(session, name, part)
    save_draft(session, name, year, part, content, seen=stands.revision if stands else 0, actor=actor)
