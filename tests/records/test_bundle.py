"""A bundle holds the public record, has the same bytes every time, and passes both verifiers."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine

from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import draft_draw
from scheduler.draws.events import append_draw_event
from scheduler.draws.sealing import seal_draw, seal_months
from scheduler.errors import NotFound, Unavailable
from scheduler.records.bundle import bundle_files, write_bundle, write_zip
from scheduler.records.opening import open_bundle
from scheduler.records.verification import verify_bundle, verify_files
from scheduler.store.session import reading, writing

ROOT = Path(__file__).parents[2]
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
Demonstration = tuple[Engine, str]


def files_of(demonstration: Demonstration) -> dict[str, bytes]:
    engine, draw = demonstration
    with reading(engine) as session:
        return bundle_files(session, draw)


def test_a_published_draw_passes_both_verifiers_with_a_warning_for_its_dice(
    demonstration: Demonstration, stand_alone: ModuleType
) -> None:
    files = files_of(demonstration)
    for report in (
        verify_files(files, "x").document("en"),
        stand_alone.audit_files(files).as_json("x", "en"),
    ):
        outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
        details = {check["name"]: check["detail"] for check in report["checks"]}
        assert report["exit"] == 0
        assert outcomes["randomness"] == "warn"
        assert "demonstration" in details["randomness"]
        assert {outcomes[name] for name in ("seed", "order", "assignment", "result", "events", "state")} == {"pass"}
    assert verify_files(files, "x", strict=True).exit == 1


def test_the_same_record_gives_the_same_zip(demonstration: Demonstration, tmp_path: Path) -> None:
    files = files_of(demonstration)
    first, second = write_zip(files), write_zip(dict(reversed(files.items())))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == sorted(files)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    engine, draw = demonstration
    with reading(engine) as session:
        write_bundle(session, draw, tmp_path / "out" / "draw.zip")
        write_bundle(session, draw, tmp_path / "folder")
    assert (tmp_path / "out" / "draw.zip").read_bytes() == first
    assert open_bundle(tmp_path / "folder") == open_bundle(tmp_path / "out" / "draw.zip") == files


def test_the_verifier_inside_verifies_its_own_folder(demonstration: Demonstration, tmp_path: Path) -> None:
    engine, draw = demonstration
    with reading(engine) as session:
        write_bundle(session, draw, tmp_path / "taken")
    for bundle in (".", "../taken"):
        command = [sys.executable, "-I", "verify_draw.py", bundle, "--lang", "en"]
        ran = subprocess.run(command, cwd=tmp_path / "taken", capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "nothing failed" in ran.stdout


def test_the_readme_says_how_to_verify_in_both_languages(demonstration: Demonstration) -> None:
    files = files_of(demonstration)
    text = files["README.txt"].decode()
    assert "python3 verify_draw.py ." in text
    assert "演示" in text and "demonstration" in text
    command = next(line.strip() for line in text.splitlines() if line.strip().startswith("printf") and "CODE" in line)
    stratum, rank, entry, ticket, _ = files["order.tsv"].decode().splitlines()[0].split("\t")
    ran = subprocess.run(
        ["/bin/sh", "-c", command.replace("CODE", entry)], capture_output=True, text=True, timeout=20, check=True
    )
    assert (ran.stdout.split()[0], stratum, rank) == (ticket, "A", "1")


def test_before_publication_the_bundle_holds_no_outcome(demonstration: Demonstration) -> None:
    engine, draw = demonstration
    with reading(engine) as session:
        everything = bundle_files(session, draw, public=False)
    assert everything == files_of(demonstration)
    with reading(engine) as session, pytest.raises(NotFound, match="draw-unknown"):
        bundle_files(session, "220200-2023-99")


def test_a_bundle_that_cannot_be_written_is_a_refusal(demonstration: Demonstration, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    engine, draw = demonstration
    with reading(engine) as session, pytest.raises(Unavailable, match="bundle-unwritable"):
        write_bundle(session, draw, tmp_path / "file" / "draw.zip")


@pytest.mark.shared
def test_the_bundle_of_a_plans_lottery_passes_both_verifiers(
    engine: Engine, shared: Path, stand_alone: ModuleType, tmp_path: Path
) -> None:
    import json

    folder = shared / "vectors" / "plan-lottery"
    rounds = json.loads((shared / "vectors" / "drand.json").read_text())["rounds"]
    with writing(engine) as session:
        plan, table = (folder / "plan.json").read_bytes(), (folder / "enterprises.tsv").read_bytes()
        draw = seal_months(session, "o", plan, table, title="年度计划", now=SEALED).id
        contribute(session, "w", draw, "dice", "16180339887498948482", now=SEALED)
        contribute(session, "w", draw, "drand", json.dumps(rounds[2]), now=SEALED + timedelta(hours=1))
        conduct_draw(session, "o", draw)
        publish_draw(session, "o", draw)
        write_bundle(session, draw, tmp_path / "plan.zip")
    report = verify_bundle(tmp_path / "plan.zip")
    assert (report.exit, report.counts["pass"]) == (0, 9)
    assert stand_alone.verify(str(tmp_path / "plan.zip")).exit_status() == 0


@pytest.mark.shared
def test_a_revealed_draw_of_every_kind_of_source_passes_both_verifiers(
    demonstration: Demonstration, shared: Path, stand_alone: ModuleType
) -> None:
    """Sealed mode with a NIST pulse, a lottery issue, dice and the office's secret, from the seal to the reveal."""
    import json

    engine, _ = demonstration
    now = datetime(2026, 8, 31, 18, 0, tzinfo=UTC)
    issue = {"id": "kl8", "type": "lottery/cn-kl8", "issue": "2026231", "time": "2026-09-01T02:50:00+08:00"}
    nist = {"id": "nist", "type": "nist/2.0", "time": "2026-08-31T19:04:00.000Z"}
    office, dice = {"id": "office", "type": "commit/sha256"}, {"id": "dice", "type": "dice/d10", "count": 20}
    rule = {"kind": "fixed", "count": 3}
    settings = {
        "agency": "112202000000000000",
        "title": "抽查",
        "on": "2023-08-25",
        "mode": "sealed",
        "reveal_by": "2026-12-31",
        "rules": {"A": rule},
        "randomness": [nist, issue, dice, office],
    }
    pulse = (shared / "vectors" / "nist" / "pulse.json").read_text()
    certificate = (shared / "vectors" / "nist" / "certificate.pem").read_text()
    with writing(engine) as session:
        draw = seal_draw(session, "o", draft_draw(session, "p", "220200-2026", settings).id, now).id
        contribute(session, "w", draw, "dice", "1" * 20, now=now + timedelta(minutes=5))
        numbers = " ".join(f"{number:02}" for number in range(80, 60, -1))
        contribute(session, "w", draw, "kl8", numbers, now=now + timedelta(hours=2))
        contribute(session, "w", draw, "nist", pulse, certificate=certificate, now=now + timedelta(hours=2))
        conduct_draw(session, "o", draw)
        publish_draw(session, "o", draw)
        assert set(bundle_files(session, draw)) == {"README.txt", "result.json", "verify_draw.py"}
        append_draw_event(session, "o", draw, "reveal")
        files = bundle_files(session, draw)
    ours = {check.name: check.outcome for check in verify_files(files, "x").checks}
    theirs = {check.name: check.outcome for check in stand_alone.audit_files(files).checks}
    assert ours == theirs
    assert {name for name, outcome in ours.items() if outcome != "pass"} == {
        "signatures", "inclusion", "checkpoint", "cosignatures", "time", "reveal",
    }  # fmt: skip
    assert json.loads(files["randomness/kl8.json"])["value"].startswith("2026231:61,62,")
