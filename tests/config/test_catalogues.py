"""The catalogues of classification: what stands in them is whole, and every fault of a file is named at once."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from config.catalogues import FOLDER, CatalogueFault, load_catalogues, read_catalogues

FILES = ("sectors", "reading", "substances", "districts", "tiers", "risk", "grades")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(FOLDER / f"{name}.toml", tmp_path)
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    with pytest.raises(CatalogueFault) as caught:
        read_catalogues(folder)
    return str(caught.value).splitlines()


def test_the_catalogues_of_the_service_are_read_once() -> None:
    assert load_catalogues() is load_catalogues()


def test_the_ratios_are_exact_and_the_unrated_have_a_class_of_their_own() -> None:
    risk = load_catalogues().risk
    ratios = {entry.id: entry.ratio for entry in risk.classes}
    assert list(ratios) == ["A", "B", "C", "D", "U"]
    assert ratios["A"] < ratios["B"] < ratios["C"] < ratios["D"]
    assert ratios["U"] == Fraction(1, 20)
    assert risk.unrated == "U"


def test_the_criteria_of_the_published_plans_are_all_there() -> None:
    flags = {rule.flag: rule.within_years for rule in load_catalogues().tiers if rule.flag}
    assert flags == {
        "named-by-authority": 0,
        "fatal-accident": 3,
        "dishonesty-list": 0,
        "major-accident-hazard": 0,
        "trial-production": 0,
        "major-hazard-source": 0,
    }


def test_every_sector_has_a_rule_and_every_sector_with_its_kinds_a_tier() -> None:
    catalogues = load_catalogues()
    sectors = catalogues.sectors.sectors
    assert {rule.sector for rule in catalogues.sectors.rules} == set(sectors)
    for sector, kinds in sectors.items():
        for kind in kinds or [""]:
            fitting = [
                rule
                for rule in catalogues.tiers
                if sector in rule.sectors and (not rule.kinds or kind in rule.kinds) and not rule.key_substance
            ]
            assert fitting, (sector, kind)


def test_every_group_is_asked_for_by_a_rule() -> None:
    sectors = load_catalogues().sectors
    asked = {group for rule in sectors.rules for group in (*rule.groups, *rule.also, *rule.unless)}
    assert {group.id for group in sectors.groups} <= asked


def test_no_term_is_called_benign_in_its_own_group() -> None:
    for group in load_catalogues().sectors.groups:
        assert not set(group.terms) & set(group.benign), group.id


def test_an_unchanged_copy_reads_the_same(folder: Path) -> None:
    assert read_catalogues(folder).sectors == load_catalogues().sectors


def test_all_faults_of_all_files_are_named_at_once_with_file_and_key(folder: Path) -> None:
    change(folder, "risk", 'ratio = "1/100"', 'ratio = "0.01"')
    change(folder, "tiers", 'tier = "key"', 'tier = "urgent"')
    change(folder, "districts", 'code = "220202"', 'code = "22020"')
    change(folder, "sectors", 'sector = "none"', 'sector = "nowhere"')
    change(folder, "substances", "key = true", 'key = "yes"')
    change(folder, "reading", "denies_before", "denies_behind")
    found = faults(folder)
    for beginning in (
        "risk.toml: class A: ratio:",
        "tiers.toml: rule named-by-authority: tier:",
        "districts.toml: city 220200: district 22020: code:",
        "sectors.toml: rule finance-post-press-name: sector:",
        "substances.toml: substance petrol: key:",
        "reading.toml: denies_behind: unknown key",
        "reading.toml: denies_before: at least one word is needed",
    ):
        assert any(line.startswith(beginning) for line in found), (beginning, found)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("risk", 'ratio = "1/100"', 'ratio = "3/2"', "above 0 and at most at 1"),
        ("risk", 'ratio = "1/100"', 'ratio = "1/0"', '"numerator/denominator"'),
        ("risk", 'unrated = "U"', 'unrated = "X"', "'X' is not one of"),
        ("sectors", 'id = "outside-name"\nsector', 'id = "outside"\nsector', "'outside' stands twice"),
        ("sectors", 'kind = "petrol-station"', 'kind = "oil-rig"', "is no kind of"),
        ("sectors", 'doubts = ["unclear"]', 'doubts = ["affirmed"]', "is accepted and doubted"),
        ("sectors", 'groups = ["mining"', 'groups = ["minning"', "'minning' is not one of"),
        ("substances", 'names = ["甲醇"]', 'names = ["汽油"]', "stands for"),
        ("substances", "from = 2023-01-01", 'from = "2023"', "a date is needed"),
        ("districts", 'places = [\n    "旺起镇"', 'places = [\n    "口前镇"', "stands for"),
        ("districts", 'district = "220204"\nbasis', 'district = "220204"\nbases', "the basis for it"),
        ("tiers", "within_years = 3", "within_years = -3", "not negative"),
        ("tiers", 'flag = "dishonesty-list"', 'flag = ""', "on one of the two"),
    ],
)
def test_each_fault_is_said_plainly(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder, name, old, new)
    found = faults(folder)
    assert any(line.startswith(f"{name}.toml: ") and said in line for line in found), found


def test_a_missing_and_a_broken_file_are_faults_too(folder: Path) -> None:
    (folder / "risk.toml").unlink()
    (folder / "tiers.toml").write_text("[[rule", encoding="utf-8")
    found = faults(folder)
    assert any(line.startswith("risk.toml: cannot be read") for line in found)
    assert any(line.startswith("tiers.toml: cannot be read") for line in found)
