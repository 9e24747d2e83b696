"""Importing absences: by number and first day, the last day included, every change in the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine, select

from config.catalogues.absences import absence_catalogue, read_absences
from config.catalogues.faults import CatalogueFault
from scheduler.directory.models import Absence, DirectoryChange, Inspector
from scheduler.store.session import reading, writing
from tests.directory.conftest import Files, Import, reasons

HEADINGS = ["编号", "开始日期", "结束日期", "类别", "备注"]
LEAVE = ["JL0001", "2026-03-02", "2026-03-06", "年休假", "已批准"]


@pytest.fixture(autouse=True)
def inspectors(request: pytest.FixtureRequest) -> None:
    name = "engine" if "bring" in request.fixturenames else "sqlite_engine"
    with writing(request.getfixturevalue(name)) as session:
        for number in (1, 2):
            session.add(Inspector(id=f"JL000{number}", name="张三", capacity=10, skills=[]))


def test_an_absence_has_first_and_last_day_and_a_kind(engine: Engine, bring: Import, files: Files) -> None:
    report = bring(files([LEAVE, ["JL0002", "2026/3/9", "", "", ""]], HEADINGS), "absences")
    assert report.counts["entered"] == 2
    with reading(engine) as session:
        one, two = session.scalars(select(Absence).order_by(Absence.id)).all()
        assert (one.id, one.person_id) == ("JL0001.2026-03-02", "JL0001")
        assert (one.first, one.last, one.kind, one.note) == (date(2026, 3, 2), date(2026, 3, 6), "leave", "已批准")
        assert (two.first, two.last, two.kind) == (date(2026, 3, 9), date(2026, 3, 9), "other")


def test_a_change_and_a_calling_off_stand_in_the_ledger(engine: Engine, bring: Import, files: Files) -> None:
    bring(files([LEAVE, ["JL0002", "2026-03-09", "", "值班", ""]], HEADINGS), "absences", reason="三月考勤")
    bring(files([[*LEAVE[:2], "2026-03-10", *LEAVE[3:]]], HEADINGS), "absences", leave_missing=True, reason="改签")
    with reading(engine) as session:
        changes = session.scalars(select(DirectoryChange).order_by(DirectoryChange.id)).all()
        found = [(each.register, each.subject, each.kind, each.reason) for each in changes]
        assert found == [
            ("absence", "JL0001.2026-03-02", "entered", "三月考勤"),
            ("absence", "JL0002.2026-03-09", "entered", "三月考勤"),
            ("absence", "JL0001.2026-03-02", "changed", "改签"),
            ("absence", "JL0002.2026-03-09", "left", "改签"),
        ]
        assert (changes[2].before, changes[2].after) == ({"last": "2026-03-06"}, {"last": "2026-03-10"})
        assert session.get_one(Absence, "JL0002.2026-03-09").left_on is not None


def test_a_file_read_twice_changes_nothing_the_second_time(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    path = files([LEAVE], HEADINGS)
    bring_sqlite(path, "absences")
    assert bring_sqlite(path, "absences").figures()["unchanged"] == 1


def test_a_workbook_with_english_headings_is_read_too(
    sqlite_engine: Engine, bring_sqlite: Import, tmp_path: Path
) -> None:
    path = tmp_path / "absences.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, cells in enumerate(
        [["badge number", "from", "to", "kind"], ["JL0001", "2026-03-02", "2026-03-03", "duty"]]
    ):
        sheet.write_row(row, 0, cells)
    book.close()
    assert bring_sqlite(path, "absences").counts["entered"] == 1
    with reading(sqlite_engine) as session:
        assert session.get_one(Absence, "JL0001.2026-03-02").kind == "duty"


def test_wrong_rows_are_refused_with_the_reason_and_the_others_go_in(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    wrong = [
        ["JL0009", "2026-03-02", "2026-03-03", "休假", ""],
        ["JL0001", "2026-03-06", "2026-03-02", "休假", ""],
        ["JL0001", "", "2026-03-02", "休假", ""],
        ["JL0001", "2026-02-30", "", "休假", ""],
        ["JL0001", "2026-03-12", "", "打球", ""],
        ["JL0002", "2026-03-12", "2026-03-12", "休假", ""],
        ["JL0002", "2026-03-12", "2026-03-13", "休假", ""],
        ["JL0002", "2026-03-16", "2062-03-16", "休假", ""],
    ]
    report = bring_sqlite(files(wrong, HEADINGS), "absences")
    assert reasons(report) == [
        (2, "编号", "absence-inspector"),
        (3, "结束日期", "absence-reversed"),
        (4, "开始日期", "cell-missing"),
        (5, "开始日期", "cell-no-date"),
        (6, "类别", "absence-kind"),
        (9, "结束日期", "absence-too-long"),
        (8, "编号", "row-conflict"),
    ]
    assert report.counts["entered"] == 1


def test_every_word_of_the_catalogue_names_one_kind(tmp_path: Path) -> None:
    catalogue = absence_catalogue()
    assert catalogue.kind_of(" 年休假 ") == "leave" and catalogue.kind_of("Sick Leave") == "sick"
    assert catalogue.kind_of("") is None
    assert set(catalogue.words.values()) == set(catalogue.kinds)
    wrong = '[[kind]]\ncode = "a"\nzh = "甲"\nen = "a"\nnames = ["x"]\n[[kind]]\ncode = "b"\nzh = "乙"\nnames = ["X"]\n'
    (tmp_path / "a.toml").write_text(wrong, "utf-8")
    with pytest.raises(CatalogueFault) as caught:
        read_absences(tmp_path / "a.toml")
    assert "names a too" in str(caught.value) and "en" in str(caught.value)
