"""The workday budget of the sample city: staff enough for the visits its enterprises ask for, deductions by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.calendars import calendar
from config.workdays import workday_catalogue

# What the sample reckons with, above what the delivered rules and its campaign ask for on average: person-days of a
# key enterprise a year, and of a general one (drawn perhaps once in ten years). In hundredths, whole numbers only.
_KEY_DAYS = {
    "hazardous-chemicals": 14,
    "fireworks": 16,
    "coal-mines": 22,
    "non-coal-mines": 10,
    "metallurgy": 4,
    "dust-explosion": 4,
}
_OTHER_KEY_DAYS = 3
_GENERAL_HUNDREDTHS = 40
# Shares of a person's statutory days in percent; the rest is supervision.
_OTHER_PERCENT, _NON_PERCENT = 40, 22
_KEY_PERCENT, _GENERAL_PERCENT = 60, 30
# Days that may stand unused, in percent of what is needed.
_MARGIN_PERCENT = 150
# How the two deductions spread over their rows, in the order of the catalogue.
_OTHER_ROWS = (12, 22, 10, 12, 14, 6, 4, 10, 4, 6)
_NON_ROWS = (14, 26, 16, 10, 8, 20, 6)


@dataclass(frozen=True)
class SampleBudget:
    """The budget's document, and staff and registered staff of each division by name."""

    document: dict[str, Any]
    staff: tuple[Mapping[str, Any], ...]


def sample_budget(
    divisions: Sequence[Mapping[str, Any]], meant: Mapping[tuple[str, str], int], year: int, source: str
) -> SampleBudget:
    """Return a budget whose supervision days carry the visits to enterprises counted by sector and tier."""
    days = calendar(year).workdays()
    staffed = [_staff(division, meant, days) for division in divisions]
    document = {
        "id": f"sample-{year}",
        "source": source,
        "year": year,
        "statutory_days": days,
        "level": "city",
        "registered_staff": sum(each["registered"] for each in staffed),
        "divisions": [_division(each["name"], each["staff"], days) for each in staffed],
    }
    return SampleBudget(document, tuple(staffed))


def _staff(division: Mapping[str, Any], meant: Mapping[tuple[str, str], int], days: int) -> dict[str, Any]:
    """Return how many people a division needs: for its key visits and for its part of the draws, each with a margin."""
    key = general = 0
    for (sector, tier), count in meant.items():
        # what is left undecided may be decided for any division
        if sector in division["sectors"] or sector in ("undecided", "none"):
            if tier == "key":
                key += count * _KEY_DAYS.get(sector, _OTHER_KEY_DAYS) * 100
            elif tier == "general":
                general += count * _GENERAL_HUNDREDTHS
    supervision = 100 - _OTHER_PERCENT - _NON_PERCENT
    needed = max(
        -(-hundredths * _MARGIN_PERCENT // (days * supervision * percent))
        for hundredths, percent in ((key, _KEY_PERCENT), (general, _GENERAL_PERCENT))
    )
    staff = max(division["staff"], needed)
    return {"name": division["name"], "staff": staff, "registered": staff + 1 + staff // 6}


def _division(name: str, staff: int, days: int) -> dict[str, Any]:
    catalogue = workday_catalogue()
    total = staff * days
    other = _parted(total * _OTHER_PERCENT // 100, _OTHER_ROWS)
    non = _parted(total * _NON_PERCENT // 100, _NON_ROWS)
    return {
        "name": name,
        "staff": staff,
        "other_enforcement": sum(other),
        "other_enforcement_rows": {row.id: part for row, part in zip(catalogue.other_enforcement, other, strict=True)},
        "non_enforcement": sum(non),
        "non_enforcement_rows": {row.id: part for row, part in zip(catalogue.non_enforcement, non, strict=True)},
    }


def _parted(days: int, shares: Sequence[int]) -> list[int]:
    """Part whole days by shares of a hundred; what rounding leaves goes to the first row."""
    parts = [days * share // 100 for share in shares]
    parts[0] += days - sum(parts)
    return parts
