"""Simulated years: the same as a slow second computation, and as closed forms say."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from math import comb, exp, factorial, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.analysis.random_words import random_words
from scheduler.analysis.simulation import draw_parts, general_days, simulate_years
from scheduler.analysis.simulation_result import simulate
from scheduler.analysis.year_model import BatchDraw, StratumPart, YearModel
from scheduler.errors import InvalidInput
from tests.analysis.models import DAY, SUBJECT, accidents, division, models, sickness
from tests.analysis.slow_years import slow_years

ROOT = Path(__file__).parent.parent.parent


@settings(max_examples=40, deadline=None)
@given(models(), st.integers(1, 6), st.text(max_size=8))
def test_the_years_are_those_of_a_slow_loop_without_numpy(model: YearModel, years: int, seed: str) -> None:
    """Same words, same counts, same months: integer for integer, so no library version can move a result."""
    slow = slow_years(model, years, seed, SUBJECT)
    for run, expected in zip(simulate_years(model, years, seed, SUBJECT), slow, strict=True):
        assert run.done.T.tolist() == expected["done"]
        assert run.backlog.T.tolist() == expected["backlog"]
        assert np.stack([run.key_left, run.general_left], axis=1).tolist() == expected["left"]


@settings(max_examples=40, deadline=None)
@given(models())
def test_work_done_and_work_left_are_the_work_planned(model: YearModel) -> None:
    for run in simulate_years(model, 7, "x", SUBJECT):
        due = sum(run.division.key_days) + run.general_due.sum(axis=0)
        assert (run.done.sum(axis=0) + run.left == due).all()
        assert (run.backlog[-1] == run.left).all()
        assert (run.done >= 0).all()
        assert (run.backlog >= 0).all()


@settings(max_examples=40, deadline=None)
@given(models())
def test_every_batch_draws_its_number_and_nobody_twice(model: YearModel) -> None:
    one_day = {stratum: tuple(replace(part, visit_days=1) for part in parts) for stratum, parts in model.strata.items()}
    due = general_days(replace(model, strata=one_day), 5, random_words("x", SUBJECT))
    drawn = 0
    for stratum, parts in one_day.items():
        wanted = sum(batch.sizes[stratum] for batch in model.batches)
        drawn += min(wanted, sum(part.population for part in parts))
    assert (due.sum(axis=(0, 1)) == drawn).all()


@settings(max_examples=30, deadline=None)
@given(models(), st.randoms(use_true_random=False))
def test_the_order_of_divisions_moves_nothing(model: YearModel, mixed: object) -> None:
    """A division's chance hangs on its id alone; general visits keep their parts in the order of ids."""
    order = list(range(len(model.divisions)))
    mixed.shuffle(order)  # type: ignore[attr-defined]
    new_place = {old: new for new, old in enumerate(order)}
    shuffled = replace(
        model,
        divisions=tuple(model.divisions[old] for old in order),
        strata={
            name: tuple(replace(part, division=new_place[part.division]) for part in parts)
            for name, parts in sorted(model.strata.items(), reverse=True)
        },
        batches=tuple(reversed(model.batches)),
    )
    plain = {run.division.id: run for run in simulate_years(model, 5, "x", SUBJECT)}
    for run in simulate_years(shuffled, 5, "x", SUBJECT):
        assert (run.backlog == plain[run.division.id].backlog).all()
        assert (run.done == plain[run.division.id].done).all()


@settings(max_examples=40, deadline=None)
@given(models(), st.integers(0, 11), st.integers(0, 30_000))
def test_more_days_for_visits_never_leave_more_undone(model: YearModel, month: int, more: int) -> None:
    """With the chance unchanged, in every single year, month by month."""
    first = model.divisions[0]
    days = tuple(value + more * (place == month) for place, value in enumerate(first.visit_days))
    richer = replace(model, divisions=(replace(first, visit_days=days), *model.divisions[1:]))
    for plain, better in zip(
        simulate_years(model, 5, "x", SUBJECT), simulate_years(richer, 5, "x", SUBJECT), strict=True
    ):
        assert (better.backlog <= plain.backlog).all()
        assert (better.key_left <= plain.key_left).all()


