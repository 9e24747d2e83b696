"""Bundles to try the stand-alone verifier on: copies of the vectors, changed, zipped, or sealed and signed anew."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts import verify_draw
from scripts.verify_draw import Files, Report

NOT_OF_A_BUNDLE = ("expected.json", "days.json")


def load(folder: Path) -> Files:
    """The files of a vector's folder, without the two that no bundle holds."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: (folder / name).read_bytes() for name in sorted(names) if name not in NOT_OF_A_BUNDLE}


def store(files: Files, folder: Path) -> Path:
    """Writes a bundle as a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or b"")
    return folder


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A bundle as the bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data or b"")
    return stream.getvalue()


def outcomes(report: Report) -> dict[str, str]:
    """The outcome of each check by its name."""
    return {check.name: check.outcome for check in report.checks}


def failed(report: Report) -> set[str]:
    """The names of the checks that failed."""
    return {check.name for check in report.checks if check.outcome == "FAIL"}


def row(report: Report, name: str) -> verify_draw.Check:
    """One row of a report."""
    return next(check for check in report.checks if check.name == name)


def text(data: bytes | None) -> str:
    """A file as text."""
    return (data or b"").decode()


def as_json(value: Any) -> bytes:
    """RFC 8785 bytes; written here apart from the verifier's own."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def with_member(files: Files, name: str, **members: Any) -> Files:
    """A bundle in which members of one JSON file are replaced."""
    return files | {name: as_json(json.loads(text(files[name])) | members)}


def with_line(files: Files, name: str, number: int, line: str) -> Files:
    """A bundle in which one line of one file is replaced; an empty text takes it out."""
    lines = text(files[name]).splitlines(keepends=True)
    lines[number - 1 : number] = [line + "\n"] if line else []
    return files | {name: "".join(lines).encode()}


def with_lines(files: Files, name: str, lines: Iterable[str]) -> Files:
    """A bundle in which one file has other lines."""
    return files | {name: "".join(f"{line}\n" for line in lines).encode()}
