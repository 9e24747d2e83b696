"""The chance of simulated years: 64-bit words that anyone can make again, and counts drawn from them.

A simulation must give the same years wherever and whenever it is run. NumPy promises that of its bit generators, not
of the distributions on top of them. So only raw words of PCG64 are used, and everything after them is ours:

1. key    = SHA-256("double-random/simulation/1" LF, SHA-256(seed text), SHA-256 of what is simulated)
2. stream = PCG64 (XSL-RR 128/64) for SHA-256(key, label parts, each ended by LF): its first 16 bytes are the state,
   the last 16 the increment with the lowest bit set. A label names a thing (a division's complaints, a batch's class),
   so that one thing's chance does not move when another is added, removed or listed elsewhere.
3. A count (Poisson, binomial) is the inverse of the distribution's function at word / 2^64, from a table of integer
   thresholds made with decimal arithmetic. No float takes part, so no processor or library can differ.

Nothing here can reach a draw: a draw's tickets are SHA-256 of its own seed (draw protocol, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Counts = NDArray[np.int64]

PURPOSE = b"double-random/simulation/1\n"
LARGEST_BOUND = 2**24
_WORD = 2**64
_SHIFT_IN, _SHIFT_OUT = np.uint64(24), np.uint64(40)
_DIGITS = 60  # far more than the 20 of a 64-bit threshold, so that rounding never reaches it


@dataclass(frozen=True)
class RandomWords:
    """The streams of one simulation, by label."""

    key: bytes

    def stream(self, *label: str) -> PCG64:
        """Return the stream of a label from its beginning."""
        digest = sha256(self.key + b"".join(part.encode() + b"\n" for part in label)).digest()
        generator = PCG64(0)
        generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": int.from_bytes(digest[:16]), "inc": int.from_bytes(digest[16:]) | 1},
            "has_uint32": 0,
            "uinteger": 0,
        }
        return generator

    def words(self, count: int, *label: str) -> Words:
        """Return the first words of a label's stream."""
        return next_words(self.stream(*label), count)


def random_words(seed: str, subject_sha256: str) -> RandomWords:
    """Return the streams for a seed text and the SHA-256 (hex) of what is simulated."""
    return RandomWords(sha256(PURPOSE + sha256(seed.encode()).digest() + bytes.fromhex(subject_sha256)).digest())


def next_words(stream: PCG64, count: int) -> Words:
    """Return the next words of a stream."""
    return np.asarray(stream.random_raw(count), dtype=np.uint64)


def below(words: Words, bound: int) -> Counts:
    """Turn each word into a whole number from 0 to bound - 1, all equally likely up to bound / 2^40."""
    if not 0 < bound <= LARGEST_BOUND:
        raise ValueError(f"the bound must lie from 1 to {LARGEST_BOUND}")
    return ((words >> _SHIFT_IN) * np.uint64(bound) >> _SHIFT_OUT).astype(np.int64)


def below_each(words: Words, bounds: Counts) -> Counts:
    """Turn each word into a whole number below its own bound; 0 where the bound is 0."""
    if bounds.size and not 0 <= int(bounds.min()) <= int(bounds.max()) <= LARGEST_BOUND:
        raise ValueError(f"bounds lie from 0 to {LARGEST_BOUND}")
    return ((words >> _SHIFT_IN) * bounds.astype(np.uint64) >> _SHIFT_OUT).astype(np.int64)


def counts_of(words: Words, table: Words) -> Counts:
    """Turn each word into a count by a table of thresholds: how many of them the word reaches."""
    return np.searchsorted(table, words, side="right").astype(np.int64)


@lru_cache(maxsize=4096)
def poisson_table(mean: Fraction) -> Words:
    """Return the thresholds floor(2^64 P(count <= k)), k = 0, 1 ..., of a Poisson count."""
    with localcontext(Context(prec=_DIGITS)):
        average = _decimal(mean)
        chance, reached, count = (-average).exp(), Decimal(0), 0
        thresholds: list[int] = []
        while True:
            reached += chance
            threshold = int(reached * _WORD)
            # past the mean, a chance too small to move a threshold ends the table
            if threshold >= _WORD or (count > average and chance * _WORD < 1):
                return np.array(thresholds, dtype=np.uint64)
            thresholds.append(threshold)
            count += 1
            chance = chance * average / count


@lru_cache(maxsize=4096)
def binomial_table(trials: int, chance_of_one: Fraction) -> Words:
    """Return the thresholds floor(2^64 P(count <= k)), k = 0 ... trials - 1, of a binomial count."""
    if not 0 <= chance_of_one <= 1:
        raise ValueError("a chance lies from 0 to 1")
    if chance_of_one == 1:
        return np.zeros(trials, dtype=np.uint64)
    with localcontext(Context(prec=_DIGITS)):
        odds = _decimal(chance_of_one / (1 - chance_of_one))
        chance, reached = _decimal(1 - chance_of_one) ** trials, Decimal(0)
        thresholds: list[int] = []
        for count in range(trials):
            reached += chance
            threshold = int(reached * _WORD)
            if threshold >= _WORD:
                break
            thresholds.append(threshold)
            chance = chance * odds * (trials - count) / (count + 1)
    return np.array(thresholds, dtype=np.uint64)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
