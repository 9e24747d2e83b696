"""A plan's life in the database: built from the directory, approved, sealed, drawn, published; on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from scheduler.demonstration.formalities import approve_plan, file_plan
from scheduler.directory.models import Division, Enterprise, Inspector
from scheduler.draws import contributions
from scheduler.draws.contributions import contribute, roll_contribution
from scheduler.draws.models import Draw, DrawDraft
from scheduler.draws.record import read_files
from scheduler.errors import Conflict, InvalidInput, NotFound, ServiceError
from scheduler.plans.build import build_plan
from scheduler.plans.full_coverage.visit_list import VisitFilter, count_visits, districts_of_plan, page_of_visits
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, lottery_of, publish_plan, seal_plan
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.plans.queries import list_plans, view_plan, visits_by_month
from scheduler.randomness.rounds import instant
from scheduler.store.audit import first_broken_entry
from scheduler.store.session import reading, writing

PLAN = "220200-2026"
DICE = "314159265358979323846264"
SECTORS = {"chem": ["hazardous-chemicals"], "mines": ["coal-mines", "non-coal-mines"], "trade": ["industry-and-trade"]}
# What the delivered rules ask of enterprises without a known grade, in a district without travel.
VISITS = {"hazardous-chemicals": 2, "coal-mines": 4, "non-coal-mines": 2, "industry-and-trade": 1}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "installation", {})


def code(number: int) -> str:
    return f"91220200MA{number:08d}"


def fill(session: Session, *, key: int = 30, general: int = 60) -> None:
    for name, sectors in SECTORS.items():
        session.add(Division(id=name, name=f"{name}处", sectors=sectors, staff=5, registered_staff=6))
    sectors = [each for listed in SECTORS.values() for each in listed]
    for number in range(key + general):
        tier = "key" if number < key else "general"
        session.add(
            Enterprise(
                uscc=code(number),
                name=f"企业{number}",
                sector=sectors[number % len(sectors)],
                district="220202",
                tier=tier,
                risk="ABCDU"[number % 5],
            )
        )
    for number in range(6):
        session.add(
            Inspector(id=f"Z{number}", name=f"检查员{number}", capacity=20, certified_until=date(2030, 1, 1), skills=[])
        )


def budget(**changes: Any) -> Any:
    value = {
        "year": 2026,
        "divisions": [
            {"name": f"{name}处", "staff": 5, "other_enforcement": 300, "non_enforcement": 200} for name in SECTORS
        ],
        **changes,
    }
    return parse_json(json.dumps(value).encode())


@pytest.fixture
def city(engine: Engine) -> Iterator[Engine]:
    with writing(engine) as session:
        fill(session)
    yield engine


def build(engine: Engine, settings: Settings, given: Any = None, **changes: Any) -> None:
    with writing(engine) as session:
        build_plan(session, settings, given or budget(), **{"year": 2026, "actor": "li", **changes})


def test_every_key_enterprise_gets_its_visits_and_nobody_else(city: Engine, settings: Settings) -> None:
    """Full coverage, checked against the directory itself and not against the plan's own counts."""
    build(city, settings, demonstration=True)
    with writing(city) as session:
        approve_plan(session, PLAN)
        draw = seal_plan(session, settings, PLAN, actor="li")
        contribute(session, "wang", draw.id, "dice", DICE)
        conduct_plan(session, PLAN, actor="li")
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
    with reading(city) as session:
        found = Counter(session.scalars(select(KeyVisit.uscc)))
        key = session.execute(select(Enterprise.uscc, Enterprise.sector).where(Enterprise.tier == "key"))
        assert found == {uscc: VISITS[sector] for uscc, sector in key}
        months: dict[str, list[int]] = {}
        for uscc, month in session.execute(select(KeyVisit.uscc, KeyVisit.month).order_by(KeyVisit.visit)):
            months.setdefault(uscc, []).append(month)
        for listed in months.values():
            gap = 2 if len(listed) == 4 else 3
            assert all(later - earlier >= gap for earlier, later in pairwise(listed))
        assert first_broken_entry(session) is None


