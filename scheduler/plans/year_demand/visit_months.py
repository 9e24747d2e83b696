"""In which months the visits of a class may and must fall: its rule's window, its campaigns' months, months closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from config.calendars import Calendar
from config.catalogues.visits import FILE, VisitRule
from scheduler.errors import InvalidInput
from scheduler.plans.month_patterns import MONTHS, Stretches, has_pattern, most_visits
from scheduler.plans.year_demand.campaign_inputs import Campaign
from scheduler.plans.year_demand.demand_inputs import ClosedMonths, DemandInputs
from scheduler.plans.year_demand.visit_stretches import Demand, merge_stretches, open_months, stretches_of
from scheduler.plans.year_demand.visit_windows import window_months


@dataclass(frozen=True)
class OwnVisits:
    """A rule's visits: how many, its window, and how many of all the year's must fall into it; None: all of these."""

    visits: int
    window: tuple[int, ...] = MONTHS
    within: int | None = None


@dataclass(frozen=True)
class WantedVisits:
    """How many visits an enterprise of a class gets, in which months, and what parts of the year must have.

    `stretches` is None where the months do not follow one another as they must to be planned together.
    """

    visits: int
    months: tuple[int, ...]
    stretches: Stretches | None


def place_visits(own: OwnVisits, brought: Sequence[Demand], closed: Collection[int]) -> WantedVisits:
    """Return what a rule and the campaigns' visits ask together, in a year with closed months.

    Where only some of the year's visits must fall into the window, the campaigns' count among them, and the rule's own
    may fall anywhere.
    """
    visits = own.visits + sum(each.visits for each in brought)
    free = own.within is not None and own.within < visits
    window = _without(own.window, closed)
    demands = [
        Demand(own.visits, _without(MONTHS, closed) if free else window),
        *(Demand(each.visits, _without(each.months, closed)) for each in brought),
    ]
    months, stretches = open_months(demands), stretches_of(demands)
    if own.within is not None and free and stretches is not None:
        season = stretches_of([Demand(own.within, window), Demand(visits - own.within, months)])
        stretches = merge_stretches(stretches, season)
    return WantedVisits(visits, months, stretches)


def _without(months: Iterable[int], closed: Collection[int]) -> tuple[int, ...]:
    return tuple(month for month in months if month not in closed)


class YearMonths:
    """The months of one year's visits; `demand` names divisions by id."""

    def __init__(self, demand: DemandInputs, calendar: Calendar) -> None:
        self.demand = demand
        self.windows = {name: window_months(window, calendar) for name, window in demand.rules.windows.items()}

    def of_class(self, rule: VisitRule, campaigns: Sequence[Campaign], division: str, sector: str) -> WantedVisits:
        """Return the visits of a class; raise `InvalidInput` with the path of what cannot be kept."""
        closed = [each for each in self.demand.closed if each.closes(division, sector)]
        own = OwnVisits(rule.visits, self.windows[rule.window] if rule.window else MONTHS, rule.window_visits)
        _refuse_closed(own.window, closed, _named(rule))
        brought = []
        for campaign in campaigns:
            if campaign.visits is not None:
                _refuse_closed(campaign.visits.months, closed, campaign.path)
                brought.append(Demand(campaign.visits.extra, campaign.visits.months))
        wanted = place_visits(own, brought, {month for each in closed for month in each.months})
        self._check(rule, campaigns, closed, wanted)
        return wanted

    def _check(
        self, rule: VisitRule, campaigns: Sequence[Campaign], closed: Sequence[ClosedMonths], wanted: WantedVisits
    ) -> None:
        if wanted.visits > rule.cap:
            raise InvalidInput(
                "plan-campaign-over-cap", path=campaigns[-1].path, rule=rule.id, visits=wanted.visits, cap=rule.cap
            )
        path = self._path(rule, campaigns, closed)
        if wanted.stretches is None:
            raise InvalidInput("plan-campaign-months-apart", path=path, rule=rule.id, months=_listed(wanted.months))
        if not has_pattern(wanted.months, wanted.visits, rule.gap, wanted.stretches):
            raise InvalidInput(
                "plan-visits-do-not-fit",
                path=path,
                rule=rule.id,
                visits=wanted.visits,
                gap=rule.gap,
                months=_listed(wanted.months),
                fits=most_visits(wanted.months, rule.gap),
            )

    def _path(self, rule: VisitRule, campaigns: Sequence[Campaign], closed: Sequence[ClosedMonths]) -> str:
        """Return where to mend what does not fit: in what was decided for the year, else in the catalogue."""
        if campaigns:
            return campaigns[-1].path
        if rule.id in self.demand.changed:
            return self.demand.changed[rule.id]
        return closed[-1].path if closed else _named(rule)


def _named(rule: VisitRule) -> str:
    """Name a rule by its place in the catalogue."""
    return f"{FILE.name}: {rule.id}"


def _refuse_closed(months: Sequence[int], closed: Sequence[ClosedMonths], what: str) -> None:
    """Refuse months that are all closed; `what` needs at least one of them."""
    if not _without(months, {month for each in closed for month in each.months}):
        paths = ", ".join(each.path for each in closed)
        raise InvalidInput("plan-window-closed", path=paths, what=what, months=_listed(months))


def _listed(months: Iterable[int]) -> str:
    return ", ".join(map(str, months))
