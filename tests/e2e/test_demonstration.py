"""The two ways a newcomer meets the service: `scripts/demo FILE` and `scripts/serve --demo`."""

from __future__ import annotations

import csv
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def environ(language: str = "C.UTF-8") -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": language, "HOME": os.environ.get("HOME", "/")}


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler", "demo", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environ(), capture_output=True, text=True, check=False)


@pytest.mark.shared
def test_the_real_city_becomes_a_plan_and_a_verified_draw(shared: Path, tmp_path: Path) -> None:
    """3,258 rows, one of them twice; every key enterprise in the plan; nobody lost between pool and exclusions."""
    file, folder = shared / "data" / "jilin_city_enterprises.csv", tmp_path / "demo"
    done = demo(file, "--data", folder)
    assert (done.returncode, done.stderr) == (0, "")
    with file.open(encoding="utf-8-sig", newline="") as source:
        codes = [row["统一社会信用代码"] for row in csv.DictReader(source)]
    assert (len(codes), len(set(codes))) == (3258, 3257)
    twice = next(code for code in codes if codes.count(code) == 2)
    assert "3258 rows read, 3257 entered, 0 unchanged, 1 duplicates, 0 refused" in done.stdout
    assert twice in done.stdout
    stored = sqlite3.connect(folder / "double-random.sqlite")
    key = {code for (code,) in stored.execute("SELECT uscc FROM enterprise WHERE tier = 'key'")}
    visited = {code for (code,) in stored.execute("SELECT DISTINCT uscc FROM key_visit")}
    assert key
    assert visited == key
    assert f"{len(key)} key enterprises, {len(key)} planned" in done.stdout
    pool = {code for (code,) in stored.execute("SELECT entry_id FROM draw_entry WHERE draw_id LIKE '%-01'")}
    left_out = {code for (code,) in stored.execute("SELECT entry_id FROM draw_exclusion")}
    assert pool | left_out == set(codes)
    assert not pool & left_out
    stored.close()
    assert "nothing failed" in done.stdout
    assert "The plan is proven" in done.stdout
    assert "x 60 staff" in done.stdout
    assert "months over capacity: 0" in done.stdout
    record = [sys.executable, "-m", "scheduler", "plan", "verify", str(folder / "plan-record.zip")]
    assert subprocess.run(record, cwd=ROOT, env=environ(), capture_output=True, check=False).returncode == 0
    assert re.search(r"4 randomness +warn .*demonstration", done.stdout)


@pytest.mark.shared
def test_a_demonstration_never_writes_into_a_folder_in_use(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "double-random.sqlite").write_bytes(b"")
    done = demo("--data", tmp_path)
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert (tmp_path / "double-random.sqlite").read_bytes() == b""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A served demonstration, its address taken from what it prints."""
    command = [sys.executable, "-m", "api", "--demo", "--no-clock", "--port", "0", "--data", str(tmp_path / "var")]
    with subprocess.Popen(command, cwd=ROOT, env=environ(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line.strip() for line in process.stdout if line.startswith("http://"))
        yield address.rstrip("/")
        process.terminate()


def test_the_served_demonstration_answers_and_its_bundle_verifies(served: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with urllib.request.urlopen(f"{served}/draws", timeout=30) as answer:
        page = answer.read().decode()
    assert time.monotonic() - began < 30
    found = re.search(r"/draws/(\d{6}-\d{4}-\d{2})\b", page)
    assert found
    bundle = tmp_path / "bundle.zip"
    with urllib.request.urlopen(f"{served}/draws/{found[1]}/bundle.zip", timeout=30) as answer:
        bundle.write_bytes(answer.read())
    alone = [sys.executable, str(ROOT / "scripts" / "verify_draw.py"), str(bundle)]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


def test_a_port_in_use_is_refused_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "api", "--port", port, "--data", str(tmp_path / "var")]
        done = subprocess.run(command, cwd=ROOT, env=environ(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr
