"""Classes of key enterprises that nothing distinguishes for planning, each with the rule that made it.

1. The rule of an enterprise is the first of the catalogue that holds for its sector, kind, grade, risk class and flags.
2. Enterprises of one rule, sector and district form one class: division, frequency, workload, window and gap follow.
   Those whose district is undecided form classes of their own.
3. A class's id is made of rule, district and, where the rule is not for one sector alone, sector: the same enterprises
   under the same rules have the same ids, whatever the order of the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from config.calendars import Calendar
from config.catalogues.visits import VisitCatalogue, VisitRule
from scheduler.plans.coverage import VisitClass
from scheduler.plans.visit_windows import window_months

_LONGEST = 48


class KeyUnit(NamedTuple):
    """A key enterprise as the rules see it."""

    uscc: str
    sector: str
    kind: str
    district: str
    grade: str
    risk: str
    flags: frozenset[str]


class ClassKey(NamedTuple):
    """What the enterprises of a class share: rule, sector, district."""

    rule: str
    sector: str
    district: str


@dataclass(frozen=True)
class RuledClass:
    """A class, and the rule that made it."""

    visits: VisitClass
    rule: VisitRule
    sector: str


def group_units(units: Iterable[KeyUnit], catalogue: VisitCatalogue) -> dict[str, ClassKey]:
    """Return the class key of each enterprise by credit code."""
    return {
        unit.uscc: ClassKey(
            catalogue.rule_for(unit.sector, unit.kind, unit.grade, unit.risk, unit.flags).id, unit.sector, unit.district
        )
        for unit in units
    }


def ruled_classes(
    keys: Iterable[ClassKey], catalogue: VisitCatalogue, divisions: Mapping[str, str], calendar: Calendar
) -> dict[ClassKey, RuledClass]:
    """Return the class of each key; keys come once for each enterprise."""
    rules = {rule.id: rule for rule in catalogue.rules}
    found = {}
    for key, population in sorted(Counter(keys).items()):
        rule = rules[key.rule]
        visits = VisitClass(
            id=class_id(_parts(key, rule)),
            division=divisions[key.sector],
            population=population,
            visits=rule.visits,
            workload=catalogue.workload(rule.effort, key.district),
            gap=rule.gap,
            months=window_months(catalogue.windows.get(rule.window), calendar),
            district=key.district,
        )
        found[key] = RuledClass(visits, rule, key.sector)
    return found


def _parts(key: ClassKey, rule: VisitRule) -> list[str]:
    return [rule.id, key.district, *([key.sector] if len(rule.sectors) != 1 else [])]


def class_id(parts: Sequence[str]) -> str:
    """Join parts to an id of at most 48 characters; a longer one is cut and ends in a hash of the whole."""
    whole = ".".join(parts)
    if len(whole) <= _LONGEST:
        return whole
    digest = sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: _LONGEST - 1 - len(digest)]}-{digest}"
