"""The schedule of a month a second way: from the rules' text and the stored JSON alone, with the stand-alone verifier's
own section 6. Nothing of the service is imported."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import permutations
from types import ModuleType
from typing import Any

Json = dict[str, Any]


class Month:
    """The inputs of a document and what is taken so far."""

    def __init__(self, inputs: Json, seed: str, verifier: ModuleType) -> None:
        self.inputs, self.verifier = inputs, verifier
        self.people = {each["id"]: each for each in inputs["people"]}
        self.a_day, self.workdays = inputs["visits_a_day"], inputs["workdays"]
        self.keys = {name: verifier.Key(seed, name) for name in ("visit-day", "pair", "task-order")}
        self.load: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter((p["id"], day) for p in inputs["people"] for day in p["taken"])
        for kept in inputs["kept"]:
            self.take(kept["team"], kept["days"])

    def take(self, team: list[str], days: list[str]) -> None:
        for name in team:
            self.load[name] += 1
            for day in days:
                self.days[name, day] += 1

    def span(self, visit: Json, day: str) -> list[str]:
        begin = self.workdays.index(day) if day in self.workdays else len(self.workdays)
        days: list[str] = self.workdays[begin : begin + visit["days"]]
        return days if len(days) == visit["days"] else []

    def there(self, name: str, days: list[str]) -> bool:
        person = self.people[name]
        return max(days) <= person["certified_until"] and not set(days) & set(person["away"])

    def room(self, name: str, day: str) -> int:
        free = min(self.a_day - self.days[name, day], self.people[name]["capacity"] - self.load[name])
        return max(0, free) if self.there(name, [day]) else 0

    def free(self, name: str, days: list[str]) -> bool:
        return self.there(name, days) and self.room(name, days[0]) > 0 and not any(self.days[name, d] for d in days[1:])

    def able(self, visit: Json, name: str, place: int) -> bool:
        person = self.people[name]
        if [name, visit["id"].rsplit(".", 1)[0]] in self.inputs["recusals"] or set(person["denies"]) & set(
            visit["tags"]
        ):
            return False
        return place < visit["team"] - 1 or set(visit["needs"]) <= set(person["skills"])

    def can_form(self, visit: Json, division: str, day: str, *, taken: bool = False) -> bool:
        days = self.span(visit, day)
        names = [
            name
            for name, person in self.people.items()
            if days and division in ("", person["division"]) and person["capacity"] and self.there(name, days)
        ]
        if taken:
            names = [name for name in names if self.free(name, days)]
        return any(
            all(self.able(visit, name, place) for place, name in enumerate(team))
            for team in permutations(names, visit["team"])
        )

    def in_order(self, purpose: str, task: str, names: list[str]) -> list[str]:
        return sorted(names, key=lambda name: self.keys[purpose].lot(name, f"{task}:"))

    def seat(self, prefs: dict[str, list[list[str]]], capacity: dict[str, int], purpose: str) -> Any:
        order = sorted(prefs, key=self.keys[purpose].lot)
        return self.verifier.ticket_augment({task: prefs[task] for task in order}, capacity, 0)


def recompute(document: Json, seed: str, verifier: ModuleType) -> tuple[list[Json], dict[str, str]]:
    """Return placed visits ascending by id, and the reason of each unplaced one."""
    inputs = document["inputs"]
    month, pins = Month(inputs, seed, verifier), dict(inputs["pins"])
    placed, unplaced = copy.deepcopy(inputs["kept"]), dict[str, str]()
    for pinned in (True, False):
        groups: dict[str, list[Json]] = {}
        for visit in inputs["visits"]:
            if (visit["id"] in pins) == pinned:
                days = [pins[visit["id"]]] if pinned else inputs["days"]
                home = any(month.can_form(visit, visit["division"], day) for day in days)
                groups.setdefault(visit["division"] if home else "", []).append(visit)
        for division in [*sorted(set(groups) - {""}), *({""} & set(groups))]:
            found, missing = draw(month, division, groups[division], pins if pinned else {})
            placed += found
            unplaced |= missing
    return sorted(placed, key=lambda each: each["id"]), unplaced


def draw(month: Month, division: str, visits: list[Json], pins: dict[str, str]) -> tuple[list[Json], dict[str, str]]:
    days = sorted({pins[visit["id"]] for visit in visits}) if pins else month.inputs["days"]
    people = [name for name, person in month.people.items() if division in ("", person["division"])]
    failed: list[tuple[str, str]] = []
    found: list[Json] = []
    waiting, going_on = list(visits), True
    while waiting and going_on:
        skilled = [name for name in people if any(month.able(visit, name, visit["team"] - 1) for visit in waiting)]
        smallest = min(visit["team"] for visit in waiting)
        capacity = {}
        for day in days:
            teams_of_all = sum(month.room(name, day) for name in people) // smallest
            capacity[day] = min(teams_of_all, sum(month.room(name, day) for name in skilled))
        lots = {}
        for visit in waiting:
            name = visit["id"]
            good = [
                day
                for day in days
                if (not pins or pins[name] == day)
                and (name, day) not in failed
                and month.can_form(visit, division, day, taken=True)
            ]
            lots[name] = [month.in_order("visit-day", name, good)]
        day_of = {name: day for (name, _), day in month.seat(lots, capacity, "visit-day").seating.holder.items()}
        teams, failures = seat_teams(month, waiting, day_of, people)
        failed += failures
        going_on = bool(failures)
        for visit in waiting:
            if visit["id"] in teams:
                team = teams[visit["id"]]
                found.append(
                    {
                        "id": visit["id"],
                        "division": visit["division"],
                        "days": month.span(visit, day_of[visit["id"]]),
                        "team": team,
                        "state": "pinned" if pins else "planned",
                        "neighbours": any(month.people[name]["division"] != visit["division"] for name in team),
                    }
                )
                month.take(team, found[-1]["days"])
        waiting = [visit for visit in waiting if visit["id"] not in teams]
    missing = {}
    for visit in waiting:
        could = any(month.can_form(visit, division, day) for day in days)
        reason = "over-capacity" if could else "no-team"
        missing[visit["id"]] = "pinned-day" if pins else reason if days else "no-day"
    return found, missing


def seat_teams(
    month: Month, visits: list[Json], day_of: dict[str, str], people: list[str]
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    tried = copy.copy(month)
    tried.load, tried.days = Counter(month.load), Counter(month.days)
    teams: dict[str, list[str]] = {}
    failed = []
    places = sum(visit["team"] for visit in visits if visit["id"] in day_of) + sum(month.load[name] for name in people)
    level = -(-places // len(people)) if people else 0
    for day in sorted(set(day_of.values())):
        todays = {visit["id"]: visit for visit in visits if day_of.get(visit["id"]) == day}
        while True:
            prefs = {}
            for name, visit in todays.items():
                free = [each for each in people if tried.free(each, tried.span(visit, day))]
                prefs[name] = [
                    tried.in_order("pair", name, [each for each in free if tried.able(visit, each, place)])
                    for place in range(visit["team"])
                ]
            room = {name: tried.room(name, day) for name in people}
            caps = {name: max(0, min(room[name], level - tried.load[name])) for name in people if room[name]}
            outcome = tried.seat(prefs, caps, "task-order")
            if not outcome.failures:
                break
            if any(caps[name] < room[name] for failure in outcome.failures for name in failure.people):
                level += 1
                continue
            failed.append((outcome.failures[0].slot[0], day))
            del todays[outcome.failures[0].slot[0]]
        for name, visit in todays.items():
            teams[name] = [outcome.seating.holder[name, place] for place in range(visit["team"])]
            tried.take(teams[name], tried.span(visit, day))
    return teams, failed
