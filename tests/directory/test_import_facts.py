"""Importing facts of enterprises: by code, kind and day, every change in the ledger, bad cells named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine, select

from config.catalogues.cool_down import FILE, cool_down_catalogue, read_cool_down
from config.catalogues.faults import CatalogueFault
from scheduler.directory.models import DirectoryChange, EnterpriseFact
from scheduler.store.session import reading
from tests.directory.conftest import Files, Import, code, reasons

HEADINGS = ["统一社会信用代码", "情形", "日期", "截止日期", "依据"]
PENALTY = [code(1), "行政处罚", "2025-11-20", "2026-06-30", "吉应急罚〔2025〕7号"]


def test_a_fact_has_a_kind_a_day_and_a_basis(engine: Engine, bring: Import, files: Files) -> None:
    report = bring(files([PENALTY, [code(2), "Closed", "2025/3/9", "", ""]], HEADINGS), "facts")
    assert report.counts["entered"] == 2
    with reading(engine) as session:
        one, two = session.scalars(select(EnterpriseFact).order_by(EnterpriseFact.uscc)).all()
        assert (one.id, one.uscc, one.kind) == (f"{code(1)}.penalised.2025-11-20", code(1), "penalised")
        assert (one.on, one.until, one.basis) == (date(2025, 11, 20), date(2026, 6, 30), "吉应急罚〔2025〕7号")
        assert (two.kind, two.on, two.until, two.basis) == ("closed", date(2025, 3, 9), None, "")


def test_a_change_and_a_withdrawal_stand_in_the_ledger(engine: Engine, bring: Import, files: Files) -> None:
    bring(files([PENALTY, [code(2), "停业", "2025-03-09", "", ""]], HEADINGS), "facts", reason="处罚台账")
    bring(files([[*PENALTY[:3], "2026-12-31", PENALTY[4]]], HEADINGS), "facts", leave_missing=True, reason="更正")
    with reading(engine) as session:
        changes = session.scalars(select(DirectoryChange).order_by(DirectoryChange.id)).all()
        assert [(each.register, each.kind, each.reason) for each in changes] == [
            ("fact", "entered", "处罚台账"),
            ("fact", "entered", "处罚台账"),
            ("fact", "changed", "更正"),
            ("fact", "left", "更正"),
        ]
        assert (changes[2].before, changes[2].after) == ({"until": "2026-06-30"}, {"until": "2026-12-31"})
        assert session.get_one(EnterpriseFact, f"{code(2)}.closed.2025-03-09").left_on is not None


def test_a_workbook_read_twice_changes_nothing_the_second_time(bring_sqlite: Import, tmp_path: Path) -> None:
    path = tmp_path / "facts.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for line, row in enumerate([HEADINGS, PENALTY]):
        sheet.write_row(line, 0, row)
    book.close()
    assert bring_sqlite(path, "facts").counts["entered"] == 1
    assert bring_sqlite(path, "facts").counts["unchanged"] == 1


def test_bad_cells_are_refused_with_their_reason(bring_sqlite: Import, files: Files) -> None:
    rows = [
        [code(1), "路过", "2025-01-02", "", ""],
        [code(1), "处罚", "2099-01-02", "", ""],
        [code(1), "处罚", "", "", ""],
        [code(1), "处罚", "2025-01-02", "2025-01-01", ""],
        ["91220202MA0000010X", "处罚", "2025-01-02", "", ""],
        [code(1), "", "2025-01-02", "", ""],
    ]
    report = bring_sqlite(files(rows, HEADINGS), "facts")
    assert report.counts["entered"] == 0
    found = [code for _, _, code in reasons(report)]
    assert found[:4] == ["fact-kind", "cell-future", "cell-missing", "fact-reversed"]
    assert found[5] == "cell-missing"


def test_the_catalogue_knows_each_fact_by_its_words() -> None:
    catalogue = cool_down_catalogue()
    words = ("行政处罚", "ＣＬＯＳＥＤ", "上级检查", "已检查")
    assert [catalogue.fact_of(word) for word in words] == ["penalised", "closed", "inspected-above", "inspected"]
    assert catalogue.fact_of("路过") is None


def test_a_rule_is_changed_as_the_office_asks_and_no_other_way() -> None:
    catalogue = cool_down_catalogue()
    months = {rule.reason: rule.months for rule in catalogue.changed({"penalised-lately": 12, "annual-cap": False})}
    assert months == {"closed": 0, "inspected-this-year": 0, "inspected-by-upper-level": 3, "penalised-lately": 12}
    assert [catalogue.takes("penalised-lately", each) for each in (12, True, False, 0, 61, "6")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert not catalogue.takes("closed", 3)
    assert not catalogue.takes("weather", False)


def test_a_wrong_catalogue_names_every_fault(tmp_path: Path) -> None:
    text = FILE.read_text("utf-8").replace('period = "standing"', 'period = "monthly"').replace("months = 3", "")
    (tmp_path / "c.toml").write_text(text.replace('"inspected-above"]', '"flooded"]'), "utf-8")
    with pytest.raises(CatalogueFault) as caught:
        read_cool_down(tmp_path / "c.toml")
    assert len(str(caught.value).splitlines()) >= 3
