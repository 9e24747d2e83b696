"""The sample city: the same for the same seed, valid throughout, decided as it was meant, within its own capacity."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from config.calendars import calendar, known_years
from config.catalogues import load_catalogues
from config.settings import load_settings
from config.workdays import workday_catalogue
from scheduler.demonstration.sample import FILES, sample_source, write_sample
from scheduler.demonstration.sample_source import Choices, Codes
from scheduler.directory.classification import EnterpriseFacts, classify
from scheduler.directory.models import Division, Enterprise, Inspector
from scheduler.directory.uscc import check_uscc
from scheduler.errors import Conflict, InvalidInput
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.store.session import reading, writing
from tests.directory.conftest import Import, importer

REGISTERS = ("divisions", "items", "inspectors", "experts", "enterprises")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    for name, seed in (("a", "x"), ("b", "x"), ("c", "y")):
        write_sample(tmp_path / name, enterprises=60, inspectors=8, experts=3, seed=seed, year=2026)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    different = {name for name in FILES if bytes_of(tmp_path / "a")[name] != bytes_of(tmp_path / "c")[name]}
    assert {"enterprises.csv", "inspectors.csv", "experts.csv"} <= different


def test_a_larger_city_of_a_seed_begins_with_the_smaller(tmp_path: Path) -> None:
    write_sample(tmp_path / "a", enterprises=40, inspectors=4, year=2026)
    write_sample(tmp_path / "b", enterprises=90, inspectors=4, year=2026)
    small, large = ((tmp_path / name / "enterprises.csv").read_text("utf-8-sig") for name in "ab")
    assert large.startswith(small)


def test_codes_are_valid_and_never_repeat() -> None:
    codes = Codes("x", ["220202", "220203"])
    found = [codes.of(number) for number in range(20_000)]
    assert len(set(found)) == len(found)
    assert [code for code in found[:500] if check_uscc(code) != code] == []


def test_choices_are_even() -> None:
    counted = Counter(Choices("x", "die", number).below(6) for number in range(6000))
    assert all(900 < counted[face] < 1100 for face in range(6))


def test_every_recipe_is_decided_as_it_is_meant() -> None:
    for recipe in sample_source()["recipe"]:
        for name in recipe["names"]:
            for scope in recipe["scopes"]:
                for industry in {"", recipe.get("industry", "")}:
                    found = classify(
                        EnterpriseFacts(
                            uscc="", name=f"吉林市恒远{name}", kind="", scope=scope, region="吉林", address="",
                            as_of=date(2026, 1, 1), industry=industry,
                        ),
                        load_catalogues(),
                    )  # fmt: skip
                    assert (found.sector.value, found.tier.value) == (recipe["sector"], recipe["tier"]), (name, scope)


def test_the_divisions_supervise_every_sector_once() -> None:
    owned = [sector for division in sample_source()["division"] for sector in division["sectors"]]
    assert len(sample_source()["division"]) == 6
    assert sorted(owned) == sorted(set(load_catalogues().sectors.sectors) - {"none"})


@pytest.mark.parametrize("enterprises", [1, 30, 1200])
def test_the_city_goes_in_whole_and_its_plan_is_within_capacity(
    sqlite_engine: Engine, tmp_path: Path, enterprises: int
) -> None:
    sample = write_sample(tmp_path / "city", enterprises=enterprises, inspectors=40, experts=5)
    assert sum(sample.meant.values()) == enterprises
    bring = importer(sqlite_engine)
    for register in REGISTERS:
        report = bring(tmp_path / "city" / f"{register}.csv", register)
        assert report.counts["entered"] == report.counts["read"] > 0
        assert (report.unknown, report.personal) == ((), ())
    year = known_years()[-1]
    with writing(sqlite_engine) as session:
        budget = parse_json((tmp_path / "city" / "budget.json").read_bytes())
        plan = build_plan(session, load_settings(tmp_path), budget, year=year, actor="tester")
        document = json.loads(plan.document)
        assert all(each["short"] == 0 for each in document["general_capacity"])
        assert "shortage" not in {warning["code"].split("-")[-1] for warning in document["warnings"]}
        assert document["units"]["key"] == sum(each["population"] for each in document["coverage"]["classes"])
        key = select(Enterprise.uscc).where(Enterprise.tier == "key")
        assert document["units"]["key"] == len(session.scalars(key).all())


def test_a_small_city_has_every_sector_and_the_traps(tmp_path: Path) -> None:
    sample = write_sample(tmp_path, enterprises=400, inspectors=12)
    sectors = {sector for sector, _ in sample.meant}
    assert sectors == set(load_catalogues().sectors.sectors) | {"undecided"}
    rows = table(tmp_path / "enterprises.csv")
    text = " ".join(f"{row['企业名称']} {row['经营范围']} {row['注册地址']}" for row in rows)
    for trap in ("不含危险化学品", "除外", "分支机构", "加油站", "舒兰大街", "高新区", "支行", "邮政"):
        assert trap in text
    assert {row["信用风险分类"] for row in rows} == {"A", "B", "C", "D", ""}


def test_the_budget_has_every_row_and_adds_up(tmp_path: Path) -> None:
    write_sample(tmp_path, enterprises=50, inspectors=12, year=2025)
    budget = json.loads((tmp_path / "budget.json").read_text("utf-8"))
    catalogue = workday_catalogue()
    assert (budget["year"], budget["statutory_days"]) == (2025, calendar(2025).workdays())
    assert len(budget["divisions"]) == 6
    for division in budget["divisions"]:
        for kind, rows in (
            ("other_enforcement", catalogue.other_enforcement),
            ("non_enforcement", catalogue.non_enforcement),
        ):
            assert list(division[f"{kind}_rows"]) == [row.id for row in rows]
            assert sum(division[f"{kind}_rows"].values()) == division[kind]
    staff = {row["处室名称"]: int(row["执法人数"]) for row in table(tmp_path / "divisions.csv")}
    assert staff == {division["name"]: division["staff"] for division in budget["divisions"]}
    assert budget["registered_staff"] >= sum(staff.values())


def test_every_sector_has_two_certified_inspectors_even_in_a_tiny_pool(
    sqlite_engine: Engine, bring_sqlite: Import, tmp_path: Path
) -> None:
    for inspectors in (2, 12, 60):
        folder = tmp_path / str(inspectors)
        write_sample(folder, enterprises=30, inspectors=inspectors)
        bring_sqlite(folder / "divisions.csv", "divisions")
        bring_sqlite(folder / "inspectors.csv", "inspectors", leave_missing=True)
        with reading(sqlite_engine) as session:
            pool = session.scalars(select(Inspector).where(Inspector.left_on.is_(None))).all()
            assert len(pool) == inspectors
            assert all(each.certified_until and each.certified_until.year > known_years()[-1] for each in pool)
            for division in session.scalars(select(Division)):
                for sector in division.sectors:
                    assert sum(f"skill:{sector}" in each.skills for each in pool) >= 2


def test_impossible_numbers_and_foreign_files_are_refused(tmp_path: Path) -> None:
    for enterprises, inspectors, experts in ((0, 5, 5), (5, 1, 5), (5, 5, -1), (10_000_001, 5, 5)):
        with pytest.raises(InvalidInput, match="sample-size"):
            write_sample(tmp_path, enterprises=enterprises, inspectors=inspectors, experts=experts)
    (tmp_path / "enterprises.csv").write_text("my own\n", "utf-8")
    with pytest.raises(Conflict, match="sample-exists"):
        write_sample(tmp_path, enterprises=5, inspectors=5)
    assert (tmp_path / "enterprises.csv").read_text("utf-8") == "my own\n"
    write_sample(tmp_path / "new", enterprises=5, inspectors=5)
    write_sample(tmp_path / "new", enterprises=6, inspectors=5)
    assert len(table(tmp_path / "new" / "enterprises.csv")) == 6
