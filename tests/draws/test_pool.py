"""The four tables of a draw follow from the directory and the draft; whoever is left out stands there with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from config.catalogues.reasons import reason_catalogue, reason_codes, reason_name
from scheduler.directory.models import Enterprise, Expert, Inspector
from scheduler.draws.pool import Frozen, freeze_tables
from scheduler.draws.protocol.inputs import read_tables
from scheduler.draws.settings import read_settings
from scheduler.errors import Conflict
from scheduler.store.session import reading, writing

RULE = {"kind": "ratio", "numerator": 1, "denominator": 5, "rounding": "ceil", "minimum": 1}


def code(number: int) -> str:
    return f"91220200{number:010}"


def freeze(session: Session, drawn_before: frozenset[str] = frozenset(), **changes: Any) -> Frozen:
    settings = {
        "agency": "1",
        "title": "t",
        "on": "2023-08-25",
        "rules": dict.fromkeys("ABU", RULE),
        "randomness": [{"id": "dice", "type": "dice/d10", "count": 20}],
        **changes,
    }
    return freeze_tables(session, read_settings(settings), drawn_before)


def rows(frozen: Frozen, name: str) -> list[list[str]]:
    return [line.split("\t") for line in frozen.files[name].decode().splitlines()]


def excluded(frozen: Frozen) -> dict[str, str]:
    return {entry: reason for entry, reason in rows(frozen, "excluded.tsv")}  # noqa: C416  (pairs from lists)


def test_everything_of_the_directory_is_in_the_pool_or_left_out_with_a_reason(city_engine: Engine) -> None:
    with reading(city_engine) as session:
        frozen = freeze(session)
        everything = set(session.scalars(select(Enterprise.uscc)))
    read_tables(frozen.files)
    pool = {row[0] for row in rows(frozen, "pool.tsv")}
    assert pool | set(excluded(frozen)) == everything
    assert pool & set(excluded(frozen)) == set()
    assert excluded(frozen) == {
        code(40): "key-tier",
        code(41): "tier-undecided",
        code(42): "not-supervised",
        code(43): "left",
        code(44): "sector-undecided",
        code(45): "risk-undecided",
        code(47): "no-eligible-team",
    }
    assert frozen.strata == {"A": 14, "B": 14, "U": 13}
    assert sum(frozen.left_out.values()) == 7


def test_needs_follow_the_sector_and_tags_the_district(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(session)
    pool = {row[0]: row[1:] for row in rows(frozen, "pool.tsv")}
    assert pool[code(0)] == ["A", "skill:industry-and-trade", "area:220202"]
    assert pool[code(3)] == ["A", "skill:hazardous-chemicals", "area:220203"]
    assert pool[code(46)] == ["B", "skill:industry-and-trade", ""]


def test_only_certified_inspectors_stand_on_the_list_and_experts_only_when_asked_for(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(session)
        with_expert = freeze(session, slots=[["role:inspector"], ["$need", "role:inspector"], ["role:expert"]])
        earlier = freeze(session, on="2023-07-31")
    people = [row[0] for row in rows(frozen, "inspectors.tsv")]
    assert people == ["Z0", "Z1", "Z2", "Z3", "Z5"]
    assert [row[0] for row in rows(with_expert, "inspectors.tsv")] == ["E1", *people]
    assert [row[0] for row in rows(earlier, "inspectors.tsv")] == ["Z0", "Z1", "Z2", "Z3", "Z4", "Z5"]
    assert rows(with_expert, "inspectors.tsv")[0] == ["E1", "50", "role:expert,skill:industry-and-trade", ""]


def test_recusals_of_people_who_are_not_on_the_list_are_left_out(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        assert rows(freeze(session), "recusals.tsv") == [["Z0", code(0)]]
        assert rows(freeze(session, on="2023-07-31"), "recusals.tsv") == [["Z0", code(0)], ["Z4", code(1)]]


def test_a_directed_draw_leaves_everything_else_out(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(
            session, filter={"districts": ["220203"], "sectors": ["industry-and-trade"], "risks": ["A", "U"]}
        )
    pool = {row[0] for row in rows(frozen, "pool.tsv")}
    expected = {n for n in range(40) if n % 2 == 0 and n // 2 % 2 == 1 and n % 3 in (0, 2)}
    assert pool == {code(number) for number in expected}
    assert excluded(frozen)[code(0)] == "outside-filter"
    assert excluded(frozen)[code(46)] == "district-undecided"


def test_strata_may_be_risk_class_by_district(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(session, strata="risk.district")
    assert set(frozen.strata) == {f"{risk}.{district}" for risk in "ABU" for district in ("220202", "220203")}
    assert excluded(frozen)[code(46)] == "district-undecided"


def test_tags_that_somebody_denies_stand_in_the_pool(city_sqlite: Engine) -> None:
    with writing(city_sqlite) as session:
        session.execute(
            update(Inspector).where(Inspector.id == "Z1").values(denies=["risk:a", "sector:industry-and-trade"])
        )
    with reading(city_sqlite) as session:
        frozen = freeze(session)
    assert rows(frozen, "pool.tsv")[0] == [
        code(0), "A", "skill:industry-and-trade", "area:220202,risk:a,sector:industry-and-trade",
    ]  # fmt: skip


def test_what_the_settings_leave_out_and_what_was_drawn_before_stands_with_its_reason(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(session, frozenset({code(1), code(40)}), left_out={code(0): "inspected-by-upper-level"})
    assert excluded(frozen)[code(0)] == "inspected-by-upper-level"
    assert excluded(frozen)[code(1)] == "drawn-this-year"
    assert excluded(frozen)[code(40)] == "key-tier"


def test_needs_can_be_set_for_a_sector(city_sqlite: Engine) -> None:
    with reading(city_sqlite) as session:
        frozen = freeze(session, needs={"hazardous-chemicals": [], "fireworks": ["skill:hazardous-chemicals"]})
    pool = {row[0]: row[2] for row in rows(frozen, "pool.tsv")}
    assert pool[code(1)] == ""
    assert pool[code(47)] == "skill:hazardous-chemicals"


def test_without_an_inspector_nothing_can_be_sealed(city_engine: Engine) -> None:
    with reading(city_engine) as session, pytest.raises(Conflict, match="no-inspector-certified"):
        freeze(session, on="2024-06-01")
    with writing(city_engine) as session:
        session.execute(update(Inspector).values(skills=[]))
        session.execute(delete(Expert))
    with reading(city_engine) as session, pytest.raises(Conflict) as refused:
        freeze(session)
    assert (refused.value.code, refused.value.params["without_team"]) == ("no-eligible-inspector", 42)


def test_inspectors_without_capacity_form_no_team(city_sqlite: Engine) -> None:
    with writing(city_sqlite) as session:
        session.execute(update(Inspector).values(capacity=0))
    with reading(city_sqlite) as session, pytest.raises(Conflict, match="no-eligible-inspector"):
        freeze(session)


def test_a_pool_without_enterprises_is_refused(city_sqlite: Engine) -> None:
    with writing(city_sqlite) as session:
        session.execute(update(Enterprise).values(left_on=date(2023, 1, 1)))
    with reading(city_sqlite) as session, pytest.raises(Conflict, match="pool-empty"):
        freeze(session)


def test_the_order_of_rows_in_the_database_does_not_matter(city_engine: Engine) -> None:
    with reading(city_engine) as session:
        before = freeze(session)
    with writing(city_engine) as session:
        moved = session.get(Enterprise, code(5))
        assert moved is not None
        values = {column.name: getattr(moved, column.name) for column in Enterprise.__table__.columns}
        session.delete(moved)
        session.flush()
        session.add(Enterprise(**values))
    with reading(city_engine) as session:
        assert freeze(session).files == before.files


def test_reasons_have_names_in_both_languages() -> None:
    assert reason_name("moved", "zh") == "已迁出本辖区"
    assert reason_name("unknown-code", "en") == "unknown-code"
    assert {"closed", "moved", "deregistered"} <= set(reason_codes("exclusion"))
    assert all(reason.names["zh"] and reason.names["en"] for reason in reason_catalogue().values())
