"""The year's demand of a directory: rules, campaigns, closed months and units left out, against hand-made counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config.messages import render
from config.settings import Settings, load_settings
from scheduler.directory.models import Division, Enterprise
from scheduler.directory.uscc import complete_uscc
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.errors import InvalidInput
from scheduler.plans.document import VersionHead, write_document
from scheduler.plans.figures import PlanBasis, read_basis, solve_basis
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import parse_json
from scheduler.plans.month_patterns import Stretch
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.session import reading, writing

SECTORS = {"chem": ["fireworks", "hazardous-chemicals"], "mines": ["coal-mines"], "trade": ["industry-and-trade"]}
# (sector, kind, grade, district): 3 enterprises of each, in this order
KINDS = (
    ("hazardous-chemicals", "", "1", "220202"),
    ("hazardous-chemicals", "", "", "220281"),
    ("fireworks", "", "", "220202"),
    ("coal-mines", "", "A", "220221"),
    ("coal-mines", "", "C", "220221"),
    ("industry-and-trade", "", "9", "undecided"),
)
YEAR = tuple(range(1, 13))
HEAT = {
    "id": "heat",
    "title": "高温检查",
    "months": [6, 7],
    "reason": "市安委会部署",
    "visits": {"sectors": ["hazardous-chemicals"], "extra": 1},
}


def code(number: int) -> str:
    return complete_uscc("91220202", f"MA{number:06}")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Engine]:
    file = tmp_path_factory.mktemp("city") / "city.sqlite"
    file.write_bytes(sqlite_template)
    engine = open_engine(sqlite_url(file))
    with writing(engine) as session:
        for name, sectors in SECTORS.items():
            session.add(Division(id=name, name=f"{name}处", sectors=sectors, staff=5, registered_staff=6))
        for number in range(len(KINDS) * 3 + 2):
            sector, kind, grade, district = KINDS[number // 3] if number < 18 else KINDS[-1]
            decisions = {"sector": {"value": sector, "kind": kind}} if kind else {}
            session.add(
                Enterprise(
                    uscc=code(number), name=f"企业{number}", sector=sector, district=district, grade=grade, risk="U",
                    tier="key" if number < 18 else "general", decisions=decisions,
                )
            )  # fmt: skip
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(Path(tmp_path_factory.mktemp("installation")), {})


def basis(city: Engine, settings: Settings, **members: Any) -> PlanBasis:
    divisions = [
        {"name": f"{name}处", "staff": 5, "other_enforcement": 300, "non_enforcement": 200} for name in SECTORS
    ]
    given = parse_json(json.dumps({"year": 2026, "divisions": divisions, **members}).encode())
    with reading(city) as session:
        return read_basis(session, settings, read_inputs(given, settings, 2026))


def test_the_classes_of_the_city_are_those_counted_by_hand(city: Engine, settings: Settings) -> None:
    found = {each.visits.id: each.visits for each in basis(city, settings).demand.ruled}
    table = {
        name: (each.division, each.population, each.visits, each.workload, each.gap, each.months)
        for name, each in found.items()
    }
    festival = (1, 2, 11, 12)
    assert table == {
        "chemicals-1.220202": ("chem", 3, 1, 2 * 2, 3, (6, 7, 8)),
        "chemicals.220281": ("chem", 3, 2, 2 * (2 + Fraction(1, 2)), 3, YEAR),
        "fireworks.220202": ("chem", 3, 2, 2 * Fraction(3, 2), 3, festival),
        "coal-a.220221": ("mines", 3, 2, 2 * (2 + Fraction(1, 2)), 4, YEAR),
        "coal-c.220221": ("mines", 3, 5, 2 * (2 + Fraction(1, 2)), 2, YEAR),
        "others.undecided.industry-and-trade": ("trade", 3, 1, 2, 3, YEAR),
    }
    # one of two visits falls into June, July or August
    assert found["chemicals.220281"].stretches == (Stretch(6, 8, 1, 2),)


def test_a_campaign_brings_visits_of_its_own_and_takes_days(city: Engine, settings: Settings) -> None:
    campaign = {**HEAT, "days": {"chem处": 20}}
    given = basis(city, settings, campaigns=[campaign])
    found = {each.visits.id: each.visits for each in given.demand.ruled if each.campaigns}
    assert set(found) == {"chemicals-1.220202.heat", "chemicals.220281.heat"}
    first, second = found["chemicals-1.220202.heat"], found["chemicals.220281.heat"]
    # the campaign's visit in June or July is the one that has to be there in the heat
    assert (first.visits, first.months, first.stretches) == (2, YEAR, (Stretch(6, 7, 1, 2), Stretch(6, 8, 1, 2)))
    assert (second.visits, second.stretches) == (3, (Stretch(6, 7, 1, 3), Stretch(6, 8, 1, 3)))
    before = {each.division: each.months for each in basis(city, settings).problem.capacities}
    after = {each.division: each.months for each in given.problem.capacities}
    assert sum(before["chem"]) - sum(after["chem"]) == 20
    assert {month for month in range(1, 13) if before["chem"][month - 1] != after["chem"][month - 1]} == {6, 7}
    assert before["mines"] == after["mines"]
    plan = solve_basis(given).coverage
    for each, patterns in plan.classes:
        if each.id == second.id:
            assert all({6, 7} & set(way) and len(way) == 3 for way, _ in patterns)


def test_a_closed_month_takes_no_visits_and_the_key_days_move(city: Engine, settings: Settings) -> None:
    closed = [
        {"months": [2], "reason": "春运"},
        {"months": [6, 7], "sectors": ["hazardous-chemicals"], "divisions": ["chem"], "reason": "检修"},
    ]
    given = basis(city, settings, closed_months=closed)
    months = {each.visits.id: each.visits.months for each in given.demand.ruled}
    assert months["fireworks.220202"] == (1, 11, 12)
    assert months["chemicals-1.220202"] == (8,)
    assert months["coal-a.220221"] == tuple(month for month in range(1, 13) if month != 2)
    before = {each.division: each.months for each in basis(city, settings).problem.capacities}
    for capacity in given.problem.capacities:
        assert capacity.months[1] == 0 and capacity.months[5] > 0
        assert sum(capacity.months) == sum(before[capacity.division])


def test_units_of_another_level_are_left_out_and_listed(city: Engine, settings: Settings) -> None:
    left = [{"uscc": code(number), "level": "province", "reason": "省厅检查"} for number in (4, 0)]
    demand = basis(city, settings, left_out=left).demand
    assert [each.uscc for each in demand.left_out] == sorted([code(0), code(4)])
    planned, out = set(demand.class_of), {each.uscc for each in demand.left_out}
    assert planned | out == {code(number) for number in range(18)} and not planned & out
    assert Counter(demand.class_of.values()) == {each.visits.id: each.visits.population for each in demand.ruled}


def test_the_document_says_which_rule_made_each_class(city: Engine, settings: Settings) -> None:
    members = {
        "campaigns": [{**HEAT, "days": {"chem": 4}}],
        "closed_months": [{"months": [2], "reason": "春运"}],
        "frequencies": {"coal-c": {"visits": 6}},
        "left_out": [{"uscc": code(0), "level": "national", "reason": "部里检查"}],
    }
    figures = solve_basis(basis(city, settings, **members))
    document = write_document(VersionHead("p", 1, "t", demonstration=False, reason=""), figures, settings)
    assert json.loads(canonical_json(document)) == document
    coverage = document["coverage"]
    coal = next(each for each in coverage["classes"] if each["rule"] == "coal-c")
    assert {name: coal[name] for name in ("team", "days", "travel", "workload", "visits", "cap", "campaigns")} == {
        "team": 2, "days": 2, "travel": "0.5", "workload": 5, "visits": 6, "cap": 6, "campaigns": [],
    }  # fmt: skip
    rule = next(each for each in coverage["rules"] if each["id"] == "coal-c")
    assert (rule["population"], rule["visits"], rule["before"]["visits"]) == (3, 6, 5)
    assert coverage["campaigns"][0]["visits"]["enterprises"] == 5  # six, one of them left out
    assert coverage["campaigns"][0]["days"][0]["total"] == 4
    assert coverage["closed_months"] == [{"months": [2], "divisions": [], "sectors": [], "reason": "春运"}]
    assert [each["uscc"] for each in coverage["left_out"]] == [code(0)]
    assert document["units"]["left_out"] == 1 and document["units"]["key"] == 17
    heat = next(each for each in coverage["classes"] if each["id"] == "chemicals.220281.heat")
    assert heat["stretches"] == [
        {"first": 6, "last": 7, "least": 1, "most": 3},
        {"first": 6, "last": 8, "least": 1, "most": 3},
    ]


def closing(*months: int, **more: Any) -> dict[str, Any]:
    return {"closed_months": [{"months": list(months), "reason": "r", **more}]}


def visiting(**visits: Any) -> dict[str, Any]:
    return {"campaigns": [{**HEAT, "visits": {"extra": 1, **visits}}]}


def leaving(number: int) -> dict[str, Any]:
    return {"left_out": [{"uscc": code(number), "level": "province", "reason": "r"}]}


BAD: list[tuple[dict[str, Any], str, str]] = [
    (closing(1, divisions=["x"]), "plan-division-unknown", "closed_months[0].divisions[0]"),
    (closing(1, divisions=["chem", "chem处"]), "plan-choice-twice", "closed_months[0].divisions[1]"),
    (closing(*range(1, 13), divisions=["chem"]), "plan-window-closed", "closed_months[0]"),
    (closing(6, 7, 8), "plan-window-closed", "closed_months[0]"),
    (closing(1, 2, 11), "plan-visits-do-not-fit", "closed_months[0]"),
    ({"campaigns": [{**HEAT, "days": {"x": 1}}]}, "plan-division-unknown", "campaigns[0].days.x"),
    ({"campaigns": [{**HEAT, "days": {"chem": 9999}}]}, "plan-campaign-days", "campaigns[0].days.chem"),
    (visiting(sectors=["metallurgy"]), "plan-campaign-none", "campaigns[0].visits"),
    (visiting(grades=["A"]), "plan-campaign-over-cap", "campaigns[0]"),
    (visiting(sectors=["fireworks"], months=[1]), "plan-visits-do-not-fit", "campaigns[0]"),
    (visiting(sectors=["hazardous-chemicals"], months=[3, 9]), "plan-campaign-months-apart", "campaigns[0]"),
    ({"frequencies": {"fireworks": {"visits": 3}}}, "plan-visits-do-not-fit", "frequencies.fireworks"),
    (leaving(99), "plan-left-out-unknown", "left_out[0]"),
    (leaving(18), "plan-left-out-not-key", "left_out[0]"),
]


@pytest.mark.parametrize(("members", "refused", "path"), BAD)
def test_what_the_directory_cannot_keep_is_refused_with_its_path(
    city: Engine, settings: Settings, members: dict[str, Any], refused: str, path: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        basis(city, settings, **members)
    assert (refusal.value.code, refusal.value.params["path"]) == (refused, path)
    for language in ("zh", "en"):
        assert path in render(f"error.{refused}", language, **refusal.value.params)


def test_a_division_without_enterprises_cannot_close_its_whole_year(city: Engine, settings: Settings) -> None:
    """Where no class is there to complain, the capacity does: key days could not be spread."""
    closed = [{"months": list(range(1, 13)), "divisions": ["trade"], "reason": "r"}]
    left = [{"uscc": code(number), "level": "county", "reason": "r"} for number in (15, 16, 17)]
    with pytest.raises(InvalidInput, match="plan-year-closed"):
        basis(city, settings, closed_months=closed, left_out=left)
