"""Classes of key enterprises by rule and district: each enterprise in one, whatever the order of the rows."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from config.calendars import calendar
from config.catalogues import load_catalogues
from config.catalogues.visits import VisitWindow, load_visits
from scheduler.errors import InvalidInput
from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.year_demand.campaign_inputs import Campaign, CampaignVisits
from scheduler.plans.year_demand.demand_inputs import ClosedMonths, DemandInputs
from scheduler.plans.year_demand.visit_classes import KeyUnit, class_id, group_units, ruled_classes
from scheduler.plans.year_demand.visit_windows import window_months

VISITS = load_visits()
YEAR = DemandInputs(VISITS, {}, (), (), ())
CATALOGUES = load_catalogues()
SECTORS = [sector for sector in CATALOGUES.sectors.sectors if sector != "none"]
DIVISIONS = {sector: f"division-{place % 3}" for place, sector in enumerate([*SECTORS, "undecided"])}
IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,48}")


def unit(uscc: str, sector: str, grade: str = "unknown", district: str = "220202", kind: str = "") -> KeyUnit:
    return KeyUnit(uscc, sector, kind, district, grade, "U", frozenset())


@st.composite
def cities(draw: st.DrawFn) -> list[KeyUnit]:
    sectors = st.sampled_from([*SECTORS, "undecided"])
    districts = st.sampled_from(["220202", "220281", "220284", "undecided"])
    return [
        unit(
            f"U{number:03}",
            sector := draw(sectors),
            draw(st.sampled_from([*CATALOGUES.grades.by_sector.get(sector, ()), "unknown"])),
            draw(districts),
            draw(st.sampled_from(["", "tailings-pond"])) if sector == "non-coal-mines" else "",
        )
        for number in range(draw(st.integers(0, 25)))
    ]


@given(cities(), st.randoms(use_true_random=False))
def test_every_enterprise_is_in_one_class_and_the_order_of_rows_is_nothing(city: list[KeyUnit], chance: object) -> None:
    keys = group_units(city, VISITS)
    classes = ruled_classes(keys.values(), YEAR, DIVISIONS, calendar(2026))
    assert set(keys) == {each.uscc for each in city}
    assert sum(each.visits.population for each in classes.values()) == len(city)
    members = Counter(classes[keys[each.uscc]].visits.id for each in city)
    assert members == {each.visits.id: each.visits.population for each in classes.values()}
    for each in city:
        found = classes[keys[each.uscc]]
        assert found.rule.holds(each.sector, each.kind, each.grade, each.risk, each.flags)
        assert found.visits.division == DIVISIONS[each.sector] and found.visits.district == each.district
        assert found.visits.visits <= found.rule.cap
        travel = 0 if each.district in ("220202", "undecided") else Fraction(1, 2)
        assert found.visits.workload == found.rule.effort.team * (found.rule.effort.days + travel)
        assert IDENTIFIER.fullmatch(found.visits.id)
    shuffled = list(city)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random; its type is the strategy's own
    again = group_units(shuffled, VISITS)
    assert again == keys and ruled_classes(again.values(), YEAR, DIVISIONS, calendar(2026)) == classes


def test_the_id_of_a_class_can_be_read() -> None:
    keys = group_units(
        [unit("A", "hazardous-chemicals", "2"), unit("B", "undecided", district="undecided"), unit("C", "metallurgy")],
        VISITS,
    )
    classes = ruled_classes(keys.values(), YEAR, DIVISIONS, calendar(2026))
    assert sorted(each.visits.id for each in classes.values()) == [
        "chemicals-2.220202",
        "metal-dust.220202.metallurgy",
        "others.undecided.undecided",
    ]


def test_a_long_id_is_cut_and_stays_different() -> None:
    ids = {class_id(["r" * 32, "220202", "s" * 20, tail]) for tail in ("a", "b", "c")}
    assert len(ids) == 3 and all(IDENTIFIER.fullmatch(each) and len(each) == 48 for each in ids)
    assert all(each.startswith("r" * 32 + ".220202") for each in ids)


def test_the_months_before_the_spring_festival_follow_the_statutory_calendar() -> None:
    """Holidays from 15 February 2026, 28 January 2025, 10 February 2024, 21 January 2023 on."""
    window = VISITS.windows["before-spring-festival"]
    found = {year: window_months(window, calendar(year)) for year in (2026, 2025, 2024, 2023)}
    assert found == {2026: (1, 2, 11, 12), 2025: (1, 11, 12), 2024: (1, 2, 11, 12), 2023: (1, 11, 12)}


def test_a_holiday_at_the_beginning_of_a_month_leaves_the_month_before() -> None:
    """31 January 2022, with workdays before it; 4 February 2019, 2 and 3 February made-up workdays."""
    one = VisitWindow("w", "w", "w", (), "spring-festival", 1)
    assert window_months(one, calendar(2022)) == (1,)
    assert window_months(one, calendar(2019)) == (2,)
    assert window_months(None, calendar(2026)) == MONTHS


MONTHS_OF = st.integers(1, 12).flatmap(
    lambda first: st.integers(first, min(12, first + 4)).map(lambda last: (first, last))
)


@st.composite
def decisions(draw: st.DrawFn) -> DemandInputs:
    """Return up to two campaigns with visits and up to two runs of closed months."""
    campaigns = []
    for name in ("a", "b")[: draw(st.integers(0, 2))]:
        first, last = draw(MONTHS_OF)
        months = tuple(range(first, last + 1))
        sectors = tuple(draw(st.sets(st.sampled_from(SECTORS), max_size=3)))
        grades = tuple(draw(st.sets(st.sampled_from(["1", "3", "A", "unknown"]), max_size=2)))
        visits = CampaignVisits(draw(st.integers(1, 2)), months, sectors, (), grades, name)
        campaigns.append(Campaign(name, name, months, "r", {}, visits, name))
    closed = []
    for place in range(draw(st.integers(0, 2))):
        first, last = draw(MONTHS_OF)
        sectors = tuple(draw(st.sets(st.sampled_from(SECTORS), max_size=2)))
        divisions = tuple(draw(st.sets(st.sampled_from(["division-0", "division-1"]), max_size=1)))
        closed.append(ClosedMonths(tuple(range(first, last + 1)), divisions, sectors, "r", f"closed_months[{place}]"))
    return DemandInputs(VISITS, {}, tuple(closed), tuple(campaigns), ())


@given(cities(), decisions())
def test_whatever_is_decided_caps_windows_campaigns_and_closed_months_are_kept_or_it_is_refused(
    city: list[KeyUnit], decided: DemandInputs
) -> None:
    """Checked on the months that a planner gives, by counting them again."""
    keys = group_units(city, VISITS, decided.campaigns)
    try:
        classes = ruled_classes(keys.values(), decided, DIVISIONS, calendar(2026))
    except InvalidInput as refusal:
        assert refusal.params["path"]
        return
    ruled = {each.visits.id: each for each in classes.values()}
    capacities = tuple(DivisionCapacity(f"division-{place}", (Fraction(5),) * 12) for place in range(3))
    plan = spread_visits(CoverageProblem(tuple(each.visits for each in ruled.values()), capacities))
    assert sum(count for _, patterns in plan.classes for _, count in patterns) == len(city)
    for visits, patterns in plan.classes:
        each = ruled[visits.id]
        rule = each.rule
        shut = {
            month
            for closed in decided.closed
            if (not closed.sectors or each.sector in closed.sectors)
            and (not closed.divisions or visits.division in closed.divisions)
            for month in closed.months
        }
        window = window_months(VISITS.windows.get(rule.window), calendar(2026))
        for way, _ in patterns:
            extra = sum(campaign.visits.extra for campaign in each.campaigns if campaign.visits)
            assert len(way) == rule.visits + extra <= rule.cap
            assert not shut & set(way)
            assert all(later - month >= rule.gap for month, later in pairwise(way))
            assert all(len(set(one.months) & set(way)) >= one.visits.extra for one in each.campaigns if one.visits)
            least = rule.visits if rule.window_visits is None else rule.window_visits
            assert len(set(window) & set(way)) >= least
