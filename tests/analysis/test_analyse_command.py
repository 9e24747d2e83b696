"""The command `analyse` as its users run it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.catalogues.simulation import FILE
from scheduler.__main__ import main
from scheduler.analysis import plan_analysis
from scheduler.commands import analyse

PLAN = "220200-2026"


class Terminal:
    """Runs the command on the city and returns what it prints."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def told(self, *arguments: str) -> str:
        assert main(["analyse", *arguments, "--data", str(self.folder)]) == 0
        return self.capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.told(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        assert main(["analyse", *arguments, "--data", str(self.folder)]) == 2
        shown = self.capsys.readouterr()
        assert shown.out == ""
        return shown.err


@pytest.fixture
def terminal(plan_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("DOUBLE_RANDOM_DATABASE", raising=False)
    return Terminal(plan_folder, capsys)


def test_the_defaults_of_the_command_are_those_of_the_analysis() -> None:
    assert (analyse.YEARS, analyse.SEED) == (plan_analysis.YEARS, plan_analysis.SEED)


def test_simulated_years_repeat_and_say_what_they_are(terminal: Terminal) -> None:
    first, second = (terminal.json("simulate", PLAN, "--years", "100", "--seed", "x") for _ in range(2))
    assert first == second
    assert (first["simulation"], first["type"], first["years"], first["seed"]) == (True, "simulation/1", 100, "x")
    assert len(first["divisions"]) == 6
    assert first["bureau"]["completed"]["years"] <= min(each["completed"]["years"] for each in first["divisions"])
    assert not has_float(first)
    other = terminal.json("simulate", PLAN, "--years", "100", "--seed", "y")
    assert other["model_sha256"] == first["model_sha256"]
    assert other["bureau"] != first["bureau"]


def test_the_forecast_is_told_in_figures(terminal: Terminal) -> None:
    found = terminal.json("coverage", PLAN, "--years", "50", "--cool-down", "1")
    assert (found["type"], found["simulation"], found["cool_down_years"]) == ("coverage-forecast/1", True, 1)
    assert [each["years"] for each in found["never"]] == [1, 3, 5]
    assert not has_float(found)


def test_past_draws_are_told_in_figures(terminal: Terminal) -> None:
    found = terminal.json("fairness", PLAN)
    assert [each["kind"] for each in found["draws"]] == ["months", "enterprises"]
    assert len(found["tickets"]) == 2
    assert not has_float(found)


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (("simulate", PLAN, "--years", "50"), "SIMULATION", "【模拟】"),
        (("coverage", PLAN, "--years", "50"), "SIMULATION", "【模拟】"),
        (("fairness", PLAN), "no finding", "不是结论"),
    ],
)
def test_pages_are_complete_in_both_languages(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], english: str, chinese: str
) -> None:
    """Every text is there (an unlisted one would say so) and a simulation says what it is."""
    pages = {}
    for language in ("C.UTF-8", "zh_CN.UTF-8"):
        monkeypatch.setenv("LC_ALL", language)
        pages[language] = terminal.told(*arguments)
        assert "Something went wrong" not in pages[language]
        assert "发生了一个" not in pages[language]
        # a placeholder nobody filled is shown as a question mark
        assert "?" not in pages[language].replace("lie evenly?", "")
    assert english in pages["C.UTF-8"]
    assert chinese in pages["zh_CN.UTF-8"]
    figures = [re.findall(r"\d+\.\d+", page) for page in pages.values()]
    assert figures[0] == figures[1]


def test_own_rates_change_the_years(terminal: Terminal, tmp_path: Path) -> None:
    rates = tmp_path / "rates.toml"
    text = FILE.read_text(encoding="utf-8").replace('\naverage = "budget"', '\naverage = "rate"')
    rates.write_text(text.replace('rate = "1"  ', 'rate = "40"  ', 1), encoding="utf-8")
    plain = terminal.json("simulate", PLAN, "--years", "50")
    harder = terminal.json("simulate", PLAN, "--years", "50", "--rates", str(rates))
    assert harder["model_sha256"] != plain["model_sha256"]
    assert harder["bureau"]["completed"]["years"] < plain["bureau"]["completed"]["years"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("simulate", "no-such-plan"), "no-such-plan"),
        (("coverage", "no-such-plan"), "no-such-plan"),
        (("fairness", "no-such-plan"), "no-such-plan"),
        (("simulate", PLAN, "--version", "9"), "v9"),
        (("simulate", PLAN, "--years", "0"), "0"),
        (("coverage", PLAN, "--years", "100001"), "100001"),
        (("coverage", PLAN, "--cool-down", "-1"), "50"),
        (("simulate", PLAN, "--rates", "no-such-file.toml"), "no-such-file.toml"),
    ],
)
def test_refusals_are_one_clear_message(terminal: Terminal, arguments: tuple[str, ...], named: str) -> None:
    message = terminal.refused(*arguments)
    assert named in message
    assert "Traceback" not in message


def has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_float, value.values()))
    return any(map(has_float, value)) if isinstance(value, list) else isinstance(value, float)
