"""The first answer of a scenario comes at once: a city of 2,000 key enterprises, measured against bare hashing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from scheduler.plans.full_coverage.coverage import CoverageProblem
from scheduler.plans.optimiser import optimum
from scheduler.plans.optimiser.optimum import Optimum, optimise
from scheduler.plans.optimiser.sample import sample_city

HASHES = 500_000
"""Bare hashing that takes an ordinary machine about a third of a second."""
MOST = 12
"""A first answer of 3 seconds, in such times, with room for machines that hash well and solve badly."""


def seconds_of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def hash_on() -> None:
    for number in range(HASHES):
        sha256(b"%d" % number).digest()


def test_a_first_answer_takes_seconds_and_what_did_not_change_is_not_computed_again() -> None:
    city = sample_city(2000)
    optimum._settled.cache_clear()
    optimum._planned.cache_clear()
    found: list[Optimum] = []

    def answer(problem: CoverageProblem) -> float:
        return seconds_of(lambda: found.append(optimise(problem, time_budget_seconds=0)))

    first = answer(city)
    assert found[0].proven and len(city.classes) > 700
    assert first < MOST * seconds_of(hash_on)
    [cut, *others] = city.capacities
    fewer = replace(cut, months=tuple(days * 9 / 10 for days in cut.months))
    assert answer(replace(city, capacities=(fewer, *others))) < first
    again = answer(city)
    assert again < first / 2
    assert found[2] == found[0]
    optimum._settled.cache_clear()
    optimum._planned.cache_clear()
    answer(replace(city, capacities=(fewer, *others)))
    assert found[3] == found[1]  # what is remembered is what would be found
