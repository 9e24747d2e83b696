"""What if from the terminal: a scenario beside its plan, kept, listed, compared, removed; each refusal in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import load_settings
from scheduler.__main__ import main
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.store.opening import open_store
from scheduler.store.session import writing
from tests.api.sample_city import PLAN, budget_json, settle

Run = Callable[..., str]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Path:
    """An installation with a small city and its plan."""
    data = tmp_path_factory.mktemp("city")
    (data / "double-random.sqlite").write_bytes(sqlite_template)
    settings = load_settings(data, {})
    engine = open_store(settings)
    with writing(engine) as session:
        settle(session, enterprises=60)
        build_plan(session, settings, parse_json(budget_json()), year=2026, actor="li", demonstration=True)
    engine.dispose()
    return data


@pytest.fixture
def plan(city: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a step of the plan and return what it tells, or the refusal."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(step: str, *arguments: str, refused: bool = False) -> str:
        code = main(["plan", step, PLAN, *arguments, "--data", str(city)])
        told = capsys.readouterr()
        assert code == (2 if refused else 0), told
        return told.err if refused else told.out

    return run


def test_a_scenario_is_computed_kept_compared_and_removed(plan: Run, tmp_path: Path) -> None:
    told = plan("what-if", "--staff", "chemicals=-3", "--reserve", "20", "--keep", "three fewer")
    assert "危险化学品监督管理处: staff -3" in told and "Reserve 20 %" in told
    assert next(line.split() for line in told.splitlines() if line.startswith("staff")) == ["staff", "27", "24*"]
    assert "== three fewer" in told and "proven" in told.split("== three fewer")[1]
    file = tmp_path / "changes.json"
    file.write_text(json.dumps([{"kind": "staff", "division": "chemicals", "to": 12}]), encoding="utf-8")
    found = json.loads(plan("what-if", "--changes", str(file), "--ratio", "A=1/2", "--keep", "three more", "--json"))
    assert found["budget"]["divisions"][0]["staff"] == 12
    assert found["changes"][0] == {"kind": "staff", "division": "chemicals", "to": 12}
    kept = json.loads(plan("scenarios", "--json"))
    assert [each["name"] for each in kept] == ["three fewer", "three more"]
    compared = json.loads(plan("compare", "three fewer", "three more", "--json"))
    staff = next(each for each in compared["figures"] if each["figure"] == "staff" and each["division"] is None)
    assert staff["values"] == [27, 24, 30]
    drawn = next(each for each in compared["figures"] if each["figure"] == "drawn")
    assert drawn["values"][0] == drawn["values"][1] < drawn["values"][2]  # class A is drawn fifty times as often
    assert "three more" not in plan("scenarios", "--remove", "three more")
    assert "has a scenario 'three fewer' already" in plan("what-if", "--keep", "three fewer", refused=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--staff", "nobody=3"), "has no division 'nobody'"),
        (("--staff", "mines=1.5"), "1.5 is not a whole number"),
        (("--staff", "mines=-9"), "-9 would bring it below 0"),
        (("--staff", "mines"), "is not how --staff is written"),
        (("--reserve", "101"), "must add up to 100 %"),
        (("--reserve", "ten"), "is not how --reserve is written"),
        (("--ratio", "A=3/2"), "over 1"),
        (("--ratio", "Z=1/2"), "ratios.Z"),
        (("--frequency", "nothing=2"), "have no nothing"),
        (("--frequency", "others=99"), "frequencies.others.visits"),
        (("--remove-campaign", "spring"), "there is no campaign 'spring'"),
        (("--version", "9"), "There is no plan 220200-2026 v9"),
        (("--changes", "/nowhere.json"), "There is no file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(plan: Run, arguments: tuple[str, ...], told: str) -> None:
    assert told in plan("what-if", *arguments, refused=True)


def test_a_comparison_needs_scenarios_that_are_there(plan: Run) -> None:
    assert "no scenario 'nothing'" in plan("compare", "nothing", refused=True)
