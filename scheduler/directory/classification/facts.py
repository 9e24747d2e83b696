"""What is classified and what comes out: immutable records without behaviour that decides."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from config.catalogues import UNDECIDED


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """What is known of an enterprise on a day; empty text means not known.

    `flags` holds the ids of tiers.toml that an authority has stated of the enterprise; `fatal_accident` is the
    day of the latest fatal accident. `industry` is a GB/T 4754 code, `risk` a class as delivered.
    """

    uscc: str
    name: str
    kind: str
    scope: str
    region: str
    address: str
    as_of: datetime.date
    industry: str = ""
    risk: str = ""
    flags: frozenset[str] = frozenset()
    fatal_accident: datetime.date | None = None


class Evidence(NamedTuple):
    """The exact text that made a decision: the column, where it begins there, the text, how it was read.

    `reading` is affirmed, denied, disclaimed, branch or unclear.
    """

    source: str
    start: int
    text: str
    reading: str = "affirmed"


class Decision(NamedTuple):
    """A value with the rule that made it; an undecided one names candidates and what a person has to look at.

    `look_at` is a key of the message catalogue under `page.classification.look-at`.
    """

    value: str
    rule: str
    evidence: tuple[Evidence, ...] = ()
    kind: str = ""
    candidates: tuple[str, ...] = ()
    look_at: str = ""

    @property
    def is_decided(self) -> bool:
        """Say whether the rules decided."""
        return self.value != UNDECIDED


class Classification(NamedTuple):
    """The decisions of one enterprise; `substances` are the listed chemicals affirmed, in order of their ids."""

    sector: Decision
    district: Decision
    tier: Decision
    risk: Decision
    substances: tuple[str, ...] = ()
