"""The examples in the kernel's own pages."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import scheduler.draws
import scheduler.draws.protocol

MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (scheduler.draws.protocol,)
    for module in pkgutil.iter_modules(package.__path__)
]


@pytest.mark.parametrize("name", [*MODULES, "scheduler.draws.proofs"])
def test_the_examples_in_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_most_modules_show_an_example() -> None:
    shown = [name for name in MODULES if doctest.DocTestFinder().find(importlib.import_module(name))[0].examples]
    assert len(shown) >= 6
