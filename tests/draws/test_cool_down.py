"""Cool-down: which facts keep an enterprise out of a draw on a day; at the seal each stands with its reason."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import scheduler.draws.cool_down
import scheduler.draws.scope
from config.catalogues.cool_down import cool_down_catalogue
from scheduler.directory.models import Enterprise, EnterpriseFact, Inspector
from scheduler.draws.cool_down import Fact, find_resting, resting_reason
from scheduler.draws.models import DrawExclusion
from scheduler.draws.record import read_files
from scheduler.draws.sealing import seal_draw
from scheduler.store.session import reading, writing
from tests.draws.conftest import SEALED, Draft, uscc

RULES = cool_down_catalogue().rules
DAY = date(2026, 6, 15)


@pytest.mark.parametrize("module", [scheduler.draws.cool_down, scheduler.draws.scope])
def test_the_examples_hold(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]  # a module, which parametrize cannot say
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize(
    ("facts", "risk", "reason"),
    [
        ([], "A", None),
        ([Fact("inspected", date(2026, 1, 1))], "D", "inspected-this-year"),
        ([Fact("inspected", date(2025, 12, 31))], "A", None),
        ([Fact("inspected", date(2026, 6, 16))], "A", None),  # it has not happened yet
        ([Fact("inspected-above", date(2026, 3, 15))], "D", "inspected-by-upper-level"),
        ([Fact("inspected-above", date(2026, 3, 14))], "D", None),
        ([Fact("inspected-above", date(2026, 1, 5))], "A", "annual-cap"),  # class A: at most one visit a year
        ([Fact("inspected-above", date(2026, 1, day)) for day in (5, 6)], "B", "annual-cap"),
        ([Fact("inspected-above", date(2026, 1, 5)), Fact("inspected-above", date(2025, 1, 6))], "B", None),
        ([Fact("penalised", date(2025, 12, 15))], "A", "penalised-lately"),
        ([Fact("penalised", date(2025, 12, 14))], "A", None),
        ([Fact("penalised", date(2025, 1, 1), date(2026, 6, 15))], "A", "penalised-lately"),  # its document says until
        ([Fact("penalised", date(2026, 6, 1), date(2026, 6, 14))], "A", None),
        ([Fact("closed", date(2011, 1, 1))], "A", "closed"),
        ([Fact("closed", date(2026, 1, 1), date(2026, 3, 1))], "A", None),
        ([Fact("penalised", date(2026, 6, 1)), Fact("closed", date(2026, 6, 1))], "A", "closed"),
    ],
)
def test_a_fact_counts_through_its_period(facts: list[Fact], risk: str, reason: str | None) -> None:
    """Hand-counted days around 15 June 2026, with the periods of the catalogue: 3 and 6 months, the calendar year."""
    assert resting_reason(facts, RULES, DAY, risk) == reason


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.integers(0, 2000))
def test_months_run_to_the_same_day_of_the_month_or_its_last(on: date, months: int, after: int) -> None:
    """A second way: walk day by day, counting each first of a month, until the day of the month is reached again."""
    (rule,) = (
        rule
        for rule in cool_down_catalogue().changed({"penalised-lately": months})
        if rule.reason == "penalised-lately"
    )
    last, turned = on, 0
    while turned < months:
        last += timedelta(days=1)
        turned += last.day == 1
    month = last.month
    while last.day < on.day and (last + timedelta(days=1)).month == month:
        last += timedelta(days=1)
    day = on + timedelta(days=after)
    assert (resting_reason([Fact("penalised", on)], [rule], day, "A") is not None) == (day <= last)


def test_at_the_seal_each_stands_left_out_with_its_reason(city_engine: Engine, draft: Draft) -> None:
    """Of the batch's day, 25 August 2023: the reasons, and who is outside the filter or withdrawn or unknown."""
    days = {
        0: ("inspected", date(2023, 1, 2)),
        1: ("inspected-above", date(2023, 5, 25)),
        3: ("penalised", date(2023, 2, 25)),
        4: ("closed", date(2022, 1, 1)),
        6: ("penalised", date(2023, 2, 24)),  # over since a day
        40: ("closed", date(2022, 1, 1)),  # key: that reason comes first
    }
    with writing(city_engine) as session:
        for number, (kind, on) in days.items():
            code = uscc(number)
            session.add(EnterpriseFact(id=f"{code}.{kind}", uscc=code, kind=kind, on=on, until=None, left_on=None))
        gone = EnterpriseFact(id="gone", uscc=uscc(7), kind="closed", on=date(2022, 1, 1), left_on=date(2023, 8, 1))
        stranger = EnterpriseFact(id="stranger", uscc="91220200MA0000000X", kind="closed", on=date(2022, 1, 1))
        session.add_all([gone, stranger])
    with writing(city_engine) as session:
        assert set(find_resting(session, RULES, date(2023, 8, 25))) == {uscc(number) for number in (0, 1, 3, 4, 40)}
        seal_draw(session, "o", draft(session, cool_down={"inspected-this-year": False}), SEALED)
        found = session.execute(select(DrawExclusion.entry_id, DrawExclusion.reason))
        reasons = {entry: reason for entry, reason in found}  # noqa: C416  (a row is no pair to the type checker)
    assert reasons.get(uscc(0)) == "annual-cap"  # the first rule is off; class A may be visited once a year
    assert [reasons.get(uscc(number)) for number in (1, 3, 4, 6, 7, 40)] == [
        "inspected-by-upper-level", "penalised-lately", "closed", None, None, "key-tier",
    ]  # fmt: skip


def test_a_late_seal_reads_certificates_and_facts_as_of_its_own_day(city_sqlite: Engine, draft: Draft) -> None:
    """Sealed on 2 October, not 25 August: Z0's certificate has run out, and a penalty of 1 September counts."""
    with writing(city_sqlite) as session:
        session.get_one(Inspector, "Z0").certified_until = date(2023, 9, 30)
        code = uscc(2)
        session.add(EnterpriseFact(id="late", uscc=code, kind="penalised", on=date(2023, 9, 1)))
        draw = seal_draw(session, "o", draft(session), datetime(2023, 10, 2, 2, 0, tzinfo=UTC)).id
    with reading(city_sqlite) as session:
        assert session.get_one(DrawExclusion, (draw, code)).reason == "penalised-lately"
        people = read_files(session, draw, ("inspectors.tsv",))["inspectors.tsv"].decode()
    assert [line.split("\t")[0] for line in people.splitlines()] == ["Z1", "Z2", "Z3", "Z5"]


def test_a_draw_directed_by_kind_and_industry_takes_those_alone(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        for number, (kind, industry) in enumerate((("厂", "C2614"), ("厂", "2614"), ("厂", "3484"), ("店", "2614"))):
            entry = session.get_one(Enterprise, uscc(number))
            entry.kind, entry.industry = kind, industry
        scope = {"kinds": ["厂"], "industries": ["C26"]}
        draw = seal_draw(session, "o", draft(session, filter=scope), SEALED).id
        left_out = select(DrawExclusion.entry_id).where(
            DrawExclusion.draw_id == draw, DrawExclusion.reason == "outside-filter"
        )
        outside = set(session.scalars(left_out))
    assert not outside & {uscc(0), uscc(1)}
    assert {uscc(2), uscc(3), uscc(4)} <= outside
