"""Opening a bundle that someone hands over: a folder or a zip, neither of them trusted.

Refused as unusable (exit code 2 of the verifier): what is no folder and no zip, a damaged or encrypted zip, names that
lead out of the bundle, links, a name twice, and more than any bundle can hold.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from scheduler.errors import InvalidInput, NotFound

MOST_FILES = 2000
MOST_BYTES = 2**31  # all files together; a draw of ten million enterprises stays below
MOST_RATIO = 100  # unpacked to packed, for a file above 1 MiB; tables stay below 15
_SMALL = 2**20


def open_bundle(path: Path) -> dict[str, bytes]:
    """Return the files of a bundle by their names inside it, `randomness/dice.json` and the like.

    Raises `NotFound` (`bundle-missing`) or `InvalidInput` (`bundle-...`).
    """
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise NotFound("bundle-missing", path=str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            return _open_zip(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise InvalidInput("bundle-damaged", path=str(path), fault=type(fault).__name__) from None


def _open_folder(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise InvalidInput("bundle-link", name=name)
        total += path.stat().st_size
        _check_size(len(files) + 1, total)
        files[name] = path.read_bytes()
    if not files:
        raise InvalidInput("bundle-empty", path=str(folder))
    return files


def _open_zip(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    total = 0
    for entry in entries:
        _check_entry(entry)
        total += entry.file_size
    _check_size(len(entries), total)
    names = [entry.filename for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput("bundle-name-twice", name=name)
    if not names:
        raise InvalidInput("bundle-empty", path=str(archive.filename))
    return {entry.filename: archive.read(entry) for entry in sorted(entries, key=lambda entry: entry.filename)}


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    tricks = name.startswith("/") or "\\" in name or ":" in name or "\0" in entry.orig_filename
    if tricks or ".." in parts or PurePosixPath(name).as_posix() != name:
        raise InvalidInput("bundle-path", name=ascii(name)[:80])
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InvalidInput("bundle-link", name=name)
    if entry.flag_bits & 1:
        raise InvalidInput("bundle-encrypted", name=name)
    if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise InvalidInput("bundle-too-large", files=1, megabytes=entry.file_size >> 20)


def _check_size(files: int, total: int) -> None:
    if files > MOST_FILES or total > MOST_BYTES:
        raise InvalidInput("bundle-too-large", files=files, megabytes=total >> 20)
