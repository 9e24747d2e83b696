"""The same simulated years once more, slowly and without NumPy: its own PCG64, its own tables, enterprises in a row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from hashlib import sha256
from math import comb, factorial

from scheduler.analysis.year_model import DivisionCause, YearModel

MASK = 2**128 - 1


def pcg64(digest: bytes) -> Iterator[int]:
    """PCG64 as published (O'Neill 2014): 128-bit linear congruential state, output xor-folded and rotated."""
    state, increment = int.from_bytes(digest[:16]), int.from_bytes(digest[16:]) | 1
    while True:
        state = (state * 0x2360ED051FC65DA44385DF649FCCF645 + increment) & MASK
        folded, turn = (state >> 64) ^ (state & (2**64 - 1)), state >> 122
        yield (folded >> turn | folded << (64 - turn)) & (2**64 - 1)


def stream(seed: str, subject: str, *label: str) -> Iterator[int]:
    """The words of a label, from the text of `random_words` alone."""
    key = sha256(b"double-random/simulation/1\n" + sha256(seed.encode()).digest() + bytes.fromhex(subject)).digest()
    return pcg64(sha256(key + "".join(f"{part}\n" for part in label).encode()).digest())


def poisson(word: int, mean: Fraction) -> int:
    """The least k with word / 2^64 below P(count <= k), each probability from its formula."""
    with localcontext() as context:
        context.prec = 120
        average = Decimal(mean.numerator) / mean.denominator
        reached, count = Decimal(0), 0
        while count < 10 * mean + 100:
            reached += average**count * (-average).exp() / factorial(count) if average or count else 1
            if word < int(reached * 2**64):
                return count
            count += 1
    return count


def binomial(word: int, trials: int, chance: Fraction) -> int:
    """The same for a binomial count, in fractions."""
    reached = Fraction(0)
    for count in range(trials + 1):
        reached += comb(trials, count) * chance**count * (1 - chance) ** (trials - count)
        if word < int(reached * 2**64):
            return count
    return trials


def _events(cause: DivisionCause, division: str, years: int, seed: str, subject: str) -> list[list[int]]:
    words = stream(seed, subject, "cause", cause.id, division)
    return [
        [
            poisson(next(words), cause.means[month])
            if cause.means
            else binomial(next(words), cause.trials[month], cause.chance)
            for month in range(12)
        ]
        for _ in range(years)
    ]


def _general(model: YearModel, years: int, seed: str, subject: str) -> list[list[list[int]]]:
    """Days due by year, division and month: the enterprises of a class stand in a row, and one a draw is taken out."""
    due = [[[0] * 12 for _ in model.divisions] for _ in range(years)]
    for stratum, parts in model.strata.items():
        rows = [[part for part in parts for _ in range(part.population)] for _ in range(years)]
        for batch in sorted(model.batches, key=lambda each: each.number):
            words = stream(seed, subject, "batch", str(batch.number), stratum)
            for _ in range(min(batch.sizes[stratum], len(rows[0]))):
                for year, row in enumerate(rows):
                    part = row.pop((next(words) >> 24) * len(row) >> 40)
                    due[year][part.division][batch.month - 1] += part.visit_days
    return due


def slow_years(model: YearModel, years: int, seed: str, subject: str) -> list[dict[str, list[list[int]]]]:
    """For each division: done and backlog by year and month, key and general days left by year."""
    getcontext().prec = 28
    general = _general(model, years, seed, subject)
    found = []
    for place, division in enumerate(model.divisions):
        events = [_events(cause, division.id, years, seed, subject) for cause in division.causes]
        run: dict[str, list[list[int]]] = {"done": [], "backlog": [], "left": []}
        for year in range(years):
            key = other = debt = 0
            done, backlog = [], []
            for month in range(12):
                room = division.visit_days[month] - debt
                for cause, counts in zip(division.causes, events, strict=True):
                    room += cause.set_aside[month] - counts[year][month] * cause.days_each
                debt, room = (0, room) if room >= 0 else (-room, 0)
                key += division.key_days[month]
                other += general[year][place][month]
                on_key = min(key, room)
                on_other = min(other, room - on_key)
                key, other = key - on_key, other - on_other
                done.append(on_key + on_other)
                backlog.append(key + other)
            run["done"].append(done)
            run["backlog"].append(backlog)
            run["left"].append([key, other])
        found.append(run)
    return found
