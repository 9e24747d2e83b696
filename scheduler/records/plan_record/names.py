"""What a list of the document names, it names once: a second row of a name would hide behind the one checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.records.checks import Difference, shown
from scheduler.records.plan_record.layout import DOCUMENT

# By the path of a list, `[]` for every item of one on the way: the members that name a row.
_NAMED = {
    "budget.divisions": ("id",),
    "coverage.rules": ("id",),
    "coverage.campaigns": ("id",),
    "coverage.campaigns[].days": ("division",),
    "coverage.left_out": ("uscc",),
    "coverage.loads": ("division",),
    "coverage.goals": ("division",),
    "coverage.shortages": ("division", "month"),
    "coverage.remedies": ("division", "kind"),
    "batches[].strata": ("id",),
    "general.classes": ("id",),
    "general.divisions": ("id",),
    "general.all": ("id",),
    "general_capacity": ("division",),
}


def check_names(document: Mapping[str, Any]) -> None:
    """Raise `Difference` (`plan-record.twice`) for the first row that has the name of another."""
    for path, members in _NAMED.items():
        for member, rows in _lists(document, path.split("."), ""):
            seen = set()
            for place, row in enumerate(rows):
                name = tuple(row[each] for each in members)
                if name in seen:
                    listed = shown(", ".join(map(str, name)).encode())
                    params = {"member": f"{member}[{place}]", "name": listed}
                    raise Difference("plan-record.twice", file=DOCUMENT, params=params)
                seen.add(name)


def _lists(value: Any, steps: list[str], member: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Yield the lists at a path, each with where it stands."""
    if not steps:
        yield member, value
        return
    name = steps[0].removesuffix("[]")
    here, inner = f"{member}.{name}" if member else name, value[name]
    if steps[0] == name:
        yield from _lists(inner, steps[1:], here)
        return
    for place, item in enumerate(inner):
        yield from _lists(item, steps[1:], f"{here}[{place}]")
