"""Small files of enterprises, and one call that imports them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Engine

from scheduler.directory.importing import import_file
from scheduler.directory.report import ImportReport
from scheduler.directory.uscc import complete_uscc
from scheduler.store.session import writing

HEADINGS = ("企业名称", "统一社会信用代码", "注册日期", "企业类型", "经营范围", "地区", "注册地址")


def code(number: int) -> str:
    """Return the valid code of the enterprise with this number."""
    return complete_uscc("91220202", f"MA{number:06}")


def enterprise(number: int, **changes: str) -> list[str]:
    """Return a sound row under HEADINGS, with cells changed by their heading."""
    cells = {
        "企业名称": f"吉林市恒远{number}号机械厂",
        "统一社会信用代码": code(number),
        "注册日期": "2003-04-05",
        "企业类型": "N/A",
        "经营范围": "机械零件加工、销售",
        "地区": "吉林",
        "注册地址": f"吉林市昌邑区解放路{number}号",
    }
    return list({**cells, **changes}.values())


class Files(Protocol):
    """Writes a CSV file of rows and returns its path."""

    def __call__(
        self,
        rows: Sequence[Sequence[str]],
        headings: Sequence[str] = HEADINGS,
        name: str = "enterprises.csv",
        encoding: str = "utf-8",
        delimiter: str = ",",
    ) -> Path:
        """Write the file."""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A writer of CSV files in the test's folder."""

    def write(
        rows: Sequence[Sequence[str]],
        headings: Sequence[str] = HEADINGS,
        name: str = "enterprises.csv",
        encoding: str = "utf-8",
        delimiter: str = ",",
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows([headings, *rows])
        return path

    return write


Import = Callable[..., ImportReport]


def importer(engine: Engine) -> Import:
    """Return a function that imports a file in a transaction of its own."""

    def run(path: Path, register: str = "enterprises", **options: Any) -> ImportReport:
        with writing(engine) as session:
            return import_file(session, register, path, actor=options.pop("actor", "tester"), **options)

    return run


@pytest.fixture
def bring(engine: Engine) -> Import:
    """Import on each kind of database."""
    return importer(engine)


@pytest.fixture
def bring_sqlite(sqlite_engine: Engine) -> Import:
    """Import on SQLite, where the kind of database makes no difference."""
    return importer(sqlite_engine)


def reasons(report: ImportReport) -> list[tuple[int, str, str]]:
    """Return line, column and first reason of each refused row."""
    return [(each.line, each.faults[0].column, each.faults[0].code) for each in report.refusals]
