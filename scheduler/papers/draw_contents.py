"""What the papers of a draw are written from: its public view, who was drawn, who goes, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.directory.names import enterprise_names, people_names
from scheduler.draws.files import is_outcome_public
from scheduler.draws.models import DrawEntry
from scheduler.draws.queries import DrawView, list_seats, show_draw
from scheduler.draws.record import CONDUCTED, MONTHS, find_draw
from scheduler.draws.settings import DEMONSTRATION
from scheduler.errors import Conflict, NotAllowed
from scheduler.papers.words import Words

_BLOCK = 500  # credit codes asked for at once


@dataclass(frozen=True)
class DrawnLine:
    """An enterprise that was drawn or came in later; `team` holds (number, name) of who goes now, ("", "") if open."""

    uscc: str
    name: str
    stratum: str
    rank: int
    ticket: str
    standing: str
    team: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DrawContents:
    """A conducted draw with all its papers need."""

    view: DrawView
    words: Words
    office: str
    lines: tuple[DrawnLine, ...]

    @property
    def title(self) -> str:
        """The draw's title without the mark of a demonstration, which papers set apart."""
        return self.view.summary.title.removeprefix(DEMONSTRATION)

    @property
    def mark(self) -> str:
        """What a reader must not overlook, short: a demonstration, a void draw; mostly empty."""
        demonstration = self.words.say("mark") if self.view.summary.demonstration else ""
        return demonstration + (self.words.say("mark-void") if self.view.summary.state == "void" else "")

    @property
    def conducted(self) -> datetime:
        """When the draw was conducted: the one time that its papers carry."""
        return self.view.steps[CONDUCTED]


def draw_contents(
    session: Session, draw_id: str, office: str, *, language: str = "zh", public: bool = True
) -> DrawContents:
    """Gather a conducted draw; `office` is the name it is announced under.

    Raises `NotFound` (`draw-unknown`), `Conflict` (`draw-not-sealed`, `papers-draw-not-conducted`,
    `papers-draw-is-lottery`), with `public` also `NotAllowed` (`papers-draw-hidden`).
    """
    draw = find_draw(session, draw_id)
    if draw.kind == MONTHS:
        raise Conflict("papers-draw-is-lottery", draw=draw_id, plan=draw.plan_id)
    view = show_draw(session, draw_id, public=public)
    if CONDUCTED not in view.steps:
        raise Conflict("papers-draw-not-conducted", draw=draw_id)
    if public and not is_outcome_public(session, draw):
        raise NotAllowed("papers-draw-hidden", draw=draw_id)
    return DrawContents(view, Words(language), office, tuple(_lines(session, draw_id)))


def _lines(session: Session, draw_id: str) -> Iterator[DrawnLine]:
    """Yield those drawn by lot and those who came in for them, by stratum and rank."""
    teams: dict[str, list[str]] = {}
    for seat in list_seats(session, draw_id, public=False):
        teams.setdefault(seat.entry, []).append(seat.inspector)
    drawn = select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.selected.is_(True))
    entries = {entry.entry_id: entry for entry in session.scalars(drawn)}
    for codes in _blocks(sorted(teams.keys() - entries.keys())):
        came = select(DrawEntry).where(DrawEntry.draw_id == draw_id, DrawEntry.entry_id.in_(codes))
        entries |= {entry.entry_id: entry for entry in session.scalars(came)}
    names: dict[str, str] = {}
    for codes in _blocks(sorted(entries)):
        names |= enterprise_names(session, codes)
    people = people_names(session, {person for team in teams.values() for person in team if person})
    for entry in sorted(entries.values(), key=lambda each: (each.stratum, each.rank)):
        team = tuple((person, people.get(person, ("", ""))[0]) for person in teams.get(entry.entry_id, ()))
        yield DrawnLine(
            uscc=entry.entry_id,
            name=names.get(entry.entry_id, ""),
            stratum=entry.stratum,
            rank=entry.rank,
            ticket=entry.ticket,
            standing=_standing(entry, teams),
            team=team,
        )


def _standing(entry: DrawEntry, teams: Mapping[str, Sequence[str]]) -> str:
    if entry.entry_id not in teams:
        return "taken-out"
    return "drawn" if entry.selected else "came-in"


def _blocks(codes: Sequence[str]) -> Iterator[list[str]]:
    left = iter(codes)
    while block := list(islice(left, _BLOCK)):
        yield block
