"""`papers` at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.__main__ import main
from tests.papers import city


def test_the_papers_are_written_into_a_folder(
    folder: Path, tmp_path: Path, papers: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "papers"
    assert main(["papers", "plan", city.PLAN, "--data", str(folder), "--out", str(out)]) == 0
    assert main(["papers", "draw", f"{city.PLAN}-01", "--data", str(folder), "--out", str(out)]) == 0
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    assert written == {name: content for name, content in papers.items() if ".en." not in name}
    said = capsys.readouterr().out
    assert all(name in said for name in written)


def test_only_the_formats_asked_for_are_written(folder: Path, tmp_path: Path) -> None:
    arguments = ["papers", "plan", city.PLAN, "--data", str(folder), "--out", str(tmp_path), "--version", "1"]
    assert main([*arguments, "--format", "docx, ics", "--lang", "en"]) == 0
    stem = f"{city.PLAN}-v1"
    names = [f"{stem}-{division}.en.ics" for division in sorted(city.SECTORS)] + [f"{stem}.en.docx"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "220200-1999"], "220200-1999"),
        (["plan", city.PLAN, "--format", "pdf"], "pdf"),
        (["plan", city.PLAN, "--version", "7"], "v7"),
        (["draw", f"{city.PLAN}-v1"], "papers plan"),
    ],
)
def test_a_refusal_says_what_to_do(
    arguments: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["papers", *arguments, "--data", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    arguments = ["papers", "plan", city.PLAN, "--data", str(folder), "--out", str(tmp_path / "file" / "sub")]
    assert main([*arguments, "--format", "json"]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err
