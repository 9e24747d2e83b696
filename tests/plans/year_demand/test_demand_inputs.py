"""What a plan's inputs say of the year's demand is read strictly: every refusal names its path and what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from config.messages import render
from config.settings import Settings, load_settings
from scheduler.errors import InvalidInput
from scheduler.plans.json_input import parse_json
from scheduler.plans.year_demand.demand_inputs import DemandInputs, read_demand

CODE = "91220502013583620X"
CAMPAIGN: dict[str, Any] = {"id": "heat", "title": "高温检查", "months": [6, 7], "reason": "市安委会部署"}
VISITS = {**CAMPAIGN, "visits": {"sectors": ["hazardous-chemicals"], "extra": 1}}
CLOSED: dict[str, Any] = {"months": [1, 2], "reason": "春运"}
LEFT_OUT = {"uscc": "11220502013583620H", "level": "province", "reason": "省厅直接检查"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(Path(tmp_path_factory.mktemp("installation")), {})


def read(settings: Settings, **members: Any) -> DemandInputs:
    return read_demand(parse_json(json.dumps(members).encode()), settings)


def test_a_year_without_decisions_is_that_of_the_catalogue(settings: Settings) -> None:
    assert read(settings) == DemandInputs(settings.plan.visits, {}, (), (), ())
    nothing = read(settings, closed_months=[], campaigns=[], frequencies={}, left_out=[])
    assert nothing == read(settings)


def test_a_frequency_is_laid_over_its_rule_for_the_year(settings: Settings) -> None:
    found = read(settings, frequencies={"coal": {"visits": 6, "team": 3, "workload": 7.5}, "mines": {"days": 1.5}})
    rules = {rule.id: rule for rule in found.rules.rules}
    assert (rules["coal"].visits, rules["coal"].cap, rules["coal"].gap) == (6, 6, 2)
    assert (rules["coal"].effort.team, rules["coal"].effort.days) == (3, Fraction(5, 2))
    assert (rules["mines"].visits, rules["mines"].effort.days) == (2, Fraction(3, 2))
    assert found.changed == {"coal": "frequencies.coal", "mines": "frequencies.mines"}
    before = {rule.id: rule for rule in settings.plan.visits.rules}
    assert all(rules[name] == before[name] for name in rules if name not in ("coal", "mines"))
    assert replace(rules["mines"], effort=before["mines"].effort) == before["mines"]


def test_campaigns_closed_months_and_units_left_out_are_read(settings: Settings) -> None:
    found = read(
        settings,
        campaigns=[{**VISITS, "days": {"危化处": 12.5}}],
        closed_months=[{**CLOSED, "divisions": ["mines"], "sectors": ["coal-mines"]}],
        left_out=[LEFT_OUT],
    )
    (campaign,), (closed,), (left,) = found.campaigns, found.closed, found.left_out
    assert (campaign.id, campaign.months, campaign.days) == ("heat", (6, 7), {"危化处": Fraction(25, 2)})
    assert campaign.visits is not None and campaign.visits.months == (6, 7)
    assert campaign.visits.fit("hazardous-chemicals", "undecided", "unknown")
    assert not campaign.visits.fit("coal-mines", "220202", "A")
    assert (closed.months, closed.divisions, closed.sectors) == ((1, 2), ("mines",), ("coal-mines",))
    assert (left.uscc, left.level, left.path) == (LEFT_OUT["uscc"], "province", "left_out[0]")


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"closed_months": {}}, "json-not-list", "closed_months"),
    ({"closed_months": [{"months": [1]}]}, "json-member-missing", "closed_months[0].reason"),
    ({"closed_months": [{**CLOSED, "months": []}]}, "json-not-list", "closed_months[0].months"),
    ({"closed_months": [{**CLOSED, "months": [1, 13]}]}, "plan-month", "closed_months[0].months[1]"),
    ({"closed_months": [{**CLOSED, "months": [0]}]}, "plan-month", "closed_months[0].months[0]"),
    ({"closed_months": [{**CLOSED, "months": [1.5]}]}, "json-fractional", "closed_months[0].months[0]"),
    ({"closed_months": [{**CLOSED, "months": [2, 2]}]}, "plan-months-ascending", "closed_months[0].months[1]"),
    ({"closed_months": [{**CLOSED, "sectors": ["bakeries"]}]}, "plan-choice-unknown", "closed_months[0].sectors[0]"),
    ({"closed_months": [{**CLOSED, "why": "x"}]}, "json-member-unknown", "closed_months[0].why"),
    ({"closed_months": [{**CLOSED, "reason": " "}]}, "json-not-text", "closed_months[0].reason"),
    ({"frequencies": {"bakeries": {"visits": 1}}}, "plan-rule-unknown", "frequencies.bakeries"),
    ({"frequencies": []}, "json-not-object", "frequencies"),
    ({"frequencies": {"coal": {}}}, "plan-frequency-empty", "frequencies.coal"),
    ({"frequencies": {"coal": {"visits": 7}}}, "plan-frequency-over-cap", "frequencies.coal"),
    ({"frequencies": {"coal": {"visits": 0}}}, "plan-number-between", "frequencies.coal.visits"),
    ({"frequencies": {"coal": {"visits": 5, "gap": 3}}}, "plan-frequency-gap", "frequencies.coal"),
    ({"frequencies": {"coal": {"team": 1}}}, "plan-number-between", "frequencies.coal.team"),
    ({"frequencies": {"coal": {"days": 0}}}, "plan-frequency-no-days", "frequencies.coal.days"),
    ({"frequencies": {"coal": {"days": 1.25}}}, "json-days-decimals", "frequencies.coal.days"),
    ({"frequencies": {"coal": {"days": 1, "workload": 2}}}, "plan-frequency-days-twice", "frequencies.coal.workload"),
    ({"frequencies": {"coal": {"team": 3, "workload": 4}}}, "plan-frequency-workload", "frequencies.coal.workload"),
    ({"frequencies": {"coal": {"cap": 9}}}, "json-member-unknown", "frequencies.coal.cap"),
    ({"campaigns": [CAMPAIGN]}, "plan-campaign-empty", "campaigns[0]"),
    ({"campaigns": [VISITS, VISITS]}, "plan-campaign-twice", "campaigns[1].id"),
    ({"campaigns": [{**VISITS, "id": "高温"}]}, "plan-campaign-id", "campaigns[0].id"),
    ({"campaigns": [{**VISITS, "months": [14]}]}, "plan-month", "campaigns[0].months[0]"),
    ({"campaigns": [{**CAMPAIGN, "days": {"危化处": -1}}]}, "json-negative", "campaigns[0].days.危化处"),
    ({"campaigns": [{**CAMPAIGN, "visits": {}}]}, "json-member-missing", "campaigns[0].visits.extra"),
    ({"campaigns": [{**CAMPAIGN, "visits": {"extra": 0}}]}, "plan-number-between", "campaigns[0].visits.extra"),
    (
        {"campaigns": [{**CAMPAIGN, "visits": {"extra": 1, "districts": ["110101"]}}]},
        "plan-choice-unknown",
        "campaigns[0].visits.districts[0]",
    ),
    (
        {"campaigns": [{**CAMPAIGN, "visits": {"extra": 1, "grades": ["1", "1"]}}]},
        "plan-choice-twice",
        "campaigns[0].visits.grades[1]",
    ),
    ({"left_out": [{**LEFT_OUT, "uscc": CODE}]}, "plan-left-out-code", "left_out[0].uscc"),
    ({"left_out": [LEFT_OUT, LEFT_OUT]}, "plan-left-out-twice", "left_out[1].uscc"),
    ({"left_out": [{**LEFT_OUT, "level": "city"}]}, "plan-choice-unknown", "left_out[0].level"),
    ({"left_out": [{"uscc": LEFT_OUT["uscc"], "level": "province"}]}, "json-member-missing", "left_out[0].reason"),
]


@pytest.mark.parametrize(("members", "code", "path"), BAD)
def test_a_refusal_names_the_path(settings: Settings, members: dict[str, Any], code: str, path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(settings, **members)
    assert (refusal.value.code, refusal.value.params["path"]) == (code, path)
    for language in ("zh", "en"):
        assert path in render(f"error.{code}", language, **refusal.value.params)
