"""Proposals from earlier years, computed a second time in whole numbers of hundredths and in Decimal."""

from __future__ import annotations

import argparse
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import workday_catalogue
from scheduler.commands.plan_budget import register_budget
from scheduler.plans.exact import round_together
from scheduler.plans.workday_budget.budget import Deduction, DivisionInput
from scheduler.plans.workday_budget.history import YearFigures
from scheduler.plans.workday_budget.proposal import Column, DivisionProposal, propose_division

KIND = "other_enforcement"


def deduction(rows: dict[str, Fraction] | None, total: Fraction | int = 0) -> Deduction:
    return Deduction(sum(rows.values(), Fraction(0)) if rows is not None else Fraction(total), rows)


def earlier(year: int, staff: int, found: Deduction, name: str = "甲") -> YearFigures:
    return YearFigures(year, (DivisionInput(name, staff, {KIND: found}),))


def propose(*history: YearFigures, staff: int | None = 4) -> DivisionProposal:
    return propose_division(["甲"], staff, 2026, history)


def whole(total: str) -> Column:
    return Column(Fraction(total))


def test_the_same_staff_is_proposed_the_average_of_three_years() -> None:
    """(10 + 11 + 13) / 3 = 11.33; a fourth year back does not count."""
    years = [earlier(year, 4, deduction(None, days)) for year, days in ((2025, 10), (2024, 11), (2023, 13), (2022, 99))]
    found = propose(*years).kinds[KIND]
    assert found.years == (2025, 2024, 2023)
    assert [found.last, found.average, found.proposed] == [whole("10"), whole("11.3"), whole("11.3")]


def test_days_go_with_the_heads() -> None:
    """30 days of 3 and 50 of 5 are 10 a head: 70 for seven; the average stays 40."""
    found = propose(earlier(2025, 3, deduction(None, 30)), earlier(2024, 5, deduction(None, 50)), staff=7).kinds[KIND]
    assert found.years == (2025, 2024)
    assert [found.average, found.proposed] == [whole("40"), whole("70")]


def test_years_without_the_division_or_without_rows_do_not_count_for_rows() -> None:
    history = (
        earlier(2025, 4, deduction(None, 90)),
        earlier(2024, 4, deduction({"licensing": Fraction(20), "joint": Fraction(10)})),
        earlier(2023, 4, deduction(None, 300), name="乙"),
    )
    found = propose(*history).kinds[KIND]
    assert found.years == (2024,)
    assert found.last == Column(Fraction(90), None)
    assert found.average == Column(Fraction(30), {"licensing": Fraction(20), "joint": Fraction(10)})


def test_nothing_is_proposed_from_nothing() -> None:
    assert propose().kinds[KIND].proposed == Column()
    assert propose().last_staff is None
    nobody = propose(earlier(2025, 0, deduction(None, 0)))
    assert nobody.last_staff == 0
    assert [nobody.kinds[KIND].average, nobody.kinds[KIND].proposed] == [whole("0"), Column()]
    unstaffed = propose(earlier(2025, 4, deduction(None, 10)), staff=None).kinds[KIND]
    assert [unstaffed.average, unstaffed.proposed] == [whole("10"), Column()]


YEAR = st.tuples(st.integers(1, 40), st.lists(st.integers(0, 3000), min_size=3, max_size=3))


@given(st.lists(YEAR, min_size=1, max_size=3), st.integers(0, 60))
def test_printed_proposals_add_up_and_are_the_exact_ones_to_a_tenth(
    years: list[tuple[int, list[int]]], staff: int
) -> None:
    """Second computation in Decimal (60 digits are more than enough for a tie): sums half up, rows within a tenth."""
    history = [
        earlier(2025 - n, heads, deduction(dict(zip("abc", (Fraction(each, 10) for each in tenths), strict=True))))
        for n, (heads, tenths) in enumerate(years)
    ]
    found = propose(*history, staff=staff).kinds[KIND]
    heads = sum(each for each, _ in years)
    for column, by, over in ((found.average, 1, len(years)), (found.proposed, staff, heads)):
        assert column.rows is not None and column.total is not None
        assert sum(column.rows.values()) == column.total
        total = sum(sum(tenths) for _, tenths in years)
        # half up in whole numbers: tenths of the total are (2 x total x by + over) / (2 x over), rounded down
        assert column.total * 10 == (2 * total * by + over) // (2 * over)
        for place, name in enumerate("abc"):
            exact = Fraction(sum(tenths[place] for _, tenths in years) * by, over)
            assert abs(column.rows[name] * 10 - exact) < 1


@given(st.lists(st.fractions(min_value=0, max_value=1000, max_denominator=997), min_size=1, max_size=8))
def test_values_rounded_together_are_their_sum_rounded(values: list[Fraction]) -> None:
    rounded = round_together(values, 1)
    total = sum(values, Fraction(0))
    digits = Decimal(total.numerator) / Decimal(total.denominator)
    if (total * 20).denominator != 1:  # a tie is exact in fractions alone
        assert sum(rounded) == Fraction(digits.quantize(Decimal("0.1"), ROUND_HALF_UP))
    assert all(abs(after - before) < Fraction(1, 10) for after, before in zip(rounded, values, strict=True))


def test_a_negative_value_is_no_part_of_a_table() -> None:
    with pytest.raises(ValueError):
        round_together([Fraction(-1)], 1)


def command(folder: Path, capsys: pytest.CaptureFixture[str], budget: dict[str, Any], *words: str) -> str:
    file = folder / "budget.json"
    file.write_text(json.dumps(budget), encoding="utf-8")
    parser = argparse.ArgumentParser()
    register_budget(parser.add_subparsers())
    args = parser.parse_args(["budget", str(file), "--propose", *words])
    assert args.run(args) == 0
    return capsys.readouterr().out


def test_the_command_sets_earlier_years_beside_the_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row.id: 3 for row in workday_catalogue().other_enforcement}
    before = {"name": "甲", "staff": 2, "other_enforcement": rows, "non_enforcement": 41}
    budget = {"year": 2026, "divisions": [{**before, "staff": 3}], "history": {"2025": {"divisions": [before]}}}
    (found,) = json.loads(command(tmp_path, capsys, budget, "--json"))["proposal"]
    assert (found["staff"], found["last_staff"]) == (3, 2)
    assert found["non_enforcement"]["proposed"] == {"total": "61.5"}
    assert found["other_enforcement"]["years"] == [2025]
    assert found["other_enforcement"]["proposed"] == {"total": 45, "rows": dict.fromkeys(rows, "4.5")}
    page = command(tmp_path, capsys, budget)
    assert "61.5" in page and "2025" in page
    assert "history" in command(tmp_path, capsys, {**budget, "history": {}})
