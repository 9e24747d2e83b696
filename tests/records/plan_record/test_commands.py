"""`plan record` and `plan verify`: the same bytes each time, exit codes, nothing needed but the record."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine

from scheduler.__main__ import main
from scheduler.commands import plan_record
from scheduler.plans.queries import view_plan
from scheduler.records.bundle import write_zip
from scheduler.records.plan_record.contents import plan_record_files
from scheduler.store.session import reading
from tests.api.sample_city import PLAN
from tests.records.plan_record.conftest import Files

ROOT = Path(__file__).parents[3]


@pytest.fixture
def written(record: Files, tmp_path: Path) -> Path:
    file = tmp_path / "record.zip"
    file.write_bytes(write_zip(record))
    return file


def test_the_same_version_gives_the_same_bytes(city: Engine, record: Files) -> None:
    with reading(city) as session:
        again = plan_record_files(session, view_plan(session, PLAN, published_only=True), public=True)
    assert write_zip(again) == write_zip(record)


def test_the_command_writes_a_record_that_the_other_proves(
    city: Engine, record: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan_record, "engine_of", lambda args: city)
    file, folder = tmp_path / "out" / "plan.zip", tmp_path / "folder"
    assert main(["plan", "record", PLAN, "--out", str(file)]) == 0
    assert main(["plan", "record", PLAN, "--out", str(folder)]) == 0
    assert file.read_bytes() == write_zip(record)
    assert (folder / "lottery" / "months.tsv").read_bytes() == record["lottery/months.tsv"]
    capsys.readouterr()
    assert main(["plan", "verify", str(file), "--lang", "en"]) == 0
    assert "nothing failed" in capsys.readouterr().out
    assert main(["plan", "verify", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["type"], report["exit"], report["counts"]["FAIL"]) == ("plan-record", 0, 0)


def test_exit_codes_tell_a_failure_from_unusable_input(written: Path, record: Files, tmp_path: Path) -> None:
    document = json.loads(record["document.json"])
    assert main(["plan", "verify", str(written), "--strict"]) == 1
    assert main(["plan", "verify", str(written), "--sha256", "0" * 64]) == 1
    document["units"]["key"] += 1
    spoilt = tmp_path / "spoilt.zip"
    spoilt.write_bytes(write_zip(record | {"document.json": json.dumps(document).encode()}))
    assert main(["plan", "verify", str(spoilt)]) == 1
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a.txt", "a")
    assert main(["plan", "verify", str(tmp_path / "other.zip")]) == 2
    assert main(["plan", "verify", str(tmp_path / "missing.zip")]) == 2


def test_the_proof_takes_no_database_and_no_solver(written: Path) -> None:
    program = (
        "import sys; from scheduler.__main__ import main; code = main(sys.argv[1:]);"
        "print(sorted({'sqlalchemy', 'scipy', 'numpy', 'flask'} & set(sys.modules))); sys.exit(code)"
    )
    command = [sys.executable, "-c", program, "plan", "verify", str(written)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]")
