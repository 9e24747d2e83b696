"""The curve library leaves the interpreter as it found it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_checking_a_pulse_leaves_the_recursion_limit_and_deep_json_is_refused() -> None:
    """In a process of its own: with the library's limit of 100,000 the nested document would end it."""
    program = (
        "import sys; before = sys.getrecursionlimit()\n"
        "import scheduler.randomness.curve\n"
        "assert sys.getrecursionlimit() == before\n"
        "from scheduler.errors import InvalidInput\n"
        "from scheduler.plans.json_input import parse_json\n"
        "try:\n    parse_json(b'[' * 200_000)\n"
        "except InvalidInput as refusal:\n    print(refusal.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "json-too-deep"), done.stderr