def test_more_staff_never_lower_the_chance_of_completion() -> None:
    """People bring 15 days a month each, and their own sickness, under the same words."""
    held = []
    for people in range(6, 14):
        each = division("a", 15 * people, 120, sickness(people, Fraction(1, 60), 5), accidents(Fraction(1, 3), 40))
        result = simulate(YearModel((each,), {}, ()), years=1000, seed="x", subject_sha256=SUBJECT)
        held.append(result.bureau.completed.held)
    assert held == sorted(held)
    assert held[0] < 100
    assert held[-1] > 900


def near(seen: int, trials: int, chance: float) -> bool:
    return abs(seen - trials * chance) <= 4 * sqrt(trials * chance * (1 - chance)) + 1


def test_the_chance_of_completion_is_the_closed_form_of_a_poisson_december() -> None:
    """December has 30 days, 20 of them planned, an accident takes 4: done while there are at most 2 accidents."""
    mean = Fraction(3, 2)
    model = YearModel((division("a", 30, 0, accidents(mean, 4), last_month=20),), {}, ())
    model = replace(
        model, divisions=(replace(model.divisions[0], visit_days=(10_000 * DAY,) * 11 + (30 * DAY,)),)
    )  # the other months absorb whatever happens in them
    chance = exp(-1.5) * sum(1.5**k / factorial(k) for k in range(3))
    result = simulate(model, years=5000, seed="x", subject_sha256=SUBJECT)
    assert near(result.bureau.completed.held, 5000, chance)
    assert result.bureau.completed.low < Fraction(chance) < result.bureau.completed.high
    assert result.bureau.peak_month == 12


def test_the_chance_of_completion_is_the_closed_form_of_a_binomial_december() -> None:
    model = YearModel((division("a", 10, 0, sickness(2, Fraction(1, 10), 1), last_month=5),), {}, ())
    chance = sum(comb(40, k) * 0.1**k * 0.9 ** (40 - k) for k in range(6))
    # the months before have 10 days free; what they lack runs on, so leave them more
    model = replace(model, divisions=(replace(model.divisions[0], visit_days=(40 * DAY,) * 11 + (10 * DAY,)),))
    assert near(simulate(model, years=5000, seed="y", subject_sha256=SUBJECT).bureau.completed.held, 5000, chance)


def test_drawn_visits_fall_to_divisions_as_a_hypergeometric_count() -> None:
    """Two batches of 6 and 4 from 20 and 10: in all a plain draw of 10, whichever way it is parted."""
    parts = (StratumPart(0, 20, 1), StratumPart(1, 10, 1))
    model = YearModel(
        (division("a", 0, 0), division("b", 0, 0)), {"A": parts}, (BatchDraw(1, 3, {"A": 6}), BatchDraw(2, 9, {"A": 4}))
    )
    drawn = general_days(model, 20_000, random_words("x", SUBJECT))[1].sum(axis=0)
    for count in range(11):
        chance = comb(10, count) * comb(20, 10 - count) / comb(30, 10)
        assert near(int((drawn == count).sum()), 20_000, chance)


def test_a_draw_larger_than_its_pool_takes_everyone() -> None:
    edges = np.array([[2, 2], [5, 5]], dtype=np.int64)
    assert draw_parts(edges, 9, random_words("x", SUBJECT).stream("a")).tolist() == [[2, 2], [3, 3]]
    assert edges.tolist() == [[0, 0], [0, 0]]


def test_days_set_aside_cover_what_they_are_for_and_help_where_not_needed() -> None:
    """Worked by hand: 10 days for visits and 8 set aside a month, 14 planned; without accidents all is done."""
    quiet = YearModel((division("a", 10, 14, accidents(Fraction(0), 8, set_aside=8)),), {}, ())
    (run,) = simulate_years(quiet, 3, "x", SUBJECT)
    assert run.left.tolist() == [0, 0, 0]
    none = YearModel((division("a", 10, 14),), {}, ())
    (run,) = simulate_years(none, 3, "x", SUBJECT)
    assert run.backlog[:, 0].tolist() == [4 * DAY * month for month in range(1, 13)]


def test_a_year_with_nothing_to_do_is_complete_and_has_no_peak() -> None:
    result = simulate(YearModel((division("a", 0, 0),), {}, ()), years=10, seed="", subject_sha256=SUBJECT)
    assert result.bureau.completed.held == 10
    assert result.bureau.peak_month is None
    assert result.bureau.planned == 0


