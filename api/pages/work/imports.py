"""Reading a file into the directory: first what would change, then, confirmed, the change itself."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from api.access import roles
from api.language import language, t
from api.login import actor
from api.problems import refusal_text, status_of
from api.service import read_session, service, write_session
from scheduler.directory.files.table import Fault
from scheduler.directory.importing import import_file
from scheduler.directory.queries import list_import_runs
from scheduler.directory.refused_file import fault_text
from scheduler.directory.report import ImportReport
from scheduler.errors import InvalidInput, NotFound, ServiceError

pages = Blueprint("imports", __name__, url_prefix="/work/import")
REGISTERS = ("enterprises", "inspectors", "experts", "absences", "facts", "items", "divisions")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_KEPT_UPLOADS = 20


@pages.get("")
@roles("admin", "planner")
def index() -> ResponseReturnValue:
    """Show the form and the latest imports."""
    return render_index(None)


def render_index(refusal: str | None) -> str:
    """Render the form."""
    with read_session() as session:
        runs = list_import_runs(session, 20)
        return render_template("work/import.html", registers=REGISTERS, runs=runs, refusal=refusal, form=request.values)


@pages.post("")
@roles("admin", "planner")
def look() -> ResponseReturnValue:
    """Read the file without writing anything and show what would change."""
    try:
        folder = _keep(request.files.get("file"))
        report = _read(folder, dry_run=True)
    except ServiceError as refusal:
        return render_index(refusal_text(refusal)), status_of(refusal)
    return render_report(report, folder.name)


def render_report(report: ImportReport, token: str) -> str:
    """Render what an import would change, or why it changed nothing."""

    def text_of(fault: Fault) -> str:
        return fault_text(fault, language())

    return render_template("work/import_report.html", report=report, token=token, form=request.form, fault_text=text_of)


@pages.post("/<token>")
@roles("admin", "planner")
def confirm(token: str) -> ResponseReturnValue:
    """Bring the file into the directory."""
    try:
        report = _read(_folder(token), dry_run=False)
    except ServiceError as refusal:
        return render_index(refusal_text(refusal)), status_of(refusal)
    if not report.applied:
        return render_report(report, token), 422
    _remove(_folder(token))
    flash(t("work.done.imported", **report.figures()))
    return redirect(url_for("imports.index"), 303)


@pages.get("/<token>/refused.xlsx")
@roles("admin", "planner")
def refused(token: str) -> Response:
    """Send the refused rows, to be corrected and imported again."""
    file = _folder(token) / "refused.xlsx"
    if not file.is_file():
        raise NotFound("upload-gone")
    return send_file(file, as_attachment=True, download_name="refused.xlsx")


def _read(folder: Path, *, dry_run: bool) -> ImportReport:
    register, form = request.form.get("register", ""), request.form
    if register not in REGISTERS:
        raise InvalidInput("register-unknown", register=register[:40], known=", ".join(REGISTERS))
    [file] = [each for each in folder.iterdir() if each.name != "refused.xlsx"]
    with (read_session if dry_run else write_session)() as session:
        return import_file(
            session,
            register,
            file,
            actor=actor(),
            reason=form.get("reason", ""),
            strict=form.get("strict") == "yes",
            dry_run=dry_run,
            leave_missing=form.get("leave_missing") == "yes",
            refused=folder / "refused.xlsx",
        )


def _keep(upload: FileStorage | None) -> Path:
    """Keep an upload in a folder of its own until it is confirmed; only the latest few stay."""
    if upload is None or not upload.filename:
        raise InvalidInput("file-needed")
    uploads = service().settings.data / "uploads"
    uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(uploads.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)[_KEPT_UPLOADS - 1 :]:
        _remove(old)
    folder = uploads / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    upload.save(folder / _safe_name(upload.filename))
    return folder


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _safe_name(name: str) -> str:
    """Return a file name without any folder, its ending kept: it decides nothing but is shown and stored."""
    bare = re.sub(r"[^\w.()（）-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1])[-100:].lstrip(".")
    return bare if bare and bare != "refused.xlsx" else "upload.csv"


def _folder(token: str) -> Path:
    folder = service().settings.data / "uploads" / token
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise NotFound("upload-gone")
    return folder
