"""Importing divisions, inspectors, experts and items: tags of the protocol, recusals, what is never stored."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from scheduler.directory.models import DirectoryChange, Division, Expert, InspectionItem, Inspector, Recusal
from scheduler.errors import InvalidInput
from scheduler.store.session import reading
from tests.directory.conftest import Files, Import, code, reasons

DIVISIONS = [
    ["chem", "危化处", "Chemicals", "危险化学品、烟花爆竹", "5", "7"],
    ["trade", "工贸处", "", "工贸;dust", "9", ""],
]
DIVISION_HEADINGS = ["处室编号", "处室名称", "英文名称", "监管行业", "执法人数", "在册人数"]
HEADINGS = ["编号", "姓名", "部门", "处室", "执法证号", "执法证有效期至", "专业", "可检查次数", "回避企业", "回避县区"]


def inspector(number: int, **changes: str) -> list[str]:
    number_and_name = [f"JL{number:04}", "张三", "市应急管理局", "危化处", f"Z{number}"]
    others = ["2031-12-31", "化工、粉尘", "12", code(1), "昌邑区"]
    cells = dict(zip(HEADINGS, number_and_name + others, strict=True))
    return list({**cells, **changes}.values())


@pytest.fixture
def divisions(bring: Import, files: Files) -> None:
    bring(files(DIVISIONS, DIVISION_HEADINGS, "divisions.csv"), "divisions")


def test_divisions_have_sectors_named_in_any_way(engine: Engine, divisions: None) -> None:
    with reading(engine) as session:
        found = {each.id: each for each in session.scalars(select(Division))}
        assert found["chem"].sectors == ["fireworks", "hazardous-chemicals"]
        assert found["trade"].sectors == ["dust-explosion", "industry-and-trade"]
        assert (found["chem"].staff, found["chem"].registered_staff, found["trade"].registered_staff) == (5, 7, 0)


def test_an_inspector_gets_tags_of_the_protocol(engine: Engine, bring: Import, files: Files, divisions: None) -> None:
    report = bring(
        files([inspector(1), inspector(2, 处室="trade", 专业="", 可检查次数="", 回避企业="", 回避县区="")], HEADINGS),
        "inspectors",
    )
    assert report.counts["entered"] == 2
    with reading(engine) as session:
        one, two = (session.get_one(Inspector, f"JL000{number}") for number in (1, 2))
        assert one.skills == ["skill:dust-explosion", "skill:hazardous-chemicals"]
        assert one.denies == ["area:220202"]
        assert (one.division_id, one.capacity, one.certified_until) == ("chem", 12, date(2031, 12, 31))
        assert (two.division_id, two.capacity, two.skills, two.denies) == ("trade", 60, [], [])
        assert [(row.person_id, row.uscc) for row in session.scalars(select(Recusal))] == [("JL0001", code(1))]


def test_recusals_are_replaced_by_what_the_file_says_and_stay_when_it_says_nothing(
    engine: Engine, bring: Import, files: Files, divisions: None
) -> None:
    bring(files([inspector(1)], HEADINGS), "inspectors")
    two_codes = f"{code(3)}，{code(2).lower()}"
    bring(files([inspector(1, 回避企业=two_codes, 回避县区="磐石、220281")], HEADINGS), "inspectors")
    bring(files([["JL0001", "张三"]], ["编号", "姓名"]), "inspectors")
    assert (
        bring(files([inspector(1, 回避企业=two_codes, 回避县区="磐石、220281")], HEADINGS), "inspectors").counts[
            "unchanged"
        ]
        == 1
    )
    with reading(engine) as session:
        assert sorted(session.scalars(select(Recusal.uscc))) == sorted([code(2), code(3)])
        assert session.get_one(Inspector, "JL0001").denies == ["area:220281", "area:220284"]
        changes = session.scalars(select(DirectoryChange).where(DirectoryChange.subject == "JL0001")).all()
        assert [each.kind for each in changes] == ["entered", "changed"]
        assert changes[1].before["recusals"] == [code(1)]
        assert changes[1].after["recusals"] == sorted([code(2), code(3)])


def test_each_fault_of_a_person_is_named(bring_sqlite: Import, files: Files) -> None:
    bring_sqlite(files(DIVISIONS, DIVISION_HEADINGS, "divisions.csv"), "divisions")
    report = bring_sqlite(
        files(
            [
                inspector(1, 处室="没有处"),
                inspector(2, 专业="化工、做饭"),
                inspector(3, 回避企业="91"),
                inspector(4, 回避县区="火星区"),
                inspector(5, 编号="吉0005"),
                inspector(6, 编号="220284199001011234"),
                inspector(7, 执法证号="22028419900101123x"),
                inspector(8, 可检查次数="1.5"),
                inspector(9, 执法证有效期至="长期"),
                inspector(10, 姓名=""),
            ],
            HEADINGS,
        ),
        "inspectors",
    )
    assert reasons(report) == [
        (2, "处室", "division-unknown"),
        (3, "专业", "skill-unknown"),
        (4, "回避企业", "recusal-code"),
        (5, "回避县区", "district-unknown"),
        (6, "编号", "number-grammar"),
        (7, "编号", "number-identity"),
        (8, "执法证号", "number-identity"),
        (9, "可检查次数", "cell-no-count"),
        (10, "执法证有效期至", "cell-no-date"),
        (11, "姓名", "cell-missing"),
    ]


def test_identity_and_phone_numbers_never_reach_the_database(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    headings = ["编号", "姓名", "身份证号", "手机", "E-mail"]
    report = bring_sqlite(
        files([["A1", "张三", "220284199001011234", "13900001111", "a@b.cn"]], headings), "inspectors"
    )
    assert (report.counts["entered"], report.personal) == (1, ("身份证号", "手机", "E-mail"))
    sqlite_engine.dispose()
    stored = (sqlite_engine.url.database or "").encode()
    with open(stored, "rb") as database:  # noqa: PTH123 (the database's own path)
        content = database.read()
    assert b"13900001111" not in content
    assert b"220284199001011234" not in content


def test_inspectors_and_experts_never_share_a_number(engine: Engine, bring: Import, files: Files) -> None:
    bring(files([["A1", "张三"]], ["编号", "姓名"]), "inspectors")
    rows = [["A1", "李四", "", ""], ["E1", "王五", "消防/电气安全", f"{code(1)}"]]
    report = bring(files(rows, ["专家编号", "姓名", "专业", "回避企业"]), "experts")
    assert reasons(report) == [(2, "专家编号", "number-taken")]
    with reading(engine) as session:
        assert session.get_one(Expert, "E1").skills == ["skill:electrical", "skill:fire"]
        assert session.scalars(select(Recusal.person_id)).all() == ["E1"]


def test_people_that_a_file_does_not_name_leave_with_their_recusals_kept(
    engine: Engine, bring: Import, files: Files
) -> None:
    headings = ["编号", "姓名", "回避企业"]
    bring(files([["A1", "张三", code(1)], ["A2", "李四", ""]], headings), "inspectors")
    assert bring(files([["A2", "李四", ""]], headings), "inspectors", leave_missing=True).counts["left"] == 1
    assert bring(files([["A1", "张三", code(1)]], headings), "inspectors").counts["returned"] == 1
    with reading(engine) as session:
        assert session.get_one(Inspector, "A1").left_on is None
        assert session.scalars(select(Recusal.uscc)).all() == [code(1)]


def test_items_of_the_list_are_entered_changed_and_taken_off(engine: Engine, bring: Import, files: Files) -> None:
    headings = ["事项编号", "抽查事项", "行业领域", "抽查比例", "依据"]
    rows = [["YJ-1", "危化品检查", "危化、烟花爆竹", "5%", "条例第六条"], ["YJ-2", "粉尘检查", "粉尘", "", ""]]
    bring(files(rows, headings, delimiter="\t"), "items")
    rows[0][3] = "10%"
    report = bring(files([rows[0]], headings), "items", leave_missing=True)
    assert (report.counts["changed"], report.counts["left"]) == (1, 1)
    with reading(engine) as session:
        one, two = (session.get_one(InspectionItem, name) for name in ("YJ-1", "YJ-2"))
        assert (one.sectors, one.ratio) == (["fireworks", "hazardous-chemicals"], "10%")
        assert two.left_on is not None


def test_faults_of_divisions_and_items_are_named(bring_sqlite: Import, files: Files) -> None:
    rows = [["a", "甲处", "", "种地", "1", "1"], ["b", "乙处", "", "煤矿", "5", "4"], ["c", "", "", "煤矿", "x", "4"]]
    report = bring_sqlite(files(rows, DIVISION_HEADINGS), "divisions")
    assert reasons(report) == [
        (2, "监管行业", "sector-unknown"),
        (3, "在册人数", "staff-over-registered"),
        (4, "处室名称", "cell-missing"),
    ]
    with pytest.raises(InvalidInput, match="leave-missing-none"):
        bring_sqlite(files(rows[:1], DIVISION_HEADINGS), "divisions", leave_missing=True)
