"""Files of a draw's record as answers: byte for byte, with names a browser saves them under."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import Response

from api.service import read_session
from scheduler.draws.files import read_file, record_files

_TYPES = {"json": "application/json", "tsv": "text/tab-separated-values", "txt": "text/plain", "py": "text/x-python"}


def send_record_file(draw_id: str, name: str) -> Response:
    """Send one public file of a draw; raises what `read_file` raises."""
    with read_session() as session:
        content = read_file(session, draw_id, name, public=True)
    media = _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    saved = f"{draw_id}-{name.replace('/', '-')}"
    return _attachment(content, media, saved)


def send_bundle(draw_id: str) -> Response:
    """Send the public bundle of a draw as a zip."""
    with read_session() as session:
        content = _zip(record_files(session, draw_id, public=True))
    return _attachment(content, "application/zip", f"{draw_id}.zip")


def _attachment(content: bytes, media: str, name: str) -> Response:
    response = Response(content, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.add_etag()
    return response


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on the files alone: sorted names, one fixed time."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()
