"""The bundle of a draw: what anyone can take away and verify (protocol section 10).

The same record gives the same bytes: names sorted, times fixed, nothing compressed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from scheduler.draws.files import is_outcome_public, record_files
from scheduler.draws.queries import select_key
from scheduler.draws.record import MONTHS, find_draw
from scheduler.errors import Unavailable
from scheduler.records.readme import write_readme

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify_draw.py"
_TIME = (1980, 1, 1, 0, 0, 0)


def bundle_files(session: Session, draw_id: str, *, public: bool = True) -> dict[str, bytes]:
    """Return the files of a draw's bundle by name; with `public` only what anyone may see now."""
    draw = find_draw(session, draw_id)
    files = record_files(session, draw_id, public=public)
    shown = not public or is_outcome_public(session, draw)
    key = select_key(session, draw) if shown else None
    files["README.txt"] = write_readme(
        draw.id, draw.title, draw.manifest_sha256, key, draw.demonstration, draw.kind == MONTHS
    )
    files["verify_draw.py"] = read_verifier()
    return dict(sorted(files.items()))


def write_bundle(session: Session, draw_id: str, target: Path, *, public: bool = True) -> None:
    """Write the bundle of a draw: a zip when the name ends so, else a folder.

    Raises `NotFound` (`draw-unknown`) or `Unavailable` (`bundle-unwritable`, `verifier-missing`).
    """
    write_files(bundle_files(session, draw_id, public=public), target)


def write_files(files: Mapping[str, bytes], target: Path) -> None:
    """Write the files of a record: a zip when the name ends so, else a folder; raise `Unavailable`."""
    try:
        if target.suffix == ".zip":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(write_zip(files))
        else:
            write_folder(files, target)
    except OSError as fault:
        raise Unavailable("bundle-unwritable", path=str(target), fault=fault.strerror) from None


def read_verifier() -> bytes:
    """Return the stand-alone verifier as it is delivered; raise `Unavailable` when the installation lacks it."""
    try:
        return VERIFIER.read_bytes()
    except OSError:
        raise Unavailable("verifier-missing", path=str(VERIFIER)) from None


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of these files, the same bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder, which is made if need be."""
    for name, content in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
