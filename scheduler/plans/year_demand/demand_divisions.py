"""The divisions that a year's demand names, by id: an office calls them by id or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from scheduler.errors import InvalidInput
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand_inputs import ClosedMonths, DemandInputs


def with_division_ids(demand: DemandInputs, divisions: Sequence[tuple[str, str]]) -> DemandInputs:
    """Return the demand with the ids of divisions for their names; `divisions` are ids and names.

    Raises `InvalidInput` naming the path of a division that is none or that stands twice under two names.
    """
    names = _Names(divisions)
    return replace(
        demand,
        closed=tuple(_closed(each, names) for each in demand.closed),
        campaigns=tuple(_campaign(each, names) for each in demand.campaigns),
    )


class _Names:
    def __init__(self, divisions: Sequence[tuple[str, str]]) -> None:
        self._ids = {name: key for key, name in divisions} | {key: key for key, _ in divisions}
        self._known = ", ".join(name for _, name in divisions)

    def id_of(self, name: str, path: str) -> str:
        if name not in self._ids:
            raise InvalidInput("plan-division-unknown", path=path, name=name, known=self._known)
        return self._ids[name]


def _closed(closed: ClosedMonths, names: _Names) -> ClosedMonths:
    found: list[str] = []
    for place, name in enumerate(closed.divisions):
        path = f"{closed.path}.divisions[{place}]"
        division = names.id_of(name, path)
        if division in found:
            raise InvalidInput("plan-choice-twice", path=path, value=name)
        found.append(division)
    return replace(closed, divisions=tuple(found))


def _campaign(campaign: Campaign, names: _Names) -> Campaign:
    days: dict[str, Fraction] = {}
    for name, given in campaign.days.items():
        path = f"{campaign.path}.days.{name}"
        division = names.id_of(name, path)
        if division in days:
            raise InvalidInput("plan-choice-twice", path=path, value=name)
        days[division] = given
    return replace(campaign, days=days)
