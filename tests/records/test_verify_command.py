"""`python -m scheduler verify`: exit codes, languages, JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.commands import verify
from scheduler.records.bundle import write_folder, write_zip

pytestmark = pytest.mark.shared
Vector = Callable[[str], dict[str, bytes]]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    verify.register(parser.add_subparsers())
    args = parser.parse_args(["verify", *arguments])
    code: int = args.run(args)
    return code


def test_a_true_bundle_passes_as_folder_and_as_zip(
    vector: Vector, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = vector("worked-example")
    write_folder(files, tmp_path / "b")
    (tmp_path / "b.zip").write_bytes(write_zip(files))
    assert run(str(tmp_path / "b"), "--lang", "en") == 0
    first = capsys.readouterr().out
    assert run(str(tmp_path / "b.zip"), "--lang", "en") == 0
    second = capsys.readouterr().out
    assert first.splitlines()[1:] == second.splitlines()[1:]
    assert "6 order pass 13 lots byte for byte, 6 drawn" in " ".join(first.split())
    assert first.splitlines()[-1] == "pass 19  warn 0  FAIL 0  absent 6: nothing failed"
    assert run(str(tmp_path / "b.zip"), "--strict") == 1


def test_a_changed_bundle_shows_where(vector: Vector, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = vector("worked-example")
    files["assign.tsv"] = files["assign.tsv"].replace(b"Z002", b"Z003", 1)
    write_folder(files, tmp_path / "b")
    assert run(str(tmp_path / "b"), "--lang", "zh") == 1
    shown = capsys.readouterr().out
    assert "assign.tsv, 第 7 行" in shown
    assert "应为 913301000000000060\t0\tZ002" in shown
    assert "实为 913301000000000060\t0\tZ003" in shown
    assert "未通过" in shown.splitlines()[-1]


def test_json_is_for_machines(vector: Vector, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(vector("plan-lottery"), tmp_path / "b")
    assert run(str(tmp_path / "b"), "--json", "--lang", "en") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["type"], report["exit"], report["counts"]["FAIL"]) == ("plan", 0, 0)
    assert {row["name"] for row in report["checks"]} >= {"files", "tables", "classes", "seed", "months"}
