"""The pages of the staff, behind the login."""

from __future__ import annotations

from api.pages.work import audit, ceremony, computations, desk, directory, drafts, imports, inbox, outlook, plans, users

BLUEPRINTS = (
    desk.pages,
    inbox.pages,
    drafts.pages,
    ceremony.pages,
    plans.pages,
    computations.pages,
    outlook.pages,
    directory.pages,
    imports.pages,
    users.pages,
    audit.pages,
)
