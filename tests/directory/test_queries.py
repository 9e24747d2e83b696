"""Reads for pages: pages by key, filters, one enterprise with its history, counts, pools."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.directory.models import Enterprise
from scheduler.directory.overrides import override_decision
from scheduler.directory.queries import (
    EnterpriseFilter,
    count_by_aspect,
    count_enterprises,
    count_undecided,
    list_changes,
    list_divisions,
    list_enterprises,
    list_import_runs,
    list_inspectors,
    view_enterprise,
)
from scheduler.errors import InvalidInput, NotFound
from scheduler.store.session import reading, writing
from tests.directory.conftest import Files, Import, code, enterprise

SCOPES = ("机械加工", "烟花爆竹零售", "淀粉生产、销售", "化工产品销售", "百货零售")
PLACES = ("吉林市昌邑区1号", "磐石市明城镇", "解放路9号")


@pytest.fixture
def city(engine: Engine, bring: Import, files: Files) -> Engine:
    rows = [enterprise(n, 经营范围=SCOPES[n % 5], 注册地址=PLACES[n % 3]) for n in range(30)]
    bring(files([*rows, enterprise(77, 企业名称="100%合格_厂")]))
    bring(files([*rows, enterprise(77, 企业名称="100%合格_厂")][1:], name="b.csv"), leave_missing=True)
    headings = ["处室编号", "处室名称", "监管行业"]
    bring(files([["b", "烟花处", "烟花爆竹"], ["a", "工贸处", "工贸、粉尘"]], headings, "d.csv"), "divisions")
    people = [["J2", "乙", "化工", "2030-01-01", code(1)], ["J1", "甲", "化工", "2020-01-01", ""]]
    bring(files(people, ["编号", "姓名", "专业", "有效期至", "回避企业"], "p.csv"), "inspectors")
    return engine


def all_pages(session: Session, wanted: EnterpriseFilter | None, size: int) -> list[Enterprise]:
    found: list[Enterprise] = []
    after: str | None = ""
    while after is not None:
        page = list_enterprises(session, wanted, after, size)
        assert len(page.rows) <= size
        found += page.rows
        after = page.after
    return found


def test_pages_hold_every_enterprise_once_in_order_of_codes(city: Engine) -> None:
    with reading(city) as session:
        for size in (1, 7, 30, 31, 500):
            codes = [each.uscc for each in all_pages(session, None, size)]
            assert codes == sorted(code(n) for n in [*range(1, 30), 77])
        for size in (0, 501):
            with pytest.raises(InvalidInput, match="page-size"):
                list_enterprises(session, size=size)


@pytest.mark.parametrize(
    "wanted",
    [
        EnterpriseFilter(tier="general"),
        EnterpriseFilter(sector="fireworks"),
        EnterpriseFilter(district="220284", sector="undecided"),
        EnterpriseFilter(risk="U", tier="none"),
        EnterpriseFilter(undecided="district"),
        EnterpriseFilter(undecided="any"),
        EnterpriseFilter(division="a"),
        EnterpriseFilter(text="恒远1"),
        EnterpriseFilter(text="100%合格_"),
        EnterpriseFilter(text="%"),
        EnterpriseFilter(text=code(5).lower()[:15]),
        EnterpriseFilter(left=True),
    ],
)
def test_filters_find_what_a_plain_loop_finds(city: Engine, wanted: EnterpriseFilter) -> None:
    def holds(each: Enterprise) -> bool:
        values = {name: getattr(each, name) for name in ("sector", "district", "tier", "risk")}
        return (
            (each.left_on is not None) == wanted.left
            and all(not getattr(wanted, name) or value == getattr(wanted, name) for name, value in values.items())
            and (not wanted.division or each.sector in ("dust-explosion", "industry-and-trade"))
            and (wanted.undecided != "any" or "undecided" in values.values())
            and (wanted.undecided in ("", "any") or values[wanted.undecided] == "undecided")
            and (wanted.text in each.name or each.uscc.startswith(wanted.text.upper()))
        )

    with reading(city) as session:
        everything = all_pages(session, None, 500) + all_pages(session, EnterpriseFilter(left=True), 500)
        assert len(everything) == 31
        expected = sorted(each.uscc for each in everything if holds(each))
        assert [each.uscc for each in all_pages(session, wanted, 4)] == expected
        assert count_enterprises(session, wanted) == len(expected)
        assert expected


def test_wrong_filters_are_told(city: Engine) -> None:
    with reading(city) as session:
        with pytest.raises(NotFound, match="division-unknown"):
            list_enterprises(session, EnterpriseFilter(division="x"))
        with pytest.raises(InvalidInput, match="aspect-unknown"):
            list_enterprises(session, EnterpriseFilter(undecided="name"))


def test_one_enterprise_comes_with_its_division_and_history(city: Engine) -> None:
    with writing(city) as session:
        override_decision(session, code(6), "tier", "key", "seen on site", "planner")
    with reading(city) as session:
        view = view_enterprise(session, f" {code(6).lower()} ")
        assert view.enterprise.uscc == code(6)
        assert view.division is not None
        assert view.division.id == "b"
        assert [each.kind for each in view.changes] == ["overridden", "entered"]
        assert view_enterprise(session, code(4)).division is None
        with pytest.raises(NotFound, match="enterprise-unknown"):
            view_enterprise(session, code(5000))


def test_counts_add_up(city: Engine) -> None:
    with reading(city) as session:
        rows = all_pages(session, None, 500)
        assert count_by_aspect(session, "district") == Counter(each.district for each in rows)
        undecided = count_undecided(session)
        assert undecided["district"] == sum(each.district == "undecided" for each in rows)
        assert undecided["risk"] == 0


def test_people_and_divisions_are_listed_by_number(city: Engine) -> None:
    with reading(city) as session:
        assert [each.id for each in list_inspectors(session)] == ["J1", "J2"]
        assert [each.id for each in list_divisions(session)] == ["a", "b"]
        assert list_inspectors(session, left=True) == []


def test_the_ledger_is_read_in_pages_the_newest_first(city: Engine) -> None:
    with reading(city) as session:
        newest = list_changes(session, "enterprise", size=5)
        older = list_changes(session, "enterprise", before=newest[-1].id, size=500)
        numbers = [each.id for each in [*newest, *older]]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == 32
        assert [each.register for each in list_import_runs(session, 2)] == ["inspectors", "divisions"]
