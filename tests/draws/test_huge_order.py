"""The order of a huge pool on two processes is the kernel's, byte for byte, or there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scheduler.draws import huge_order
from scheduler.draws.protocol.manifest import parse_manifest
from tests.draws.protocol.samples import FILES, manifest_of

ROOT = Path(__file__).parents[2]


def test_two_processes_agree_with_the_kernel_and_leave_refusals_to_it() -> None:
    command = [sys.executable, "-m", "tests.draws.huge_order_driver", "12"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    compared = json.loads(run.stdout)
    assert len(compared) == 12
    for each in compared:
        assert each["two"] == each["kernel"]
        assert each["refused"]
        assert each["tried"] >= 9


def test_a_small_pool_is_left_to_the_kernel() -> None:
    assert huge_order.order_in_two(parse_manifest(manifest_of()), FILES, "ab" * 32) is None


def test_the_tickets_of_both_shares_are_all_of_them() -> None:
    assert 0 < huge_order.CUT < 256
