"""Importing enterprises: headings, refused rows, duplicates, re-imports, all or none, dry runs, ledger and audit."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, func, select

from scheduler.directory.models import DirectoryChange, Enterprise, ImportRun
from scheduler.errors import InvalidInput, NotFound, Unavailable
from scheduler.store.audit import AuditEntry, first_broken_entry
from scheduler.store.engine import open_engine, sqlite_url
from scheduler.store.session import reading
from tests.directory.conftest import HEADINGS, Files, Import, code, enterprise, importer, reasons

CODE = "统一社会信用代码"


def state(engine: Engine) -> dict[str, dict[str, object]]:
    """Return every enterprise by code, as columns."""
    names = [column.name for column in Enterprise.__table__.columns]
    with reading(engine) as session:
        return {
            each.uscc: {name: getattr(each, name) for name in names} for each in session.scalars(select(Enterprise))
        }


def ledger(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [
            (row.subject, row.kind) for row in session.scalars(select(DirectoryChange).order_by(DirectoryChange.id))
        ]


def test_good_rows_go_in_with_their_decisions(engine: Engine, bring: Import, files: Files) -> None:
    report = bring(files([enterprise(1), enterprise(2, 经营范围="烟花爆竹零售", 注册地址="磐石市明城镇")]))
    assert report.figures() == {
        "read": 2, "entered": 2, "changed": 0, "returned": 0, "left": 0, "unchanged": 0, "duplicates": 0, "refused": 0,
    }  # fmt: skip
    stored = state(engine)
    assert stored[code(1)]["registered_on"] == date(2003, 4, 5)
    assert stored[code(1)]["kind"] == ""
    assert (stored[code(1)]["sector"], stored[code(1)]["district"]) == ("industry-and-trade", "220202")
    assert (stored[code(2)]["sector"], stored[code(2)]["district"]) == ("fireworks", "220284")
    for row in stored.values():
        decisions = row["decisions"]
        assert isinstance(decisions, dict)
        for aspect in ("sector", "district", "tier", "risk"):
            assert decisions[aspect]["value"] == row[aspect]
            assert decisions[aspect]["by"] == "rules"
            assert decisions[aspect]["rule"]
    evidence = stored[code(1)]["decisions"]["district"]["evidence"][0]  # type: ignore[index]
    assert evidence["text"] == "昌邑区"
    assert str(stored[code(1)]["address"])[evidence["start"] :].startswith("昌邑区")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_headings_in_any_order_and_either_language_name_the_same_columns(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files, encoding: str
) -> None:
    row = dict(zip(HEADINGS, enterprise(1), strict=True))
    english = {
        "Credit_Code": row[CODE], "Scope of Business": row["经营范围"], "NAME *": row["企业名称"],
        "地 址（注册）": row["注册地址"], "Region": row["地区"], "成立日期": "2003年4月5日", "type": row["企业类型"],
    }  # fmt: skip
    bring_sqlite(files([enterprise(1)], encoding=encoding))
    before = state(sqlite_engine)
    report = bring_sqlite(files([list(english.values())], list(english), encoding=encoding, delimiter=";"))
    assert report.counts["unchanged"] == 1
    assert state(sqlite_engine) == before


def test_a_missing_heading_is_refused_by_name_and_says_what_is_there(bring_sqlite: Import, files: Files) -> None:
    with pytest.raises(InvalidInput) as caught:
        bring_sqlite(files([["甲", "2003-01-01"]], ["企业名称", "注册日期"]))
    assert caught.value.code == "header-missing"
    assert CODE in str(caught.value.params["wanted"])
    assert caught.value.params["found"] == "企业名称, 注册日期"


def test_a_heading_twice_or_under_two_names_is_refused(bring_sqlite: Import, files: Files) -> None:
    for second in (CODE, "社会信用代码"):
        with pytest.raises(InvalidInput) as caught:
            bring_sqlite(files([[*enterprise(1), code(1)]], [*HEADINGS, second]))
        assert caught.value.code == "header-twice"
        assert (caught.value.params["first"], caught.value.params["second"]) == (CODE, second)


def test_personal_columns_are_dropped_and_unknown_ones_named(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    path = files([[*enterprise(1), "王五", "13900001111", "x"]], [*HEADINGS, "法定代表人", "联系 电话", "颜色"])
    report = bring_sqlite(path)
    assert report.personal == ("法定代表人", "联系 电话")
    assert report.unknown == ("颜色",)
    assert "王五" not in str(state(sqlite_engine))


def test_each_bad_row_is_refused_with_line_column_and_reason_and_the_others_go_in(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    wrong_check = code(3)[:-1] + ("0" if code(3)[-1] != "0" else "1")
    shifted = enterprise(4)
    shifted[1], shifted[2] = shifted[2], shifted[1]
    report = bring_sqlite(
        files(
            [
                enterprise(1),
                enterprise(2, 企业名称=""),
                enterprise(3, **{CODE: wrong_check}),
                shifted,
                enterprise(5)[:-1],
                [*enterprise(6), "多"],
                enterprise(7, 企业名称="锟斤拷有限公司"),
                enterprise(8, 注册地址="吉林市\ufffd区"),
                enterprise(9, 注册日期="2003-02-30"),
                enterprise(10, 注册日期="2999-01-01"),
                enterprise(11, 企业名称="长" * 201),
                enterprise(12, 经营范围="机械\x07加工"),
                enterprise(13, **{CODE: "N/A"}),
                enterprise(14, 企业名称="Noël 25 °C 设备有限公司"),
                enterprise(15, 企业名称="吉林市恒远公司".encode("gbk").decode("latin-1")),
                enterprise(16, 企业名称="Noël Café Zoë 25 °C"),
            ]
        )
    )
    assert reasons(report) == [
        (3, "企业名称", "cell-missing"),
        (4, CODE, "uscc-last-check"),
        (5, "注册日期", "row-shifted"),
        (6, "", "row-cells-under"),
        (7, "", "row-cells-over"),
        (8, "企业名称", "cell-garbled"),
        (9, "注册地址", "cell-garbled"),
        (10, "注册日期", "cell-no-date"),
        (11, "注册日期", "cell-future"),
        (12, "企业名称", "cell-over-length"),
        (13, "经营范围", "cell-control"),
        (14, CODE, "cell-missing"),
        (16, "企业名称", "cell-garbled"),
    ]
    assert (report.counts["read"], report.counts["refused"], report.counts["entered"]) == (16, 13, 3)
    assert sum(report.refused_by_reason.values()) == 13
    assert set(state(sqlite_engine)) == {code(1), code(14), code(16)}


def test_cells_after_the_last_heading_that_are_empty_do_no_harm(bring_sqlite: Import, files: Files) -> None:
    assert bring_sqlite(files([[*enterprise(1), "", " "]], [*HEADINGS, "", ""])).counts["entered"] == 1


def test_codes_are_stored_in_their_normal_form(sqlite_engine: Engine, bring_sqlite: Import, files: Files) -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code(1).lower())
    bring_sqlite(files([enterprise(1, **{CODE: f"{wide[:8]} {wide[8:]}"})]))
    assert list(state(sqlite_engine)) == [code(1)]


def test_a_row_twice_is_a_duplicate_and_names_both_lines(bring: Import, files: Files) -> None:
    same = enterprise(1, **{CODE: f" {code(1).lower()}"})
    report = bring(files([enterprise(1), enterprise(2), same]))
    assert (report.counts["entered"], report.counts["duplicates"], report.counts["refused"]) == (2, 1, 0)
    found = report.duplicates[0]
    assert (found.line, found.first_line, found.key, found.name) == (4, 2, code(1), "吉林市恒远1号机械厂")


def test_the_same_code_with_other_content_is_refused_and_names_the_first_line(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    report = bring_sqlite(files([enterprise(1), enterprise(1, 企业名称="另一名称")]))
    assert reasons(report) == [(3, CODE, "row-conflict")]
    assert dict(report.refusals[0].faults[0].params)["first"] == 2
    assert state(sqlite_engine)[code(1)]["name"] == "吉林市恒远1号机械厂"


def test_duplicates_are_found_across_chunks(bring_sqlite: Import, files: Files) -> None:
    rows = [enterprise(number) for number in range(1200)]
    report = bring_sqlite(files([*rows, rows[3], enterprise(700, 地区="长春")]))
    assert [(each.line, each.first_line) for each in report.duplicates] == [(1202, 5)]
    assert reasons(report) == [(1203, CODE, "row-conflict")]
    assert report.counts["entered"] == 1200


def test_a_file_read_twice_changes_nothing_but_notes_the_run(engine: Engine, bring: Import, files: Files) -> None:
    path = files([enterprise(number) for number in range(5)])
    bring(path)
    before, entries = state(engine), ledger(engine)
    report = bring(path)
    assert (report.counts["unchanged"], report.counts["changed"], report.counts["entered"]) == (5, 0, 0)
    assert state(engine) == before
    assert ledger(engine) == entries
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 2
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 2


def test_changes_stand_in_the_ledger_with_before_after_reason_and_source(
    engine: Engine, bring: Import, files: Files
) -> None:
    bring(files([enterprise(1), enterprise(2)]), reason="initial list")
    path = files([enterprise(1, 经营范围="烟花爆竹零售"), enterprise(2)], name="second.csv")
    report = bring(path, actor="planner")
    assert (report.counts["changed"], report.counts["unchanged"]) == (1, 1)
    with reading(engine) as session:
        rows = session.scalars(select(DirectoryChange).order_by(DirectoryChange.id)).all()
        assert [(row.subject, row.kind) for row in rows] == [
            (code(1), "entered"),
            (code(2), "entered"),
            (code(1), "changed"),
        ]
        assert {row.reason for row in rows[:2]} == {"initial list"}
        assert (rows[2].reason, rows[2].actor) == ("import second.csv", "planner")
        assert re.fullmatch(r"second\.csv sha256:[0-9a-f]{64}", rows[2].source)
        assert (rows[2].before["scope"], rows[2].after["scope"]) == ("机械零件加工、销售", "烟花爆竹零售")
        assert (rows[2].before["sector"], rows[2].after["sector"]) == ("industry-and-trade", "fireworks")
        assert set(rows[2].after["decisions"]) >= {"sector"}
        assert "name" not in rows[2].after
        run = session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
        assert run is not None
        assert (run.register, run.file_name, run.counts["changed"]) == ("enterprises", "second.csv", 1)
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert last is not None
        assert (last.action, last.actor, last.subject) == ("import-enterprises", "planner", "second.csv")
        assert last.detail["counts"] == report.figures()
        assert first_broken_entry(session) is None


def test_a_column_the_file_lacks_changes_nothing_and_an_empty_cell_empties(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    bring_sqlite(files([[*enterprise(1), "B", "是"]], [*HEADINGS, "信用风险分类", "试生产"]))
    assert (state(sqlite_engine)[code(1)]["risk"], state(sqlite_engine)[code(1)]["tier"]) == ("B", "key")
    bring_sqlite(files([enterprise(1)]))
    assert state(sqlite_engine)[code(1)]["risk"] == "B"
    assert state(sqlite_engine)[code(1)]["flags"] == {"risk": "B", "trial-production": True}
    bring_sqlite(files([[*enterprise(1), "", "否"]], [*HEADINGS, "信用风险分类", "试生产"]))
    assert (state(sqlite_engine)[code(1)]["risk"], state(sqlite_engine)[code(1)]["tier"]) == ("U", "general")
    assert state(sqlite_engine)[code(1)]["flags"] == {}


def test_stated_facts_make_an_enterprise_key(sqlite_engine: Engine, bring_sqlite: Import, files: Files) -> None:
    flags = ("指定重点", "失信名单", "重大事故隐患", "试生产", "重大危险源")
    rows = [
        [*enterprise(number), *("是" if place == number else "" for place in range(len(flags))), ""]
        for number in range(len(flags) + 1)
    ]
    rows.append([*enterprise(99), *("否" for _ in flags), "2026/6/1"])
    rows.append([*enterprise(98), *("否" for _ in flags), "2001/6/1"])
    rows.append([*enterprise(97), *("也许" if place == 0 else "" for place in range(len(flags))), ""])
    report = bring_sqlite(files(rows, [*HEADINGS, *flags, "死亡事故日期"]))
    assert reasons(report) == [(10, "指定重点", "cell-no-flag")]
    stored = state(sqlite_engine)
    assert [stored[code(number)]["tier"] for number in (0, 1, 2, 3, 4)] == ["key"] * 5
    assert stored[code(5)]["tier"] == stored[code(98)]["tier"] == "general"
    assert stored[code(98)]["flags"] == {"fatal-accident": "2001-06-01"}


def test_industry_codes_are_checked_and_their_edition_kept(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    rows = [[*enterprise(number), value] for number, value in enumerate(["c2614", "2614", "Z1", "12345", ""])]
    report = bring_sqlite(files(rows, [*HEADINGS, "行业代码"]))
    assert reasons(report) == [(4, "行业代码", "cell-no-industry"), (5, "行业代码", "cell-no-industry")]
    stored = state(sqlite_engine)
    assert (stored[code(0)]["industry"], stored[code(0)]["flags"]) == ("C2614", {"industry-edition": "2017"})
    assert (stored[code(4)]["industry"], stored[code(4)]["flags"]) == ("", {})


def test_strict_takes_all_rows_or_none(engine: Engine, bring: Import, files: Files, tmp_path: Path) -> None:
    bring(files([enterprise(1)]))
    before, entries = state(engine), ledger(engine)
    path = files([enterprise(1, 企业名称="新名"), enterprise(2), enterprise(3, 企业名称="")], name="b.csv")
    report = bring(path, strict=True, refused=tmp_path / "refused.xlsx")
    assert (report.applied, report.counts["refused"]) == (False, 1)
    assert (tmp_path / "refused.xlsx").exists()
    assert (state(engine), ledger(engine)) == (before, entries)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 1
    assert bring(files([enterprise(2)], name="c.csv"), strict=True).applied
    assert set(state(engine)) == {code(1), code(2)}


def test_a_dry_run_writes_nothing_and_tells_every_difference(engine: Engine, bring: Import, files: Files) -> None:
    bring(files([enterprise(1), enterprise(2), enterprise(3)]))
    before, entries = state(engine), ledger(engine)
    rows = [enterprise(1), enterprise(2, 企业名称="新名"), enterprise(4), enterprise(4), enterprise(5, 企业名称="")]
    report = bring(files(rows, name="b.csv"), dry_run=True)
    assert (state(engine), ledger(engine)) == (before, entries)
    assert report.figures() == {
        "read": 5, "entered": 1, "changed": 1, "returned": 0, "left": 0, "unchanged": 1, "duplicates": 1, "refused": 1,
    }  # fmt: skip
    assert [(each.key, each.kind) for each in report.differences] == [(code(2), "changed"), (code(4), "entered")]
    assert (report.differences[0].before, report.differences[0].after) == (
        {"name": "吉林市恒远2号机械厂"},
        {"name": "新名"},
    )
    told = report.as_json()
    assert (told["applied"], told["dry_run"], told["counts"]["entered"]) == (False, True, 1)
    applied = bring(files(rows, name="b.csv"))
    assert applied.figures() == report.figures()


def test_those_a_file_does_not_name_leave_and_return_when_it_does(engine: Engine, bring: Import, files: Files) -> None:
    bring(files([enterprise(number) for number in range(700)]))
    rest = [enterprise(number) for number in range(698)]
    assert bring(files(rest), dry_run=True, leave_missing=True).counts["left"] == 2
    report = bring(files(rest), leave_missing=True, reason="yearly check")
    assert (report.counts["left"], report.counts["unchanged"]) == (2, 698)
    gone = state(engine)[code(699)]
    assert gone["left_on"] is not None
    assert ledger(engine)[-2:] == [(code(698), "left"), (code(699), "left")]
    assert bring(files(rest), leave_missing=True).counts["left"] == 0
    report = bring(files([enterprise(699)], name="late.csv"))
    assert (report.counts["returned"], report.counts["unchanged"]) == (1, 0)
    assert state(engine)[code(699)]["left_on"] is None
    assert ledger(engine)[-1] == (code(699), "returned")


def test_nobody_leaves_when_a_row_was_refused_or_the_file_has_none(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    bring_sqlite(files([enterprise(1), enterprise(2)]))
    for rows in ([enterprise(1), enterprise(2, **{CODE: "1"})], []):
        report = bring_sqlite(files(rows), leave_missing=True)
        assert report.leaving_skipped
        assert report.counts["left"] == 0
    assert all(row["left_on"] is None for row in state(sqlite_engine).values())


def test_the_file_of_refused_rows_is_corrected_and_imported_again(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files, tmp_path: Path
) -> None:
    rows = [
        [*enterprise(1), "13900001111"],
        [*enterprise(2, 企业名称="", 经营范围="=1+1"), "13900002222"],
        [*enterprise(3, **{CODE: code(3)[:-1]}), "13900003333"],
    ]
    refused = tmp_path / "x.refused.xlsx"
    report = bring_sqlite(files(rows, [*HEADINGS, "手机"]), refused=refused)
    assert report.refused_file == str(refused)
    book = openpyxl.load_workbook(refused)
    sheet = book.active
    assert sheet is not None
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert told[0][6:] == list(HEADINGS)
    assert told[1][:2] == [3, "企业名称"]
    assert told[2][:3] == [4, CODE, code(3)[:-1]]
    assert "17" in str(told[2][3])
    assert "has 17" not in str(told[2][3])
    assert "this has 17" in str(told[2][4])
    assert "1390000" not in str(told)
    assert [cell.data_type for cell in sheet[2]][10] == "s"
    sheet.cell(2, 7).value, sheet.cell(2, 11).value = "已更正", "机械加工"
    sheet.cell(3, 8).value = code(3)
    book.save(refused)
    again = bring_sqlite(refused, refused=tmp_path / "y.xlsx")
    assert (again.counts["entered"], again.counts["refused"], again.unknown) == (2, 0, ())
    assert state(sqlite_engine)[code(2)]["name"] == "已更正"
    assert not (tmp_path / "y.xlsx").exists()


def test_no_file_of_refused_rows_is_left_by_a_run_that_fails(
    sqlite_engine: Engine, bring_sqlite: Import, tmp_path: Path, files: Files
) -> None:
    path = files([enterprise(1), enterprise(2, 企业名称="")])
    text = path.read_text("utf-8") + '"never closed,' + "x,1\n" * 400_000
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match="file-cell-endless"):
        bring_sqlite(path, refused=tmp_path / "r.xlsx")
    assert state(sqlite_engine) == {}
    assert sorted(each.name for each in tmp_path.glob("r.xlsx*")) == []


def test_rows_swallowed_by_a_stray_quote_are_refused_and_never_another_rows_scope(
    sqlite_engine: Engine, bring_sqlite: Import, files: Files
) -> None:
    path = files([enterprise(number) for number in range(4)])
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace(",", ',"', 1)
    lines[3] = lines[3].replace(",", ',"', 1)
    path.write_text("".join(lines), "utf-8")
    report = bring_sqlite(path)
    assert reasons(report) == [(3, "", "row-quote")]
    assert sorted(state(sqlite_engine)) == sorted([code(0), code(3)])


def test_a_place_that_cannot_take_the_refused_rows_is_told_before_anything(
    sqlite_engine: Engine, bring_sqlite: Import, tmp_path: Path, files: Files
) -> None:
    path = files([enterprise(1), enterprise(2, 企业名称="")])
    with pytest.raises(Unavailable, match="refused-file"):
        bring_sqlite(path, refused=tmp_path / "nowhere" / "r.xlsx")
    with pytest.raises(InvalidInput, match="refused-file-is-input"):
        bring_sqlite(path, refused=path)
    assert state(sqlite_engine) == {}


def test_titles_above_the_header_are_passed_over(bring_sqlite: Import, files: Files) -> None:
    path = files(
        [[], [*HEADINGS], enterprise(1), enterprise(2, 企业名称="")], ["吉林市企业名录（2026年）"], delimiter=";"
    )
    report = bring_sqlite(path)
    assert (report.counts["read"], report.counts["entered"]) == (2, 1)
    assert reasons(report) == [(5, "企业名称", "cell-missing")]


def test_two_imports_at_once_follow_each_other(engine: Engine, files: Files) -> None:
    path = files([enterprise(number) for number in range(800)])
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(importer(engine), [path, path]))
    assert sorted(report.counts["entered"] for report in reports) == [0, 800]
    assert sorted(report.counts["unchanged"] for report in reports) == [0, 800]
    assert len(ledger(engine)) == 800


def test_an_unknown_register_is_named(bring_sqlite: Import, files: Files) -> None:
    with pytest.raises(NotFound, match="register-unknown"):
        bring_sqlite(files([]), register="ships")


def test_progress_is_told_in_rows(bring_sqlite: Import, files: Files) -> None:
    told: list[int] = []
    bring_sqlite(files([enterprise(number) for number in range(1201)]), progress=told.append)
    assert told == [500, 1000, 1201]


def test_the_order_of_rows_does_not_matter(tmp_path: Path, sqlite_template: bytes, files: Files) -> None:
    rows = [enterprise(number, 经营范围=scope) for number, scope in enumerate(["烟花爆竹零售", "淀粉生产", "百货零售"])]
    found = []
    for name, ordered in (("a", rows), ("b", rows[::-1])):
        (tmp_path / f"{name}.sqlite").write_bytes(sqlite_template)
        engine = open_engine(sqlite_url(tmp_path / f"{name}.sqlite"))
        importer(engine)(files(ordered, name=f"{name}.csv"))
        found.append(state(engine))
        engine.dispose()
    assert found[0] == found[1]
