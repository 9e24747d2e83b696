"""A shortage as the document and its readers tell it: months, amounts, what is left of the draw ratios."""

from __future__ import annotations

from fractions import Fraction

import pytest

from config.messages import is_listed
from scheduler.plans.full_coverage.coverage import CoverageProblem, DivisionCapacity, VisitClass
from scheduler.plans.full_coverage.goal_report import goal_report
from scheduler.plans.full_coverage.load_document import write_shortages
from scheduler.plans.full_coverage.shortage import ratio_left, write_remedies
from scheduler.plans.full_coverage.shortage_report import short_divisions
from scheduler.plans.general_tier.batches import DivisionDemand
from scheduler.plans.optimiser.mending import least_remedies
from scheduler.plans.optimiser.optimum import optimise
from scheduler.plans.optimiser.record import write_record
from scheduler.plans.optimiser.remedies import KINDS

# 6 visits of 4 days in January, which has 10 days and 2 people: 14 days short.
ROOM = (Fraction(10), *(Fraction(0),) * 11)
PROBLEM = CoverageProblem(
    (VisitClass("c", "d", 6, 1, Fraction(4), months=(1,)),), (DivisionCapacity("d", ROOM, 2, Fraction(20)),)
)


def remedies(expected: int) -> list[dict[str, object]]:
    plan = optimise(PROBLEM, time_budget_seconds=0).plan
    demand = DivisionDemand("d", Fraction(expected), Fraction(20), Fraction(0))
    return write_remedies(least_remedies(PROBLEM, plan), [demand])


def test_the_document_names_division_month_days_and_the_ways_to_mend_it_cheapest_first() -> None:
    """20 days of the general tier less 14 leave 6: half of the 12 that its draws ask for."""
    plan = optimise(PROBLEM, time_budget_seconds=0).plan
    assert write_shortages(plan.shortages) == [{"division": "d", "month": 1, "short": 14}]
    assert remedies(12) == [
        {"division": "d", "kind": "general", "amount": 14, "months": [1], "ratio_percent": "50.0"},
        {"division": "d", "kind": "days", "amount": 14, "months": [1], "ratio_percent": None},
        {"division": "d", "kind": "staff", "amount": 3, "months": [1], "ratio_percent": None},
    ]
    assert remedies(6)[0]["ratio_percent"] is None


@pytest.mark.parametrize(
    ("expected", "capacity", "taken", "percent"),
    [(90, 100, 40, "66.6"), (50, 100, 50, None), (51, 100, 50, "98.0"), (10, 20, 20, "0.0"), (10, 20, 30, "0.0")],
)
def test_ratios_fall_only_when_the_days_left_do_not_do(
    expected: int, capacity: int, taken: int, percent: str | None
) -> None:
    assert ratio_left(Fraction(expected), Fraction(capacity), Fraction(taken)) == percent


def test_a_reader_gets_each_division_with_its_months_and_ways() -> None:
    coverage = {
        "loads": [
            {"division": "c", "load": [1] * 12, "capacity": [1] * 12},
            {"division": "d", "load": [24, *[0] * 11], "capacity": [10, *[0] * 11]},
        ],
        "shortages": [{"division": "d", "month": 1, "short": 14}],
        "remedies": remedies(12),
    }
    (found,) = short_divisions(coverage)
    assert (found.division, found.short) == ("d", "14")
    assert [(each.month, each.load, each.capacity, each.short) for each in found.months] == [(1, 24, 10, 14)]
    assert [(each.name, each.amount) for each in found.ways] == [
        ("remedy-general-ratio", 14),
        ("remedy-days", 14),
        ("remedy-staff", 3),
    ]


def test_every_way_to_mend_a_shortage_has_its_text() -> None:
    assert [kind for kind in (*KINDS, "general-ratio") if not is_listed(f"page.shortage.remedy-{kind}")] == []


def test_the_goals_are_told_rounded_with_what_proves_them() -> None:
    """The one plan there is: 24 days in a January of 10, 14 over, at 240 %; the fair share of January is all 24."""
    optimum = optimise(PROBLEM, time_budget_seconds=0)
    found = goal_report({"goals": write_record(optimum.divisions)})
    assert found is not None
    values = {row.goal: row.value for row in found.rows}
    assert values == {"overload": "14", "stranded": "0", "peak": "240.0 %", "deviation": "0", "journeys": "1"}
    assert {row.by for row in found.rows} <= {"prices", "search", "gap", "bound"}
    assert next(row.by for row in found.rows if row.goal == "journeys") in ("gap", "bound")
    assert (found.unproven, found.journeys, found.journeys_gap) == (0, 1, 1 - found.journeys_bound)
    assert goal_report({}) is None
