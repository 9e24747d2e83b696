"""What the analyses read: a plan with its general tier, and the conducted draws of a plan. Nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.settings import PlanSettings
from scheduler.analysis.coverage_forecast import ClassYear
from scheduler.analysis.fairness import PastDraw, PoolLine
from scheduler.draws.models import Draw, DrawEntry, DrawEvent, DrawStep
from scheduler.draws.protocol.tables import INSPECTORS, POOL, read_table
from scheduler.draws.record import CONDUCTED, ENTERPRISES, is_void, read_files
from scheduler.errors import NotFound
from scheduler.plans.general_tier.batches import Stratum
from scheduler.plans.general_tier.cells import tier_of_document
from scheduler.plans.queries import PlanView, view_plan
from scheduler.plans.year_demand.demand import division_of_sectors

_AREA = "area:"
_FILES = ("manifest.json", "pool.tsv", "inspectors.tsv", "assign.tsv", "result.json")


@dataclass(frozen=True)
class PlanToday:
    """A plan version and the general tier as the directory has it today; `moved` names classes that have changed.

    `moved` maps a risk class to its population in the plan and today, where the two differ: the document says how many
    a class has, the directory how they lie over the divisions.
    """

    view: PlanView
    strata: tuple[Stratum, ...]
    moved: Mapping[str, tuple[int, int]]


def read_plan(session: Session, settings: PlanSettings, plan_id: str, number: int | None = None) -> PlanToday:
    """Return a plan with the general tier; raises `NotFound` (`plan-unknown`)."""
    view = view_plan(session, plan_id, number, published_only=False)
    strata = tier_of_document(session, settings, division_of_sectors(session), view.document)
    today = {stratum.id: stratum.population for stratum in strata}
    planned = {each.id: each.population for each in class_years(view.document)}
    changed = {name for name in planned | today if planned.get(name, 0) != today.get(name, 0)}
    moved = {name: (planned.get(name, 0), today.get(name, 0)) for name in sorted(changed)} if planned else {}
    return PlanToday(view, strata, moved)


def class_years(document: Mapping[str, Any]) -> tuple[ClassYear, ...]:
    """Return population and yearly number of every risk class, from the general tier of a plan's document.

    Documents of earlier versions do not count the tier; there the first batch draws from all of it.
    """
    counted = document.get("general", {}).get("classes", ())
    population: dict[str, int] = {each["id"]: each["population"] for each in counted}
    drawn: Counter[str] = Counter()
    for batch in document["batches"]:
        for stratum in batch["strata"]:
            if not counted:
                population.setdefault(stratum["id"], stratum["population"])
            drawn[stratum["id"].partition(".")[0]] += stratum["expected_size"]
    return tuple(ClassYear(name, population[name], drawn[name]) for name in sorted(population))


def past_draws(session: Session, plan_id: str) -> tuple[list[PastDraw], int]:
    """Return the conducted draws of a plan, lotteries included, oldest first, and how many are left out as secret.

    A draw in sealed mode whose list is not revealed yet is left out: even counts would say whom it drew. Raises
    `NotFound` (`analysis-no-draws`) when the plan has no conducted draw.
    """
    conducted = (
        select(Draw)
        .join(DrawStep, DrawStep.draw_id == Draw.id)
        .where(Draw.plan_id == plan_id, DrawStep.step == CONDUCTED)
        .order_by(Draw.sealed_at, Draw.id)
    )
    draws = list(session.scalars(conducted))
    if not draws:
        raise NotFound("analysis-no-draws", plan=plan_id)
    shown = [draw for draw in draws if draw.mode == "open" or _is_revealed(session, draw.id)]
    return [_past_draw(session, draw) for draw in shown], len(draws) - len(shown)


def _is_revealed(session: Session, draw_id: str) -> bool:
    return bool(session.scalar(select(exists().where(DrawEvent.draw_id == draw_id, DrawEvent.kind == "reveal"))))


def _past_draw(session: Session, draw: Draw) -> PastDraw:
    columns = (DrawEntry.entry_id, DrawEntry.ticket, DrawEntry.selected)
    entries = session.execute(select(*columns).where(DrawEntry.draw_id == draw.id).order_by(DrawEntry.entry_id)).all()
    files = read_files(session, draw.id, _FILES) if draw.kind == ENTERPRISES else {}
    drawn = {entry.entry_id for entry in entries if entry.selected}
    return PastDraw(
        id=draw.id,
        kind=draw.kind,
        void=is_void(session, draw.id),
        demonstration=draw.demonstration,
        tickets=tuple(entry.ticket for entry in entries),
        pool=tuple(_pool(files["pool.tsv"], drawn)) if files else (),
        takes={each["id"]: each["take"] for each in json.loads(files["manifest.json"])["strata"]} if files else {},
        loads=_loads(files) if files else {},
        level=json.loads(files["result.json"])["level"] if files else None,
    )


def _pool(table: bytes, drawn: set[str]) -> Sequence[PoolLine]:
    names, strata, _, tags = read_table(table, POOL)
    return [
        PoolLine(stratum, _district(tagged), name in drawn)
        for name, stratum, tagged in zip(names, strata, tags, strict=True)
    ]


def _district(tags: str) -> str:
    return next((tag.removeprefix(_AREA) for tag in tags.split(",") if tag.startswith(_AREA)), "")


def _loads(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return the seats the draw gave to each inspector who could take one; experts come on top and are not counted."""
    names, capacities, skills, _ = read_table(files["inspectors.tsv"], INSPECTORS)
    loads = {
        name: 0
        for name, capacity, held in zip(names, capacities, skills, strict=True)
        if int(capacity) and "role:inspector" in held.split(",")
    }
    for line in files["assign.tsv"].decode().splitlines():
        inspector = line.split("\t")[2]
        if inspector in loads:
            loads[inspector] += 1
    return loads
