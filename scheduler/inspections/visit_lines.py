"""The visits of a month as they stand now: what the schedule placed, what was marked since, what rolled on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scheduler.inspections.gathering import done_days
from scheduler.inspections.month_problem import Placed
from scheduler.inspections.standing import Standing


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit of a month as it stands now: planned, pinned, done, rolled, or waiting for its first schedule.

    `first` is the month the lottery gave it; `days` and `team` are empty while it has none, `reason` says why.
    `due_pin` is a day it was pinned to after the schedule was made; `names` are the people's, in the team's order.
    """

    id: str
    name: str
    division: str
    first: int
    state: str
    days: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    neighbours: bool = False
    reason: str = ""
    due_pin: str = ""

    @property
    def day(self) -> str:
        """The first day, empty while it has none."""
        return self.days[0] if self.days else ""

    @property
    def enterprise(self) -> str:
        """The credit code."""
        return self.id.rpartition(".")[0]


def month_lines(standing: Standing, month: int) -> list[VisitLine]:
    """Return the visits that are or were due in a month, and those placed in it that a new plan version moved away."""
    placed, pins = standing.placed.get(month, {}), standing.pins_of(month)
    reasons = _reasons(standing.schedules.get(month))
    found = []
    for visit, (division, first) in standing.visits.items():
        months = standing.months_of(visit)
        if month in months.months:
            here = placed.get(visit)
            state = _state(standing, visit, month, months.now, here, reasons)
            found.append(_line(visit, division, first, state, here, standing, reasons, pins))
    known = {each.id for each in found}
    for visit, here in placed.items():
        if visit not in known:
            state = "done" if visit in standing.done else here.state
            found.append(_line(visit, here.division, month, state, here, standing, reasons, pins))
    return sorted(found, key=lambda each: each.id)


def _reasons(document: Mapping[str, Any] | None) -> dict[str, str]:
    if document is None:
        return {}
    return {each["id"]: each["reason"] for each in (*document["outcome"]["unplaced"], *document["set_aside"])}


def _state(
    standing: Standing, visit: str, month: int, now: int, here: Placed | None, reasons: Mapping[str, str]
) -> str:
    if now > month:
        return "rolled"
    if visit in standing.done:
        return "done"
    if here is None:
        return "waiting"
    return "pinned" if standing.pins_of(month).get(visit) == here.day else here.state


def _line(
    visit: str,
    division: str,
    first: int,
    state: str,
    here: Placed | None,
    standing: Standing,
    reasons: Mapping[str, str],
    pins: Mapping[str, str],
) -> VisitLine:
    rolled, days = state == "rolled", tuple[str, ...]()
    if here is not None and not rolled:
        days = done_days(here, standing.done.get(visit))
    elif state == "done":
        days = (standing.done[visit],)
    return VisitLine(
        id=visit,
        division=division,
        first=first,
        name="",
        state=state,
        days=days,
        team=here.team if here and not rolled else (),
        neighbours=bool(here and here.neighbours),
        reason="missed" if rolled and visit not in reasons else reasons.get(visit, ""),
        due_pin=pins[visit] if state in ("waiting", "planned") and pins.get(visit) not in (None, *days[:1]) else "",
    )


def named_line(line: VisitLine, codes: Mapping[str, str], people: Mapping[str, tuple[str, str]]) -> VisitLine:
    """Return a line with the names of enterprise and people."""
    names = tuple(people.get(name, (name, ""))[0] for name in line.team)
    return replace(line, name=codes.get(line.enterprise, ""), names=names)
