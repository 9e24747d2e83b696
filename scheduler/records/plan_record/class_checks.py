"""The check that classes are whole: whoever nothing distinguishes stands in one class, and the lot alone parts them.

A class of its own for one enterprise would have its months from the plan instead of the lot. So there is one class for
each rule, district, sector and set of campaigns, and its id is made of these, as everybody finds it in enterprises.tsv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.plans.year_demand.visit_classes import class_id
from scheduler.records.checks import Difference
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import compare


def check_whole(classes: Sequence[Mapping[str, Any]]) -> None:
    """Raise `Difference` for a class that is a part of another, or whose id is not made of what it shares."""
    seen: set[tuple[Any, ...]] = set()
    alone: dict[str, str] = {}
    for place, each in enumerate(classes):
        member, campaigns = f"coverage.classes[{place}]", sorted(set(each["campaigns"]))
        if campaigns != each["campaigns"]:
            raise Difference(
                "plan-record.twice", file=DOCUMENT, params={"member": f"{member}.campaigns", "name": each["id"]}
            )
        shared = (each["rule"], each["district"], each["sector"], *campaigns)
        if shared in seen:
            raise Difference("plan-record.class-split", file=DOCUMENT, params={"member": member, "name": each["id"]})
        seen.add(shared)
        bare = class_id([each["rule"], each["district"], *campaigns])
        if each["id"] == bare:  # a rule for one sector alone
            compare(f"{member}.sector", alone.setdefault(each["rule"], each["sector"]), each["sector"])
        else:
            named = class_id([each["rule"], each["district"], each["sector"], *campaigns])
            compare(f"{member}.id", named, each["id"])


def check_alike(classes: Sequence[Mapping[str, Any]]) -> None:
    """Compare what follows from the district and the sector alone: days of travel, and the division."""
    travel: dict[str, object] = {}
    division: dict[str, object] = {}
    for place, each in enumerate(classes):
        member = f"coverage.classes[{place}]"
        compare(f"{member}.travel", travel.setdefault(each["district"], each["travel"]), each["travel"])
        compare(f"{member}.division", division.setdefault(each["sector"], each["division"]), each["division"])
