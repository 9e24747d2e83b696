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
        self.size, self.a_day = inputs["team_size"], inputs["visits_a_day"]
        self.keys = {name: verifier.Key(seed, name) for name in ("visit-day", "pair", "task-order")}
        self.load: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter((p["id"], day) for p in inputs["people"] for day in p["taken"])
        for kept in inputs["kept"]:
            self.take(kept["team"], kept["day"])

    def take(self, team: list[str], day: str) -> None:
        for name in team:
            self.load[name] += 1
            self.days[name, day] += 1

    def there(self, name: str, day: str) -> bool:
        person = self.people[name]
        return day <= person["certified_until"] and day not in person["away"]

    def room(self, name: str, day: str) -> int:
        free = min(self.a_day - self.days[name, day], self.people[name]["capacity"] - self.load[name])
        return max(0, free) if self.there(name, day) else 0

    def able(self, visit: Json, name: str, place: int) -> bool:
        person = self.people[name]
        if [name, visit["id"].rsplit(".", 1)[0]] in self.inputs["recusals"] or set(person["denies"]) & set(
            visit["tags"]
        ):
            return False
        return place < self.size - 1 or set(visit["needs"]) <= set(person["skills"])

    def can_form(self, visit: Json, division: str, day: str) -> bool:
        names = [
            name
            for name, person in self.people.items()
            if division in ("", person["division"]) and person["capacity"] and self.there(name, day)
        ]
        return any(
            all(self.able(visit, name, place) for place, name in enumerate(team))
            for team in permutations(names, self.size)
        )

    def in_order(self, purpose: str, task: str, names: list[str]) -> list[str]:
        return sorted(names, key=lambda name: self.keys[purpose].lot(name, f"{task}:"))

    def seat(self, prefs: dict[str, list[list[str]]], capacity: dict[str, int], purpose: str) -> Any:
        order = sorted(prefs, key=self.keys[purpose].lot)
        return self.verifier.ticket_augment({task: prefs[task] for task in order}, capacity, 0)


def recompute(document: Json, seed: str, verifier: ModuleType) -> tuple[list[Json], dict[str, str]]:
    """Return placed visits ascending by id, and the reason of each unplaced one."""
    inputs = document["inputs"]
    month, pins = Month(inputs, seed, verifier), dict(map(tuple, inputs["pins"]))
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
    last = month.size - 1
    skilled = [name for name in people if any(month.able(visit, name, last) for visit in visits)]
    capacity = {
        day: min(
            sum(month.room(name, day) for name in people) // month.size, sum(month.room(name, day) for name in skilled)
        )
        for day in days
    }
    possible = {
        visit["id"]: [
            day for day in days if (not pins or pins[visit["id"]] == day) and month.can_form(visit, division, day)
        ]
        for visit in visits
    }
    alone = copy.deepcopy(possible)
    while True:
        lots = {name: [month.in_order("visit-day", name, good)] for name, good in possible.items()}
        held = month.seat(lots, capacity, "visit-day").seating.holder
        teams, failed = seat_teams(month, visits, {name: day for (name, _), day in held.items()}, people)
        if not failed:
            break
        for name, day in failed:
            possible[name].remove(day)
    found = []
    for visit in visits:
        if visit["id"] in teams:
            team, day = teams[visit["id"]], held[visit["id"], 0]
            month.take(team, day)
            others = any(month.people[name]["division"] != visit["division"] for name in team)
            found.append(
                {"id": visit["id"], "division": visit["division"], "day": day, "team": team,
                 "state": "pinned" if pins else "planned", "neighbours": others}
            )  # fmt: skip
    missing = {}
    for name in possible.keys() - teams.keys():
        reason = "over-capacity" if alone[name] else "no-team"
        missing[name] = "pinned-day" if pins else reason if days else "no-day"
    return found, missing


def seat_teams(
    month: Month, visits: list[Json], day_of: dict[str, str], people: list[str]
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    load, teams, failed = Counter(month.load), {}, []
    places = len(day_of) * month.size + sum(load[name] for name in people)
    level = -(-places // len(people)) if people else 0
    for day in sorted(set(day_of.values())):
        todays = {visit["id"]: visit for visit in visits if day_of.get(visit["id"]) == day}

        def room(name: str, day: str = day) -> int:
            person = month.people[name]
            free = min(month.a_day - month.days[name, day], person["capacity"] - load[name])
            return max(0, free) if month.there(name, day) else 0

        there = [name for name in sorted(people) if room(name)]
        while True:
            prefs = {
                name: [
                    month.in_order("pair", name, [each for each in there if month.able(visit, each, place)])
                    for place in range(month.size)
                ]
                for name, visit in todays.items()
            }
            caps = {name: max(0, min(room(name), level - load[name])) for name in there}
            outcome = month.seat(prefs, caps, "task-order")
            if not outcome.failures:
                break
            if any(caps[name] < room(name) for failure in outcome.failures for name in failure.people):
                level += 1
                continue
            failed.append((outcome.failures[0].slot[0], day))
            del todays[outcome.failures[0].slot[0]]
        for name in todays:
            teams[name] = [outcome.seating.holder[name, place] for place in range(month.size)]
            load.update(teams[name])
    return teams, failed
