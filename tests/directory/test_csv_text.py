"""Reading CSV: encodings decided over the whole file, separators, giant cells, lines that do not end."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.directory.files import open_table
from scheduler.directory.files.csv_text import detect_encoding, read_rows
from scheduler.directory.files.table import CELL_LIMIT, WHOLE_ROW, Row
from scheduler.errors import InvalidInput, NotFound

TEXT = "名称,代码\n吉林市㐂恒远，“一”号,A1\n\n乙,B2\n"


def known(cells: list[str]) -> int:
    return sum(cell in ("名称", "代码") for cell in cells)


def read(data: bytes) -> list[Row]:
    stream = io.BytesIO(data)
    return list(read_rows(stream, detect_encoding(stream, "x.csv"), known, "x.csv"))


def refusal(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_encoding_that_offices_use_gives_the_same_rows(encoding: str) -> None:
    data = (codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b"") + TEXT.encode(encoding)
    rows = [row for row in read(data) if not row.is_blank()]
    assert [row.cells for row in rows] == [["名称", "代码"], ["吉林市㐂恒远，“一”号", "A1"], ["乙", "B2"]]
    assert [row.line for row in rows] == [1, 2, 4]


def test_the_encoding_is_decided_over_the_whole_file_not_its_beginning() -> None:
    late = "名称,代码\n" + "a,b\n" * 700_000 + "乙,B2\n"
    assert detect_encoding(io.BytesIO(late.encode("gb18030")), "x.csv") == "gb18030"
    assert detect_encoding(io.BytesIO(late.encode()), "x.csv") == "utf-8"


def test_a_character_split_between_two_pieces_of_the_stream_is_read_whole() -> None:
    text = "名称,代码\n" + "丁" * 30_000 + ",1\n"
    for shift in range(4):
        rows = read(("#" * shift + "\n" + text * 40).encode())
        assert {row.cells[0] for row in rows if row.cells and row.cells[0].startswith("丁")} == {"丁" * 30_000}


def test_a_text_in_no_known_encoding_names_the_line_for_each() -> None:
    fault = refusal("名称,代码\n甲,1\n".encode() + b"\xff\xfe\xff,2\n")
    assert fault.code == "file-encoding"
    assert fault.params["utf_8"] == 3


def test_a_mark_of_one_encoding_before_another_is_refused() -> None:
    fault = refusal(codecs.BOM_UTF8 + "名称,代码\n甲,1\n".encode("gb18030"))
    assert (fault.code, fault.params["encoding"]) == ("file-encoding-marked", "utf-8-sig")


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a,b\n1,\x002\n"])
def test_zero_bytes_are_no_text(data: bytes) -> None:
    assert refusal(data).code == "file-binary"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_separator_is_the_one_that_gives_known_headings(delimiter: str) -> None:
    text = (
        f"代码{delimiter}名称\nA;1,2{delimiter}甲\n" if delimiter == "\t" else f"代码{delimiter}名称\nA{delimiter}甲\n"
    )
    assert read(text.encode())[1].cells[-1] == "甲"
    assert len(read(text.encode())[1].cells) == 2


def test_a_quoted_cell_may_hold_separators_quotes_and_lines() -> None:
    rows = read('名称,代码\r\n"甲,""乙""\r\n丙",1\r\n丁,2\r\n'.encode())
    assert [(row.line, row.cells) for row in rows[1:]] == [(2, ['甲,"乙"\r\n丙', "1"]), (4, ["丁", "2"])]


def test_forty_megabytes_in_one_cell_cost_that_row_alone() -> None:
    rows = read(b"\xe5\x90\x8d\xe7\xa7\xb0,b\n1,2\n" + b"x" * 40_000_000 + b",3\n4,5\n")
    assert [row.cells for row in (rows[1], rows[3])] == [["1", "2"], ["4", "5"]]
    assert rows[2].faults == [(0, "cell-too-long")]
    assert rows[2].line == 3
    assert len(rows[2].cells[0]) < 200
    assert rows[2].cells[1] == "3"


def test_a_cell_of_the_limit_is_read_and_one_more_character_is_not() -> None:
    rows = read(f"名称,b\n{'x' * CELL_LIMIT},1\n{'x' * (CELL_LIMIT + 1)},2\n".encode())
    assert (rows[1].faults, rows[2].faults) == ([], [(0, "cell-too-long")])


def test_a_quote_that_is_never_closed_is_told_with_its_line() -> None:
    fault = refusal(('名称,代码\n甲,1\n"乙,2\n' + "丙,3\n" * 400_000).encode())
    assert (fault.code, fault.params["line"]) == ("file-cell-endless", 3)


def test_a_quote_that_is_never_closed_is_told_in_a_short_file_also_in_the_last_column() -> None:
    fault = refusal('名称,代码\n甲,1\n乙,"2\n丙,3\n丁,4'.encode())
    assert (fault.code, fault.params["line"]) == ("file-cell-endless", 3)


def test_a_quote_that_swallows_rows_up_to_the_next_quote_refuses_them_and_the_rest_is_read() -> None:
    rows = read('名称,代码\n甲,"1\n乙,"2"\n丙,3\n'.encode())
    assert (rows[1].line, rows[1].faults) == (2, [(WHOLE_ROW, "row-quote")])
    assert rows[1].cells == ['甲,"1\n乙,"2"\n']
    assert (rows[2].line, rows[2].cells) == (4, ["丙", "3"])


def test_a_line_that_does_not_end_is_told_with_its_number() -> None:
    fault = refusal(b"a,b\n" + b"1,2," * 2_000_000)
    assert (fault.code, fault.params["line"]) == ("file-line-endless", 2)


cells = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=8)


@settings(max_examples=60)
@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=8), st.sampled_from(["utf-8", "gb18030"]))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]], encoding: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["名称", "代码"], *rows])
    data = buffer.getvalue().encode(encoding)
    stream = io.BytesIO(data)
    found = [row.cells for row in read_rows(stream, encoding, known, "x.csv")]
    assert found == [["名称", "代码"], *rows]


def test_what_a_file_says_it_is_must_be_so(tmp_path: Path) -> None:
    zipped, old = b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"
    for name, data, wanted in (
        ("empty.csv", b"", "file-empty"),
        ("blank.csv", b"\n\n , \n", "file-empty"),
        ("a.csv", zipped, "file-not-text"),
        ("a.xlsx", b"name,code\n", "file-no-workbook"),
        ("a.xls", b"name,code\n", "file-old-workbook"),
        ("b.xlsx", old, "file-old-workbook"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidInput) as caught, open_table(tmp_path / name, known):
            pass
        assert caught.value.code == wanted
        assert caught.value.params["file"] == name


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    from scheduler.errors import Unavailable

    with pytest.raises(NotFound, match="file-missing"), open_table(tmp_path / "no.csv", known):
        pass
    with pytest.raises(Unavailable, match="file-unreadable"), open_table(tmp_path, known):
        pass
