"""Cool-down: which facts of an enterprise keep it out of a draw on a day, and for which reason.

1. A fact counts from its day on. Where it names a last day it counts through that day, else as the rule's period says:
   through the same day so many months later (the last day of a shorter month), for the rest of its calendar year, or
   until further notice.
2. A rule with caps holds once so many of its facts lie in the calendar year of the day.
3. The rules are asked in their order; the first that holds names the reason.

>>> penalty = CoolDownRule("penalised-lately", ("penalised",), "months", 6, {})
>>> [resting_reason([Fact("penalised", date(2026, 1, 15))], [penalty], date(2026, 7, day), "A") for day in (15, 16)]
['penalised-lately', None]
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.catalogues.cool_down import MOST_MONTHS, CoolDownRule
from scheduler.directory.models import Enterprise, EnterpriseFact

_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened on a day, and its last day where its document names one."""

    kind: str
    on: date
    until: date | None = None


def resting_reason(facts: Sequence[Fact], rules: Iterable[CoolDownRule], day: date, risk: str) -> str | None:
    """Return why an enterprise of a risk class rests on a day, None when no rule holds."""
    for rule in rules:
        found = [fact for fact in facts if fact.kind in rule.facts and _counts(fact, rule, day)]
        if len(found) >= (rule.most.get(risk, len(facts) + 1) if rule.most else 1):
            return rule.reason
    return None


def _counts(fact: Fact, rule: CoolDownRule, day: date) -> bool:
    if fact.on > day:
        return False
    if fact.until is not None and not rule.most:
        return day <= fact.until
    if rule.period == "year":
        return fact.on.year == day.year
    return rule.period == "standing" or day <= add_months(fact.on, rule.months)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on or back, the last of the month where that is shorter.

    >>> add_months(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def find_resting(session: Session, rules: Sequence[CoolDownRule], day: date) -> dict[str, str]:
    """Return every enterprise of the directory that rests on a day, with the reason, by credit code."""
    kinds = {kind for rule in rules for kind in rule.facts}
    standing = {kind for rule in rules if rule.period == "standing" for kind in rule.facts}
    reach = EnterpriseFact.on >= add_months(day, -MOST_MONTHS)
    asked = (
        select(EnterpriseFact.uscc, Enterprise.risk, EnterpriseFact.kind, EnterpriseFact.on, EnterpriseFact.until)
        .join(Enterprise, Enterprise.uscc == EnterpriseFact.uscc)
        .where(EnterpriseFact.left_on.is_(None), EnterpriseFact.kind.in_(sorted(kinds)), EnterpriseFact.on <= day)
        .where(or_(reach, EnterpriseFact.kind.in_(sorted(standing)), EnterpriseFact.until >= day))
        .order_by(EnterpriseFact.uscc, EnterpriseFact.id)
        .execution_options(yield_per=_BLOCK)
    )
    found = {}
    for (uscc, risk), rows in groupby(session.execute(asked), key=lambda row: (row.uscc, row.risk)):
        facts = [Fact(row.kind, row.on, row.until) for row in rows]
        reason = resting_reason(facts, rules, day, risk)
        if reason is not None:
            found[uscc] = reason
    return found
