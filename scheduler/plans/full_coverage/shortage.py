"""What would mend a shortage as the plan's document tells it, cheapest first.

The remedies themselves are found by planning anew (`optimiser.mending`). Days taken from the general tier are told
with what is left of its draw ratios then, since that is what the office has to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scheduler.plans.exact import days_figure, fixed, half_up
from scheduler.plans.general_tier.batches import DivisionDemand
from scheduler.plans.optimiser.remedies import Remedy


def write_remedies(remedies: Iterable[Remedy], general: Sequence[DivisionDemand]) -> list[dict[str, Any]]:
    """Return the remedies by division, cheapest first; `general` is what the general tier's draws ask of each."""
    demands = {each.division: each for each in general}
    return [
        {
            "division": each.division,
            "kind": each.kind,
            "amount": days_figure(half_up(each.amount, 1)),
            "months": list(each.short_months),
            "ratio_percent": _ratio_percent(each, demands),
        }
        for each in remedies
    ]


def _ratio_percent(remedy: Remedy, demands: Mapping[str, DivisionDemand]) -> str | None:
    demand = demands.get(remedy.division)
    if remedy.kind != "general" or demand is None:
        return None
    return ratio_left(half_up(demand.person_days, 1), half_up(demand.capacity, 1), half_up(remedy.amount, 1))


def ratio_left(expected: Fraction, capacity: Fraction, taken: Fraction) -> str | None:
    """Return to how many percent of what they are the draw ratios must fall when so many days are taken away.

    `expected` are the person-days the draws ask, `capacity` those there are for them. Rounded down to one decimal;
    None when the days that are left do for the draws as they are.

    >>> ratio_left(Fraction(90), Fraction(100), Fraction(40)), ratio_left(Fraction(50), Fraction(100), Fraction(40))
    ('66.6', None)
    """
    left = capacity - taken
    return None if left >= expected else fixed(Fraction(int(1000 * max(left, Fraction(0)) / expected), 10), 1)
