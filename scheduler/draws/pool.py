"""The four tables of a draw, taken from the directory: who may be drawn, who may inspect, who is left out and why.

1. In the pool: enterprises of the general tier that are in the directory, decided, and within the draw's filter.
2. Everything else of the directory stands in `excluded.tsv` with its reason (protocol section 2).
3. An enterprise within the scope that rests on the day by a fact of its own is left out for that (`cool_down`).
4. People: inspectors whose certificate is valid on the batch's day; experts only when a slot asks for one.
5. An entry that could have no full team even alone is excluded as `no-eligible-team`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from config.skills import skill_catalogue
from scheduler.directory.models import UNDECIDED, Enterprise, Expert, Inspector, Recusal
from scheduler.draws.protocol.inputs import NO_TEAM, entries_without_team, read_tables
from scheduler.draws.protocol.tables import write_table
from scheduler.draws.scope import FILTERS, is_within
from scheduler.draws.settings import DraftSettings
from scheduler.errors import Conflict

_BLOCK = 10_000
_TIERS = {"key": "key-tier", "none": "not-supervised", UNDECIDED: "tier-undecided"}
# Aspects that a person may still have to decide; an enterprise waits for that where they are asked for.
_DECIDED = ("sector", "district", "risk")


# uscc, sector, district, tier, risk, kind, industry, left_on
Line = Row[str, str, str, str, str, str, str, date | None]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The four tables by file name, with the strata of the pool and how many are left out for each reason."""

    files: Mapping[str, bytes]
    strata: Mapping[str, int]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    uscc: str
    stratum: str
    needs: tuple[str, ...]
    tags: tuple[str, ...]


def freeze_tables(
    session: Session,
    settings: DraftSettings,
    drawn_before: frozenset[str] = frozenset(),
    resting: Mapping[str, str] | None = None,
) -> Frozen:
    """Build the four tables; raise `Conflict` when nobody may inspect or nothing is left to draw from.

    `drawn_before` are the entries that earlier draws of the plan hold; they are left out as `drawn-this-year`.
    `resting` maps those that a fact of theirs keeps out to the reason (`find_resting`).
    """
    people = sorted(_people(session, settings))
    if not people:
        raise Conflict("no-inspector-certified", on=settings.on.isoformat())
    denied = {tag for _, _, _, denies in people for tag in denies}
    pool, excluded = _sort_out(session, settings, drawn_before, resting or {}, denied)
    files = _write(session, people, pool, excluded)
    hopeless = set(entries_without_team(read_tables(files), settings.slots))
    if hopeless:
        excluded.update(dict.fromkeys(hopeless, NO_TEAM))
        pool = [entry for entry in pool if entry.uscc not in hopeless]
        files = _write(session, people, pool, excluded)
    reasons = Counter(excluded.values())
    if not pool:
        code = "no-eligible-inspector" if reasons[NO_TEAM] else "pool-empty"
        raise Conflict(code, left_out=len(excluded), without_team=reasons[NO_TEAM])
    strata = Counter(entry.stratum for entry in pool)
    return Frozen(files, dict(sorted(strata.items())), dict(sorted(reasons.items())))


def _sort_out(
    session: Session,
    settings: DraftSettings,
    drawn_before: frozenset[str],
    resting: Mapping[str, str],
    denied: set[str],
) -> tuple[list[_Entry], dict[str, str]]:
    pool: list[_Entry] = []
    excluded: dict[str, str] = {}
    columns = (Enterprise.uscc, Enterprise.sector, Enterprise.district, Enterprise.tier, Enterprise.risk)
    more = (Enterprise.kind, Enterprise.industry, Enterprise.left_on)
    for row in session.execute(select(*columns, *more).execution_options(yield_per=_BLOCK)):
        reason = _reason(row, settings, drawn_before, resting)
        if reason:
            excluded[row.uscc] = reason
        else:
            pool.append(_entry(row, settings, denied))
    pool.sort(key=lambda entry: entry.uscc)
    return pool, excluded


def _reason(row: Line, settings: DraftSettings, drawn_before: frozenset[str], resting: Mapping[str, str]) -> str | None:
    """Return why an enterprise is left out, None when it is in the pool; the first reason that holds counts."""
    if row.left_on is not None:
        return "left"
    if row.tier in _TIERS:
        return _TIERS[row.tier]
    if row.uscc in settings.left_out:
        return settings.left_out[row.uscc]
    asked = {"sector", "risk"} | ({"district"} if settings.strata == "risk.district" else set())
    asked |= {FILTERS[name] for name in settings.filter}
    for aspect in sorted(asked.intersection(_DECIDED)):
        if getattr(row, aspect) == UNDECIDED:
            return f"{aspect}-undecided"
    if settings.filter and not is_within(settings.filter, {name: getattr(row, name) for name in FILTERS.values()}):
        return "outside-filter"
    return "drawn-this-year" if row.uscc in drawn_before else resting.get(row.uscc)


def _entry(row: Line, settings: DraftSettings, denied: set[str]) -> _Entry:
    stratum = row.risk if settings.strata == "risk" else f"{row.risk}.{row.district}"
    needs = settings.needs.get(row.sector, skill_catalogue().needs_of(row.sector))
    area = {f"area:{row.district}"} if row.district != UNDECIDED else set()
    # the district stands in every line; other tags only where someone on the list denies them
    tags = area | ({f"sector:{row.sector}", f"risk:{row.risk.lower()}"} & denied)
    return _Entry(row.uscc, stratum, needs, tuple(sorted(tags)))


def _people(session: Session, settings: DraftSettings) -> Iterator[tuple[str, int, list[str], list[str]]]:
    certified = Inspector.left_on.is_(None) & (Inspector.certified_until >= settings.on)
    for inspector in session.scalars(select(Inspector).where(certified)):
        yield _line(inspector.id, inspector.capacity, inspector.skills, "role:inspector", inspector.denies)
    if any("role:expert" in slot for slot in settings.slots):
        for expert in session.scalars(select(Expert).where(Expert.left_on.is_(None))):
            yield _line(expert.id, expert.capacity, expert.skills, "role:expert", expert.denies)


def _line(
    name: str, capacity: int, skills: Iterable[str], role: str, denies: Iterable[str]
) -> tuple[str, int, list[str], list[str]]:
    own = {skill for skill in skills if not skill.startswith("role:")}
    return name, capacity, sorted(own | {role}), sorted(set(denies))


def _write(
    session: Session,
    people: list[tuple[str, int, list[str], list[str]]],
    pool: list[_Entry],
    excluded: Mapping[str, str],
) -> dict[str, bytes]:
    named, entries = {person[0] for person in people}, {entry.uscc for entry in pool}
    standing = session.execute(select(Recusal.person_id, Recusal.uscc))
    recusals = sorted((person, uscc) for person, uscc in standing if person in named and uscc in entries)
    return {
        "pool.tsv": write_table(
            (entry.uscc, entry.stratum, ",".join(entry.needs), ",".join(entry.tags)) for entry in pool
        ),
        "inspectors.tsv": write_table(
            (name, capacity, ",".join(skills), ",".join(denies)) for name, capacity, skills, denies in people
        ),
        "recusals.tsv": write_table(recusals),
        "excluded.tsv": write_table(sorted(excluded.items())),
    }
