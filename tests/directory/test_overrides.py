"""A person decides: with a reason, in the ledger and the audit log, and no later file undoes it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from scheduler.directory.models import DirectoryChange, Enterprise
from scheduler.directory.overrides import override_decision, values_of, withdraw_override
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing
from tests.directory.conftest import HEADINGS, Files, Import, code, enterprise


def decide(engine: Engine, aspect: str, value: str, reason: str = "seen on site", number: int = 1) -> Enterprise:
    with writing(engine) as session:
        found = override_decision(session, code(number), aspect, value, reason, "planner")
        session.expunge(found)
        return found


def stands(engine: Engine, number: int = 1) -> Enterprise:
    with reading(engine) as session:
        found = session.get_one(Enterprise, code(number))
        session.expunge(found)
        return found


@pytest.fixture
def city(bring: Import, files: Files) -> None:
    bring(files([enterprise(1), enterprise(2, 经营范围="化工产品销售", 注册地址="解放路1号")]))


def test_a_decision_is_stored_with_who_and_why_and_what_it_replaced(engine: Engine, city: None) -> None:
    decide(engine, "tier", "key")
    found = stands(engine)
    assert found.tier == "key"
    record = found.decisions["tier"]
    assert (record["by"], record["reason"], record["rule"]) == ("planner", "seen on site", "person")
    assert record["instead_of"]["value"] == "general"
    with reading(engine) as session:
        change = session.scalars(select(DirectoryChange).order_by(DirectoryChange.id.desc())).first()
        assert change is not None
        assert (change.subject, change.kind, change.reason, change.source) == (
            code(1), "overridden", "seen on site", "person",
        )  # fmt: skip
        assert (change.before["tier"], change.after["tier"]) == ("general", "key")
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject, entry.actor) == ("decision-overridden", code(1), "planner")
        assert entry.detail == {"aspect": "tier", "value": "key", "reason": "seen on site"}
        assert first_broken_entry(session) is None


def test_a_decision_survives_the_same_file_and_a_changed_one(
    engine: Engine, city: None, bring: Import, files: Files
) -> None:
    decide(engine, "district", "220284")
    decide(engine, "risk", "D")
    assert bring(files([enterprise(1)])).counts["unchanged"] == 1
    changed = [*enterprise(1, 注册地址="吉林市丰满区1号", 经营范围="烟花爆竹零售"), "A"]
    report = bring(files([changed], [*HEADINGS, "风险等级"]))
    assert report.counts["changed"] == 1
    found = stands(engine)
    assert (found.district, found.risk, found.sector) == ("220284", "D", "fireworks")
    assert found.address == "吉林市丰满区1号"


def test_the_tier_follows_from_a_sector_that_a_person_decided(engine: Engine, city: None) -> None:
    assert stands(engine, 2).sector == "undecided"
    decide(engine, "sector", "industry-and-trade", number=2)
    assert (stands(engine, 2).sector, stands(engine, 2).tier) == ("industry-and-trade", "general")
    decide(engine, "sector", "non-coal-mines.mining", number=2)
    assert stands(engine, 2).tier == "key"
    decide(engine, "sector", "metallurgy", number=2)
    assert stands(engine, 2).tier == "undecided"
    decide(engine, "sector", "metallurgy.smelting", number=2)
    assert stands(engine, 2).tier == "key"
    assert stands(engine, 2).decisions["tier"]["by"] == "rules"
    decide(engine, "tier", "general", number=2)
    decide(engine, "sector", "coal-mines", number=2)
    assert (stands(engine, 2).sector, stands(engine, 2).tier) == ("coal-mines", "general")


def test_an_aspect_is_given_back_to_the_rules(engine: Engine, city: None) -> None:
    before = stands(engine, 2).decisions
    decide(engine, "sector", "coal-mines", number=2)
    with writing(engine) as session:
        withdraw_override(session, code(2), "sector", "mistaken", "planner")
    assert stands(engine, 2).decisions == before
    with writing(engine) as session, pytest.raises(Conflict, match="decision-by-rules"):
        withdraw_override(session, code(2), "sector", "again", "planner")


@pytest.mark.parametrize(
    ("aspect", "value", "reason", "wanted"),
    [
        ("colour", "red", "why", "aspect-unknown"),
        ("tier", "important", "why", "decision-value"),
        ("tier", "undecided", "why", "decision-value"),
        ("sector", "metallurgy.mining", "why", "decision-value"),
        ("district", "220271", "why", "decision-value"),
        ("risk", "E", "why", "decision-value"),
        ("risk", "D", " \n ", "reason-missing"),
        ("risk", "D", "x" * 501, "reason-long"),
    ],
)
def test_what_is_no_decision_is_refused(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files, aspect: str, value: str, reason: str, wanted: str
) -> None:
    bring_sqlite(files([enterprise(1)]))
    with pytest.raises(InvalidInput) as caught:
        decide(sqlite_engine, aspect, value, reason)
    assert caught.value.code == wanted


def test_an_enterprise_that_is_not_there_and_a_decision_that_stands_are_told(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    bring_sqlite(files([enterprise(1)]))
    with pytest.raises(NotFound, match="enterprise-unknown"):
        decide(sqlite_engine, "tier", "key", number=9)
    decide(sqlite_engine, "tier", "key")
    with pytest.raises(Conflict, match="decision-stands"):
        decide(sqlite_engine, "tier", "key")


def test_the_values_of_every_aspect_are_listed() -> None:
    assert {"key", "general", "none"} == set(values_of("tier"))
    assert {"A", "B", "C", "D", "U"} <= set(values_of("risk"))
    assert "220202" in values_of("district")
    assert {"fireworks", "fireworks.retail", "non-coal-mines.tailings-pond", "none"} <= set(values_of("sector"))
