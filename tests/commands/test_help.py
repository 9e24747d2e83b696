"""Every command says what it does, and every command line of the README is one."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.__main__ import build_parser

ROOT = Path(__file__).parent.parent.parent
LINES = re.findall(r"^python -m scheduler (.*?)(?:\s+#.*)?$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield name, line of help and parser of every command and step below a parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            lines = {each.dest: each.help or "" for each in action._choices_actions}
            for step, below in action.choices.items():
                yield f"{name} {step}".strip(), lines.get(step, ""), below
                yield from commands(below, f"{name} {step}".strip())


def test_every_command_has_its_line_of_help_and_every_argument_is_explained() -> None:
    found = list(commands(build_parser()))
    assert len(found) > 50
    assert [name for name, line, _ in found if not line] == []
    silent = [
        f"{name} {action.dest}"
        for name, _, parser in found
        for action in parser._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


def test_every_command_says_what_it_does_at_the_head_of_its_help() -> None:
    assert [name for name, _, parser in commands(build_parser()) if not parser.description] == []


@pytest.mark.parametrize("line", LINES)
def test_the_command_lines_of_the_readme_are_understood(line: str) -> None:
    assert build_parser().parse_args(shlex.split(line)).run


def test_the_readme_shows_every_command() -> None:
    shown = {line.split()[0] for line in LINES} | {"demo", "sample", "recompute"}  # the first stands as scripts/demo
    assert {name for name, _, _ in commands(build_parser()) if " " not in name} <= shown
