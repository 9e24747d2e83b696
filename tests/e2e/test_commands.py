"""The command line as its users run it: results, exit codes, refusals without a traceback."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scheduler.__main__ import main
from scheduler.directory.changes import CHINA

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: object, data: Path | None = None, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "LANG": language, "HOME": os.environ.get("HOME", "/")}
    if data is not None:
        environ["DOUBLE_RANDOM_DATA"] = str(data)
    return subprocess.run(
        [sys.executable, "-m", "scheduler", *map(str, arguments)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def told(*arguments: object, data: Path | None = None) -> Any:
    done = run(*arguments, data=data)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def refused(*arguments: object, data: Path | None = None) -> str:
    done = run(*arguments, data=data)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


def test_deadlines_follow_the_statutory_calendar() -> None:
    """25 April 2025 + 20 workdays = 27 May 2025 (domain 3); a weekday count would give 23 May."""
    assert run("deadline", "2025-04-25", "20").stdout == "2025-05-27\n"
    assert "2031" in refused("deadline", "2031-01-05", "20")
    refused("deadline", "2025-04-31", "20")
    refused("deadline", "2025-04-25", "-1")


@pytest.mark.shared
def test_every_published_budget_gives_its_computed_figures(shared: Path, tmp_path: Path) -> None:
    cases = json.loads((shared / "data" / "plan_cases.json").read_text(encoding="utf-8"))["budgets"]
    for case in cases:
        file = tmp_path / f"{case['id']}.json"
        file.write_text(json.dumps(case), encoding="utf-8")
        report = told("plan", "budget", file, "--json")
        assert {name: report[name] for name in case["computed"]} == case["computed"]
    wrong = {each["path"] for each in told("plan", "budget", tmp_path / "kuancheng-2025.json", "--json")["wrong"]}
    assert wrong == {"printed.percent[0]", "printed.percent[1]", "printed.percent[2]"}


VECTOR_FILES = ("seed.txt", "order.tsv", "assign.tsv", "result.json", "state.tsv")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["worked-example", "jilin-city"])
def test_recomputing_a_vector_gives_every_file_byte_for_byte(shared: Path, tmp_path: Path, name: str) -> None:
    source, inputs = shared / "vectors" / name, tmp_path / "in"
    inputs.mkdir()
    for file in ("manifest.json", "pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv", "events.tsv"):
        shutil.copy(source / file, inputs / file)
    shutil.copytree(source / "randomness", inputs / "randomness")
    done = run("recompute", inputs, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for file in VECTOR_FILES:
        assert (tmp_path / "out" / file).read_bytes() == (source / file).read_bytes(), file


@pytest.mark.shared
def test_recomputing_the_lottery_of_a_plan_gives_its_months(shared: Path, tmp_path: Path) -> None:
    source = shared / "vectors" / "plan-lottery"
    done = run("recompute", source, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for file in ("seed.txt", "months.tsv"):
        assert (tmp_path / "out" / file).read_bytes() == (source / file).read_bytes(), file


@pytest.mark.shared
@pytest.mark.parametrize("name", ["worked-example", "jilin-city"])
def test_both_verifiers_pass_a_vector_and_agree_on_every_check(shared: Path, tmp_path: Path, name: str) -> None:
    bundle = tmp_path / name
    shutil.copytree(shared / "vectors" / name, bundle, ignore=shutil.ignore_patterns("expected.json"))
    ours = told("verify", bundle, "--json")
    alone = subprocess.run(
        [sys.executable, ROOT / "scripts" / "verify_draw.py", bundle, "--json"], capture_output=True, check=False
    )
    assert alone.returncode == 0
    second = json.loads(alone.stdout)
    assert {each["name"]: each["outcome"] for each in ours["checks"]} == {
        each["name"]: each["outcome"] for each in second["checks"]
    }
    assert (ours["manifest"], ours["seed"]) == (second["manifest"], second["seed"])
    assert run("verify", bundle, "--strict").returncode == 1


def test_a_command_whose_output_is_closed_or_cut_off_ends_quietly(tmp_path: Path) -> None:
    here = {"cwd": ROOT, "shell": True, "capture_output": True, "text": True, "check": False}
    for command in ("deadline 2025-04-25 20 >&-", "deadline 2025-04-25 20 >&- 2>&-", "--help | head -1"):
        done = subprocess.run(f'"{sys.executable}" -m scheduler {command}', **here)  # type: ignore[call-overload]
        assert (done.returncode, done.stderr) == (0, ""), command


def test_a_command_without_its_input_is_refused_in_the_reader_s_language(tmp_path: Path) -> None:
    assert "nowhere" in refused("verify", tmp_path / "nowhere")
    assert "nowhere" in refused("recompute", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert "nowhere" in refused("plan", "budget", tmp_path / "nowhere.json")
    assert "nowhere" in refused("import", "enterprises", tmp_path / "nowhere.csv", data=tmp_path / "var")
    refused("plan", "show", "220200-2099", data=tmp_path / "var")
    refused("draw", "show", "220200-2099-01", data=tmp_path / "var")
    chinese = run("plan", "show", "220200-2099", data=tmp_path / "var", language="zh_CN.UTF-8")
    assert "没有计划" in chinese.stderr


def here(*arguments: object, data: Path) -> int:
    """Run a command in this process, which spares a start; what is told must be read from another."""
    return main([*map(str, arguments), "--data", str(data)])


def approve_by_commands(plan: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a plan reviewed, approved and filed by accounts."""
    paper = ("--number", "示范〔2026〕1号", "--date", f"{datetime.now(CHINA):%Y-%m-%d}")
    steps: list[tuple[str, ...]] = [
        ("user", "add", "fang", "--role", "reviewer", "--password-stdin"),
        ("user", "add", "qian", "--role", "approver", "--password-stdin"),
        ("plan", "review", plan),
        ("plan", "pass", plan, "--as", "fang"),
        ("plan", "submit", plan),
        ("plan", "approve", plan, *paper, "--as", "qian"),
        ("plan", "file", plan, "--with", "government", *paper),
        ("plan", "file", plan, "--with", "province", *paper),
    ]
    for step in steps:
        monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
        assert here(*step, data=data) == 0


