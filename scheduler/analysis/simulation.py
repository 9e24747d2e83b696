"""Simulated years of a plan: the chance that it is completed. SIMULATION: no part of it can reach a real draw.

Pure functions from a frozen `YearModel` and a seed; nothing here knows a database. A year of a division:

1. Each month the causes take their days first (accidents, complaints, sickness, by lot); what a month cannot give,
   the next one gives. The month's days for visits and days set aside for the causes, less what they took, do visits.
2. Key visits due come before general visits due; work not done by the end of the month rolls on to the next.
3. The general tier's visits fall to divisions by lot: each batch draws from every class, without replacement, and
   nobody twice in a year, exactly as a draw does.
4. The plan is completed when nothing is left at the end of December.

Chance comes from `random_words` (version-proof, labelled by division and cause, so that adding staff or a division
moves nobody else's chance). Arrays run (months, years) or (divisions, months, years), thousandths of a person-day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64

from scheduler.analysis.random_words import (
    Counts,
    RandomWords,
    below_each,
    binomial_table,
    counts_of,
    next_words,
    poisson_table,
    random_words,
)
from scheduler.analysis.year_model import MONTHS, DivisionCause, DivisionYear, YearModel
from scheduler.errors import InvalidInput

MOST_YEARS = 100_000


@dataclass(frozen=True)
class DivisionRun:
    """What became of a division in each simulated year; `taken` by cause, the rest by month or at the year's end."""

    division: DivisionYear
    taken: dict[str, Counts]
    general_due: Counts
    done: Counts
    backlog: Counts
    key_left: Counts
    general_left: Counts

    @property
    def left(self) -> Counts:
        """The days left undone at the end of each year."""
        return self.key_left + self.general_left


def simulate_years(model: YearModel, years: int, seed: str, subject_sha256: str) -> tuple[DivisionRun, ...]:
    """Simulate so many years; `subject_sha256` (hex) names what is simulated and belongs to the seed.

    Raises `InvalidInput` (`simulation-years`) unless 1 <= years <= 100,000.
    """
    if not 1 <= years <= MOST_YEARS:
        raise InvalidInput("simulation-years", years=years, most=MOST_YEARS)
    words = random_words(seed, subject_sha256)
    due = general_days(model, years, words)
    return tuple(
        work_through(division, events_of(division, years, words), due[place])
        for place, division in enumerate(model.divisions)
    )


def events_of(division: DivisionYear, years: int, words: RandomWords) -> dict[str, Counts]:
    """Return the events of each cause, (months, years)."""
    return {cause.id: _events(cause, division.id, years, words) for cause in division.causes}


def _events(cause: DivisionCause, division: str, years: int, words: RandomWords) -> Counts:
    lots = words.words(years * len(MONTHS), "cause", cause.id, division).reshape(years, len(MONTHS)).T
    tables = (
        [poisson_table(mean) for mean in cause.means]
        if cause.means
        else [binomial_table(trials, cause.chance) for trials in cause.trials]
    )
    return np.stack([counts_of(lots[month], table) for month, table in enumerate(tables)])


def general_days(model: YearModel, years: int, words: RandomWords) -> Counts:
    """Return the days of general visits that fall due, (divisions, months, years)."""
    due = np.zeros((len(model.divisions), len(MONTHS), years), dtype=np.int64)
    for stratum, parts in sorted(model.strata.items()):
        left = np.repeat(np.array([[part.population] for part in parts], dtype=np.int64), years, axis=1)
        for batch in sorted(model.batches, key=lambda each: each.number):
            label = ("batch", str(batch.number), stratum)
            may = [not batch.directed or batch.number in part.directed for part in parts]
            drawn = np.zeros_like(left)
            drawn[may] = draw_parts(np.cumsum(left[may], axis=0), batch.sizes.get(stratum, 0), words.stream(*label))
            left -= drawn
            for part, count in zip(parts, drawn, strict=True):
                due[part.division, batch.month - 1] += count * part.visit_days
    return due


def draw_parts(edges: Counts, size: int, stream: PCG64) -> Counts:
    """Draw so many enterprises of a row without replacement; return how many each part loses, (parts, years).

    `edges` (parts, years), up to which number each part reaches in the row, is changed to what is left. One word a
    draw and year says which place of the row goes; the edges behind it move up by one. That is the multivariate
    hypergeometric distribution, by its definition.
    """
    before = edges.copy()
    for _ in range(size):
        if not len(edges) or not edges[-1].any():
            break
        edges -= edges > below_each(next_words(stream, edges.shape[1]), edges[-1])
    return np.diff(before - edges, axis=0, prepend=0)


def work_through(division: DivisionYear, events: dict[str, Counts], general_due: Counts) -> DivisionRun:
    """Take a division through its months, all years side by side."""
    years = general_due.shape[1]
    taken = {cause.id: events[cause.id] * cause.days_each for cause in division.causes}
    asked = sum(taken.values(), np.zeros((len(MONTHS), years), dtype=np.int64))
    key, general, owed = (np.zeros(years, dtype=np.int64) for _ in range(3))
    done, backlog = np.empty_like(general_due), np.empty_like(general_due)
    for month in range(len(MONTHS)):
        set_aside = sum(cause.set_aside[month] for cause in division.causes)
        free = division.visit_days[month] + set_aside - asked[month] - owed
        owed, free = np.maximum(-free, 0), np.maximum(free, 0)
        key, general = key + division.key_days[month], general + general_due[month]
        on_key = np.minimum(free, key)
        on_general = np.minimum(free - on_key, general)
        key, general = key - on_key, general - on_general
        done[month], backlog[month] = on_key + on_general, key + general
    return DivisionRun(division, taken, general_due, done, backlog, key, general)
