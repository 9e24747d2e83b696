"""Reading the files that offices have: CSV in their encodings, and xlsx, as one stream of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from scheduler.directory.files.csv_text import detect_encoding
from scheduler.directory.files.csv_text import read_rows as read_csv
from scheduler.directory.files.table import Fault, Row, Table, column_letter, find_header
from scheduler.directory.files.workbook import read_rows as read_workbook
from scheduler.errors import InvalidInput, NotFound, Unavailable

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_WORKBOOKS = (".xlsx", ".xlsm")


@contextmanager
def open_table(path: Path, count_headings: Callable[[list[str]], int]) -> Iterator[Table]:
    """Open a CSV or xlsx file by what it holds; `count_headings` tells how many cells of a row are known headings.

    Raises `NotFound`, `Unavailable` or `InvalidInput` when it cannot be read, is empty, or is not what it says.
    """
    with _open(path) as stream:
        start = stream.read(8)
        if not start:
            raise InvalidInput("file-empty", file=path.name)
        is_workbook = _is_workbook(path, start)
        digest = _digest(stream)
        if is_workbook:
            rows = read_workbook(stream, path.name)
        else:
            rows = read_csv(stream, detect_encoding(stream, path.name), count_headings, path.name)
        header = find_header(rows, count_headings)
        if header is None:
            raise InvalidInput("file-empty", file=path.name)
        yield Table(path, digest, header, rows)


def _open(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except FileNotFoundError as fault:
        raise NotFound("file-missing", file=str(path)) from fault
    except OSError as fault:
        raise Unavailable("file-unreadable", file=str(path), fault=fault.strerror) from fault


def _is_workbook(path: Path, start: bytes) -> bool:
    """Say whether the bytes are a workbook; refuse a file whose name and bytes say different things."""
    says = path.suffix.lower()
    if start.startswith(_OLD_OFFICE) or says == ".xls":
        raise InvalidInput("file-old-workbook", file=path.name)
    is_zip = start.startswith(_ZIP)
    if says in _WORKBOOKS and not is_zip:
        raise InvalidInput("file-no-workbook", file=path.name)
    if says not in _WORKBOOKS and is_zip:
        raise InvalidInput("file-not-text", file=path.name)
    return is_zip


def _digest(stream: BufferedReader) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


__all__ = ["Fault", "Row", "Table", "column_letter", "open_table"]
