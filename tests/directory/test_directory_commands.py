"""The commands import, decide and sample as a shell sees them: output, exit codes, files, both languages."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from scheduler.commands import decide, import_files, sample
from scheduler.errors import ServiceError
from tests.directory.conftest import Files, code, enterprise


def run(*arguments: str | Path) -> int:
    """Run one command of this part and return its exit code; a refusal ends with 2, as the entry point has it."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    for module in (import_files, decide, sample):
        module.register(subparsers)
    args = parser.parse_args([str(each) for each in arguments])
    try:
        with ExitStack() as args.closing:
            done: int = args.run(args)
    except ServiceError:
        return 2
    return done


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("DOUBLE_RANDOM_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DOUBLE_RANDOM_DATABASE", raising=False)


def test_an_import_prints_its_figures_and_ends_with_0(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    path = files([enterprise(1), enterprise(2), enterprise(1)])
    assert run("import", "enterprises", path) == 0
    told = capsys.readouterr().out
    assert "3 rows read; 2 entered" in told
    assert f"line 4 repeats line 2: {code(1)}" in told
    assert not path.with_name("enterprises.csv.refused.xlsx").exists()


def test_refused_rows_end_with_1_and_stand_in_a_file_beside_the_input(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files([enterprise(1), enterprise(2, 企业名称="")])
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("import", "enterprises", path) == 1
    told = capsys.readouterr().out
    assert "退回 1" in told
    assert "第 3 行" in told
    assert path.with_name("enterprises.csv.refused.xlsx").exists()


def test_a_folder_that_is_read_only_gets_no_file_of_refused_rows(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files([enterprise(2, 企业名称="")])
    folder, here = tmp_path / "source", tmp_path / "here"
    for each in (folder, here):
        each.mkdir()
    path = path.rename(folder / "x.csv")
    folder.chmod(0o555)
    monkeypatch.chdir(here)
    assert run("import", "enterprises", path) == 1
    assert [each.name for each in folder.iterdir()] == ["x.csv"]
    assert [each.name for each in here.iterdir()] == ["x.csv.refused.xlsx"]
    folder.chmod(0o755)


def test_a_dry_run_writes_nothing_and_shows_every_change(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    path = files([enterprise(1), enterprise(2, 企业名称="")])
    assert run("import", "enterprises", path, "--dry-run") == 1
    told = capsys.readouterr().out
    assert "nothing was written" in told
    assert f"enters: {code(1)}" in told
    assert list(path.parent.glob("*.xlsx")) == []
    assert run("import", "enterprises", path, "--dry-run", "--json") == 1
    assert json.loads(capsys.readouterr().out)["counts"]["entered"] == 1


def test_strict_changes_and_leaving_are_told(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", "enterprises", files([enterprise(1), enterprise(2)]))
    assert run("import", "enterprises", files([enterprise(3, 企业名称="")]), "--strict") == 1
    assert "the directory was not changed" in capsys.readouterr().out
    changed = files([enterprise(1, 企业名称="新名")], name="b.csv")
    assert run("import", "enterprises", changed, "--leave-missing", "--reason", "yearly check") == 0
    told = capsys.readouterr().out
    assert "name: 吉林市恒远1号机械厂 -> 新名" in told
    assert f"leaves: {code(2)}" in told


def test_a_file_that_cannot_be_used_ends_with_2(tmp_path: Path) -> None:
    assert run("import", "enterprises", tmp_path / "no.csv") == 2
    (tmp_path / "x.xlsx").write_text("no workbook", "utf-8")
    assert run("import", "inspectors", tmp_path / "x.xlsx") == 2


def test_a_decision_is_made_shown_and_given_back(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    run("import", "enterprises", files([enterprise(1)]))
    assert run("decide", code(1).lower(), "tier", "key", "--reason", "seen on site") == 0
    assert "tier: key" in capsys.readouterr().out
    assert run("decide", code(1), "tier", "key", "--reason", "again") == 2
    assert run("decide", code(1), "tier", "rules", "--reason", "mistaken", "--json") == 0
    assert json.loads(capsys.readouterr().out)["decisions"]["tier"]["by"] == "rules"
    assert run("decide", code(1), "tier", "sometimes", "--reason", "x") == 2


def test_a_sample_is_written_named_and_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "city"
    assert run("sample", "--enterprises", "40", "--inspectors", "6", "--experts", "2", "--out", out) == 0
    named = capsys.readouterr().out.split()
    assert sorted(Path(name).name for name in named) == sorted(each.name for each in out.iterdir())
    for register in ("divisions", "items", "inspectors", "experts", "enterprises"):
        assert run("import", register, out / f"{register}.csv") == 0
    again = ("sample", "--enterprises", "40", "--inspectors", "6", "--out", out, "--seed", "x", "--json")
    assert run(*again) == 0
    assert run("sample", "--enterprises", "0", "--inspectors", "6", "--out", out) == 2
