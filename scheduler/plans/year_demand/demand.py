"""What the directory asks of a year: the classes of key enterprises and the strata of the general tier, by division.

A division supervises sectors; an enterprise belongs to the division of its sector. How often a key enterprise is
visited and what a visit costs are rules of the catalogue (`visit_classes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.calendars import Calendar
from config.catalogues import load_catalogues
from config.catalogues.tiers import FLAGS
from scheduler.directory.models import UNDECIDED, Division, Enterprise
from scheduler.errors import InvalidInput
from scheduler.plans.full_coverage.coverage import VisitClass
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand_inputs import DemandInputs, LeftOut
from scheduler.plans.year_demand.visit_classes import ClassKey, KeyUnit, RuledClass, group_units, ruled_classes

# A key enterprise whose sector nobody has decided yet, or that is key by a stated fact though its business is outside
# every supervised sector, is planned with this sector's division, and the plan says so.
SECTOR_OF_THE_UNDECIDED = "industry-and-trade"
WITHOUT_SECTOR = (UNDECIDED, "none")


@dataclass(frozen=True)
class UnitLeftOut:
    """A key enterprise that another level inspects this year: not planned, and why."""

    uscc: str
    name: str
    sector: str
    district: str
    level: str
    reason: str


@dataclass(frozen=True)
class KeyDemand:
    """Every planned key enterprise's class by credit code, the classes ascending by id, the units left out.

    `undecided` counts the planned enterprises that have no decided sector.
    """

    class_of: Mapping[str, str]
    ruled: tuple[RuledClass, ...]
    left_out: tuple[UnitLeftOut, ...]
    undecided: int

    @property
    def classes(self) -> tuple[VisitClass, ...]:
        """The classes as the optimiser plans them."""
        return tuple(each.visits for each in self.ruled)


def division_of_sectors(session: Session) -> dict[str, str]:
    """Return the division of each sector; refuses a sector that two divisions claim."""
    owner: dict[str, str] = {}
    for division in session.scalars(select(Division).order_by(Division.id)):
        for sector in division.sectors:
            if sector in owner:
                raise InvalidInput("plan-sector-twice", sector=sector, first=owner[sector], second=division.id)
            owner[sector] = division.id
    if not owner:
        raise InvalidInput("plan-no-divisions")
    if SECTOR_OF_THE_UNDECIDED in owner:
        owner = dict.fromkeys(WITHOUT_SECTOR, owner[SECTOR_OF_THE_UNDECIDED]) | owner
    return owner


def key_demand(session: Session, demand: DemandInputs, divisions: Mapping[str, str], calendar: Calendar) -> KeyDemand:
    """Return the classes of every key enterprise of the directory for the year of a calendar.

    `demand` names divisions by id. Raises `InvalidInput` with the path of what directory and rules cannot keep.
    """
    left_out = _units_left_out(session, demand.left_out)
    gone = {each.uscc for each in left_out}
    units = [unit for unit in key_units(session) if unit.uscc not in gone]
    population = Counter(unit.sector for unit in units)
    refuse_orphans(population, divisions)
    keys = group_units(units, demand.rules, demand.campaigns)
    _refuse_idle_campaigns(demand.campaigns, keys.values())
    classes = ruled_classes(keys.values(), demand, divisions, calendar)
    return KeyDemand(
        class_of={uscc: classes[key].visits.id for uscc, key in keys.items()},
        ruled=tuple(sorted(classes.values(), key=lambda each: each.visits.id)),
        left_out=left_out,
        undecided=sum(population[sector] for sector in WITHOUT_SECTOR),
    )


def _units_left_out(session: Session, given: Sequence[LeftOut]) -> tuple[UnitLeftOut, ...]:
    """Return the units left out, ascending by credit code; each must be a key enterprise of the directory."""
    found = []
    for each in sorted(given, key=lambda each: each.uscc):
        enterprise = session.get(Enterprise, each.uscc)
        if enterprise is None or enterprise.left_on is not None:
            raise InvalidInput("plan-left-out-unknown", path=each.path, uscc=each.uscc)
        if enterprise.tier != "key":
            raise InvalidInput("plan-left-out-not-key", path=each.path, uscc=each.uscc, name=enterprise.name)
        found.append(
            UnitLeftOut(each.uscc, enterprise.name, enterprise.sector, enterprise.district, each.level, each.reason)
        )
    return tuple(found)


def _refuse_idle_campaigns(campaigns: Sequence[Campaign], keys: Iterable[ClassKey]) -> None:
    """Refuse a campaign whose visits fit no key enterprise: a slip in its filter would pass in silence."""
    used = {name for key in set(keys) for name in key.campaigns}
    for campaign in campaigns:
        if campaign.visits and campaign.id not in used:
            raise InvalidInput("plan-campaign-none", path=campaign.visits.path, id=campaign.id)


def key_units(session: Session) -> list[KeyUnit]:
    """Return every key enterprise of the directory as the rules see it, ascending by credit code."""
    grades = load_catalogues().grades
    query = (
        select(
            Enterprise.uscc,
            Enterprise.sector,
            Enterprise.decisions,
            Enterprise.district,
            Enterprise.grade,
            Enterprise.risk,
            Enterprise.flags,
        )
        .where(Enterprise.tier == "key", Enterprise.left_on.is_(None))
        .order_by(Enterprise.uscc)
    )
    return [
        KeyUnit(
            uscc,
            sector,
            (decisions.get("sector") or {}).get("kind", ""),
            district,
            grades.grade_in(sector, grade),
            risk,
            frozenset(name for name in FLAGS if flags.get(name)),
        )
        for uscc, sector, decisions, district, grade, risk, flags in session.execute(query)
    ]


def refuse_orphans(population: Mapping[str, int], divisions: Mapping[str, str]) -> None:
    """Refuse enterprises of a sector that no division supervises."""
    orphans = sorted(sector for sector in population if sector not in divisions)
    if orphans:
        listed = ", ".join(f"{sector} ({population[sector]})" for sector in orphans)
        raise InvalidInput("plan-sector-without-division", sectors=listed)
