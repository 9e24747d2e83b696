"""The schedule of a month: the published vector, what always holds, and the same outcome a second way."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.inspections.document import ScheduleHead, read_document, read_problem, write_schedule
from scheduler.inspections.month_draw import MonthSchedule, draw_month
from scheduler.inspections.month_problem import MonthProblem, Person, Placed, Visit
from tests.inspections.problems import DAYS, problems
from tests.inspections.second_way import recompute

SEED = "9042411115d73bf86a59c9063334eeb20c422069299e8e23bf16e4ba6b2aab5f"
SEEDS = st.integers(0, 3).map(lambda number: f"{number:064x}")


@pytest.mark.shared
def test_days_are_those_of_the_reference(shared: Path) -> None:
    """Twice the day's capacity of people who are there on that day alone; they are recused where the pair is barred."""
    vector = json.loads((shared / "vectors" / "plan-lottery" / "days.json").read_bytes())
    days = tuple(vector["capacity"])
    people = {
        f"{day}.{number}": Person(
            f"{day}.{number}", "d", 9, (), (), "2030-01-01", tuple(other for other in days if other != day)
        )
        for day, count in vector["capacity"].items()
        for number in range(2 * count)
    }
    problem = MonthProblem(
        workdays=days,
        days=days,
        people=tuple(people.values()),
        visits=tuple(Visit(name, "d", 3, (), ()) for name in vector["visits"]),
        pins=(),
        kept=(),
        recusals=tuple(
            (name, visit.rpartition(".")[0])
            for visit, day in vector["impossible"]
            for name in people
            if name.startswith(day)
        ),
        visits_a_day=1,
    )
    schedule = draw_month(problem, vector["seed"])
    assert {each.id: each.day for each in schedule.placed} == vector["day"]
    assert [name for name, _ in schedule.unplaced] == vector["unfilled"]
    (draw,) = schedule.draws
    assert dict(draw.capacity) == vector["capacity"]
    assert [list(pair) for pair in draw.impossible] == sorted(vector["impossible"])


def check(problem: MonthProblem, schedule: MonthSchedule) -> None:
    """What holds of every schedule, read off the problem alone."""
    people, visits = {each.id: each for each in problem.people}, {each.id: each for each in problem.visits}
    pins = dict(problem.pins)
    named = [each.id for each in schedule.placed] + [name for name, _ in schedule.unplaced]
    assert sorted(named) == sorted([*visits, *(each.id for each in problem.kept)])
    on_day = Counter((name, day) for each in schedule.placed for name in each.team for day in each.days)
    assert max(on_day.values(), default=0) <= problem.visits_a_day
    kept = {each.id for each in problem.kept}
    assert {each for each in schedule.placed if each.id in kept} == set(problem.kept)
    held = Counter(name for each in problem.kept for name in each.team)
    load = Counter(name for each in schedule.placed for name in each.team)
    assert all(count <= max(people[name].capacity, held[name]) for name, count in load.items())
    for each in schedule.placed:
        if each.id in kept:
            continue
        visit, team = visits[each.id], [people[name] for name in each.team]
        assert len({person.id for person in team}) == visit.team
        assert each.day == pins[each.id] if each.id in pins else each.day in problem.days
        begin = DAYS.index(each.day)
        assert each.days == DAYS[begin : begin + visit.days] and len(each.days) == visit.days
        assert each.state == ("pinned" if each.id in pins else "planned")
        assert set(visit.needs) <= set(team[-1].skills)
        for person in team:
            assert max(each.days) <= person.certified_until and not set(each.days) & set(person.away)
            assert (person.id, visit.enterprise) not in problem.recusals
            assert not set(person.denies) & set(visit.tags)
        assert each.neighbours == any(person.division != visit.division for person in team)


@given(problems(), SEEDS)
@settings(max_examples=100, deadline=None)
def test_nobody_is_in_two_places_and_no_rule_is_broken(problem: MonthProblem, seed: str) -> None:
    check(problem, draw_month(problem, seed))


