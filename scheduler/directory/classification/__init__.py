"""Classification of enterprises: sector, district, tier and risk class, by rules that are data.

`classify(facts, catalogues)` is a pure function: the same facts and catalogues give the same decisions on any machine,
in any order. Each decision carries the rule that made it and the exact text it rests on; what the rules cannot decide
is `undecided`, with candidates and what a person has to look at.
"""

from __future__ import annotations

from functools import lru_cache

from config.catalogues import UNDECIDED, Catalogues
from scheduler.directory.classification.districts import DistrictRules
from scheduler.directory.classification.facts import (
    Classification,
    Decision,
    EnterpriseFacts,
    Evidence,
)
from scheduler.directory.classification.sectors import SectorRules
from scheduler.directory.classification.tiers import RiskRules, TierRules


class Classifier:
    """The catalogues, compiled once; classifying changes nothing in it, so threads may share it."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._sectors = SectorRules(catalogues.sectors, catalogues.substances)
        self._districts = DistrictRules(catalogues.districts)
        self._tiers = TierRules(catalogues.tiers)
        self._risk = RiskRules(catalogues.risk)
        self._key = frozenset(s.id for s in catalogues.substances.substances if s.key)

    def classify(self, facts: EnterpriseFacts) -> Classification:
        """Classify one enterprise."""
        sector, substances = self._sectors.decide(facts)
        return Classification(
            sector=sector,
            district=self._districts.decide(facts),
            tier=self._tiers.decide(facts, sector, not self._key.isdisjoint(substances)),
            risk=self._risk.decide(facts),
            substances=substances,
        )


@lru_cache(maxsize=4)
def compiled(catalogues: Catalogues) -> Classifier:
    """Return the classifier of the catalogues, compiled once per catalogue object."""
    return Classifier(catalogues)


def classify(facts: EnterpriseFacts, catalogues: Catalogues) -> Classification:
    """Classify one enterprise by the catalogues."""
    return compiled(catalogues).classify(facts)


__all__ = [
    "UNDECIDED",
    "Classification",
    "Classifier",
    "Decision",
    "EnterpriseFacts",
    "Evidence",
    "classify",
    "compiled",
]
