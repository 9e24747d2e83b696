"""Reading a plan's document into a year: every day of the document is there, none is invented."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from config.catalogues.simulation import SimulationCatalogue, simulation_catalogue
from scheduler.analysis.year_model import MILLI, read_year
from scheduler.draws.protocol.manifest import Fixed
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batches import ClassPart, Stratum

WORKDAYS = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]  # 2026, 248 in all


def unit(name: str, staff: int, **rows: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": f"处室 {name}",
        "staff": staff,
        "parts": {"key": 1200, "general": 300, "reserve": "99.5"},
        "rows": rows,
    }


def document(*units: dict[str, Any]) -> dict[str, Any]:
    loads = [{"division": each["id"], "load": [10, "2.5"] + [0] * 10, "capacity": [100] * 12} for each in units]
    return {
        "type": "annual-plan/1",
        "calendar": {"by_month": WORKDAYS},
        "budget": {"divisions": list(units)},
        "coverage": {"loads": loads},
        "batches": [
            {"number": 1, "month": 3, "strata": [{"id": "A", "population": 50, "expected_size": 7}]},
        ],
    }


ROWS: dict[str, Any] = {
    "other_enforcement": {"accident-investigation": 90, "complaints-and-reports": "30.5"},
    "non_enforcement": {"sick-and-personal-leave": 62},
}
STRATA = (Stratum("A", Fixed(0), (ClassPart("b", 20, Fraction(7, 3)), ClassPart("a", 30, Fraction(2)))),)


def read(*units: dict[str, Any], catalogue: SimulationCatalogue | None = None) -> Any:
    return read_year(document(*units), STRATA, catalogue or simulation_catalogue())


def test_days_for_visits_are_the_supervision_days_of_the_budget() -> None:
    """1,200 key days stand by month; 300 general days and 99.5 of reserve are parted by workdays, none lost."""
    model = read(unit("b", 8, **ROWS), unit("a", 8, **ROWS))
    assert [each.id for each in model.divisions] == ["a", "b"]
    division = model.divisions[0]
    assert sum(division.visit_days) == 1_599_500
    january = Fraction(399_500 * 21, 248)
    assert abs(division.visit_days[0] - 100_000 - january) < 1
    assert division.key_days == (10_000, 2_500) + (0,) * 10


def test_the_general_tier_lies_where_the_directory_says() -> None:
    model = read(unit("b", 8, **ROWS), unit("a", 8, **ROWS))
    parts = [(part.division, part.population, part.visit_days) for part in model.strata["A"]]
    assert parts == [(0, 30, 2000), (1, 20, 2333)]
    assert model.batches[0].sizes == {"A": 7}


def test_strata_by_district_add_up_by_risk_class() -> None:
    given = document(unit("b", 8, **ROWS), unit("a", 8, **ROWS))
    given["batches"][0]["strata"] = [
        {"id": name, "population": 20, "expected_size": size}
        for name, size in (("A.220202", 3), ("A.220203", 2), ("C.220202", 1))
    ]
    assert read_year(given, STRATA, simulation_catalogue()).batches[0].sizes == {"A": 5, "C": 1}


def test_causes_take_on_average_what_the_budget_sets_aside() -> None:
    accidents, complaints, sickness = read(unit("a", 8, **ROWS), unit("b", 8)).divisions[0].causes
    for cause, days in ((accidents, 90), (complaints, Fraction(61, 2)), (sickness, 62)):
        assert cause.expected() == days * MILLI
        assert sum(cause.set_aside) == days * MILLI
    assert sum(accidents.means) == 3
    assert accidents.means[1] == Fraction(3 * 16, 248)
    assert sickness.trials[1] == 8 * 16
    assert sickness.chance == Fraction(62, 4) / (8 * 248)


def test_without_rows_the_rates_count_and_are_taken_as_set_aside() -> None:
    """1 accident of 30 days, 12 complaints of 3, one absence of 4 days for each of 5 people."""
    causes = read(unit("a", 5), unit("b", 8)).divisions[0].causes
    assert [cause.expected() for cause in causes] == [30 * MILLI, 36 * MILLI, 20 * MILLI]
    assert [sum(cause.set_aside) for cause in causes] == [30 * MILLI, 36 * MILLI, 20 * MILLI]


def test_a_rate_of_the_divisions_own_wins_over_the_budget() -> None:
    given = simulation_catalogue()
    own = replace(given.causes[0], by_division={"a": Fraction(6)})
    model = read(unit("a", 8, **ROWS), unit("b", 8, **ROWS), catalogue=replace(given, causes=(own,)))
    assert [each.causes[0].expected() for each in model.divisions] == [180 * MILLI, 90 * MILLI]
    assert sum(model.divisions[0].causes[0].set_aside) == 90 * MILLI


def test_rates_count_where_the_catalogue_says_so() -> None:
    given = simulation_catalogue()
    rated = replace(given, causes=(replace(given.causes[0], average="rate"),))
    assert read(unit("a", 8, **ROWS), unit("b", 8), catalogue=rated).divisions[0].causes[0].expected() == 30 * MILLI


def test_a_division_without_staff_is_never_sick() -> None:
    assert read(unit("a", 0), unit("b", 8)).divisions[0].causes[2].expected() == 0


def refused(code: str, *units: dict[str, Any], catalogue: SimulationCatalogue | None = None, **changes: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_year({**document(*units), **changes}, STRATA, catalogue or simulation_catalogue())
    assert refusal.value.code == code


def test_what_is_no_plan_is_refused() -> None:
    refused("analysis-document", unit("a", 8), unit("b", 8), type="annual-plan/9")


def test_a_division_the_plan_does_not_have_is_refused() -> None:
    refused("analysis-division", unit("a", 8))


def test_more_absences_than_workdays_are_refused() -> None:
    given = simulation_catalogue()
    own = replace(given.causes[2], by_division={"a": Fraction(249)})
    refused("analysis-rate", unit("a", 8), unit("b", 8), catalogue=replace(given, causes=(own,)))
