"""The members `ratios` and `batches` of a plan's inputs: exact shares, days in order, every fault with its path."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogues import load_catalogues
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batches_file import BatchInputs, read_batches
from scheduler.plans.json_input import parse_json

MONTHS = (3, 6, 9)
EVERY = {"A": "1/10", "B": "1/10", "C": "1/10", "D": "1/10", "U": "1/10"}
YEAR = {"A": Fraction(1, 100), "B": Fraction(3, 100), "C": Fraction(1, 10), "D": Fraction(1, 5), "U": Fraction(1, 20)}


def read(value: Any) -> BatchInputs:
    return read_batches(parse_json(json.dumps(value).encode()), 2026, MONTHS)


def test_without_batches_the_offices_months_part_the_years_ratio() -> None:
    """1 March 2026 is a Sunday; 1 June a Monday, 1 September a Tuesday."""
    found = read({})
    assert [each.on for each in found.batches] == [date(2026, 3, 2), date(2026, 6, 1), date(2026, 9, 1)]
    assert found.ratios == YEAR == {each.id: each.ratio for each in load_catalogues().risk.classes}
    for each in found.batches:
        assert not each.directed
        assert each.share == Fraction(1, 3)
        assert each.ratios == {name: ratio / 3 for name, ratio in YEAR.items()}


def test_a_batch_says_day_items_filter_strata_and_rules() -> None:
    given_ = {
        "on": "2026-05-12", "title": " 粉尘涉爆专项 ", "items": ["YJ-02", "YJ-01"], "strata": "risk.district",
        "filter": {"sectors": ["metallurgy", "dust-explosion"], "districts": ["220203"], "risks": ["C", "A"],
                   "kinds": ["有限责任公司"], "industries": ["C33", "2614"]},
        "ratios": {"A": "12.5 %", "C": 0.75}, "cool_down": {"penalised-lately": 12, "annual-cap": False},
    }  # fmt: skip
    (found,) = read({"batches": [given_]}).batches
    assert (found.path, found.on, found.title) == ("batches[0]", date(2026, 5, 12), "粉尘涉爆专项")
    assert (found.items, found.strata, found.share) == (("YJ-02", "YJ-01"), "risk.district", None)
    assert found.scope == {
        "sectors": ("dust-explosion", "metallurgy"), "districts": ("220203",), "risks": ("A", "C"),
        "kinds": ("有限责任公司",), "industries": ("2614", "C33"),
    }  # fmt: skip
    assert found.ratios == {"A": Fraction(1, 8), "C": Fraction(3, 4)}
    assert found.cool_down == {"penalised-lately": 12, "annual-cap": False}


def test_batches_come_in_the_order_of_their_days_with_what_others_leave() -> None:
    """Undirected ones: a third stated, two open ones share the rest; the directed one takes the year's ratio whole."""
    listed = [
        {"month": 11}, {"on": "2026-04-20", "filter": {"sectors": ["fireworks"]}},
        {"month": 2, "share": "1/3"}, {"on": "2026-07-01"}, {"month": 8, "ratios": EVERY},
    ]  # fmt: skip
    found = read({"ratios": {"D": "1/2"}, "batches": listed}).batches
    days = [date(2026, 2, 2), date(2026, 4, 20), date(2026, 7, 1), date(2026, 8, 3), date(2026, 11, 2)]
    assert [each.on for each in found] == days
    assert [each.share for each in found] == [Fraction(1, 3), 1, Fraction(1, 3), None, Fraction(1, 3)]
    assert [each.ratios["D"] for each in found] == [Fraction(each) for each in ("1/6", "1/2", "1/6", "1/10", "1/6")]
    assert [each.path for each in found] == [f"batches[{place}]" for place in (2, 1, 3, 4, 0)]


