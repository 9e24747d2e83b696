"""A division's person-days for key visits, month by month: the key part of its budget over the statutory workdays.

A month closed to a whole division takes none of them: its other work moves there and leaves room in the others, so the
year's key days stay what the budget says. What a campaign takes is gone; it is taken in proportion to what is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from config.calendars import Calendar
from scheduler.errors import InvalidInput
from scheduler.plans.exact import apportion, apportion_days, days_text
from scheduler.plans.full_coverage.coverage import DivisionCapacity
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.workday_budget.budget import Budget
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand_inputs import ClosedMonths


@dataclass(frozen=True)
class TakenDays:
    """The person-days a campaign takes from a division, by month."""

    campaign: str
    division: str
    months: tuple[Fraction, ...]


def spread_days(days: Fraction, calendar: Calendar, closed: Collection[int] = ()) -> tuple[Fraction, ...]:
    """Part a year's person-days over its open months in proportion to their workdays, by largest remainder."""
    weights = [0 if month in closed else calendar.workdays_in_month(month) for month in MONTHS]
    return tuple(apportion_days(days, weights))


def key_capacities(
    divisions: Sequence[str], budget: Budget, calendar: Calendar, closed: Sequence[ClosedMonths] = ()
) -> tuple[DivisionCapacity, ...]:
    """Return the capacity of each division, named in the budget's order; `closed` names divisions by id.

    Raises `InvalidInput`: `budget-not-parted` when a division's key days cannot be computed, its deductions or the
    budget's shares being missing; `plan-year-closed` when all its months are closed.
    """
    capacities = []
    for name, figures in zip(divisions, budget.divisions, strict=True):
        if "key" not in figures.parts:
            raise InvalidInput("budget-not-parted", division=name)
        months = spread_days(figures.parts["key"], calendar, _closed_months(name, closed))
        capacities.append(DivisionCapacity(name, months, figures.staff, figures.parts["general"]))
    return tuple(capacities)


def _closed_months(division: str, closed: Sequence[ClosedMonths]) -> set[int]:
    """Return the months closed to a division whatever the sector."""
    whole = [each for each in closed if not each.sectors and (not each.divisions or division in each.divisions)]
    months = {month for each in whole for month in each.months}
    if len(months) == len(MONTHS):
        raise InvalidInput("plan-year-closed", path=", ".join(each.path for each in whole), division=division)
    return months


def take_campaign_days(
    capacities: Sequence[DivisionCapacity], campaigns: Sequence[Campaign]
) -> tuple[tuple[DivisionCapacity, ...], tuple[TakenDays, ...]]:
    """Return what is left of the capacities and what each campaign took, in the order of campaigns and divisions.

    Raises `InvalidInput` (`plan-campaign-days`) when a division has fewer days in the campaign's months.
    """
    left = {each.division: each for each in capacities}
    taken = []
    for campaign in campaigns:
        for division, days in sorted(campaign.days.items()):
            months = _part(days, left[division], campaign)
            taken.append(TakenDays(campaign.id, division, months))
            rest = tuple(there - gone for there, gone in zip(left[division].months, months, strict=True))
            left[division] = replace(left[division], months=rest)
    return tuple(left[each.division] for each in capacities), tuple(taken)


def _part(days: Fraction, capacity: DivisionCapacity, campaign: Campaign) -> tuple[Fraction, ...]:
    """Part days over the campaign's months in proportion to what is there, in tenths: never more than is there."""
    there = [
        room if month in campaign.months else Fraction(0) for month, room in zip(MONTHS, capacity.months, strict=True)
    ]
    room = sum(there, Fraction(0))
    if days > room:
        raise InvalidInput(
            "plan-campaign-days",
            path=f"{campaign.path}.days.{capacity.division}",
            id=campaign.id,
            days=days_text(days),
            room=days_text(room),
        )
    if not days:
        return (Fraction(0),) * len(MONTHS)
    return tuple(Fraction(tenths, 10) for tenths in apportion(int(days * 10), there))
