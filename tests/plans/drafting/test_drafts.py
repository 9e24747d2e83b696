"""Drafts on both databases: saved by revision, the second of two told, handed in, returned, merged into a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.errors import Conflict, NotFound, ServiceError
from scheduler.plans.build import build_plan
from scheduler.plans.drafting.division_part import part_json, read_part
from scheduler.plans.drafting.drafts import (
    BUREAU,
    division_part_id,
    find_draft,
    hand_in_draft,
    return_draft,
    save_draft,
    take_back_draft,
)
from scheduler.plans.drafting.from_file import fill_drafts
from scheduler.plans.drafting.merging import merge_inputs, view_year
from scheduler.plans.json_input import parse_json, write_json
from scheduler.plans.models import PlanVersion
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.session import reading, writing
from tests.plans.drafting.conftest import CATALOGUE, SECTORS, settle, stated, typed

RATIOS = {"B": "1/3"}
PLAN, CHEM = "220200-2026", division_part_id("chem")


def save(session: Session, seen: int, actor: str = "li", part: str = CHEM, **cells: object) -> int:
    content = part_json(read_part(typed(**cells), CATALOGUE)[0])
    return save_draft(session, PLAN, 2026, part, content, seen=seen, actor=actor).revision


def refused(engine: Engine, kind: type[ServiceError], code: str, step: Callable[[Session], Any]) -> dict[str, Any]:
    with pytest.raises(kind) as refusal, writing(engine) as session:
        step(session)
    assert refusal.value.code == code
    return refusal.value.params


def test_the_second_of_two_is_told_who_saved_and_nothing_is_overwritten(city: Engine) -> None:
    with writing(city) as session:
        assert save(session, 0, staff=5) == 1
    with writing(city) as session:
        assert save(session, 1, "wang", staff=6) == 2
    told = refused(city, Conflict, "draft-stale", lambda session: save(session, 1, "li", staff=7))
    assert told == {"by": "wang", "revision": 2}
    assert refused(city, Conflict, "draft-stale", lambda session: save(session, 0))["by"] == "wang"
    with reading(city) as session:
        draft = find_draft(session, PLAN, CHEM)
        assert draft is not None and (draft.content["staff"], draft.updated_by, draft.revision) == (6, "wang", 2)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("plan.draft"))).all()
        assert [(each.actor, each.subject, each.detail) for each in entries] == [
            ("li", f"{PLAN}/division/chem", {"revision": 1}),
            ("wang", f"{PLAN}/division/chem", {"revision": 2}),
        ]
        assert first_broken_entry(session) is None


@pytest.mark.parametrize("seen", [0, 1])
def test_of_many_at_once_exactly_one_saves(city: Engine, seen: int) -> None:
    if seen:
        with writing(city) as session:
            save(session, 0)

    def attempt(number: int) -> bool:
        try:
            with writing(city) as session:
                save(session, seen, f"planner-{number}", staff=number)
        except Conflict as refusal:
            assert refusal.code == "draft-stale"
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1
    with reading(city) as session:
        draft = find_draft(session, PLAN, CHEM)
        assert draft is not None and draft.revision == seen + 1
        assert draft.updated_by == f"planner-{draft.content['staff']}"


def test_a_part_handed_in_stands_still_until_it_comes_back(city: Engine) -> None:
    refused(city, NotFound, "draft-nothing-saved", lambda s: hand_in_draft(s, PLAN, CHEM, seen=0, actor="li"))
    with writing(city) as session:
        save(session, 0)
    refused(city, Conflict, "draft-not-handed-in-yet", lambda s: return_draft(s, PLAN, CHEM, "", seen=1, actor="z"))
    refused(city, Conflict, "draft-stale", lambda s: hand_in_draft(s, PLAN, CHEM, seen=9, actor="li"))
    with writing(city) as session:
        hand_in_draft(session, PLAN, CHEM, seen=1, actor="li")
    refused(city, Conflict, "draft-handed-in", lambda s: save(s, 2))
    refused(city, Conflict, "draft-handed-in", lambda s: hand_in_draft(s, PLAN, CHEM, seen=2, actor="li"))
    with writing(city) as session:
        draft = return_draft(session, PLAN, CHEM, "请核对值班天数", seen=2, actor="zhao")
        assert (draft.state, draft.note, draft.revision) == ("returned", "请核对值班天数", 3)
        assert save(session, 3) == 4
        hand_in_draft(session, PLAN, CHEM, seen=4, actor="li")
        assert take_back_draft(session, PLAN, CHEM, seen=5, actor="li").state == "drafting"


def fill(session: Session, settings: Settings, year: int = 2026, /, **changes: Any) -> list[str]:
    given = {"year": year, "divisions": [stated(f"{name}处") for name in SECTORS], **changes}
    return fill_drafts(session, settings, parse_json(json.dumps(given).encode()), year, actor="li", hand_in=True)


def test_the_parts_are_merged_into_one_document_and_a_plan_is_built_from_it(city: Engine, settings: Settings) -> None:
    """Each division: 5 x 248 = 1240 less 17 rows of 10 leaves 1070; three of them 3210."""
    with writing(city) as session:
        save(session, 0)
    told = refused(city, Conflict, "draft-missing-parts", lambda s: merge_inputs(s, settings, 2026))
    assert told == {"names": "chem处、mines处、trade处"}
    with writing(city) as session:
        assert fill(session, settings, registered_staff=20, shares={"key": 62.5, "reserve": 10}, ratios=RATIOS) == [
            BUREAU, "chem", "mines", "trade",
        ]  # fmt: skip
    with writing(city) as session:
        merged = merge_inputs(session, settings, 2026)
        assert json.loads(write_json(merged)) == {
            "year": 2026,
            "registered_staff": 20,
            "shares": {"key": 62.5, "reserve": 10},
            "ratios": RATIOS,
            "divisions": [stated(name) for name in SECTORS],
        }
        build_plan(session, settings, merged, year=2026, actor="li")
    with reading(city) as session:
        version = session.scalars(select(PlanVersion)).one()
        budget = json.loads(version.document)["budget"]
        assert budget["bureau"]["supervision"] == 3210
        share = budget["staff_share"]  # a city counts 60 % of 20
        assert (share["percent"], share["floor"], share["holds"]) == ("75.0", 12, True)
        year = view_year(session, settings, 2026)
        assert year.budget is not None and year.budget.bureau.supervision == 3210
        assert [each.name for each in year.divisions] == ["chem处", "mines处", "trade处"]


def test_the_year_before_proposes_for_the_next(city: Engine, settings: Settings) -> None:
    """2025 had 10 in every row with 5 people, 2024 (typed in) 13 with 5: 11.5 a row, and 13.8 for six people."""
    before = {"2024": {"divisions": [stated("chem", days=13)]}}
    with writing(city) as session:
        fill(session, settings, 2025, history=before)
        build_plan(session, settings, merge_inputs(session, settings, 2025), year=2025, actor="li")
        save(session, 0, staff=6)
    with reading(city) as session:
        year = view_year(session, settings, 2026)
        chem, mines = year.division("chem").proposal, year.division("mines").proposal
    assert (chem.last_staff, chem.years, mines.years) == (5, (2025, 2024), (2025,))
    column = chem.kinds["other_enforcement"]
    assert [column.last.total, column.average.total, column.proposed.total] == [Fraction(n) for n in (100, 115, 138)]
    assert column.proposed.rows is not None
    assert {str(days * 10) for days in column.proposed.rows.values()} == {"138"}
    with writing(city) as session:
        fill(session, settings)
        merged = json.loads(write_json(merge_inputs(session, settings, 2026)))
    assert set(merged["history"]) == {"2025", "2024"}
    assert merged["history"]["2025"]["divisions"] == [stated(name) for name in SECTORS]


def kept(session: Session, year: int, version: int, other: int, *, demonstration: bool = False, **inputs: Any) -> None:
    """Keep a version of a year's plan whose one division spent so many days on other enforcement."""
    division = {"id": "chem", "staff": 5, "other_enforcement": other, "non_enforcement": None, "rows": {}}
    session.add(
        PlanVersion(
            plan_id=f"220200-{year}",
            version=version,
            year=year,
            title="",
            document=json.dumps({"budget": {"divisions": [division]}}).encode(),
            inputs=json.dumps({"history": inputs}).encode() if inputs else b"",
            enterprises=b"",
            sha256="0" * 64,
            demonstration=demonstration,
            created_at=datetime(year, 1, 5, tzinfo=UTC),
            created_by="li",
        )
    )


