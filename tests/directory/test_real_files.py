"""The real directories: every figure of the import against a computation that shares no code with it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from scheduler.directory.models import Enterprise
from scheduler.directory.report import ImportReport
from scheduler.store.session import reading
from tests.directory.conftest import Import

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CITY, PROVINCE = "jilin_city_enterprises.csv", "jilin_province_enterprises.csv"

pytestmark = pytest.mark.shared


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows with the line each begins on."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        found, line = [], reader.line_num + 1
        for row in reader:
            found.append((line, row))
            line = reader.line_num + 1
    return found


def has_right_checks(code: str) -> bool:
    weight, total = 1, 0
    for character in code[:17]:
        total += weight * ALPHABET.index(character)
        weight = weight * 3 % 31
    inner = sum(w * int(c, 36) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), code[8:16], strict=True)) % 11
    return (total + ALPHABET.index(code[17])) % 31 == 0 and code[16] == "0X987654321"[inner]


def truth(path: Path) -> tuple[int, int, dict[int, int], Counter[str], set[int]]:
    """Return rows, enterprises, duplicates (line: first line), refused by reason, and the refused lines."""
    first: dict[str, int] = {}
    twice: dict[int, int] = {}
    refused: Counter[str] = Counter()
    lines: set[int] = set()
    rows = rows_of(path)
    for line, row in rows:
        code = row[1].strip().upper()
        if len(code) == 18 and not set(code) - set(ALPHABET):
            wrong = "" if has_right_checks(code) else "uscc-last-check"
        else:
            others = [cell for cell in row if len(cell) == 18 and not set(cell) - set(ALPHABET)]
            wrong = "row-shifted" if others and has_right_checks(others[0]) else "uscc-length"
        if wrong:
            refused[wrong] += 1
            lines.add(line)
        elif code in first:
            twice[line] = first[code]
        else:
            first[code] = line
    return len(rows), len(first), twice, refused, lines


def agrees(report: ImportReport, path: Path, engine: Engine) -> None:
    rows, enterprises, twice, refused, lines = truth(path)
    assert report.counts["read"] == rows
    assert report.counts["entered"] == enterprises
    assert {each.line: each.first_line for each in report.duplicates} == twice
    assert report.refused_by_reason == refused
    assert {each.line for each in report.refusals} == lines
    assert rows == enterprises + len(twice) + len(lines)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Enterprise)) == enterprises


def test_the_city_file_gives_3258_rows_3257_enterprises_and_one_duplicate(
    engine: Engine, bring: Import, shared: Path
) -> None:
    path = shared / "data" / CITY
    report = bring(path)
    assert (report.counts["read"], report.counts["entered"], report.counts["duplicates"]) == (3258, 3257, 1)
    assert report.counts["refused"] == 0
    assert [(each.key, each.line, each.first_line) for each in report.duplicates] == [("91220204MA13XBMM1E", 44, 40)]
    agrees(report, path, engine)
    again = bring(path)
    assert (again.counts["unchanged"], again.counts["entered"], again.counts["changed"]) == (3257, 0, 0)


def test_the_province_file_gives_up_its_dirt_row_by_row(
    sqlite_engine: Engine, bring_sqlite: Import, shared: Path, tmp_path: Path
) -> None:
    path = shared / "data" / PROVINCE
    report = bring_sqlite(path, refused=tmp_path / "refused.xlsx")
    assert report.counts["read"] == 18_943
    assert report.refused_by_reason == {"row-shifted": 15, "uscc-last-check": 2}
    assert (report.counts["entered"], report.counts["duplicates"]) == (18_922, 4)
    agrees(report, path, sqlite_engine)
    with reading(sqlite_engine) as session:  # written with a small x in the file
        assert session.get_one(Enterprise, "91220582MA13XCRL8F").name == "集安市榆林供销社地沟分社"
    # the shifted rows are garbled too, and that is said beside
    shifted = [each for each in report.refusals if each.faults[0].code == "row-shifted"]
    assert all("cell-garbled" in {fault.code for fault in each.faults} for each in shifted)


def test_the_city_file_means_the_same_in_every_encoding(bring_sqlite: Import, shared: Path, tmp_path: Path) -> None:
    text = (shared / "data" / CITY).read_text("utf-8")
    bring_sqlite(shared / "data" / CITY)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        other = tmp_path / f"{encoding}.csv"
        other.write_bytes(text.encode(encoding))
        assert bring_sqlite(other).counts["unchanged"] == 3257
