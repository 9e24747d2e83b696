"""The checks of calendar, budget and units: every figure that follows from others is computed again.

What stands for itself is what people stated: staff, the days of each deduction and its rows, the days counted where
they override the calendar, the shares. Every other figure of the budget follows from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from config.calendars import UnknownYear, calendar
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.workday_budget.budget import (
    DEDUCTIONS,
    PARTS,
    Budget,
    BudgetInput,
    Deduction,
    DivisionInput,
    Shares,
    compute_budget,
)
from scheduler.plans.workday_budget.budget_document import write_staff_share, write_unit
from scheduler.plans.workday_budget.quotas import key_share
from scheduler.records.checks import WARN, Absent, Difference, Note
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_calendar(record: PlanRecord) -> Note:
    """Workdays are those of the statutory calendar; other days counted have a reason."""
    stated = record.document["calendar"]
    if stated["counted"] != stated["workdays"] and not (stated["override_reason"] or "").strip():
        raise Difference("plan-record.override", file=DOCUMENT, params={"counted": stated["counted"]})
    compare("calendar.workdays", sum(stated["by_month"]), stated["workdays"])
    try:
        statutory = calendar(record.document["year"])
    except UnknownYear:
        raise Absent("plan-record.calendar-unknown", year=record.document["year"]) from None
    compare("calendar.notice", statutory.notice.number, stated["notice"])
    amended = [notice.number for notice in statutory.amendments]
    if stated["amendments"] != amended and stated["amendments"] == amended[: len(stated["amendments"])]:
        return Note("plan-record.calendar-amended", {"notices": ", ".join(amended)}, WARN)
    compare("calendar.amendments", amended, stated["amendments"])
    compare("calendar.by_month", [statutory.workdays_in_month(month) for month in MONTHS], stated["by_month"])
    return Note("plan-record.calendar", {"days": stated["workdays"], "counted": stated["counted"]})


def check_budget(record: PlanRecord) -> Note:
    """Every figure of the budget, by division and for the bureau; the value is the budget computed again."""
    stated = record.document["budget"]
    share = stated["staff_share"]
    given = BudgetInput(
        statutory_days=record.document["calendar"]["counted"],
        divisions=tuple(_division(each) for each in stated["divisions"]),
        level="office" if share else None,
        registered_staff=share["registered"] if share else None,
        shares=_shares(stated["shares"]),
    )
    floors = {"office": share["floor_percent"]} if share and share["floor_percent"] is not None else {}
    budget = compute_budget(given, floors, "budget")
    for place, (unit, found) in enumerate(zip(budget.divisions, stated["divisions"], strict=True)):
        _check_rows(f"budget.divisions[{place}]", found)
        compare(f"budget.divisions[{place}]", write_unit(unit), found)
    compare("budget.bureau", write_unit(budget.bureau), stated["bureau"])
    staff = write_staff_share(budget.staff_share, budget.bureau.staff, given.registered_staff)
    compare("budget.staff_share", staff, share)
    figures = {"divisions": len(budget.divisions), "total": stated["bureau"]["total"]}
    return Note("plan-record.budget", figures | {"supervision": stated["bureau"]["supervision"]}, value=budget)


def _division(stated: Mapping[str, Any]) -> DivisionInput:
    deductions = {
        name: Deduction(days_of(stated[name]), _rows(stated["rows"].get(name)))
        for name in DEDUCTIONS
        if stated[name] is not None
    }
    return DivisionInput(stated["name"], stated["staff"], deductions)


def _rows(rows: Mapping[str, int | str] | None) -> dict[str, Fraction] | None:
    return None if rows is None else {name: days_of(days) for name, days in rows.items()}


def _shares(stated: Mapping[str, str] | None) -> Shares | None:
    return None if stated is None else Shares(*(Fraction(stated[name]) for name in PARTS))


def _check_rows(member: str, stated: Mapping[str, Any]) -> None:
    """Compare the rows of each deduction with its total."""
    for name, rows in stated["rows"].items():
        added = sum((days_of(days) for days in rows.values()), Fraction(0))
        if stated.get(name) is None or added != days_of(stated[name]):
            raise Difference(
                "plan-record.differs",
                file=DOCUMENT,
                expected=str(added),
                found=str(stated.get(name)),
                params={"member": f"{member}.{name}"},
            )


def check_units(record: PlanRecord) -> Note:
    """Units planned: key enterprises of all classes, what the batches draw, the key share against its floor."""
    document = record.document
    stated = document["units"]
    key = sum(each["population"] for each in document["coverage"]["classes"])
    drawn = sum(batch["size"] for batch in document["batches"])
    left_out = len(document["coverage"]["left_out"])
    compare("units.key", key, stated["key"])
    compare("units.left_out", left_out, stated["left_out"])
    compare("units.general_drawn", drawn, stated["general_drawn"])
    share = key_share(key, drawn, stated["key_floor_percent"])
    compare("units.key_percent", share.key_percent if share else None, stated["key_percent"])
    compare("units.below_floor", bool(share and share.below_floor), stated["below_floor"])
    compare("tiers.key", key + left_out, document["tiers"].get("key", 0))
    return Note("plan-record.units", {"key": key, "drawn": drawn, "percent": stated["key_percent"] or "-"})


def key_days(record: PlanRecord) -> list[tuple[str, Fraction, int, Fraction]]:
    """Return id, key days, staff and general days of every division, in the budget's order."""
    budget: Budget = record.ledger.value("budget")
    names = [each["id"] for each in record.document["budget"]["divisions"]]
    return [
        (name, unit.parts["key"], unit.staff, unit.parts["general"])
        for name, unit in zip(names, budget.divisions, strict=True)
    ]
