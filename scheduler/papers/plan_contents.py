"""What the papers of a plan are written from: the stored document, the frozen classes, the drawn visits, names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from scheduler.directory.models import Division, Enterprise, InspectionItem
from scheduler.draws.models import Draw
from scheduler.draws.queries import DrawView, show_draw
from scheduler.papers.words import Words
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.plans.queries import PlanView, view_plan
from scheduler.plans.workday_budget.history import YearFigures, stated_history

_BLOCK = 500  # credit codes asked for at once


@dataclass(frozen=True)
class KeyEnterprise:
    """A key enterprise of a plan: its name, its class of the document, its months (empty before the lottery)."""

    uscc: str
    name: str
    district: str
    visit_class: Mapping[str, Any]
    months: tuple[int, ...]


@dataclass(frozen=True)
class PlanContents:
    """A plan version with all its papers need.

    `divisions` names the divisions in the document's order; `earlier` are earlier years' figures, latest first.
    """

    view: PlanView
    words: Words
    divisions: Mapping[str, str]
    enterprises: tuple[KeyEnterprise, ...]
    items: tuple[InspectionItem, ...]
    earlier: tuple[YearFigures, ...]
    lottery: DrawView | None

    @property
    def document(self) -> dict[str, Any]:
        """The stored document of the version."""
        return self.view.document

    @property
    def title(self) -> str:
        """The plan's title; an English paper names office and year."""
        if self.words.language == "zh":
            return self.view.summary.title
        return self.words.say("plan-title", office=self.office, year=self.view.summary.year)

    @property
    def office(self) -> str:
        """The office's name."""
        office = self.document["office"]
        return self.words.pick(office["zh"], office["en"])

    @property
    def created(self) -> datetime:
        """When the version was made: the one time that papers carry."""
        return self.view.summary.created_at


def plan_contents(
    session: Session, plan_id: str, version: int | None = None, *, language: str = "zh", public: bool = True
) -> PlanContents:
    """Gather a plan version, the newest unless one is named; with `public` only what is published.

    Raises `NotFound` (`plan-unknown`).
    """
    view = view_plan(session, plan_id, version, published_only=public)
    words = Words(language)
    version_row = _version(session, view)
    return PlanContents(
        view=view,
        words=words,
        divisions=_divisions(session, view.document, words),
        enterprises=tuple(_enterprises(session, view, version_row.enterprises)),
        items=tuple(session.scalars(select(InspectionItem).where(InspectionItem.left_on.is_(None)).order_by("id"))),
        earlier=stated_history(version_row.inputs, version_row.year),
        lottery=_lottery(session, view, public=public),
    )


def _divisions(session: Session, document: Mapping[str, Any], words: Words) -> dict[str, str]:
    rows = session.execute(select(Division.id, Division.name_en))
    english = {division_id: name for division_id, name in rows}  # noqa: C416 (a row is no pair to the type checker)
    listed = document["budget"]["divisions"]
    return {each["id"]: words.pick(each["name"], english.get(each["id"], "")) for each in listed}


def _version(session: Session, view: PlanView) -> PlanVersion:
    at = PlanVersion.plan_id == view.summary.plan_id, PlanVersion.version == view.summary.version
    heavy = undefer(PlanVersion.enterprises), undefer(PlanVersion.inputs)
    return session.scalars(select(PlanVersion).where(*at).options(*heavy)).one()


def _enterprises(session: Session, view: PlanView, listed: bytes) -> Iterator[KeyEnterprise]:
    summary = view.summary
    class_of = dict(line.split("\t") for line in listed.decode().splitlines())
    classes = {each["id"]: each for each in view.document["coverage"]["classes"]}
    months = _months(session, summary.plan_id, summary.version)
    named = _names(session, sorted(class_of))
    for uscc in sorted(class_of):
        name, district = named.get(uscc, ("", ""))
        yield KeyEnterprise(uscc, name, district, classes[class_of[uscc]], tuple(months.get(uscc, ())))


def _months(session: Session, plan_id: str, version: int) -> dict[str, list[int]]:
    query = (
        select(KeyVisit.uscc, KeyVisit.month)
        .where(KeyVisit.plan_id == plan_id, KeyVisit.version == version)
        .order_by(KeyVisit.uscc, KeyVisit.visit)
    )
    found: dict[str, list[int]] = {}
    for uscc, month in session.execute(query):
        found.setdefault(uscc, []).append(month)
    return found


def _names(session: Session, codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    left = iter(codes)
    while block := list(islice(left, _BLOCK)):
        query = select(Enterprise.uscc, Enterprise.name, Enterprise.district).where(Enterprise.uscc.in_(block))
        found |= {uscc: (name, district) for uscc, name, district in session.execute(query)}
    return found


def _lottery(session: Session, view: PlanView, *, public: bool) -> DrawView | None:
    if session.get(Draw, view.lottery_id) is None:
        return None
    return show_draw(session, view.lottery_id, public=public)
