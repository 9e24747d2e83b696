"""The command recompute: reference outcomes byte for byte, nothing half written, bad input refused in words."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.__main__ import main
from scheduler.commands.recompute import write_folder
from scheduler.draws import huge_order
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.errors import Unavailable
from tests.draws.protocol.samples import FILES, PLAN, VALUES, event, manifest_of, plan_of

OUTPUTS = {
    "worked-example": ["assign.tsv", "order.tsv", "result.json", "seed.txt", "state.tsv"],
    "jilin-city": ["assign.tsv", "order.tsv", "result.json", "seed.txt", "state.tsv"],
    "plan-lottery": ["months.tsv", "seed.txt"],
}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def draw(tmp_path: Path) -> Path:
    """The folder of a small draw."""
    folder = tmp_path / "draw"
    (folder / "randomness").mkdir(parents=True)
    for name, data in {**FILES, "manifest.json": manifest_of()}.items():
        (folder / name).write_bytes(data)
    value = {"id": "dice", "type": "dice/d10", "value": VALUES["dice"]}
    (folder / "randomness" / "dice.json").write_bytes(canonical_json(value))
    return folder


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_the_reference_folders_come_out_byte_for_byte(shared: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    assert main(["recompute", str(shared / "vectors" / name), "--out", str(out)]) == 0
    assert names(out) == OUTPUTS[name]
    for file in OUTPUTS[name]:
        assert (out / file).read_bytes() == (shared / "vectors" / name / file).read_bytes()


@pytest.mark.shared
def test_a_zip_gives_what_its_folder_gives(shared: Path, tmp_path: Path) -> None:
    folder, packed = shared / "vectors" / "worked-example", tmp_path / "draw.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    assert main(["recompute", str(packed), "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "state.tsv").read_bytes() == (folder / "state.tsv").read_bytes()


def test_without_assignment_only_the_seed_and_the_order_are_written(draw: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole", tmp_path / "part"
    assert main(["recompute", str(draw), "--out", str(whole)]) == 0
    assert main(["recompute", str(draw), "--out", str(part), "--no-assignment"]) == 0
    assert names(whole) == ["assign.tsv", "order.tsv", "result.json", "seed.txt"]
    assert names(part) == ["order.tsv", "seed.txt"]
    assert all((part / name).read_bytes() == (whole / name).read_bytes() for name in names(part))


@pytest.mark.parametrize("broken_off", [0, 1, 100])
def test_an_order_that_breaks_off_is_finished_by_the_kernel(
    draw: Path, monkeypatch: pytest.MonkeyPatch, broken_off: int
) -> None:
    assert main(["recompute", str(draw), "--out", str(draw.parent / "whole"), "--no-assignment"]) == 0
    order = (draw.parent / "whole" / "order.tsv").read_bytes()

    def some(*_: object) -> Iterator[bytes]:
        yield from (order[at : at + 1] for at in range(broken_off))
        raise huge_order.Unfinished

    monkeypatch.setattr(huge_order, "order_in_parts", some)
    assert main(["recompute", str(draw), "--out", str(draw.parent / "two"), "--no-assignment"]) == 0
    assert (draw.parent / "two" / "order.tsv").read_bytes() == order


def test_json_names_every_file_with_its_hash(draw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import hashlib

    out = tmp_path / "new" / "out"
    assert main(["recompute", str(draw), "--out", str(out), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["files"] == {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names(out)}
    assert shown["seed"] == shown["files"]["seed.txt"]


def test_an_empty_folder_may_be_the_output_and_nothing_else_is_ever_overwritten(draw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert main(["recompute", str(draw), "--out", str(out)]) == 0
    (out / "order.tsv").write_text("mine")
    assert main(["recompute", str(draw), "--out", str(out)]) == 2
    assert (out / "order.tsv").read_text() == "mine"
    file = tmp_path / "file"
    file.write_text("mine")
    assert main(["recompute", str(draw), "--out", str(file)]) == 2
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert main(["recompute", str(draw), "--out", str(link)]) == 2


def test_the_values_of_a_plan_may_come_from_its_transcript_when_it_is_of_this_plan(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    (folder / "randomness").mkdir(parents=True)
    (folder / "plan.json").write_bytes(plan_of())
    (folder / "enterprises.tsv").write_bytes(PLAN["enterprises"])
    value = {"id": "dice", "type": "dice/d10", "value": VALUES["dice"]}
    (folder / "randomness" / "dice.json").write_bytes(canonical_json(value))
    assert main(["recompute", str(folder), "--out", str(tmp_path / "one")]) == 0
    shutil.rmtree(folder / "randomness")
    shutil.copy(tmp_path / "one" / "seed.txt", folder)
    assert main(["recompute", str(folder), "--out", str(tmp_path / "two")]) == 0
    for name in names(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def refused(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The English message of a refusal; nothing was written."""
    monkeypatch.setenv("LC_ALL", "C")
    out = folder.parent / "out"
    capsys.readouterr()
    assert main(["recompute", str(folder), "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert not out.exists()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".out")] == []
    assert (printed.out, "Traceback" in printed.err, "?" in printed.err) == ("", False, False)
    return printed.err


@pytest.mark.parametrize("name", ["pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv"])
def test_a_missing_table_is_named(
    draw: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (draw / name).unlink()
    assert name in refused(draw, capsys, monkeypatch)


def test_bad_input_is_refused_in_words(
    draw: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {path: path.read_bytes() for path in draw.rglob("*") if path.is_file()}
    dice = draw / "randomness" / "dice.json"
    salt = event(1, "withdraw", "I1").salt

    def message(path: Path, data: bytes | None) -> str:
        for each, content in good.items():
            each.write_bytes(content)
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        text = refused(draw, capsys, monkeypatch)
        if path not in good and data is not None:
            path.unlink()
        return text

    assert "not the file that was sealed" in message(draw / "pool.tsv", FILES["pool.tsv"] + b"E7\tA\t\t\n")
    assert "manifest.json:1" in message(draw / "manifest.json", b"")
    assert "manifest.json" in message(draw / "manifest.json", None)
    assert "dice.json" in message(dice, good[dice].replace(b"0123", b"012"))
    assert "source dice is missing" in message(dice, None)
    assert "no source extra is named" in message(draw / "randomness" / "extra.json", b"{}")
    assert "events.tsv:1:3" in message(draw / "events.tsv", f"1\twithdraw\tI9\t\t\t{salt}\n".encode())
    assert "events.tsv:1" in message(draw / "events.tsv", b"x")


def test_a_transcript_of_another_draw_is_no_source_of_values(
    draw: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["recompute", str(draw), "--out", str(draw.parent / "first")]) == 0
    seed = (draw.parent / "first" / "seed.txt").read_bytes()
    shutil.rmtree(draw / "randomness")
    (draw / "seed.txt").write_bytes(seed.replace(b"manifest\t", b"manifest\t0", 1)[:-1])
    assert "seed.txt" in refused(draw, capsys, monkeypatch)
    (draw / "seed.txt").write_bytes(seed.replace(b"\tdice\t", b"\tcoin\t"))
    assert "sources" in refused(draw, capsys, monkeypatch)
    (draw / "manifest.json").write_bytes(manifest_of(title="another"))
    (draw / "seed.txt").write_bytes(seed)
    assert "the transcript is of manifest" in refused(draw, capsys, monkeypatch)


@pytest.mark.parametrize("content", [None, b"", b"no zip at all"])
def test_what_is_no_folder_and_no_zip_is_refused(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "thing"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in refused(path, capsys, monkeypatch)


def test_when_writing_fails_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="recompute-out-unwritable"):
        write_folder(tmp_path / "file" / "out", {"a": [b"1"]})
    with pytest.raises(Unavailable, match="recompute-out-unwritable"):
        write_folder(tmp_path / "out", {"a": [b"1"], "no/such/folder": [b"2"]})
    assert names(tmp_path) == ["file"]
