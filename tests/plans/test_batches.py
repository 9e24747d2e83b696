"""Draw batches of the general tier: expected sizes, person-days by division, the check against capacity."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws.protocol.manifest import Fixed, Ratio
from scheduler.errors import InvalidInput
from scheduler.plans.batches import ClassPart, Stratum, plan_batches

ONE = Fraction(1)


def stratum(id_: str, population: int, percent: int, division: str = "d", workload: int = 2) -> Stratum:
    return Stratum(id_, Ratio(percent, 100, "ceil", 1), (ClassPart(division, population, Fraction(workload)),))


def test_each_batch_draws_its_ratio_from_those_not_drawn_yet() -> None:
    """5 % of 1000, of 950, of 902: 50, 48 (47.5 up), 46 (45.1 up)."""
    plan = plan_batches([stratum("C", 1000, 5)], [3, 6, 9], {"d": Fraction(300)})
    assert [(batch.number, batch.month, batch.size) for batch in plan.batches] == [(1, 3, 50), (2, 6, 48), (3, 9, 46)]
    assert [batch.strata[0].population for batch in plan.batches] == [1000, 950, 902]
    assert plan.divisions[0].person_days == 2 * (50 + 48 + 46)
    assert plan.divisions[0].short == 0


def test_a_shortage_is_counted_in_person_days_by_division() -> None:
    parts = (ClassPart("d", 300, Fraction(2)), ClassPart("e", 100, Fraction(3)))
    plan = plan_batches([Stratum("U", Fixed(40), parts)], [5], {"d": Fraction(50), "e": Fraction(50)})
    assert [(each.division, int(each.person_days), int(each.short)) for each in plan.divisions] == [
        ("d", 60, 10),
        ("e", 30, 0),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 100)), max_size=4),
    st.lists(st.integers(1, 12), max_size=6).map(sorted),
)
def test_expected_days_add_up_to_the_visits_drawn(classes: list[tuple[int, int, int]], months: list[int]) -> None:
    """With one person-day a visit everywhere, the divisions' days are exactly the sizes of the batches."""
    strata = [
        Stratum(f"s{n}", Ratio(percent, 100, "ceil", 1), (ClassPart("d", here, ONE), ClassPart("e", there, ONE)))
        for n, (here, there, percent) in enumerate(classes)
    ]
    capacity = {"d": Fraction(0), "e": Fraction(0)}
    plan = plan_batches(strata, months, capacity)
    assert sum(each.person_days for each in plan.divisions) == sum(batch.size for batch in plan.batches)
    assert all(each.short == each.person_days for each in plan.divisions)
    assert plan_batches(strata[::-1], months, dict(reversed(capacity.items()))) == plan
    for each in strata:
        drawn = [part.size for batch in plan.batches for part in batch.strata if part.id == each.id]
        assert sum(drawn) <= each.population


@pytest.mark.parametrize("months", [[0], [13], [6, 3]])
def test_months_that_are_none_or_descend_are_refused(months: list[int]) -> None:
    with pytest.raises(InvalidInput, match="batch-months"):
        plan_batches([], months, {})


def test_bad_classes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="batch-class-twice"):
        plan_batches([stratum("A", 1, 1), stratum("A", 1, 1)], [1], {"d": ONE})
    with pytest.raises(InvalidInput, match="batch-division-unknown"):
        plan_batches([stratum("A", 1, 1, division="x")], [1], {"d": ONE})
    with pytest.raises(InvalidInput, match=r"batch-class\("):
        plan_batches([stratum("A", -1, 1)], [1], {"d": ONE})
