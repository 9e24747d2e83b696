"""Classes of key enterprises that nothing distinguishes for planning, each with the rule that made it.

1. The rule of an enterprise is the first of the catalogue that holds for its sector, kind, grade, risk class and flags.
2. Enterprises of one rule, sector, district and set of campaigns form one class: division, frequency, workload, window
   and gap follow. Those whose district is undecided form classes of their own.
3. A class has its rule's visits and those of its campaigns. Its months are those that any of them allows and that are
   not closed; its stretches say how many visits each part of the year must have (`visit_stretches`).
4. A class's id is made of rule, district, sector where the rule is not for one alone, and campaigns: the same
   enterprises under the same rules have the same ids, whatever the order of the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from config.calendars import Calendar
from config.catalogues.visits import VisitCatalogue, VisitRule
from scheduler.plans.full_coverage.coverage import VisitClass
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand_inputs import DemandInputs
from scheduler.plans.year_demand.visit_months import YearMonths

_LONGEST = 48


class KeyUnit(NamedTuple):
    """A key enterprise as the rules see it."""

    uscc: str
    sector: str
    kind: str
    district: str
    grade: str
    risk: str
    flags: frozenset[str]


class ClassKey(NamedTuple):
    """What the enterprises of a class share: rule, sector, district, and the campaigns that visit them, by id."""

    rule: str
    sector: str
    district: str
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuledClass:
    """A class, the rule that made it, and the campaigns whose visits are among its own."""

    visits: VisitClass
    rule: VisitRule
    sector: str
    campaigns: tuple[Campaign, ...] = ()


def group_units(
    units: Iterable[KeyUnit], catalogue: VisitCatalogue, campaigns: Sequence[Campaign] = ()
) -> dict[str, ClassKey]:
    """Return the class key of each enterprise by credit code."""
    return {
        unit.uscc: ClassKey(
            catalogue.rule_for(unit.sector, unit.kind, unit.grade, unit.risk, unit.flags).id,
            unit.sector,
            unit.district,
            tuple(
                sorted(
                    each.id
                    for each in campaigns
                    if each.visits and each.visits.fit(unit.sector, unit.district, unit.grade)
                )
            ),
        )
        for unit in units
    }


def ruled_classes(
    keys: Iterable[ClassKey], demand: DemandInputs, divisions: Mapping[str, str], calendar: Calendar
) -> dict[ClassKey, RuledClass]:
    """Return the class of each key; keys come once for each enterprise. `divisions` maps sectors to divisions.

    Raises `InvalidInput` with the path of what cannot be kept: a window that is closed, a frequency or campaign over
    the cap, visits that do not fit at their gap.
    """
    rules = {rule.id: rule for rule in demand.rules.rules}
    campaigns = {campaign.id: campaign for campaign in demand.campaigns}
    months = YearMonths(demand, calendar)
    found = {}
    for key, population in sorted(Counter(keys).items()):
        rule, brought = rules[key.rule], tuple(campaigns[name] for name in key.campaigns)
        division = divisions[key.sector]
        wanted = months.of_class(rule, brought, division, key.sector)
        visits = VisitClass(
            id=class_id(_parts(key, rule)),
            division=division,
            population=population,
            visits=wanted.visits,
            workload=demand.rules.workload(rule.effort, key.district),
            gap=rule.gap,
            months=wanted.months,
            district=key.district,
            stretches=wanted.stretches or (),
        )
        found[key] = RuledClass(visits, rule, key.sector, brought)
    return found


def _parts(key: ClassKey, rule: VisitRule) -> list[str]:
    return [rule.id, key.district, *([key.sector] if len(rule.sectors) != 1 else []), *key.campaigns]


def class_id(parts: Sequence[str]) -> str:
    """Join parts to an id of at most 48 characters; a longer one is cut and ends in a hash of the whole."""
    whole = ".".join(parts)
    if len(whole) <= _LONGEST:
        return whole
    digest = sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: _LONGEST - 1 - len(digest)]}-{digest}"
