"""Campaigns in a plan's inputs: what takes days away from a division's months, or brings visits with it, or both.

    "campaigns": [{"id", "title", "months", "reason", "days"?: {division: person-days},
                   "visits"?: {"sectors"?, "districts"?, "grades"?, "extra": n, "months"?}}]

`days` are taken from what the division has for key visits in the campaign's months, in proportion to it. `extra` visits
are made to every key enterprise that fits, on top of its rule's, in the months given or the campaign's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from config.catalogues import UNDECIDED, UNKNOWN_GRADE, load_catalogues
from scheduler.plans.json_input import Field
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.year_fields import read_choices, read_months

_IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,23}")


@dataclass(frozen=True)
class CampaignVisits:
    """The visits a campaign brings: how many to each, in which months, to whom; what names nobody is for all."""

    extra: int
    months: tuple[int, ...]
    sectors: tuple[str, ...]
    districts: tuple[str, ...]
    grades: tuple[str, ...]
    path: str

    def fit(self, sector: str, district: str, grade: str) -> bool:
        """Say whether an enterprise is visited in the campaign."""
        return (
            (not self.sectors or sector in self.sectors)
            and (not self.districts or district in self.districts)
            and (not self.grades or grade in self.grades)
        )


@dataclass(frozen=True)
class Campaign:
    """A campaign; `days` are person-days by division, as the inputs name it."""

    id: str
    title: str
    months: tuple[int, ...]
    reason: str
    days: Mapping[str, Fraction]
    visits: CampaignVisits | None
    path: str


def read_campaigns(entries: Iterable[Field]) -> tuple[Campaign, ...]:
    """Read campaigns; raise `InvalidInput` naming the path of the first fault."""
    found: dict[str, Campaign] = {}
    for entry in entries:
        campaign = _campaign(entry)
        if campaign.id in found:
            raise entry.at("id").fault("plan-campaign-twice", id=campaign.id, first=found[campaign.id].path)
        found[campaign.id] = campaign
    return tuple(found.values())


def _campaign(entry: Field) -> Campaign:
    entry.check_members(
        ("id", "title", "months", "reason", "days", "visits"), required=("id", "title", "months", "reason")
    )
    name, days, visits = entry.at("id"), entry.find("days"), entry.find("visits")
    if not _IDENTIFIER.fullmatch(name.text()):
        raise name.fault("plan-campaign-id", value=name.text())
    if days is None and visits is None:
        raise entry.fault("plan-campaign-empty", id=name.text())
    months = read_months(entry.at("months"))
    return Campaign(
        id=name.text(),
        title=entry.at("title").text(),
        months=months,
        reason=entry.at("reason").text(),
        days={division: field.days() for division, field in days.members()} if days else {},
        visits=_visits(visits, months) if visits else None,
        path=entry.path,
    )


def _visits(given: Field, months: tuple[int, ...]) -> CampaignVisits:
    given.check_members(("sectors", "districts", "grades", "extra", "months"), required=("extra",))
    catalogues, own = load_catalogues(), given.find("months")
    extra = given.at("extra").whole()
    if not 1 <= extra <= len(MONTHS):
        raise given.at("extra").fault("plan-number-between", low=1, high=len(MONTHS), value=extra)
    districts = [district.code for city in catalogues.districts.cities for district in city.districts]
    return CampaignVisits(
        extra=extra,
        months=read_months(own) if own else months,
        sectors=read_choices(given.find("sectors"), (*catalogues.sectors.sectors, UNDECIDED)),
        districts=read_choices(given.find("districts"), (*districts, UNDECIDED)),
        grades=read_choices(given.find("grades"), (*catalogues.grades.values, UNKNOWN_GRADE)),
        path=given.path,
    )
