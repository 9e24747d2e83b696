"""Files of a draw's record as answers: byte for byte, with names a browser saves them under."""

from __future__ import annotations

from flask import Response

from api.service import read_session
from scheduler.draws.files import read_file
from scheduler.plans.queries import view_plan
from scheduler.records.bundle import bundle_files, write_zip
from scheduler.records.plan_record.contents import plan_record_files

_TYPES = {"json": "application/json", "tsv": "text/tab-separated-values", "txt": "text/plain", "py": "text/x-python"}


def send_record_file(draw_id: str, name: str, media: str = "") -> Response:
    """Send one public file of a draw, by default as what its ending says; raises what `read_file` raises."""
    with read_session() as session:
        content = read_file(session, draw_id, name, public=True)
    media = media or _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    saved = f"{draw_id}-{name.replace('/', '-')}"
    return attachment(content, media, saved)


def send_bundle(draw_id: str) -> Response:
    """Send the public bundle of a draw as a zip."""
    with read_session() as session:
        content = write_zip(bundle_files(session, draw_id))
    return attachment(content, "application/zip", f"{draw_id}.zip")


def send_plan_record(plan_id: str, version: int | None) -> Response:
    """Send the whole record of a published version of a plan as a zip; raises what `view_plan` raises."""
    with read_session() as session:
        plan = view_plan(session, plan_id, version, published_only=True)
        content = write_zip(plan_record_files(session, plan, public=True))
    return attachment(content, "application/zip", f"{plan.summary.plan_id}-v{plan.summary.version}-record.zip")


def attachment(content: bytes, media: str, name: str) -> Response:
    """Return bytes as a file to save under this name."""
    response = Response(content, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.add_etag()
    return response
