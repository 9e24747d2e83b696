"""The document of a month's schedule: one canonical JSON value from which the whole schedule can be recomputed.

It holds public numbers, credit codes and days alone: why somebody is away stands nowhere in it. The seed is named by
the lottery it comes from (`draw`), that lottery's manifest hash M, and the commitment of the secret that joins it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from scheduler.draws.protocol.encoding import canonical_json
from scheduler.inspections.month_draw import DayDraw, MonthSchedule
from scheduler.inspections.month_problem import MonthProblem, Person, Placed, Visit

TYPE = "month-schedule/1"


@dataclass(frozen=True)
class ScheduleHead:
    """Which schedule a document is of: plan and its version, month, version, reason; where the seed comes from.

    `open_from` is the first day that may still be drawn (None: all of them). `set_aside` are visits that are due but
    not drawn, with the reason; `missed` those marked so in this month; `waiting` counts the visits of earlier months
    that have no schedule yet.
    """

    plan: str
    plan_version: int
    month: int
    version: int
    reason: str
    draw: str
    manifest: str
    commitment: str
    open_from: str | None
    set_aside: tuple[tuple[str, str], ...]
    missed: tuple[str, ...]
    waiting: tuple[tuple[int, int], ...]


def write_schedule(head: ScheduleHead, problem: MonthProblem, schedule: MonthSchedule) -> bytes:
    """Return the bytes of the document."""
    value = {
        "type": TYPE,
        "plan": head.plan,
        "plan_version": head.plan_version,
        "month": head.month,
        "version": head.version,
        "reason": head.reason,
        "seed": {"draw": head.draw, "manifest": head.manifest, "commitment": head.commitment},
        "open_from": head.open_from,
        "set_aside": [{"id": name, "reason": reason} for name, reason in sorted(head.set_aside)],
        "missed": sorted(head.missed),
        "waiting": [{"month": month, "visits": visits} for month, visits in sorted(head.waiting)],
        "inputs": _inputs(problem),
        "outcome": write_outcome(schedule),
    }
    return canonical_json(value)


def _inputs(problem: MonthProblem) -> dict[str, Any]:
    return {
        "workdays": sorted(problem.workdays),
        "days": sorted(problem.days),
        "people": [asdict(each) for each in problem.person.values()],
        "visits": [asdict(each) for each in sorted(problem.visits, key=lambda each: each.id)],
        "pins": sorted(map(list, problem.pins)),
        "kept": [asdict(each) for each in sorted(problem.kept, key=lambda each: each.id)],
        "recusals": sorted(map(list, problem.recusals)),
        "visits_a_day": problem.visits_a_day,
    }


def write_outcome(schedule: MonthSchedule) -> dict[str, Any]:
    """Return the outcome as JSON values."""
    return {
        "placed": [asdict(each) for each in schedule.placed],
        "unplaced": [{"id": name, "reason": reason} for name, reason in schedule.unplaced],
        "draws": [_day_draw(each) for each in schedule.draws],
    }


def _day_draw(draw: DayDraw) -> dict[str, Any]:
    impossible = groupby(draw.impossible, key=lambda pair: pair[0])
    return {
        "division": draw.division,
        "pinned": draw.pinned,
        "visits": list(draw.visits),
        "capacity": [{"day": day, "visits": visits} for day, visits in draw.capacity],
        "impossible": [{"id": name, "days": [day for _, day in pairs]} for name, pairs in impossible],
    }


def read_problem(inputs: Mapping[str, Any]) -> MonthProblem:
    """Return the problem that the `inputs` of a document describe."""
    return MonthProblem(
        workdays=tuple(inputs["workdays"]),
        days=tuple(inputs["days"]),
        people=tuple(Person(**_frozen(each)) for each in inputs["people"]),
        visits=tuple(Visit(**_frozen(each)) for each in inputs["visits"]),
        pins=tuple((visit, day) for visit, day in inputs["pins"]),
        kept=tuple(read_placed(each) for each in inputs["kept"]),
        recusals=tuple((person, code) for person, code in inputs["recusals"]),
        visits_a_day=inputs["visits_a_day"],
    )


def read_placed(value: Mapping[str, Any]) -> Placed:
    """Return a placed visit as a document holds it."""
    return Placed(**_frozen(value))


def read_document(data: bytes) -> dict[str, Any]:
    """Return a stored document as JSON values."""
    value: dict[str, Any] = json.loads(data)
    return value


def _frozen(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}
