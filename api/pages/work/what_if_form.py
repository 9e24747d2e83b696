"""The form of a scenario: what a plan's inputs say now, field by field, and the changes that other values ask for.

A field that still shows what stands is no change, so a form sent as it came is the plan itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.language import label, language, pick, t
from api.pages.work.what_if_entry import Change, Entry
from api.pages.work.what_if_year import campaign_entries, closed_entry, joined_campaign
from api.people import shown_divisions
from config.settings import Settings
from config.workdays import row_key, workday_catalogue
from scheduler.plans.json_input import Field
from scheduler.plans.scenarios.changes import current_shares
from scheduler.plans.scenarios.computing import ScenarioBase
from scheduler.plans.workday_budget.budget import DEDUCTIONS


@dataclass(frozen=True)
class WhatIfForm:
    """The fields by group, in the order they are shown; `rows` by division and deduction stand in a fold."""

    staff: tuple[Entry, ...]
    shares: tuple[Entry, ...]
    ratios: tuple[Entry, ...]
    visits: tuple[Entry, ...]
    campaigns: tuple[Entry, ...]
    campaign: tuple[Entry, ...]
    closed: Entry
    days: tuple[tuple[str, tuple[Entry, ...]], ...]
    statutory: Entry
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """Every field, in the order in which their changes are applied."""
        one_by_one = [*self.staff, *self.days_entries, *self.shares, *self.ratios, *self.visits, *self.campaigns]
        return [*one_by_one, *self.campaign, self.closed, self.statutory]

    @property
    def days_entries(self) -> list[Entry]:
        """The fields of the days spent elsewhere, and of the year's workdays."""
        return [entry for _, entries in self.days for entry in entries]

    def any_changed(self, entries: Sequence[Entry]) -> bool:
        """Say whether a group shows anything but what stands, so that it must not be folded away."""
        return any(self.shown(entry) != entry.value for entry in entries)

    def shown(self, entry: Entry) -> str:
        """Return what a field shows: what was asked last, else what stands."""
        return self.values.get(entry.name, entry.value)


def what_if_form(base: ScenarioBase, settings: Settings, values: Mapping[str, str] | None = None) -> WhatIfForm:
    """Return the form of a plan version's scenarios."""
    inputs: Any = base.inputs.value
    return WhatIfForm(
        staff=tuple(_staff(base)),
        shares=tuple(_shares(inputs, settings)),
        ratios=tuple(_ratios(base)),
        visits=tuple(_visits(base)),
        campaigns=tuple(_campaigns(inputs)),
        campaign=tuple(campaign_entries(base)),
        closed=closed_entry(inputs),
        days=tuple(_days(base)),
        statutory=_statutory(base),
        values=values or {},
    )


def asked_changes(form: WhatIfForm, base: ScenarioBase, given: Mapping[str, str]) -> tuple[Field, list[Entry]]:
    """Return the changes that posted values ask for, and the field of each; shares are changed together."""
    asked = [(entry, change) for entry in form.entries if (change := entry.asked(given.get(entry.name, entry.value)))]
    found = [(entry, change) for entry, change in asked if change["kind"] not in ("shares", "add-campaign")]
    for kind in ("shares", "add-campaign"):
        parts = [(entry, change) for entry, change in asked if change["kind"] == kind]
        if parts:
            changes = [change for _, change in parts]
            found.append((parts[0][0], _together(kind, changes, base)))
    return Field([change for _, change in found], "changes"), [entry for entry, _ in found]


def _together(kind: str, changes: list[dict[str, Any]], base: ScenarioBase) -> dict[str, Any]:
    if kind == "add-campaign":
        inputs: Any = base.inputs.value
        return joined_campaign(changes, inputs)
    return {name: value for change in changes for name, value in change.items()}


def _changing(kind: str, about: Mapping[str, str], member: str = "to") -> Change:
    return lambda value: {"kind": kind, **about, member: value}


def _removing(campaign: str) -> Change:
    return lambda _: {"kind": "remove-campaign", "id": campaign}


def _text(value: object) -> str:
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _staff(base: ScenarioBase) -> list[Entry]:
    inputs: Any = base.inputs.value
    return [
        Entry(
            f"staff.{division_id}",
            name,
            _text(given["staff"]),
            _changing("staff", {"division": division_id}),
        )
        for (division_id, name), given in zip(shown_divisions(base.divisions), inputs["divisions"], strict=True)
    ]


def _shares(inputs: Any, settings: Settings) -> list[Entry]:
    shares = current_shares(inputs, settings.plan)
    return [
        Entry(
            f"share.{name}",
            t(f"budget.{name}"),
            _text(shares[name]),
            _changing("shares", {}, name),
        )
        for name in ("key", "reserve")
    ]


def _ratios(base: ScenarioBase) -> list[Entry]:
    ratios = base.document.get("general", {}).get("ratios", {})
    return [
        Entry(
            f"ratio.{name}",
            t("word.risk.U") if name == "U" else t("word.risk_class", risk=name),
            str(ratio),
            _changing("ratio", {"class": name}),
            number=False,
        )
        for name, ratio in sorted(ratios.items())
    ]


def _visits(base: ScenarioBase) -> list[Entry]:
    return [
        Entry(
            f"visits.{rule['id']}",
            t("what_if.rule", rule=pick(rule["zh"], rule["en"]), population=rule["population"]),
            str(rule["visits"]),
            _changing("frequency", {"rule": rule["id"]}, "visits"),
        )
        for rule in base.document["coverage"].get("rules", ())
    ]


def _campaigns(inputs: Any) -> list[Entry]:
    return [
        Entry(
            f"campaign.{campaign['id']}",
            str(campaign.get("title", campaign["id"])),
            "yes",
            _removing(campaign["id"]),
            number=False,
        )
        for campaign in inputs.get("campaigns", ())
    ]


def _days(base: ScenarioBase) -> list[tuple[str, tuple[Entry, ...]]]:
    inputs: Any = base.inputs.value
    return [
        (name, tuple(entry for deduction in DEDUCTIONS for entry in _deduction(division_id, deduction, given)))
        for (division_id, name), given in zip(shown_divisions(base.divisions), inputs["divisions"], strict=True)
    ]


def _deduction(division: str, deduction: str, given: Mapping[str, Any]) -> list[Entry]:
    named = {"division": division, "deduction": deduction}
    rows = next(
        (given[key] for key in (deduction, f"{deduction}_rows") if isinstance(given.get(key), dict | list)), None
    )
    if rows is None:
        words, value = t(f"budget.{deduction}"), given.get(deduction)
        total = "" if value is None else _text(value)
        return [Entry(f"days.{division}.{deduction}", words, total, _changing("days", named))]
    catalogue = getattr(workday_catalogue(), deduction)
    if isinstance(rows, list):
        rows = {row.id: value for row, value in zip(catalogue, rows, strict=True)}
    by_key = {row_key(name): value for name, value in rows.items()}
    found = []
    for row in catalogue:
        value = next(by_key[key] for key in (row_key(name) for name in (row.id, row.zh, row.en)) if key in by_key)
        found.append(
            Entry(
                f"days.{division}.{deduction}.{row.id}",
                getattr(row, language()),
                _text(value),
                _changing("days", {**named, "row": row.id}),
            )
        )
    return found


def _statutory(base: ScenarioBase) -> Entry:
    def change(to: Any) -> dict[str, Any]:
        return {"kind": "statutory-days", "to": to if to != "" else None, "reason": label("what_if", "reason")}

    return Entry("statutory", t("what_if.statutory"), str(base.document["calendar"]["counted"]), change)
