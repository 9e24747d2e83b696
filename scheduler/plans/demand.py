"""What the directory asks of a year: the classes of key enterprises and the strata of the general tier, by division.

A division supervises sectors; an enterprise belongs to the division of its sector. Key enterprises that share sector,
visits a year and workload form one class, for nothing else distinguishes them for planning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.catalogues import RiskClass
from config.settings import PlanSettings
from scheduler.directory.models import UNDECIDED, Division, Enterprise
from scheduler.draws.protocol.manifest import Rule
from scheduler.errors import InvalidInput
from scheduler.plans.batches import ClassPart, Stratum
from scheduler.plans.coverage import VisitClass
from scheduler.plans.month_patterns import MONTHS

# A key enterprise whose sector nobody has decided yet, or that is key by a stated fact though its business is outside
# every supervised sector, is planned with this sector's division, and the plan says so.
SECTOR_OF_THE_UNDECIDED = "industry-and-trade"
WITHOUT_SECTOR = (UNDECIDED, "none")


@dataclass(frozen=True)
class KeyDemand:
    """Every key enterprise's class by credit code, the classes, and how many have no decided sector."""

    class_of: Mapping[str, str]
    classes: tuple[VisitClass, ...]
    sectors: Mapping[str, str]
    undecided: int


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


def key_demand(session: Session, settings: PlanSettings, divisions: Mapping[str, str]) -> KeyDemand:
    """Return the classes of every key enterprise of the directory."""
    query = (
        select(Enterprise.uscc, Enterprise.sector)
        .where(Enterprise.tier == "key", Enterprise.left_on.is_(None))
        .order_by(Enterprise.uscc)
    )
    sector_of: dict[str, str] = dict(session.execute(query).all())
    population = Counter(sector_of.values())
    _refuse_orphans(population, divisions)
    classes = {sector: _visit_class(sector, population[sector], settings, divisions) for sector in sorted(population)}
    return KeyDemand(
        class_of={uscc: classes[sector].id for uscc, sector in sector_of.items()},
        classes=tuple(sorted(classes.values(), key=lambda each: each.id)),
        sectors={each.id: sector for sector, each in classes.items()},
        undecided=sum(population[sector] for sector in WITHOUT_SECTOR),
    )


def _visit_class(sector: str, population: int, settings: PlanSettings, divisions: Mapping[str, str]) -> VisitClass:
    visits = settings.key_visits.get(sector, settings.key_visits["default"])
    workload = workload_of(sector, settings)
    return VisitClass(
        id=f"{sector}.{visits}x{workload}",
        division=divisions[sector],
        population=population,
        visits=visits,
        workload=Fraction(workload),
        gap=min(settings.minimum_gap_months, len(MONTHS) // visits),
    )


def workload_of(sector: str, settings: PlanSettings) -> int:
    """Return the person-days of one visit in a sector."""
    return settings.workload.get(sector, settings.workload["default"])


def _refuse_orphans(population: Mapping[str, int], divisions: Mapping[str, str]) -> None:
    orphans = sorted(sector for sector in population if sector not in divisions)
    if orphans:
        listed = ", ".join(f"{sector} ({population[sector]})" for sector in orphans)
        raise InvalidInput("plan-sector-without-division", sectors=listed)


def general_strata(
    session: Session,
    settings: PlanSettings,
    divisions: Mapping[str, str],
    risk_classes: tuple[RiskClass, ...],
    rules: Mapping[str, Rule],
) -> tuple[Stratum, ...]:
    """Return the general tier by risk class, each parted by division with the mean workload of a visit there.

    Only what a draw could take counts: an enterprise whose sector or class is undecided is left out of draws until a
    person decides.
    """
    query = (
        select(Enterprise.risk, Enterprise.sector, func.count())
        .where(Enterprise.tier == "general", Enterprise.left_on.is_(None), Enterprise.sector != UNDECIDED)
        .group_by(Enterprise.risk, Enterprise.sector)
    )
    counted = {(risk, sector): count for risk, sector, count in session.execute(query)}
    _refuse_orphans({sector: sum(counted.values()) for _, sector in counted}, divisions)
    return tuple(
        Stratum(each.id, rules[each.id], _parts(each.id, counted, settings, divisions))
        for each in sorted(risk_classes, key=lambda each: each.id)
        if any(risk == each.id for risk, _ in counted)
    )


def _parts(
    risk: str, counted: Mapping[tuple[str, str], int], settings: PlanSettings, divisions: Mapping[str, str]
) -> tuple[ClassPart, ...]:
    numbers: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for (its_risk, sector), count in counted.items():
        if its_risk == risk:
            numbers[divisions[sector]] += count
            days[divisions[sector]] += count * workload_of(sector, settings)
    return tuple(
        ClassPart(division, numbers[division], Fraction(days[division], numbers[division]))
        for division in sorted(numbers)
    )
