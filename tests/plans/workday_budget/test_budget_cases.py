"""The workday budgets of published plans: what exact arithmetic gives, and every printed figure that is wrong."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from scheduler.commands.plan_budget import register_budget

pytestmark = pytest.mark.shared

WRONG = {"kuancheng-2025": ["printed.percent[0]", "printed.percent[1]", "printed.percent[2]"]}


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    register_budget(parser.add_subparsers())
    args = parser.parse_args(["budget", *words])
    code: int = args.run(args)
    return code


def test_every_published_budget_comes_out_and_its_wrong_figures_are_named(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shared / "data" / "plan_cases.json"
    cases = json.loads(file.read_text(encoding="utf-8"))["budgets"]
    assert call(str(file), "--json") == 0
    reports = json.loads(capsys.readouterr().out)["budgets"]
    for case, report in zip(cases, reports, strict=True):
        wrong = [figure["path"] for figure in report.pop("wrong")]
        assert report == {"id": case["id"], **case["computed"]}
        assert wrong == WRONG.get(case["id"], [])


def test_one_budget_alone_gives_the_same_report(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = json.loads((shared / "data" / "plan_cases.json").read_text(encoding="utf-8"))["budgets"]
    file = tmp_path / "one.json"
    file.write_text(json.dumps(cases[0]), encoding="utf-8")
    assert call(str(file), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["wrong"][0] == {"path": "printed.percent[0]", "printed": 21, "computed": "52.2"}
    assert call(str(file), "--strict") == 1
