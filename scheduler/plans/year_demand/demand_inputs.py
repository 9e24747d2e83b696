"""What a plan's inputs decide about the year's demand: months closed to visits, frequencies, units left to others.

    "closed_months": [{"months": [1, 2], "divisions"?: [...], "sectors"?: [...], "reason"}]
    "frequencies": {rule id: {"visits"?: n, "gap"?: n, "team"?: n, "days"?: d, "workload"?: d}}
    "left_out": [{"uscc", "level", "reason"}]
    "campaigns": see `campaign_inputs`

A frequency is laid over the rule of the catalogue (visits.toml) for this year, the cap stays; "workload" are the
person-days on site, for "days" times "team". One enterprise, one level: what another level inspects this year is left
out with its reason. Everything else is refused with the path to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from config.catalogues import UNDECIDED, load_catalogues
from config.catalogues.visits import MOST_TEAM, Effort, VisitCatalogue, VisitRule
from config.settings import Settings
from scheduler.directory.uscc import check_uscc
from scheduler.errors import InvalidInput
from scheduler.plans.json_input import Field
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.year_demand.campaign_inputs import Campaign, read_campaigns
from scheduler.plans.year_fields import read_choices, read_months

LEVELS = ("national", "province", "city", "county")


@dataclass(frozen=True)
class ClosedMonths:
    """Months in which these divisions (as the inputs name them) and sectors are not visited; none named: all."""

    months: tuple[int, ...]
    divisions: tuple[str, ...]
    sectors: tuple[str, ...]
    reason: str
    path: str

    def closes(self, division: str, sector: str) -> bool:
        """Say whether enterprises of a sector are not visited by a division in these months."""
        return (not self.divisions or division in self.divisions) and (not self.sectors or sector in self.sectors)


@dataclass(frozen=True)
class LeftOut:
    """A key unit that another level inspects this year."""

    uscc: str
    level: str
    reason: str
    path: str


@dataclass(frozen=True)
class DemandInputs:
    """What planners decide about a year's demand; `rules` is the catalogue with the year's frequencies laid over it.

    `changed` maps the id of a rule to the path of the frequency that changed it.
    """

    rules: VisitCatalogue
    changed: Mapping[str, str]
    closed: tuple[ClosedMonths, ...]
    campaigns: tuple[Campaign, ...]
    left_out: tuple[LeftOut, ...]


def read_demand(top: Field, settings: Settings) -> DemandInputs:
    """Read the members of the demand; raise `InvalidInput` naming the path of the first fault."""
    closed, frequencies, campaigns, left_out = (
        top.find(name) for name in ("closed_months", "frequencies", "campaigns", "left_out")
    )
    rules, changed = _frequencies(frequencies, settings.plan.visits)
    return DemandInputs(
        rules=rules,
        changed=changed,
        closed=tuple(_closed(each) for each in listed(closed)),
        campaigns=read_campaigns(listed(campaigns)),
        left_out=_left_out(listed(left_out), settings.office.level),
    )


def listed(field: Field | None) -> list[Field]:
    """Return the items of a list that may be missing or empty."""
    return [] if field is None or field.value == [] else field.items()


def _closed(entry: Field) -> ClosedMonths:
    entry.check_members(("months", "divisions", "sectors", "reason"), required=("months", "reason"))
    divisions = entry.find("divisions")
    return ClosedMonths(
        months=read_months(entry.at("months")),
        divisions=tuple(each.text() for each in divisions.items()) if divisions else (),
        sectors=read_choices(entry.find("sectors"), (*load_catalogues().sectors.sectors, UNDECIDED)),
        reason=entry.at("reason").text(),
        path=entry.path,
    )


def _frequencies(given: Field | None, catalogue: VisitCatalogue) -> tuple[VisitCatalogue, dict[str, str]]:
    if given is None:
        return catalogue, {}
    rules = {rule.id: rule for rule in catalogue.rules}
    changed = {}
    for name, change in given.members():
        if name not in rules:
            raise change.fault("plan-rule-unknown", rule=name, known=", ".join(rules))
        rules[name] = _changed(rules[name], change)
        changed[name] = change.path
    return replace(catalogue, rules=tuple(rules.values())), changed


def _changed(rule: VisitRule, change: Field) -> VisitRule:
    change.check_members(("visits", "gap", "team", "days", "workload"))
    if not change.value:
        raise change.fault("plan-frequency-empty", rule=rule.id)
    visits = _between(change.find("visits"), rule.visits, 1, len(MONTHS))
    gap = _between(change.find("gap"), rule.gap, 1, len(MONTHS))
    if visits > rule.cap:
        raise change.fault("plan-frequency-over-cap", rule=rule.id, visits=visits, cap=rule.cap)
    if (visits - 1) * gap >= len(MONTHS):
        raise change.fault("plan-frequency-gap", rule=rule.id, visits=visits, gap=gap)
    within = None if rule.window_visits is None else min(rule.window_visits, visits)
    return replace(rule, visits=visits, gap=gap, effort=_effort(rule, change), window_visits=within)


def _effort(rule: VisitRule, change: Field) -> Effort:
    team = _between(change.find("team"), rule.effort.team, 2, MOST_TEAM)
    days, workload = change.find("days"), change.find("workload")
    if days is not None and workload is not None:
        raise workload.fault("plan-frequency-days-twice", rule=rule.id)
    each = rule.effort.days
    if days is not None:
        each = days.days()
    elif workload is not None:
        each = Fraction(workload.days(), team)
        if (each * 10).denominator != 1:
            raise workload.fault("plan-frequency-workload", rule=rule.id, workload=workload.value, team=team)
    if not each:
        raise (days or workload or change).fault("plan-frequency-no-days", rule=rule.id)
    return Effort(team, each)


def _between(field: Field | None, default: int, low: int, high: int) -> int:
    if field is None:
        return default
    number = field.whole()
    if not low <= number <= high:
        raise field.fault("plan-number-between", low=low, high=high, value=number)
    return number


def _left_out(entries: Iterable[Field], own_level: str) -> tuple[LeftOut, ...]:
    found: dict[str, LeftOut] = {}
    for entry in entries:
        entry.check_members(("uscc", "level", "reason"), required=("uscc", "level", "reason"))
        code, level = entry.at("uscc"), entry.at("level")
        uscc = _code(code)
        if uscc in found:
            raise code.fault("plan-left-out-twice", uscc=uscc, first=found[uscc].path)
        others = [name for name in LEVELS if name != own_level]
        if level.text() not in others:
            raise level.fault("plan-choice-unknown", value=level.text(), known=", ".join(others))
        found[uscc] = LeftOut(uscc, level.text(), entry.at("reason").text(), entry.path)
    return tuple(found.values())


def _code(field: Field) -> str:
    written = field.text()
    try:
        return check_uscc(written)
    except InvalidInput:
        raise field.fault("plan-left-out-code", value=written[:40]) from None
