"""The pages of the staff, behind the login."""

from __future__ import annotations

from api.pages.work import (
    audit,
    budget,
    budget_bureau,
    budget_division,
    ceremony,
    computations,
    desk,
    directory,
    drafts,
    imports,
    inbox,
    months,
    outlook,
    plans,
    users,
    what_if,
)

BLUEPRINTS = (
    desk.pages,
    inbox.pages,
    drafts.pages,
    ceremony.pages,
    plans.pages,
    months.pages,
    computations.pages,
    budget.pages,
    budget_division.pages,
    budget_bureau.pages,
    what_if.pages,
    outlook.pages,
    directory.pages,
    imports.pages,
    users.pages,
    audit.pages,
)