def test_the_drawn_months_add_up_to_the_loads_of_the_document(city: Engine, settings: Settings) -> None:
    build(city, settings, demonstration=True)
    with writing(city) as session:
        approve_plan(session, PLAN)
        contribute(session, "wang", seal_plan(session, settings, PLAN, actor="li").id, "dice", DICE)
        conduct_plan(session, PLAN, actor="li")
    with reading(city) as session:
        document = view_plan(session, PLAN, published_only=False).document
        workload = {each["sector"]: each["workload"] for each in document["coverage"]["classes"]}
        days: Counter[tuple[str, int]] = Counter()
        query = select(KeyVisit, Enterprise).join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
        for visit, enterprise in session.execute(query):
            days[visit.division_id, visit.month] += workload[enterprise.sector]
        stated = {
            (load["division"], month): value
            for load in document["coverage"]["loads"]
            for month, value in enumerate(load["load"], start=1)
            if value
        }
        assert days == stated
        assert sum(visits_by_month(session, PLAN, 1).values()) == len(session.scalars(select(KeyVisit)).all())


def test_budget_figures_of_the_document_are_the_ones_of_the_published_example(city: Engine, settings: Settings) -> None:
    """Kuancheng 2025: 8 x 248 = 1984; 1035 other, 535 non-enforcement, 414 supervision (plan_cases.json)."""
    given = budget(
        year=2025,
        divisions=[
            {"name": "chem处", "staff": 3, "other_enforcement": 375, "non_enforcement": 135},
            {"name": "mines处", "staff": 5, "other_enforcement": 660, "non_enforcement": 400},
            {"name": "trade处", "staff": 0, "other_enforcement": 0, "non_enforcement": 0},
        ],
        printed={"total": 1984, "percent": [21, 71, 8]},
    )
    build(city, settings, given, year=2025)
    with reading(city) as session:
        document = view_plan(session, "220200-2025", published_only=False).document
    bureau = document["budget"]["bureau"]
    assert [bureau[name] for name in ("total", "other_enforcement", "non_enforcement", "supervision")] == [
        1984,
        1035,
        535,
        414,
    ]
    assert bureau["percent"] == ["52.2", "27.0", "20.9"]
    assert sum(bureau["parts"].values()) == 414
    assert [each["path"] for each in document["budget"]["wrong"]] == [
        "printed.percent[0]",
        "printed.percent[1]",
        "printed.percent[2]",
    ]
    shortages = {each["division"] for each in document["coverage"]["shortages"]}
    assert "trade" in shortages
    assert "key-visits-over-capacity" in {each["code"] for each in document["warnings"]}


def test_each_batch_becomes_a_draft_and_a_new_version_replaces_it(city: Engine, settings: Settings) -> None:
    build(city, settings)
    build(city, settings)
    with reading(city) as session:
        drafts = session.scalars(select(DrawDraft).order_by(DrawDraft.id)).all()
        assert [draft.settings["batch"] for draft in drafts] == [1, 2, 3]
        assert [draft.settings["on"] for draft in drafts] == ["2026-03-02", "2026-06-01", "2026-09-01"]
        assert session.scalars(select(PlanVersion.version).order_by(PlanVersion.version)).all() == [1, 2]
        assert [each.version for each in list_plans(session, published_only=False)] == [2]
        assert list_plans(session, published_only=True) == []


def test_the_steps_have_one_order(city: Engine, settings: Settings) -> None:
    def refused(kind: type[ServiceError], code: str, step: Any) -> None:
        with pytest.raises(kind) as refusal, writing(city) as session:
            step(session)
        assert refusal.value.code == code

    refused(NotFound, "plan-unknown", lambda session: seal_plan(session, settings, PLAN, actor="li"))
    build(city, settings, demonstration=True)
    refused(Conflict, "plan-not-approved", lambda session: seal_plan(session, settings, PLAN, actor="li"))
    refused(Conflict, "plan-not-approved", lambda session: conduct_plan(session, PLAN, actor="li"))
    refused(Conflict, "plan-not-approved", lambda session: publish_plan(session, PLAN, actor="li"))
    with writing(city) as session:
        approve_plan(session, PLAN)
    refused(Conflict, "plan-not-sealed", lambda session: conduct_plan(session, PLAN, actor="li"))
    refused(Conflict, "plan-not-sealed", lambda session: publish_plan(session, PLAN, actor="li"))
    with writing(city) as session:
        seal_plan(session, settings, PLAN, actor="li")
    refused(Conflict, "plan-step-taken", lambda session: seal_plan(session, settings, PLAN, actor="li"))
    refused(Conflict, "randomness-missing", lambda session: conduct_plan(session, PLAN, actor="li"))
    refused(Conflict, "plan-not-drawn", lambda session: publish_plan(session, PLAN, actor="li"))
    refused(Conflict, "plan-approved", lambda session: build_plan(session, settings, budget(), year=2026, actor="li"))
    with writing(city) as session:
        roll_contribution(session, "li", lottery_of(session, PLAN).id, "dice")
        first = conduct_plan(session, PLAN, actor="li")
    with writing(city) as session:
        assert conduct_plan(session, PLAN, actor="li") == first
    refused(Conflict, "plan-not-filed-government", lambda session: publish_plan(session, PLAN, actor="li"))
    with writing(city) as session:
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
        publish_plan(session, PLAN, actor="zhao")
    refused(
        Conflict,
        "plan-reason-needed",
        lambda session: build_plan(session, settings, budget(), year=2026, actor="li"),
    )
    build(city, settings, reason="新增两家重点企业")
    with reading(city) as session:
        assert view_plan(session, PLAN, published_only=True).summary.version == 1
        assert view_plan(session, PLAN, published_only=False).summary.state == "built"


