"""Bundles that are none are refused as unusable, each with its own message, and nothing leaves the folder."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import ServiceError
from scheduler.records.opening import MOST_FILES, open_bundle


def zipped(path: Path, *entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def code_of(path: Path) -> str:
    with pytest.raises(ServiceError) as refused:
        open_bundle(path)
    return refused.value.code


def test_a_folder_and_a_zip_give_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "b" / "randomness").mkdir(parents=True)
    (tmp_path / "b" / "manifest.json").write_bytes(b"{}")
    (tmp_path / "b" / "randomness" / "dice.json").write_bytes(b"1")
    archive = zipped(tmp_path / "b.zip", ("randomness/", b""), ("manifest.json", b"{}"), ("randomness/dice.json", b"1"))
    assert open_bundle(tmp_path / "b") == open_bundle(archive) == {"manifest.json": b"{}", "randomness/dice.json": b"1"}


@pytest.mark.parametrize(
    "name", ["../manifest.json", "/etc/passwd", "a/../../b", "a\\b", "C:x", "./manifest.json", "a//b", "log/../x"]
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    assert code_of(zipped(tmp_path / "b.zip", (name, b"x"))) == "bundle-path"


def test_names_twice_links_and_encryption_are_refused(tmp_path: Path) -> None:
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", "1")
        archive.writestr("manifest.json", "2")
    assert code_of(twice) == "bundle-name-twice"
    link = zipfile.ZipInfo("manifest.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert code_of(tmp_path / "link.zip") == "bundle-link"
    plain = zipped(tmp_path / "plain.zip", ("manifest.json", b"{}")).read_bytes()
    locked = bytearray(plain)
    locked[plain.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    assert code_of(tmp_path / "locked.zip") == "bundle-encrypted"


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", ("manifest.json", bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 100_000
    assert code_of(bomb) == "bundle-too-large"
    many = zipped(tmp_path / "many.zip", *((f"f{number}", b"") for number in range(MOST_FILES + 1)))
    assert code_of(many) == "bundle-too-large"


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"PK\x03\x04 no zip at all",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"canonical", b"canonicaL", 1),
        lambda data: data[:-30] + bytes(30),
    ],
)
def test_damaged_zips_are_refused(tmp_path: Path, damage: Damage) -> None:
    good = zipped(tmp_path / "good.zip", ("manifest.json", b"canonical" * 100)).read_bytes()
    (tmp_path / "bad.zip").write_bytes(damage(good))
    assert code_of(tmp_path / "bad.zip") == "bundle-damaged"


def test_a_lie_about_the_size_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(3_000_000))
    data = bytearray(buffer.getvalue())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = bytes(data).index(mark) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "liar.zip").write_bytes(bytes(data))
    assert code_of(tmp_path / "liar.zip") == "bundle-damaged"


def test_missing_and_empty_inputs_and_links_in_folders_are_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nowhere") == "bundle-missing"
    (tmp_path / "empty").mkdir()
    assert code_of(tmp_path / "empty") == "bundle-empty"
    assert code_of(zipped(tmp_path / "hollow.zip")) == "bundle-empty"
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "manifest.json").symlink_to("/etc/passwd")
    assert code_of(tmp_path / "linked") == "bundle-link"
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe") == "bundle-missing"
    text: Any = tmp_path / "notes.txt"
    text.write_text("hello")
    assert code_of(text) == "bundle-damaged"
