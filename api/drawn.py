"""Drawn enterprises with the people who visit them, by name and department alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from scheduler.directory.names import enterprise_names, people_names
from scheduler.draws.queries import DrawView, list_seats, page_order


@dataclass(frozen=True, slots=True)
class Member:
    """Someone of a team: the public number, name and department; all empty while nobody holds the place."""

    id: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Team:
    """A drawn enterprise and its team by place."""

    entry: str
    name: str
    status: str
    members: tuple[Member, ...]


def teams_of(session: Session, draw_id: str, after: str, limit: int) -> list[Team]:
    """Return the enterprises drawn now with their teams, ascending by code, from the one after `after` on."""
    seats = [seat for seat in list_seats(session, draw_id, public=True) if seat.entry > after]
    grouped = [(entry, list(places)) for entry, places in groupby(seats, key=lambda seat: seat.entry)][:limit]
    enterprises = enterprise_names(session, [entry for entry, _ in grouped])
    people = people_names(session, {seat.inspector for _, places in grouped for seat in places if seat.inspector})
    return [
        Team(
            entry,
            enterprises.get(entry, ""),
            places[0].status,
            tuple(Member(seat.inspector, *people.get(seat.inspector, ("", ""))) for seat in places),
        )
        for entry, places in grouped
    ]


def first_lines(session: Session, draw: DrawView, limit: int = 3) -> dict[str, list[tuple[int, str, str]]]:
    """Return the first lines of each class of a lottery: rank, code, lot number."""
    return {
        stratum.id: [
            (line.rank, line.entry_id, line.ticket)
            for line in page_order(session, draw.summary.id, stratum.id, public=True, limit=limit)
        ]
        for stratum in draw.strata
    }
