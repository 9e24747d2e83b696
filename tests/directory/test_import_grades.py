"""Grades come from files, in the spellings of the catalogue, and stand in the ledger when they change."""

from __future__ import annotations

from sqlalchemy import Engine, select

from scheduler.directory.models import DirectoryChange, Enterprise
from scheduler.store.session import reading
from tests.directory.conftest import HEADINGS, Files, Import, code, enterprise, reasons


def grades(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return {uscc: grade for uscc, grade in session.execute(select(Enterprise.uscc, Enterprise.grade))}  # noqa: C416


def test_a_grade_is_read_kept_and_ledgered(engine: Engine, bring: Import, files: Files) -> None:
    headings = (*HEADINGS, "标准化等级")
    bring(files([[*enterprise(1), "二级"], [*enterprise(2), "未定级"], [*enterprise(3), ""]], headings))
    assert grades(engine) == {code(1): "2", code(2): "none", code(3): ""}
    again = bring(files([[*enterprise(1), "二级"]], (*HEADINGS, "Safety grade")))
    assert again.counts["unchanged"] == 1
    assert bring(files([enterprise(1)])).counts["unchanged"] == 1  # a file without the column changes nothing
    changed = bring(files([[*enterprise(1), "1"], [*enterprise(2), "无"]], (*HEADINGS, "grade")))
    assert changed.counts["changed"] == 2
    assert grades(engine) == {code(1): "1", code(2): "", code(3): ""}
    with reading(engine) as session:
        rows = session.scalars(select(DirectoryChange).where(DirectoryChange.kind == "changed"))
        assert {row.subject: (row.before, row.after) for row in rows} == {
            code(1): ({"grade": "2"}, {"grade": "1"}),
            code(2): ({"grade": "none"}, {"grade": ""}),
        }


def test_what_is_no_grade_is_refused_with_its_column(sqlite_engine: Engine, bring_sqlite: Import, files: Files) -> None:
    report = bring_sqlite(files([[*enterprise(1), "特级"], [*enterprise(2), "A"]], (*HEADINGS, "标准化等级")))
    assert reasons(report) == [(2, "标准化等级", "cell-no-grade")]
    assert grades(sqlite_engine) == {code(2): "A"}