def test_a_real_plan_names_a_beacon_after_the_dice(city: Engine, settings: Settings) -> None:
    build(city, settings)
    with writing(city) as session:
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="li")
    with reading(city) as session:
        assert session.get_one(Draw, f"{PLAN}-v1").demonstration is False
    with pytest.raises(ServiceError) as refusal, writing(city) as session:
        roll_contribution(session, "li", f"{PLAN}-v1", "dice")
    assert refusal.value.code == "dice-by-program"


def test_a_lottery_that_can_never_be_drawn_is_followed_by_a_new_version_with_its_reason(
    city: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dice did not come before the beacon's lead: nobody will know what the lot would have given."""
    with writing(city) as session:
        build_plan(session, settings, budget(), year=2026, actor="wang")
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="zhao")
        beacon = json.loads(read_files(session, f"{PLAN}-v1", ("plan.json",))["plan.json"])["randomness"][1]
        due = instant(1692803367 + 3 * (beacon["round"] - 1))
    build = partial(build_plan, settings=settings, inputs=budget(), year=2026, actor="wang")
    late = due - timedelta(seconds=599)
    monkeypatch.setattr(contributions, "utc_now", lambda: late - timedelta(seconds=2))
    with reading(city) as session, pytest.raises(Conflict, match="plan-approved"):
        build(session, reason="骰子录入太迟")
    monkeypatch.setattr(contributions, "utc_now", lambda: late)
    with reading(city) as session, pytest.raises(Conflict, match="contribution-late"):
        contribute(session, "wang", f"{PLAN}-v1", "dice", DICE)
    with reading(city) as session, pytest.raises(Conflict, match="plan-reason-needed"):
        build(session)
    with writing(city) as session:
        assert build(session, reason="骰子录入太迟").version == 2
        approve_plan(session, PLAN)
        assert seal_plan(session, settings, PLAN, actor="zhao").id == f"{PLAN}-v2"
        assert view_plan(session, PLAN, published_only=False).document["reason"] == "骰子录入太迟"