@given(problems(), SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_changes_nothing(problem: MonthProblem, seed: str, random: Random) -> None:
    mixed: dict[str, Any] = {
        name: tuple(random.sample(getattr(problem, name), len(getattr(problem, name))))
        for name in ("workdays", "days", "people", "visits", "pins", "kept", "recusals")
    }
    other = replace(problem, **mixed)
    assert draw_month(other, seed) == draw_month(problem, seed)
    assert write(other, draw_month(other, seed)) == write(problem, draw_month(problem, seed))


def write(problem: MonthProblem, schedule: MonthSchedule) -> bytes:
    head = ScheduleHead("p", 1, 3, 1, "", "p-v1", "0" * 64, "1" * 64, None, (), (), ())
    return write_schedule(head, problem, schedule)


@given(problems(), SEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_second_program_reaches_the_same_from_the_document_alone(
    verifier: ModuleType, problem: MonthProblem, seed: str
) -> None:
    document = read_document(write(problem, draw_month(problem, seed)))
    assert recompute(document, seed, verifier) == (
        document["outcome"]["placed"],
        {each["id"]: each["reason"] for each in document["outcome"]["unplaced"]},
    )
    assert draw_month(read_problem(document["inputs"]), seed) == draw_month(problem, seed)


def person(name: str, **changes: object) -> Person:
    return replace(Person(name, "a", 9, ("skill:x",), (), "2030-01-01"), **changes)  # type: ignore[arg-type]


def week(people: tuple[Person, ...], visits: int, **changes: object) -> MonthProblem:
    due = tuple(Visit(f"E{number:02}.1", "a", 3, ("skill:x",), ()) for number in range(visits))
    problem = MonthProblem(DAYS, DAYS, people, due, (), (), (), 1)
    return replace(problem, **changes)  # type: ignore[arg-type]


def test_a_week_is_filled_to_the_last_team_and_the_rest_is_named() -> None:
    """Five people are two teams a day: ten visits in five days, and an eleventh and twelfth have no place."""
    schedule = draw_month(week(tuple(person(f"P{n}") for n in range(5)), 12), SEED)
    assert Counter(each.day for each in schedule.placed) == dict.fromkeys(DAYS, 2)
    assert [reason for _, reason in schedule.unplaced] == ["over-capacity"] * 2
    assert set(Counter(name for each in schedule.placed for name in each.team).values()) == {4}


def test_one_specialist_makes_one_visit_a_day() -> None:
    """Six people but one with the skill: one team a day."""
    people = (person("P0"), *(person(f"P{n}", skills=()) for n in range(1, 6)))
    schedule = draw_month(week(people, 7), SEED)
    assert Counter(each.day for each in schedule.placed) == dict.fromkeys(DAYS, 1)
    assert {each.team[1] for each in schedule.placed} == {"P0"}
    assert [reason for _, reason in schedule.unplaced] == ["over-capacity"] * 2


def test_a_division_that_is_too_small_is_helped_and_the_help_is_marked() -> None:
    people = (person("P0"), person("Q0", division="b"), person("Q1", division="b"), person("Q2", division="b"))
    schedule = draw_month(week(people, 3), SEED)
    assert len(schedule.placed) == 3 and all(each.neighbours for each in schedule.placed)
    at_home = draw_month(week((*people, person("P1")), 3), SEED)
    assert all(set(each.team) == {"P0", "P1"} and not each.neighbours for each in at_home.placed)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"days": ()}, "no-day"),
        ({"people": (person("P0"),)}, "no-team"),
        ({"people": (person("P0"), person("P1", certified_until="2026-03-01"))}, "no-team"),
        ({"people": (person("P0"), person("P1", away=DAYS))}, "no-team"),
        ({"people": (person("P0", skills=()), person("P1", skills=()))}, "no-team"),
        ({"recusals": (("P0", "E00"),)}, "no-team"),
        ({"pins": (("E00.1", "2026-03-31"),), "people": (person("P0"),)}, "pinned-day"),
        ({"kept": tuple(Placed(f"K{n}.1", "a", (day,), ("P0", "P1")) for n, day in enumerate(DAYS))}, "over-capacity"),
    ],
)
def test_each_reason_for_which_a_visit_has_no_place(changes: dict[str, object], reason: str) -> None:
    problem = replace(week((person("P0"), person("P1")), 1), **changes)  # type: ignore[arg-type]
    assert draw_month(problem, SEED).unplaced == (("E00.1", reason),)


def test_a_pinned_visit_comes_before_all_others() -> None:
    people = (person("P0"), person("P1"))
    for number in range(5):
        name = f"E{number:02}.1"
        schedule = draw_month(week(people, 5, pins=((name, DAYS[2]),)), SEED)
        assert {each.id: each.day for each in schedule.placed}[name] == DAYS[2]
        assert len(schedule.placed) == 5


def test_the_visits_of_a_month_are_spread_evenly_over_the_people() -> None:
    people = tuple(person(f"P{n}") for n in range(10))
    schedule = draw_month(week(people, 20), SEED)
    load = Counter(name for each in schedule.placed for name in each.team)
    assert set(load.values()) <= {3, 4, 5} and len(load) == 10


def test_a_visit_of_several_days_keeps_its_people_until_it_ends_and_ends_in_the_month() -> None:
    """One team, visits of two days in a week of five: two fit, and nobody is anywhere else meanwhile."""
    problem = week((person("P0"), person("P1")), 3)
    long = replace(problem, visits=tuple(replace(each, days=2) for each in problem.visits))
    schedule = draw_month(long, SEED)
    assert [reason for _, reason in schedule.unplaced] == ["over-capacity"] * (3 - len(schedule.placed))
    taken = [day for each in schedule.placed for day in each.days]
    assert len(taken) == len(set(taken)) and 2 <= len(taken) <= 4
    six = replace(long, visits=(replace(long.visits[0], days=6),))
    assert draw_month(six, SEED).unplaced == (("E00.1", "no-team"),)
    whole = draw_month(replace(long, visits=(replace(long.visits[0], days=5),)), SEED)
    assert whole.placed[0].days == DAYS