def test_a_city_goes_from_files_to_a_verified_draw_by_commands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, data = tmp_path / "city", tmp_path / "var"
    assert run("sample", "--enterprises", 300, "--inspectors", 24, "--out", city).returncode == 0
    for register in ("divisions", "items", "inspectors", "experts"):
        assert here("import", register, city / f"{register}.csv", data=data) == 0
    done = run("import", "enterprises", city / "enterprises.csv", data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    year = json.loads((city / "budget.json").read_text(encoding="utf-8"))["year"]
    plan = f"220200-{year}"
    budget = ("--budget", city / "budget.json")
    assert told("plan", "build", year, *budget, "--demonstration", "--json", data=data)["plan"] == plan
    approve_by_commands(plan, data, monkeypatch)
    assert here("plan", "seal", plan, data=data) == 0
    assert here("plan", "contribute", plan, "dice", "--roll", data=data) == 0
    assert run("plan", "conduct", plan, data=data).returncode == 0
    assert here("plan", "publish", plan, data=data) == 0
    assert told("plan", "show", plan, "--json", data=data)["state"] == "published"

    draw = f"{plan}-01"
    assert here("draw", "seal", f"{plan}-batch-1", data=data) == 0
    assert here("draw", "conduct", draw, data=data) == 2
    assert here("draw", "contribute", draw, "dice", "314159265358979323846264", data=data) == 0
    refused("draw", "contribute", draw, "dice", "314159265358979323846265", data=data)
    assert run("draw", "conduct", draw, data=data).returncode == 0
    assert here("draw", "conduct", draw, data=data) == 0
    assert here("draw", "publish", draw, data=data) == 0
    bundle = tmp_path / "bundle.zip"
    assert run("draw", "show", draw, "--bundle", bundle, data=data).returncode == 0
    assert run("verify", bundle).returncode == 0
    alone = [sys.executable, str(ROOT / "scripts" / "verify_draw.py"), str(bundle)]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0
