"""Fairness of past draws: what is counted, what is compared with chance, what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from math import sqrt

import pytest
from scipy import stats

from scheduler.analysis.fairness import (
    PastDraw,
    PoolLine,
    count_districts,
    count_risks,
    judge_fairness,
    spread_loads,
    ticket_test,
)
from scheduler.draws.protocol.selection import derive_key, ticket_machine


def past_draw(
    pool: Iterable[PoolLine] = (), tickets: Iterable[str] = (), name: str = "d1", **changes: object
) -> PastDraw:
    values: dict[str, object] = {
        "id": name,
        "kind": "enterprises",
        "void": False,
        "demonstration": False,
        "tickets": tuple(tickets),
        "pool": tuple(pool),
        "takes": {},
        "loads": {},
        "level": None,
        **changes,
    }
    return PastDraw(**values)  # type: ignore[arg-type]


def lines(stratum: str, district: str, population: int, drawn: int) -> list[PoolLine]:
    return [PoolLine(stratum, district, place < drawn) for place in range(population)]


def real_tickets(count: int, seed: str = "s") -> list[str]:
    ticket = ticket_machine(derive_key(sha256(seed.encode()).hexdigest(), "select"))
    return [ticket(f"{number:018}").hex() for number in range(count)]


def test_tickets_of_the_protocol_lie_evenly_and_agree_with_another_program() -> None:
    tickets = real_tickets(900)
    found = ticket_test(past_draw(tickets=tickets))
    values = [int(ticket, 16) / 2**256 for ticket in tickets]
    other = stats.kstest(values, "uniform", method="exact")
    assert found.distance == pytest.approx(other.statistic)
    assert found.distance_p == pytest.approx(other.pvalue, abs=1e-5)
    assert found.exact
    digits = [sum(ticket[0] == digit for ticket in tickets) for digit in "0123456789abcdef"]
    square = stats.chisquare(digits)
    assert found.parts_statistic == pytest.approx(square.statistic)
    assert found.parts_p == pytest.approx(square.pvalue)


def test_p_values_of_many_honest_draws_are_themselves_even() -> None:
    """A test that cries wolf, or never does, would show here: 200 draws of 100 tickets."""
    chances = [ticket_test(past_draw(tickets=real_tickets(100, str(seed)))).distance_p for seed in range(200)]
    assert stats.kstest(chances, "uniform").pvalue > 0.01


def test_tickets_pushed_to_one_side_are_noticed() -> None:
    """Every tenth low ticket replaced by a high one."""
    tickets = [("f" + ticket[1:]) if ticket < "2" else ticket for ticket in real_tickets(2000)]
    found = ticket_test(past_draw(tickets=tickets))
    assert found.distance_p < 1e-6
    assert found.parts_p is not None
    assert found.parts_p < 1e-6


def test_few_tickets_get_no_chi_square_and_count_as_few() -> None:
    found = ticket_test(past_draw(tickets=real_tickets(10)))
    assert (found.parts_statistic, found.parts_p, found.is_small) == (None, None, True)
    assert not ticket_test(past_draw(tickets=real_tickets(80))).is_small


def test_a_district_is_judged_by_fishers_exact_test_in_one_draw() -> None:
    """10 of 100 drawn; district a has 30 of them and 8 drawn."""
    draw = past_draw([*lines("A", "a", 30, 8), *lines("A", "b", 70, 2)])
    first, second = count_districts([draw])
    fisher = stats.fisher_exact([[8, 22], [2, 68]]).pvalue
    assert (first.district, first.pool, first.drawn) == ("a", 30, 8)
    assert first.expected == pytest.approx(3)
    assert first.p == pytest.approx(fisher)
    assert second.p == pytest.approx(fisher)
    assert first.raised_p == pytest.approx(2 * fisher)
    assert first.is_small


def test_several_classes_of_one_draw_are_added_exactly() -> None:
    """Expectation 5 * 1/2 + 4 * 1/4; the chance of what was seen by walking through both classes."""
    draw = past_draw(
        [*lines("A", "a", 10, 5), *lines("A", "b", 10, 0), *lines("B", "a", 5, 2), *lines("B", "b", 15, 2)]
    )
    found = count_districts([draw])[0]
    one, two = stats.hypergeom(20, 10, 5), stats.hypergeom(20, 5, 4)
    chances = [sum(one.pmf(k) * two.pmf(total - k) for k in range(total + 1)) for total in range(10)]
    assert found.expected == pytest.approx(3.5)
    assert found.p == pytest.approx(sum(each for each in chances if each <= chances[7] * (1 + 1e-9)))


def test_over_several_draws_the_normal_value_is_given_where_enough_is_expected() -> None:
    """Two draws of 40 from 200; district a has 100 of them, c has 4."""
    pool = [*lines("A", "a", 100, 28), *lines("A", "b", 96, 12), *lines("A", "c", 4, 0)]
    found = {each.district: each for each in count_districts([past_draw(pool), past_draw(pool, name="d2")])}
    variance = 2 * 40 * 0.5 * 0.5 * (160 / 199)
    assert found["a"].p == pytest.approx(2 * stats.norm.sf((56 - 40) / sqrt(variance)))
    assert found["c"].p is None
    assert found["c"].raised_p is None
    assert found["c"].expected == pytest.approx(1.6)


def test_honest_draws_look_unusual_no_more_often_than_they_may() -> None:
    """400 draws of 30 from three districts by the protocol's own tickets: p below 0.05 in at most 5 % (and 4 sigma)."""
    low = 0
    for seed in range(400):
        tickets = real_tickets(300, f"district {seed}")
        drawn = set(sorted(range(300), key=lambda place: tickets[place])[:30])
        pool = [PoolLine("A", "abc"[place % 3], place in drawn) for place in range(300)]
        found = count_districts([past_draw(pool)])[0]
        low += found.p is not None and found.p < 0.05
    assert low <= 400 * 0.05 + 4 * sqrt(400 * 0.05 * 0.95)


