"""Random months for the property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from scheduler.inspections.month_problem import MonthProblem, Person, Placed, Visit

DAYS = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06")
DIVISIONS = ("a", "b")
SKILLS = ("skill:x", "skill:y")
AREAS = ("area:1", "area:2")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these, ascending."""
    return st.sets(st.sampled_from(values)).map(lambda found: tuple(sorted(found)))


@st.composite
def problems(draw: st.DrawFn) -> MonthProblem:
    """A week of a bureau with two divisions, some visits kept, some pinned."""
    people = tuple(
        Person(
            id=f"P{number}",
            division=draw(st.sampled_from((*DIVISIONS, ""))),
            capacity=draw(st.integers(0, 4)),
            skills=draw(some(SKILLS)),
            denies=draw(some(AREAS)) if draw(st.integers(0, 4)) == 0 else (),
            certified_until=draw(st.sampled_from(("2026-03-03", "2030-01-01", "2030-01-01"))),
            away=draw(some(DAYS)) if draw(st.booleans()) else (),
        )
        for number in range(draw(st.integers(0, 9)))
    )
    visits = tuple(
        Visit(
            id=f"E{number:02}.1",
            division=draw(st.sampled_from(DIVISIONS)),
            month=3,
            needs=draw(st.sampled_from(((), ("skill:x",), ("skill:y",)))),
            tags=(draw(st.sampled_from(AREAS)),),
            team=draw(st.sampled_from((2, 2, 3))),
            days=draw(st.sampled_from((1, 1, 2))),
        )
        for number in range(draw(st.integers(0, 14)))
    )
    names = [each.id for each in people] or ["P0"]
    kept: tuple[Placed, ...] = ()
    if len(people) > 1 and draw(st.booleans()):
        kept = (Placed("K01.1", "a", DAYS[1:2], (people[0].id, people[1].id), "done"),)
    pinned = [each.id for each in visits if draw(st.integers(0, 5)) == 0]
    return MonthProblem(
        workdays=DAYS,
        days=draw(some(DAYS)),
        people=people,
        visits=visits,
        pins=tuple((name, draw(st.sampled_from(DAYS))) for name in pinned),
        kept=kept,
        recusals=tuple(
            sorted(
                draw(st.sets(st.tuples(st.sampled_from(names), st.integers(0, 13).map("E{:02}".format)), max_size=6))
            )
        ),
        visits_a_day=draw(st.sampled_from((1, 1, 2))),
    )
