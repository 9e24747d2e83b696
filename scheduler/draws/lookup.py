"""One enterprise over all public draws: in the pool? lot number, rank, cut-off, drawn or not, or why it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.draws.files import is_outcome_public, visible_names
from scheduler.draws.models import Draw, DrawEntry, DrawEvent, DrawExclusion
from scheduler.draws.queries import DrawSummary, Seat, list_seats, list_strata, select_key, summarise
from scheduler.draws.record import MONTHS, read_files


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enterprise stands in one public draw.

    `reason` is set when it was left out before the draw. Otherwise `ticket` = SHA-256(`key` : code), `rank` of
    `population` in its stratum, `cutoff` the last ticket drawn; `drawn` says what the lot said, `standing` what holds
    after the events (`taken_out` is the reason of an exclusion after the draw). `months` belongs to a plan's lottery.
    """

    draw: DrawSummary
    reason: str | None = None
    stratum: str | None = None
    rank: int | None = None
    population: int | None = None
    take: int | None = None
    ticket: str | None = None
    cutoff: str | None = None
    key: str | None = None
    drawn: bool = False
    standing: bool = False
    taken_out: str | None = None
    team: Sequence[Seat] = ()
    months: tuple[int, ...] = ()


def look_up(session: Session, uscc: str) -> list[Standing]:
    """Return where an enterprise stands in every draw that is public, newest first."""
    found = []
    for draw in session.scalars(select(Draw).order_by(Draw.sealed_at.desc(), Draw.id.desc())):
        standing = _left_out(session, draw, uscc) or _in_pool(session, draw, uscc)
        if standing is not None:
            found.append(standing)
    return found


def _left_out(session: Session, draw: Draw, uscc: str) -> Standing | None:
    row = session.get(DrawExclusion, (draw.id, uscc))
    if row is None or "excluded.tsv" not in visible_names(session, draw):
        return None
    return Standing(summarise(session, draw), reason=row.reason)


def _in_pool(session: Session, draw: Draw, uscc: str) -> Standing | None:
    row = session.get(DrawEntry, (draw.id, uscc))
    if row is None or not is_outcome_public(session, draw):
        return None
    stratum = next(each for each in list_strata(session, draw.id, public=True) if each.id == row.stratum)
    team = list_seats(session, draw.id, public=True, entry=uscc)
    return Standing(
        draw=summarise(session, draw),
        stratum=row.stratum,
        rank=row.rank,
        population=stratum.population,
        take=stratum.take,
        ticket=row.ticket,
        cutoff=stratum.cutoff,
        key=select_key(session, draw),
        drawn=row.selected,
        standing=bool(team) or draw.kind == MONTHS,
        taken_out=_exclusion(session, draw.id, uscc),
        team=team,
        months=_months(session, draw, uscc) if draw.kind == MONTHS else (),
    )


def _exclusion(session: Session, draw_id: str, uscc: str) -> str | None:
    excluded = select(DrawEvent.detail).where(
        DrawEvent.draw_id == draw_id, DrawEvent.kind == "exclude", DrawEvent.subject == uscc
    )
    return session.scalars(excluded).first()


def _months(session: Session, draw: Draw, uscc: str) -> tuple[int, ...]:
    table = read_files(session, draw.id, ("months.tsv",))["months.tsv"].decode()
    for line in table.splitlines():
        name, months = line.split("\t")
        if name == uscc:
            return tuple(map(int, months.split(",")))
    return ()
