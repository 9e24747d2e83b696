"""The order of a huge pool on two processes is the kernel's, byte for byte, or there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.draws import huge_order
from scheduler.draws.protocol.manifest import parse_manifest
from tests.draws.protocol.samples import FILES, manifest_of

ROOT = Path(__file__).parents[2]


def test_one_process_and_two_agree_with_the_kernel_and_leave_refusals_to_it() -> None:
    command = [sys.executable, "-m", "tests.draws.huge_order_driver", "12"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert len(found["compared"]) == 12
    for each in found["compared"]:
        assert each["1"] == each["2"] == each["kernel"]
        assert each["refused"]
        assert each["tried"] >= 22
    assert found["broken"] == {"end": "unfinished", "some": True, "right": True}


def test_a_small_pool_is_left_to_the_kernel() -> None:
    with pytest.raises(huge_order.Unfinished):
        next(huge_order.order_in_parts(parse_manifest(manifest_of()), FILES, "ab" * 32))


def test_the_shares_of_both_processes_are_all_there_is() -> None:
    assert 0 < huge_order.CUT < 256
    assert 0 < huge_order.SHARE < 256
