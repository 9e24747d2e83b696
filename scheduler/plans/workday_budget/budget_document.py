"""What a plan's document says of person-days: a unit's budget, how supervision days are parted, the staff share."""

from __future__ import annotations

from typing import Any

from scheduler.plans.exact import days_figure, fixed
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS, DayFigures, Shares, StaffShare


def write_unit(unit: DayFigures) -> dict[str, Any]:
    """Return the figures of a division or of the bureau."""
    days = {name: getattr(unit, name) for name in (*DEDUCTIONS, "supervision")}
    return {
        "staff": unit.staff,
        "total": days_figure(unit.total),
        **{name: None if value is None else days_figure(value) for name, value in days.items()},
        "percent": [fixed(share, 1) for share in unit.percent],
        "parts": {name: days_figure(value) for name, value in unit.parts.items()},
        "rows": {kind: {row: days_figure(value) for row, value in table.items()} for kind, table in unit.rows.items()},
    }


def write_shares(shares: Shares | None) -> dict[str, str] | None:
    """Return in what proportion supervision days are parted, exact numbers as text."""
    return None if shares is None else {name: str(getattr(shares, name)) for name in PARTS}


def write_staff_share(share: StaffShare | None, staff: int, registered: int | None) -> dict[str, Any] | None:
    """Return the staff in the plan against the registered staff; None where nobody says how many are registered."""
    if share is None:
        return None
    return {
        "registered": registered,
        "percent": fixed(share.percent, 1),
        "floor_percent": share.floor_percent,
        "floor": share.floor,
        "holds": share.holds(staff),
    }