def test_a_years_own_plan_counts_before_another_years_memory_of_it(sqlite_engine: Engine, settings: Settings) -> None:
    """2025: version 2 counts, version 3 is a demonstration; 2024 has a plan; 2023 stands in the newest of 2025."""
    memory = {
        str(year): {"divisions": [{"name": "chem", "staff": 5, "other_enforcement": 77}]} for year in (2024, 2023)
    }
    with writing(sqlite_engine) as session:
        settle(session)
        kept(session, 2025, 1, 10)
        kept(session, 2025, 2, 20)
        kept(session, 2025, 3, 30, demonstration=True, **memory)
        kept(session, 2024, 1, 40)
    with reading(sqlite_engine) as session:
        history = view_year(session, settings, 2026).history
    spent = {each.year: each.divisions[0].deductions["other_enforcement"].total for each in history}
    assert spent == {2025: Fraction(20), 2024: Fraction(40), 2023: Fraction(77)}


def test_a_year_without_a_plan_is_filled_in_for_the_next(city: Engine, settings: Settings) -> None:
    """2023 is typed into its own drafts: 20 in every row of five people; an unfinished part does not count."""
    with writing(city) as session:
        content = part_json(read_part(typed(days=20), CATALOGUE)[0])
        save_draft(session, "220200-2023", 2023, CHEM, content, seen=0, actor="li")
        unfinished = part_json(read_part(typed(days=20, staff=""), CATALOGUE)[0])
        mines = division_part_id("mines")
        save_draft(session, "220200-2023", 2023, mines, unfinished, seen=0, actor="li")
        save(session, 0, staff=6)
    with reading(city) as session:
        year = view_year(session, settings, 2026)
    chem, mines_proposal = year.division("chem").proposal, year.division("mines").proposal
    assert (chem.years, mines_proposal.years) == ((2023,), ())
    assert chem.kinds["non_enforcement"].proposed.total == 168  # 7 rows x 20 / 5 x 6


def test_an_incomplete_part_is_not_handed_in(city: Engine, settings: Settings) -> None:
    def bare(session: Session) -> None:
        given = {"year": 2026, "divisions": [stated("chem处", other_enforcement=5)]}
        fill_drafts(session, settings, parse_json(json.dumps(given).encode()), 2026, actor="li")

    told = refused(city, ServiceError, "draft-rows-needed", bare)
    assert told == {"path": "divisions[0].other_enforcement", "count": 10}
    with reading(city) as session:
        assert find_draft(session, PLAN, CHEM) is None
    over = [stated("chem处", staff=1, days=15)]
    refused(city, ServiceError, "draft-over-total", lambda s: fill(s, settings, divisions=over))


def test_an_unknown_division_and_a_year_of_another_century_are_named(city: Engine, settings: Settings) -> None:
    refused(city, NotFound, "draft-year", lambda s: view_year(s, settings, 1999))
    refused(city, NotFound, "division-unknown", lambda s: view_year(s, settings, 2026).division("tea"))
    unknown = [stated("tea")]
    refused(city, ServiceError, "plan-division-unknown", lambda s: fill(s, settings, divisions=unknown))
