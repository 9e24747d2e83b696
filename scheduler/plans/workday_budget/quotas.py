"""What share of a plan is key (domain 2): exact fractions.

How many a rule draws is the kernel's: `scheduler.draws.protocol.manifest.Ratio` and `Fixed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scheduler.plans.exact import percent


@dataclass(frozen=True)
class KeyShare:
    """The units a plan covers and the percentage of key units among them; `below_floor` is a warning, no refusal."""

    planned: int
    key_percent: str
    below_floor: bool


def key_share(key: int, drawn_general: int, floor_percent: int) -> KeyShare | None:
    """Return the key share of the units planned, None when nothing is planned; the floor is the office's setting."""
    planned = key + drawn_general
    if planned == 0:
        return None
    below = 100 * key < floor_percent * planned
    return KeyShare(planned, percent(Fraction(key), Fraction(planned)), below)
