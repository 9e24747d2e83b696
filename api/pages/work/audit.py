"""The audit log, for auditors."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from api.access import roles
from api.paging import keyset_page, query_number
from api.service import read_session
from scheduler.accounts.trail import page_trail
from scheduler.store.audit import first_broken_entry

pages = Blueprint("audit", __name__, url_prefix="/work/audit")
PAGE = 50
FIELDS = ("actor", "action", "subject")


@pages.get("")
@roles("auditor")
def index() -> ResponseReturnValue:
    """Show the log, newest first, and whether its chain holds."""
    asked = {name: request.args.get(name, "").strip() for name in FIELDS}
    before = query_number("after", 1, 2**53)
    with read_session() as session:
        entries = page_trail(session, before=before, limit=PAGE + 1, **asked)
        page = keyset_page(entries, PAGE, lambda entry: str(entry.sequence))
        checked = request.args.get("check") == "yes"
        broken = first_broken_entry(session) if checked else None
        return render_template("work/audit.html", page=page, asked=asked, checked=checked, broken=broken)
