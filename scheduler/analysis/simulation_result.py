"""What simulated years say, in exact figures: chances with their bounds, days left, the month of the largest backlog.

Days are exact person-days (fractions), means over the years. "In one year of ten" is the smallest value that nine
years of ten do not exceed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.analysis.proportions import Proportion, proportion
from scheduler.analysis.random_words import Counts
from scheduler.analysis.simulation import DivisionRun, simulate_years
from scheduler.analysis.year_model import MILLI, MONTHS, YearModel

BUREAU = ""  # the id of the outcome that adds up the divisions
_NINE_OF_TEN = Fraction(9, 10)


@dataclass(frozen=True)
class CauseOutcome:
    """The days a cause took a year: set aside, mean, and in one year of ten."""

    id: str
    set_aside: Fraction
    mean: Fraction
    one_in_ten: Fraction


@dataclass(frozen=True)
class UnitOutcome:
    """A division's outcome, or the bureau's: chances of completion, days planned and left, backlog by month."""

    id: str
    completed: Proportion
    key_completed: Proportion
    planned: Fraction
    done: Fraction
    unfinished: Fraction
    unfinished_key: Fraction
    one_in_ten: Fraction
    backlog: tuple[Fraction, ...]
    causes: tuple[CauseOutcome, ...]

    @property
    def peak_month(self) -> int | None:
        """The month after which most days are left on average, the first among equals; None when none ever are."""
        return MONTHS[self.backlog.index(max(self.backlog))] if any(self.backlog) else None


@dataclass(frozen=True)
class Simulation:
    """The outcome of simulated years: how many, from which seed, of what; the bureau, and each division by id."""

    seed: str
    years: int
    subject_sha256: str
    bureau: UnitOutcome
    divisions: tuple[UnitOutcome, ...]


def simulate(model: YearModel, *, years: int, seed: str, subject_sha256: str) -> Simulation:
    """Simulate so many years of a plan and sum them up; raises as `simulate_years`."""
    runs = simulate_years(model, years, seed, subject_sha256)
    divisions = tuple(_outcome(run.division.id, [run]) for run in runs)
    return Simulation(seed, years, subject_sha256, _outcome(BUREAU, runs), divisions)


def _outcome(name: str, runs: Sequence[DivisionRun]) -> UnitOutcome:
    left = _add([run.left for run in runs])
    key_left = _add([run.key_left for run in runs])
    years = len(left)
    general_due, done = (_add([getattr(run, part).sum(axis=0) for run in runs]) for part in ("general_due", "done"))
    backlog = _add([run.backlog for run in runs])
    return UnitOutcome(
        id=name,
        completed=proportion(int((left == 0).sum()), years),
        key_completed=proportion(int((key_left == 0).sum()), years),
        planned=_mean(general_due) + Fraction(sum(sum(run.division.key_days) for run in runs), MILLI),
        done=_mean(done),
        unfinished=_mean(left),
        unfinished_key=_mean(key_left),
        one_in_ten=_one_in_ten(left),
        backlog=tuple(_mean(month) for month in backlog),
        causes=_causes(runs),
    )


def _causes(runs: Sequence[DivisionRun]) -> tuple[CauseOutcome, ...]:
    names = [cause.id for cause in runs[0].division.causes] if runs else []
    outcomes = []
    for place, name in enumerate(names):
        taken = _add([run.taken[name].sum(axis=0) for run in runs])
        aside = sum(sum(run.division.causes[place].set_aside) for run in runs)
        outcomes.append(CauseOutcome(name, Fraction(aside, MILLI), _mean(taken), _one_in_ten(taken)))
    return tuple(outcomes)


def _add(arrays: Sequence[Counts]) -> Counts:
    return np.asarray(np.stack(arrays).sum(axis=0), dtype=np.int64)


def _mean(days: Counts) -> Fraction:
    return Fraction(int(days.sum()), MILLI * days.size)


def _one_in_ten(days: Counts) -> Fraction:
    place = -(-days.size * _NINE_OF_TEN.numerator // _NINE_OF_TEN.denominator) - 1
    return Fraction(int(np.sort(days)[place]), MILLI)
