"""The catalogues of columns and skills: what they know, and that a wrong one is refused whole with every fault."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from config.catalogues import load_catalogues
from config.columns import FILE as COLUMNS
from config.columns import REGISTERS, ColumnsFault, column_catalogue, heading_key, read_columns
from config.messages import is_listed
from config.skills import FILE as SKILLS
from config.skills import SkillsFault, read_skills, skill_catalogue

ROOT = Path(__file__).parent.parent.parent


def test_every_heading_finds_its_field_and_never_another() -> None:
    catalogue = column_catalogue()
    for register in REGISTERS:
        for field in catalogue.fields[register]:
            for name in field.names:
                assert catalogue.field_of(register, name) == field.id
                assert catalogue.field_of(register, f" {name.upper()}（必填）*") == field.id


def test_no_heading_of_a_register_is_a_personal_or_an_ignored_one() -> None:
    catalogue = column_catalogue()
    for register in REGISTERS:
        assert not set(catalogue.headings[register]) & (catalogue.personal | catalogue.ignored)


def test_the_columns_of_the_refused_file_are_ignored_when_it_comes_back() -> None:
    catalogue = column_catalogue()
    assert len(catalogue.ours) == 6
    assert {heading_key(heading) for heading in catalogue.ours} <= catalogue.ignored


def test_a_wrong_catalogue_of_columns_names_every_fault(tmp_path: Path) -> None:
    text = COLUMNS.read_text("utf-8")
    wrong = text.replace('names = ["统一社会信用代码"', 'names = ["企业名称"', 1).replace(
        'names = ["处室"', 'nams = ["处室"', 1
    )
    (tmp_path / "c.toml").write_text(wrong, "utf-8")
    with pytest.raises(ColumnsFault) as caught:
        read_columns(tmp_path / "c.toml")
    assert "企业名称" in str(caught.value)
    assert len(str(caught.value).splitlines()) >= 2
    (tmp_path / "d.toml").write_text("colours = 1\n", "utf-8")
    with pytest.raises(ColumnsFault, match="colours"):
        read_columns(tmp_path / "d.toml")


def test_every_sector_that_is_supervised_needs_a_skill_that_has_a_name() -> None:
    catalogue = skill_catalogue()
    for sector in set(load_catalogues().sectors.sectors) - {"none"}:
        assert catalogue.needs_of(sector)
        assert catalogue.tag_of(sector) in catalogue.needs_of(sector)
    assert catalogue.needs_of("none") == ()
    assert catalogue.tag_of("危化专业") == catalogue.tag_of("CHEM") == "skill:hazardous-chemicals"
    assert catalogue.sectors_of("工贸") == ("industry-and-trade",)


def test_a_wrong_catalogue_of_skills_names_every_fault(tmp_path: Path) -> None:
    wrong = SKILLS.read_text("utf-8").replace('"危化",', '"煤矿",', 1).replace("capacity = 60", "capacity = -1")
    (tmp_path / "s.toml").write_text(wrong.replace('tag = "skill:fire"', 'tag = "role:fire"'), "utf-8")
    with pytest.raises(SkillsFault) as caught:
        read_skills(tmp_path / "s.toml")
    assert len(str(caught.value).splitlines()) == 3


def test_every_reason_that_a_row_is_refused_for_has_a_text() -> None:
    codes = {"cell-too-long", "cell-formula", "cell-error", "cell-number-long"}
    for path in (ROOT / "scheduler" / "directory").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                prefix, _, rest = node.value.partition("-")
                if prefix in ("cell", "row", "number") and rest.replace("-", "").isalpha():
                    codes.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "refuse":
                codes |= {str(arg.value) for arg in node.args[1:2] if isinstance(arg, ast.Constant)}
    assert len(codes) > 20
    assert sorted(code for code in codes if not is_listed(f"error.{code}")) == []
