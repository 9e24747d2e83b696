"""The command line as a whole: every command is where its name says, and no other is loaded beside it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.__main__ import COMMANDS, build_parser


def commands(parser: argparse.ArgumentParser) -> list[str]:
    (subparsers,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return list(subparsers.choices)


def test_the_commands_have_the_names_they_are_loaded_by() -> None:
    assert commands(build_parser()) == list(COMMANDS)
    for name in COMMANDS:
        assert commands(build_parser(name)) == [name]


def test_whatever_is_no_command_is_answered_with_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser("recomput").parse_args(["recomput"])
    said = capsys.readouterr().err
    assert all(f"'{name}'" in said for name in COMMANDS)


@pytest.mark.parametrize(("output", "code"), [("/dev/full", 2), ("/dev/null", 0)])
def test_a_full_disk_below_the_output_is_a_refusal_and_no_fault(output: str, code: int) -> None:
    """What was to be printed is lost; it is said, with what to do."""
    with Path(output).open("w") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "scheduler", "deadline", "2025-04-25", "20"],
            stdout=stream,
            stderr=subprocess.PIPE,
            env={**os.environ, "LANG": "en_GB.UTF-8"},
            check=False,
        )
    assert done.returncode == code
    assert (b"no room" in done.stderr) == bool(code)
