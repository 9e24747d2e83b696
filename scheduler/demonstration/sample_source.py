"""Choices of the sample city that look random and are none: SHAKE-256 of a seed text, the kind and the number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

from scheduler.directory.uscc import ALPHABET, complete_uscc

Choice = TypeVar("Choice")
_BYTES = 96
_ORGANISATIONS = len(ALPHABET) ** 6


class Choices:
    """One stream of choices; the same seed, kind and number give the same stream on every machine."""

    def __init__(self, seed: str, kind: str, number: int) -> None:
        self._left = int.from_bytes(hashlib.shake_256(f"{seed}\n{kind}\n{number}".encode()).digest(_BYTES))

    def below(self, end: int) -> int:
        """Return a number from 0 to end - 1."""
        self._left, chosen = divmod(self._left, end)
        return chosen

    def of(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def one_in(self, many: int) -> bool:
        """Return true once in so many times."""
        return self.below(many) == 0


class Weighted:
    """Choices with weights, ready to be asked often."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._names = list(weights)
        self._ends = list(accumulate(weights.values()))

    def of(self, choices: Choices) -> str:
        """Return one of the names, as often as its weight says."""
        place = choices.below(self._ends[-1])
        return next(name for name, end in zip(self._names, self._ends, strict=True) if place < end)


class Codes:
    """Valid credit codes of a city by number: different for different numbers, spread so that no order shows."""

    def __init__(self, seed: str, authorities: Sequence[str]) -> None:
        choices = Choices(seed, "codes", 0)
        # 31 is prime: every factor that it does not divide runs through all organisation codes
        self._factor = 1 + 31 * choices.below(_ORGANISATIONS // 31 - 1) + 17
        self._shift = choices.below(_ORGANISATIONS)
        self._authorities = authorities

    def of(self, number: int) -> str:
        """Return the code of an enterprise; the registering authority says nothing of where it is today."""
        rest = (number * self._factor + self._shift) % _ORGANISATIONS
        authority = self._authorities[rest // 7 % len(self._authorities)]
        organisation = ""
        for _ in range(6):
            rest, digit = divmod(rest, len(ALPHABET))
            organisation += ALPHABET[digit]
        return complete_uscc(f"91{authority}", f"MA{organisation}")
