"""Who may draft what of a year's budget: a planner of a division its own part, one of the whole bureau every part.

The bureau's part and the merge belong to the legal division (reviewers) and to planners of the whole bureau.
"""

from __future__ import annotations

from flask_login import current_user

from scheduler.errors import NotAllowed

READERS = ("planner", "reviewer", "approver", "auditor")


def may_draft(division_id: str) -> bool:
    """Say whether the account may fill in this division's part."""
    return current_user.has_role("planner") and current_user.division_id in (None, division_id)


def may_merge() -> bool:
    """Say whether the account may fill in the bureau's part, return parts and build the plan."""
    return current_user.has_role("reviewer") or (current_user.has_role("planner") and current_user.division_id is None)


def need_draft(division_id: str) -> None:
    """Raise `NotAllowed` unless the account may fill in this division's part."""
    if not may_draft(division_id):
        raise NotAllowed("draft-of-other-division")


def need_merge() -> None:
    """Raise `NotAllowed` unless the account may merge."""
    if not may_merge():
        raise NotAllowed("draft-merge-not-yours")