def test_a_district_that_could_never_look_unusual_gets_no_p_value() -> None:
    everyone = past_draw([*lines("A", "a", 3, 3), *lines("A", "b", 2, 2)])
    tiny = past_draw([*lines("A", "a", 2, 1), *lines("A", "b", 2, 0)])
    for draw in (everyone, tiny):
        assert [each.p for each in count_districts([draw])] == [None, None]


def test_risk_classes_are_shown_beside_their_rule_whatever_the_strata() -> None:
    draw = past_draw(
        [*lines("A.220202", "220202", 9, 2), *lines("A.220203", "220203", 8, 1), *lines("B.220202", "220202", 5, 1)],
        takes={"A.220202": 2, "A.220203": 1, "B.220202": 1},
    )
    assert [(each.risk, each.pool, each.by_rule, each.drawn) for each in count_risks([draw])] == [
        ("A", 17, 3, 3),
        ("B", 5, 1, 1),
    ]


def test_loads_are_spread_over_everyone_who_could_be_given_some() -> None:
    found = spread_loads(past_draw(loads={"Z1": 3, "Z2": 0, "Z3": 1, "Z4": 2}, level=2))
    assert (found.inspectors, found.seats, found.idle, found.least, found.most) == (4, 6, 1, 0, 3)
    assert (found.median, found.level) == (1.5, 2)


def test_void_draws_count_for_their_tickets_alone() -> None:
    void = past_draw(lines("A", "a", 30, 3), real_tickets(30), void=True, loads={"Z1": 1})
    found = judge_fairness([void], hidden=1)
    assert [each.tickets for each in found.tickets] == [30]
    assert (found.districts, found.risks, found.loads, found.hidden) == ((), (), (), 1)


def test_a_plan_with_no_draw_to_show_gives_empty_tables() -> None:
    found = judge_fairness([], hidden=2)
    assert (found.tickets, found.districts, found.risks, found.loads) == ((), (), (), ())
