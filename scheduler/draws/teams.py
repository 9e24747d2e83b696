"""The teams of a draw with the names of enterprises and people, as they stand after the last event."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from scheduler.directory.names import enterprise_names, people_names
from scheduler.draws.queries import list_seats


@dataclass(frozen=True, slots=True)
class Team:
    """A drawn enterprise, open or done, and (public number, name) of each place; both empty while it is vacant."""

    entry: str
    name: str
    status: str
    people: tuple[tuple[str, str], ...]


def name_teams(session: Session, draw_id: str, *, public: bool, limit: int) -> tuple[list[Team], int]:
    """Return the first enterprises drawn now with their teams, ascending by code, and how many there are in all.

    Both are empty while they may not be seen, or before the draw.
    """
    seats = list_seats(session, draw_id, public=public)
    grouped = [(entry, list(places)) for entry, places in groupby(seats, key=lambda seat: seat.entry)]
    shown = grouped[:limit]
    names = enterprise_names(session, [entry for entry, _ in shown])
    people = people_names(session, {seat.inspector for _, places in shown for seat in places if seat.inspector})
    teams = [
        Team(
            entry,
            names.get(entry, ""),
            places[0].status,
            tuple((seat.inspector, people.get(seat.inspector, ("", ""))[0]) for seat in places),
        )
        for entry, places in shown
    ]
    return teams, len(grouped)
