"""Reading xlsx: values as another reader gives them, formulas and lost digits as faults, broken files refused."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from python_calamine import CalamineWorkbook

from scheduler.directory.files import open_table
from scheduler.directory.files.table import CELL_LIMIT, Row
from scheduler.directory.files.workbook import read_rows
from scheduler.errors import InvalidInput


def rows_of(data: bytes) -> list[Row]:
    return list(read_rows(io.BufferedReader(io.BytesIO(data)), "x.xlsx"))


def made(fill: Callable[[Any], None], **options: Any) -> bytes:
    """Return a workbook whose first sheet XlsxWriter filled."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, options)
    fill(workbook.add_worksheet())
    workbook.close()
    return buffer.getvalue()


def altered(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return the workbook with one part changed, or left out when the change gives an empty text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            text = change(source.read(name).decode()) if name == part else source.read(name)
            if text:
                target.writestr(name, text)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as caught:
        rows_of(data)
    return caught.value.code


def sound(sheet: Any) -> None:
    for row, cells in enumerate([["名称", "代码"], ["甲", "A1"], ["乙<&>", "B2"]]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)


@pytest.mark.parametrize("constant_memory", [False, True])
def test_shared_and_inline_strings_give_the_same_rows(constant_memory: bool) -> None:
    rows = rows_of(made(sound, constant_memory=constant_memory))
    assert [(row.line, row.cells) for row in rows] == [(1, ["名称", "代码"]), (2, ["甲", "A1"]), (3, ["乙<&>", "B2"])]
    assert all(row.pads for row in rows)


def test_a_second_reader_reads_the_same_values(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    values: list[list[Any]] = [["名称", "数", "日期", "是否"]]
    for number in range(200):
        text = "".join(chance.choice("吉林市恒远<>&'\" abc_x000D_㐂𠮷") for _ in range(chance.randint(1, 12)))
        day = date(1900, 3, 1).toordinal() + chance.randint(0, 60_000)
        values.append(
            [f"{number}{text}", chance.randint(-(10**12), 10**12), date.fromordinal(day), chance.random() < 0.5]
        )
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in values:
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    other = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    ours = rows_of((tmp_path / "x.xlsx").read_bytes())
    assert len(ours) == len(other) == 201
    for mine, theirs in zip(ours[1:], other[1:], strict=True):
        name, number_, day_, flag = theirs
        assert isinstance(number_, float)
        assert isinstance(day_, date)
        assert mine.cells == [
            str(name).replace("_x000D_", "\r"),
            str(int(number_)),
            day_.isoformat(),
            str(flag).upper(),
        ]


def test_a_formula_is_a_fault_of_its_cell_whatever_its_last_value() -> None:
    def fill(sheet: Any) -> None:
        sound(sheet)
        sheet.write_formula(1, 1, '=A2&"1"', None, "A1")

    row = rows_of(made(fill))[1]
    assert row.faults == [(1, "cell-formula")]
    assert row.cells == ["甲", '=A2&"1"']


def test_shared_and_array_formulas_are_found_too() -> None:
    data = made(sound)
    shared = altered(data, "xl/worksheets/sheet1.xml", lambda text: text.replace(
        '<c r="B3" t="s">', '<c r="B3" t="s"><f t="shared" si="0"/>'))  # fmt: skip
    assert rows_of(shared)[2].faults == [(1, "cell-formula")]


def test_error_values_and_numbers_beyond_fifteen_digits_are_faults() -> None:
    def fill(sheet: Any) -> None:
        sound(sheet)
        sheet.write_number(1, 1, 112205020135836200)
        sheet.write_number(2, 1, 999999999999999)

    rows = rows_of(made(fill))
    assert rows[1].faults == [(1, "cell-number-long")]
    assert (rows[2].faults, rows[2].cells[1]) == ([], "999999999999999")
    broken = altered(made(fill), "xl/worksheets/sheet1.xml", lambda text: re.sub(
        r'<c r="B3"[^>]*>', '<c r="B3" t="e">', text))  # fmt: skip
    assert rows_of(broken)[2].faults == [(1, "cell-error")]


def test_days_are_iso_text_in_both_epochs_and_in_chinese_formats() -> None:
    moment = datetime.fromisoformat("2024-02-29T13:05")  # a cell of a sheet knows no time zone
    for epoch in (False, True):
        buffer = io.BytesIO()
        workbook = xlsxwriter.Workbook(buffer, {"date_1904": epoch})
        sheet = workbook.add_worksheet()
        for column, form in enumerate(
            ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-804]aaaa;@", "General", '0"day"', "d.m.yy h:mm"]
        ):
            sheet.write_datetime(0, column, moment, workbook.add_format({"num_format": form}))
        workbook.close()
        cells = rows_of(buffer.getvalue())[0].cells
        assert cells[0] == cells[1] == cells[5] == "2024-02-29 13:05:00"
        assert all(re.fullmatch(r"\d+\.\d+", cell) for cell in cells[3:5])


def test_the_first_days_of_1900_are_what_spreadsheets_show() -> None:
    def fill(sheet: Any) -> None:
        for column, serial in enumerate([1, 59, 61, 36526]):
            sheet.write_number(0, column, serial, style)

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    style = workbook.add_format({"num_format": 14})
    fill(workbook.add_worksheet())
    workbook.close()
    assert rows_of(buffer.getvalue())[0].cells == ["1900-01-01", "1900-02-28", "1900-03-01", "2000-01-01"]


def test_rich_text_is_joined_and_phonetic_readings_are_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = CellRichText("吉林", TextBlock(InlineFont(b=True), "恒远"), "厂")
    book.save(tmp_path / "x.xlsx")
    assert rows_of((tmp_path / "x.xlsx").read_bytes())[0].cells == ["吉林恒远厂"]
    shared = altered(made(sound), "xl/sharedStrings.xml", lambda text: text.replace(
        "<t>甲</t>", "<r><t>甲</t></r><r><t>公司</t></r><rPh sb='0' eb='1'><t>jia</t></rPh>"))  # fmt: skip
    assert rows_of(shared)[1].cells == ["甲公司", "A1"]


def test_gaps_between_cells_and_rows_keep_their_places() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_string(0, 0, "名称")
        sheet.write_string(0, 2, "代码")
        sheet.write_string(4, 2, "A1")

    assert [(row.line, row.cells) for row in rows_of(made(fill))] == [(1, ["名称", "", "代码"]), (5, ["", "", "A1"])]


def test_cells_without_references_follow_each_other() -> None:
    bare = altered(made(sound), "xl/worksheets/sheet1.xml", lambda text: re.sub(r' r="[A-Z]*\d+"', "", text))
    assert [(row.line, row.cells) for row in rows_of(bare)][1:] == [(2, ["甲", "A1"]), (3, ["乙<&>", "B2"])]


def test_a_hidden_sheet_is_passed_over() -> None:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    hidden, shown = workbook.add_worksheet("隐藏"), workbook.add_worksheet("名录")
    hidden.write_string(0, 0, "secret")
    shown.write_string(0, 0, "名称")
    shown.activate()
    shown.set_first_sheet()
    hidden.hide()
    workbook.close()
    assert [row.cells for row in rows_of(buffer.getvalue())] == [["名称"]]


@pytest.mark.parametrize("constant_memory", [False, True])
def test_a_giant_cell_costs_its_row_alone(constant_memory: bool) -> None:
    data = made(sound, constant_memory=constant_memory)
    part = "xl/worksheets/sheet1.xml" if constant_memory else "xl/sharedStrings.xml"
    giant = altered(data, part, lambda text: text.replace("甲", "x" * 5_000_000))
    rows = rows_of(giant)
    assert rows[1].faults == [(0, "cell-too-long")]
    assert len(rows[1].cells[0]) < CELL_LIMIT
    assert rows[2].cells == ["乙<&>", "B2"]


def test_a_workbook_cut_short_anywhere_is_refused_by_name() -> None:
    data = made(sound)
    for end in range(4, len(data) - 1, 97):
        assert refusal(data[:end]) == "file-truncated"


def test_a_damaged_workbook_never_gives_anything_but_a_refusal() -> None:
    data, chance = made(sound), random.Random(7)
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            rows_of(bytes(broken))
        except InvalidInput as fault:
            assert fault.code.startswith("file-")


def test_parts_that_are_missing_or_wrong_are_refused() -> None:
    data = made(sound)
    assert refusal(altered(data, "xl/workbook.xml", lambda text: "")) == "file-no-workbook"
    assert refusal(altered(data, "xl/worksheets/sheet1.xml", lambda text: "")) == "file-broken-workbook"
    assert refusal(altered(data, "xl/worksheets/sheet1.xml", lambda text: text[:-30])) == "file-broken-workbook"
    assert refusal(altered(data, "xl/sharedStrings.xml", lambda text: "")) == "file-broken-workbook"
    assert refusal(altered(data, "xl/workbook.xml", lambda text: text.replace("<sheet ", "<gone "))) == "file-no-sheet"


def test_a_file_that_unpacks_beyond_all_measure_is_refused_before_it_is_unpacked() -> None:
    data = bytearray(made(sound))
    entry = data.rindex(b"PK\x01\x02")  # the last part in the directory of the zip; its size stands 24 bytes on
    data[entry + 24 : entry + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    first = data.index(b"PK\x01\x02")
    data[first + 24 : first + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    assert refusal(bytes(data)) == "file-expands"


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    data = altered(made(sound), "xl/sharedStrings.xml", lambda text: text.replace("?>", f"?>{bomb}", 1))
    assert refusal(data) == "file-broken-workbook"


def test_a_workbook_opens_as_a_table_with_its_digest(tmp_path: Path) -> None:
    from hashlib import sha256

    data = made(sound)
    (tmp_path / "x.xlsx").write_bytes(data)
    with open_table(tmp_path / "x.xlsx", len) as table:
        assert table.header.cells == ["名称", "代码"]
        assert table.sha256 == sha256(data).hexdigest()
        assert [row.cells for row in table.rows] == [["甲", "A1"], ["乙<&>", "B2"]]