@given(st.lists(st.none() | st.fractions(0, Fraction(1, 9), max_denominator=40), min_size=1, max_size=8))
def test_open_shares_fill_the_year_exactly(shares: list[Fraction | None]) -> None:
    listed = [{"month": 5} | ({} if share is None else {"share": str(share)}) for share in shares]
    written = [{**each, "share": f"{share.numerator}/{share.denominator}"} if share is not None else each
               for each, share in zip(listed, shares, strict=True)]  # fmt: skip
    if any(share == 0 for share in shares):
        with pytest.raises(InvalidInput, match="batch-ratio-zero"):
            read({"batches": written})
        return
    found = [each.share or Fraction(0) for each in read({"batches": written}).batches]
    if None in shares:
        assert sum(found) == 1
    else:
        assert sorted(found) == sorted(share for share in shares if share is not None)


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        ({"ratios": {"A": "3/2"}}, "ratios.A", "batch-ratio-over-one"),
        ({"ratios": {"A": 5}}, "ratios.A", "batch-ratio-over-one"),
        ({"ratios": {"A": "-1/5"}}, "ratios.A", "batch-ratio"),
        ({"ratios": {"A": -0.1}}, "ratios.A", "json-negative"),
        ({"ratios": {"A": "1/0"}}, "ratios.A", "batch-ratio"),
        ({"ratios": {"A": "五分之一"}}, "ratios.A", "batch-ratio"),
        ({"ratios": {"E": "1/5"}}, "ratios.E", "batch-class-unknown"),
        ({"ratios": []}, "ratios", "json-not-object"),
        ({"batches": []}, "batches", "json-not-list"),
        ({"batches": [{}]}, "batches[0]", "batch-when"),
        ({"batches": [{"month": 3, "on": "2026-03-02"}]}, "batches[0]", "batch-when"),
        ({"batches": [{"month": 13}]}, "batches[0].month", "batch-month"),
        ({"batches": [{"month": 3, "size": 9}]}, "batches[0].size", "json-member-unknown"),
        ({"batches": [{"on": "2026-02-30"}]}, "batches[0].on", "batch-day"),
        ({"batches": [{"on": "2025-03-03"}]}, "batches[0].on", "batch-year"),
        ({"batches": [{"on": "2026-10-01"}]}, "batches[0].on", "batch-no-workday"),
        ({"batches": [{"on": "2026-03-01"}]}, "batches[0].on", "batch-no-workday"),
        ({"batches": [{"month": 3, "strata": "sector"}]}, "batches[0].strata", "batch-value-unknown"),
        ({"batches": [{"month": 3, "title": "题" * 121}]}, "batches[0].title", "batch-title-long"),
        ({"batches": [{"month": 3, "items": ["A", "A"]}]}, "batches[0].items[1]", "batch-value-twice"),
        ({"batches": [{"month": 3, "filter": {"colour": ["red"]}}]}, "batches[0].filter.colour", "json-member-unknown"),
        ({"batches": [{"month": 3, "filter": {"sectors": ["x"]}}]}, "batches[0].filter.sectors[0]", "batch-sector"),
        ({"batches": [{"month": 3, "filter": {"districts": ["1"]}}]}, "batches[0].filter.districts[0]",
         "batch-district"),
        ({"batches": [{"month": 3, "filter": {"risks": ["E"]}}]}, "batches[0].filter.risks[0]", "batch-risk"),
        ({"batches": [{"month": 3, "filter": {"industries": ["C"]}}]}, "batches[0].filter.industries[0]",
         "batch-industry"),
        ({"batches": [{"month": 3, "share": "2"}]}, "batches[0].share", "batch-ratio"),
        ({"batches": [{"month": 3, "share": "1/2", "ratios": EVERY}]}, "batches[0].ratios", "batch-ratio-twice"),
        ({"batches": [{"month": 3, "ratios": {"A": "1/5"}}]}, "batches[0].ratios", "batch-ratio-missing"),
        ({"batches": [{"month": 3, "share": "0/3"}]}, "batches[0]", "batch-ratio-zero"),
        ({"batches": [{"month": 3, "share": "2/3"}, {"month": 4, "share": "1/2"}]}, "batches",
         "batch-shares-over-one"),
        ({"batches": [{"month": 3, "share": "1/1"}, {"month": 4}]}, "batches", "batch-shares-over-one"),
        ({"batches": [{"month": 3, "cool_down": {"weather": 3}}]}, "batches[0].cool_down.weather", "batch-cool-down"),
        ({"batches": [{"month": 3, "cool_down": {"closed": 3}}]}, "batches[0].cool_down.closed", "batch-cool-down"),
        ({"batches": [{"month": 3, "cool_down": {"annual-cap": "no"}}]}, "batches[0].cool_down.annual-cap",
         "json-not-number"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_where_it_stands(value: Any, path: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(value)
    assert (refusal.value.code, refusal.value.params["path"]) == (code, path)