def test_the_bureau_completes_when_every_division_does() -> None:
    model = YearModel((division("a", 5, 5), division("b", 4, 5)), {}, ())
    result = simulate(model, years=10, seed="x", subject_sha256=SUBJECT)
    assert [each.completed.held for each in result.divisions] == [10, 0]
    assert result.bureau.completed.held == 0
    assert result.bureau.unfinished == 12
    assert result.bureau.one_in_ten == 12


def test_the_ninth_year_of_ten_is_the_one_shown() -> None:
    """Of ten sorted years the ninth: nine of ten do not exceed it."""
    model = YearModel((division("a", 3, 3, accidents(Fraction(1, 4), 1)),), {}, ())
    (run,) = simulate_years(model, 10, "q", SUBJECT)
    shown = simulate(model, years=10, seed="q", subject_sha256=SUBJECT).bureau.one_in_ten
    assert shown * DAY == sorted(run.left.tolist())[8]


def test_another_seed_or_plan_gives_other_years_and_the_same_gives_the_same() -> None:
    model = YearModel((division("a", 30, 20, accidents(Fraction(2), 9)),), {}, ())
    first = simulate(model, years=200, seed="x", subject_sha256=SUBJECT)
    assert first == simulate(model, years=200, seed="x", subject_sha256=SUBJECT)
    others = [
        simulate(model, years=200, seed="y", subject_sha256=SUBJECT),
        simulate(model, years=200, seed="x", subject_sha256="cd" * 32),
    ]
    assert all(other.bureau.backlog != first.bureau.backlog for other in others)


@pytest.mark.parametrize("years", [0, -1, 100_001])
def test_a_number_of_years_that_is_none_is_refused(years: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        simulate(YearModel((division("a", 0, 0),), {}, ()), years=years, seed="", subject_sha256=SUBJECT)
    assert refusal.value.code == "simulation-years"


def test_two_thousand_years_of_six_divisions_take_less_than_two_seconds() -> None:
    parts = tuple(StratumPart(place, 5_000, 2 * DAY) for place in range(6))
    divisions = tuple(
        division(name, 200, 100, accidents(Fraction(name == "a") + 1, 30), sickness(20, Fraction(1, 250), 4))
        for name in "abcdef"
    )
    batches = tuple(BatchDraw(number, 3 * number, {"A": 500}) for number in (1, 2, 3))
    began = time.perf_counter()
    simulate(YearModel(divisions, {"A": parts}, batches), years=2000, seed="x", subject_sha256=SUBJECT)
    assert time.perf_counter() - began < 2


def test_simulating_needs_no_database_and_loads_none() -> None:
    """What is not loaded cannot be touched."""
    code = (
        "import sys, scheduler.analysis.simulation_result, scheduler.analysis.coverage_forecast\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in {'sqlalchemy', 'sqlite3', 'psycopg'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_directed_batch_draws_from_those_it_may_alone_and_leaves_the_others_to_later_draws() -> None:
    """4 of the 5 that batch 1 may draw, in division a; then 10 of the 26 left: 10 x 1/26 of them in a on average."""
    parts = (StratumPart(0, 5, 1, (1,)), StratumPart(1, 25, 1))
    batches = (BatchDraw(1, 3, {"A": 4}, directed=True), BatchDraw(2, 9, {"A": 10}))
    model = YearModel((division("a", 0, 0), division("b", 0, 0)), {"A": parts}, batches)
    due = general_days(model, 4000, random_words("x", SUBJECT))
    assert (due[0, 2] == 4).all() and (due[1, 2] == 0).all()
    assert (due[0, 8] + due[1, 8] == 10).all()
    assert abs(due[0, 8].mean() - 10 / 26) < 0.05


def test_a_directed_batch_takes_what_an_earlier_draw_left_of_its_own() -> None:
    """After 15 of 20, the directed batch takes whatever is left of its 4: together they are always 4."""
    parts = (StratumPart(0, 4, 1, (2,)), StratumPart(1, 16, 1))
    batches = (BatchDraw(1, 3, {"A": 15}), BatchDraw(2, 9, {"A": 4}, directed=True))
    model = YearModel((division("a", 0, 0), division("b", 0, 0)), {"A": parts}, batches)
    due = general_days(model, 500, random_words("y", SUBJECT))
    assert (due[0, 2] + due[0, 8] == 4).all()
    assert (due[1, 8] == 0).all()