def test_a_lottery_with_its_dice_waits_for_a_beacon_however_late(
    city: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The beacon's value exists then: whoever knows it must not be able to let it go."""
    with writing(city) as session:
        build_plan(session, settings, budget(), year=2026, actor="wang")
        approve_plan(session, PLAN)
        seal_plan(session, settings, PLAN, actor="zhao")
        contribute(session, "wang", f"{PLAN}-v1", "dice", DICE)
    monkeypatch.setattr(contributions, "utc_now", lambda: datetime(2040, 1, 1, tzinfo=UTC))
    with reading(city) as session, pytest.raises(Conflict, match="plan-approved"):
        build_plan(session, settings, budget(), year=2026, actor="wang", reason="信标不到")


def test_published_months_can_be_looked_up_and_paged(city: Engine, settings: Settings) -> None:
    build(city, settings, demonstration=True)
    with writing(city) as session:
        approve_plan(session, PLAN)
        contribute(session, "wang", seal_plan(session, settings, PLAN, actor="li").id, "dice", DICE)
        conduct_plan(session, PLAN, actor="li")
    with writing(city) as session:
        file_plan(session, PLAN)
        publish_plan(session, PLAN, actor="zhao")
    with reading(city) as session:
        (line,) = page_of_visits(session, PLAN, 1, size=1)
        assert (line.uscc, len(line.months)) == (code(0), VISITS["hazardous-chemicals"])
        seen: list[str] = []
        while lines := page_of_visits(session, PLAN, 1, after=seen[-1] if seen else "", size=7):
            seen += [line.uscc for line in lines]
        assert seen == [code(number) for number in range(30)]
        only = page_of_visits(session, PLAN, 1, wanted=VisitFilter(division="mines"), size=100)
        assert {line.division_id for line in only} == {"mines"}
        assert found(session, sector="coal-mines") == [code(number) for number in range(30) if number % 4 == 1]
        assert found(session, text="企业2") == [code(2), *(code(number) for number in range(20, 30))]
        assert found(session, text=code(7).lower()) == [code(7)]
        assert found(session, text="%") == []
        assert found(session, district="220204") == []
        july = found(session, month=7, division="trade")
        assert july and set(july) < set(found(session, division="trade"))
        assert list(districts_of_plan(session, PLAN, 1)) == ["220202"]


def found(session: Session, **wanted: Any) -> list[str]:
    """Return the codes that a filter of the coverage list finds; their number is counted by itself."""
    codes = [line.uscc for line in page_of_visits(session, PLAN, 1, wanted=VisitFilter(**wanted), size=100)]
    assert count_visits(session, PLAN, 1, VisitFilter(**wanted)) == len(codes)
    return codes


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"year": 2025}, "plan-budget-year"),
        ({"divisions": [{"name": "无此处", "staff": 1}]}, "plan-division-unknown"),
        (
            {"divisions": [{"name": "chem处", "staff": 1, "other_enforcement": 0, "non_enforcement": 0}]},
            "plan-division-missing",
        ),
        ({"divisions": [{"name": f"{name}处", "staff": 5} for name in SECTORS]}, "budget-not-parted"),
    ],
)
def test_budgets_that_do_not_fit_are_refused_and_nothing_is_stored(
    city: Engine, settings: Settings, changes: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        build(city, settings, budget(**changes))
    assert refusal.value.code == error
    with reading(city) as session:
        assert session.scalars(select(PlanVersion)).all() == []
        assert session.scalars(select(DrawDraft)).all() == []


def test_a_sector_without_a_division_is_named(city: Engine, settings: Settings) -> None:
    with writing(city) as session:
        session.add(Enterprise(uscc=code(900), name="烟花", sector="fireworks", tier="key", district="220202"))
    with pytest.raises(InvalidInput) as refusal:
        build(city, settings)
    assert refusal.value.params["sectors"] == "fireworks (1)"


@pytest.mark.parametrize("sector", ["undecided", "none"])
def test_a_key_enterprise_without_a_supervised_sector_is_covered_and_named(
    city: Engine, settings: Settings, sector: str
) -> None:
    with writing(city) as session:
        session.add(Enterprise(uscc=code(901), name="指定", sector=sector, tier="key", district="220202"))
    build(city, settings)
    with reading(city) as session:
        document = view_plan(session, PLAN, published_only=False).document
    (without,) = (each for each in document["coverage"]["classes"] if each["sector"] == sector)
    assert (without["division"], without["population"]) == ("trade", 1)
    assert {"code": "key-without-sector", "count": 1} in document["warnings"]


def test_a_year_without_a_calendar_is_refused(city: Engine, settings: Settings) -> None:
    with pytest.raises(NotFound):
        build(city, settings, budget(year=2031), year=2031)


def test_the_order_of_the_budget_and_of_the_rows_changes_nothing(engine: Engine, settings: Settings) -> None:
    """The same directory entered in another order gives the same document."""
    with writing(engine) as session:
        fill(session)
    build(engine, settings)
    with writing(engine) as session:
        rows = session.scalars(select(Enterprise)).all()
        kept = [{column.name: getattr(row, column.name) for column in Enterprise.__table__.columns} for row in rows]
        for row in rows:
            session.delete(row)
        session.flush()
        for values in reversed(kept):
            session.add(Enterprise(**values))
            session.flush()
    build(engine, settings)
    with reading(engine) as session:
        first, second = (view_plan(session, PLAN, number, published_only=False).document for number in (1, 2))
    assert {**first, "version": 2} == second
