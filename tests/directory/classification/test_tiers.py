"""Key or general: each criterion alone, the three years of an accident to the day, and the risk class as given."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogues import Catalogues
from config.catalogues.tiers import FLAGS
from scheduler.directory.classification import Classification, EnterpriseFacts, classify

Judge = Callable[..., Classification]
SHOP = "百货零售"

BY_SECTOR = [
    ("煤炭开采", "key", "coal-mine"),
    ("花岗岩开采", "key", "mine"),
    ("探矿", "general", "prospecting"),
    ("铁合金冶炼", "key", "smelting"),
    ("无缝钢管制造", "general", "rolling"),
    ("硫酸生产", "key", "chemical-production-or-storage"),
    ("液化石油气销售", "key", "fuel-on-site"),
    ("乙炔分装", "key", "key-chemical-on-site"),
    ("氩气分装", "general", "chemical-other"),
    ("乙炔零售", "undecided", "key-chemical-storage-unknown"),
    ("氩气零售", "general", "chemical-other"),
    ("乙炔的无储存批发", "general", "chemical-other"),
    ("烟花爆竹批发", "key", "fireworks-site"),
    ("烟花爆竹零售", "general", "fireworks-retail"),
    ("烟花爆竹销售", "undecided", "no-criterion"),
    ("饲料加工", "general", "ordinary"),
    ("汽车零部件制造", "general", "ordinary"),
    (SHOP, "none", "outside"),
    # the sector is open, the tier is not: dust explosion or general industry, both general
    ("木制品加工", "general", "every-candidate"),
    ("化工产品销售", "undecided", "sector-undecided"),
]


@pytest.mark.parametrize(("scope", "tier", "rule"), BY_SECTOR)
def test_the_tier_by_sector_and_kind(judge: Judge, scope: str, tier: str, rule: str) -> None:
    decision = judge(scope).tier
    assert (decision.value, decision.rule) == (tier, rule)


@pytest.mark.parametrize("flag", [flag for flag in FLAGS if flag != "fatal-accident"])
def test_each_stated_fact_makes_an_enterprise_key_whatever_its_sector(judge: Judge, flag: str) -> None:
    for scope in (SHOP, "化工产品销售", "汽车零部件制造", ""):
        decision = judge(scope, flags=frozenset({flag})).tier
        assert (decision.value, decision.rule) == ("key", flag)
        assert decision.evidence[0].text == flag


@pytest.mark.parametrize(
    ("accident", "as_of", "is_key"),
    [
        ("2023-03-01", "2026-02-28", True),
        ("2023-03-01", "2026-03-01", False),
        ("2024-02-29", "2027-02-28", True),
        ("2024-02-29", "2027-03-01", False),
        ("2026-01-02", "2026-01-01", False),
    ],
)
def test_a_fatal_accident_counts_for_three_years_to_the_day(
    judge: Judge, accident: str, as_of: str, is_key: bool
) -> None:
    day = datetime.date.fromisoformat
    tier = judge("汽车零部件制造", fatal_accident=day(accident), as_of=day(as_of)).tier
    assert (tier.value == "key") is is_key
    assert (tier.rule == "fatal-accident") is is_key


def test_an_accident_named_only_as_a_flag_without_its_day_does_not_count(judge: Judge) -> None:
    assert judge("汽车零部件制造", flags=frozenset({"fatal-accident"})).tier.value == "general"


@pytest.mark.parametrize(
    ("given_class", "value", "rule"),
    [
        ("", "U", "risk-not-given"),
        ("  ", "U", "risk-not-given"),
        ("A", "A", "risk-given"),
        ("Ｂ", "B", "risk-given"),
        ("c类", "C", "risk-given"),
        ("D级", "D", "risk-given"),
        ("E", "undecided", "risk-unknown"),
        ("高", "undecided", "risk-unknown"),
    ],
)
def test_the_risk_class_is_taken_over_or_asked_about(judge: Judge, given_class: str, value: str, rule: str) -> None:
    decision = judge(SHOP, risk=given_class).risk
    assert (decision.value, decision.rule) == (value, rule)


WORDS = [
    "汽油",
    "甲醇",
    "化工产品",
    "（",
    "）",
    "不含",
    "危险化学品",
    "、",
    "；",
    "销售",
    "生产",
    "以上",
    "由分支机构经营",
    "木材",
    "开采",
]


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.text(max_size=20), st.sampled_from(["", "x", "0610"]))
def test_any_text_at_all_is_classified_the_same_twice_and_every_open_decision_asks_something(
    catalogues: Catalogues, words: list[str], address: str, industry: str
) -> None:
    facts = EnterpriseFacts(
        uscc="",
        name=address,
        kind="",
        scope="".join(words),
        region="吉林",
        address=address,
        as_of=datetime.date(2026, 1, 1),
        industry=industry,
    )
    once = classify(facts, catalogues)
    assert classify(facts, catalogues) == once
    for decision in (once.sector, once.district, once.tier, once.risk):
        assert decision.rule
        assert bool(decision.look_at) is not decision.is_decided
        assert not (decision.is_decided and decision.candidates)
