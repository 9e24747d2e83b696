"""The changes of a scenario, as data, and their application to the inputs of a plan version.

A scenario is a list of changes laid over the inputs (`scheduler.plans.inputs`) one after the other:

    {"kind": "staff", "division": "...", "to": 12}                  or "by": -2
    {"kind": "days", "division": "...", "deduction": "other_enforcement", "row": "licensing"?, "to": 80}   or "by"
    {"kind": "shares", "key"?: 60, "general"?: 30, "reserve"?: 10}  what is left out keeps or takes the rest
    {"kind": "statutory-days", "to": 250, "reason": "..."}          null: the calendar's own days
    {"kind": "ratio", "class": "A", "to": "1/50"}
    {"kind": "frequency", "rule": "...", "visits": 2, "workload"?: 3}
    {"kind": "add-campaign", "campaign": {...}}, {"kind": "remove-campaign", "id": "..."}
    {"kind": "closed-months", "to": [...]}

Nothing is applied in part: the inputs given are never touched, and the first change that cannot stand is refused with
its path, as in `changes[2].to`. What the changed inputs say is then read as strictly as any plan's. Printed figures
are dropped: they belong to the document they were printed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from config.settings import PlanSettings
from scheduler.plans.json_input import Field
from scheduler.plans.scenarios.division_days import change_days
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS


@dataclass
class Draft:
    """The inputs while changes are laid over them, and by which names a division may be called."""

    inputs: dict[str, Any]
    names: Sequence[Sequence[str]]
    settings: PlanSettings

    def division(self, named: Field) -> dict[str, Any]:
        """Return a division's part of the inputs; refuse one that the inputs do not have."""
        wanted = named.text()
        for division, names in zip(self.inputs["divisions"], self.names, strict=True):
            if wanted in names:
                found: dict[str, Any] = division
                return found
        known = ", ".join(names[0] for names in self.names)
        raise named.fault("scenario-division-unknown", name=wanted, known=known)


MOST_CHANGES = 500


def apply_changes(
    inputs: Field, changes: Field, settings: PlanSettings, divisions: Sequence[tuple[str, str]] = ()
) -> Field:
    """Return inputs with changes laid over them; `divisions` are ids and names in the order of the inputs, if known.

    Raises `InvalidInput` with the path of the first change that cannot stand. The outcome is a document that
    `read_inputs` must still accept.
    """
    value = deepcopy(inputs.value)
    if not isinstance(value, dict) or not isinstance(value.get("divisions"), list):
        raise inputs.fault("scenario-no-inputs-of-a-plan")
    named: list[tuple[str, ...]] = [(str(each.get("name", "")),) for each in value["divisions"]]
    if len(divisions) == len(named):
        named = [(*own, *pair) for own, pair in zip(named, divisions, strict=True)]
    draft = Draft(value, named, settings)
    given = list_of_changes(changes)
    for change in given:
        kind_of(change)(draft, change)
    if given:
        _forget_printed(value)
    return Field(value, inputs.path)


def list_of_changes(changes: Field) -> list[Field]:
    """Return the changes one by one; none is a list too."""
    if changes.value == []:
        return []
    given = Field(changes.value, changes.path or "changes")
    listed = given.items()
    if len(listed) > MOST_CHANGES:
        raise given.fault("scenario-changes-many", count=len(listed), most=MOST_CHANGES)
    return listed


def kind_of(change: Field) -> Callable[[Draft, Field], None]:
    """Return what applies a change, by its kind."""
    if not isinstance(change.value, dict):
        raise change.fault("json-not-object")
    kind = change.at("kind")
    if not isinstance(kind.value, str) or kind.value not in KINDS:
        raise kind.fault("scenario-change-unknown", known=", ".join(KINDS))
    return KINDS[kind.value]


def _forget_printed(inputs: dict[str, Any]) -> None:
    for part in (inputs, *inputs["divisions"]):
        part.pop("printed", None)
        part.pop("computed", None)


def changed_number(change: Field, before: Decimal | None, *, whole: bool) -> Decimal:
    """Return `to`, or what stood before plus `by`; refuse both, neither, a fraction of a person, and less than 0."""
    to, by = change.find("to"), change.find("by")
    if (to is None) == (by is None):
        raise change.fault("scenario-to-or-by")
    if to is not None:
        return Decimal(to.whole()) if whole else _tenths(to)
    step = by if by is not None else change
    if not isinstance(step.value, Decimal):
        raise step.fault("json-not-number")
    size = Field(abs(step.value), step.path)
    distance = Decimal(size.whole()) if whole else _tenths(size)
    if before is None:
        raise step.fault("scenario-nothing-before")
    after = before + (distance if step.value >= 0 else -distance)
    if after < 0:
        raise step.fault("scenario-below-zero", before=before, by=step.value)
    return after


def _tenths(field: Field) -> Decimal:
    field.days()
    return field.number()


def _change_staff(draft: Draft, change: Field) -> None:
    """Set a division's staff; people beyond the registered are hired, so they are registered too."""
    change.check_members(("kind", "division", "to", "by"), required=("division",))
    division = draft.division(change.at("division"))
    division["staff"] = changed_number(change, division.get("staff"), whole=True)
    staff = sum((each["staff"] for each in draft.inputs["divisions"]), Decimal(0))
    registered = draft.inputs.get("registered_staff")
    if registered is not None and registered < staff:
        draft.inputs["registered_staff"] = staff


def _change_days(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "division", "deduction", "row", "to", "by"), required=("division", "deduction"))
    deduction = change.at("deduction")
    if deduction.value not in DEDUCTIONS:
        raise deduction.fault("scenario-deduction-unknown", known=", ".join(DEDUCTIONS))
    change_days(
        draft.division(change.at("division")),
        str(deduction.value),
        change,
        lambda before: changed_number(change, before, whole=False),
    )


def _change_shares(draft: Draft, change: Field) -> None:
    """Set shares of supervision days. What one share gains the general tier gives, else key, else reserve."""
    change.check_members(("kind", *PARTS))
    given = {name: Fraction(found.number()) for name in PARTS if (found := change.find(name))}
    if not given:
        raise change.fault("scenario-shares-none", known=", ".join(PARTS))
    shares = current_shares(draft.inputs, draft.settings) | given
    free = next((name for name in ("general", "key", "reserve") if name not in given), None)
    if free is not None:
        shares[free] = 100 - sum((shares[name] for name in PARTS if name != free), Fraction(0))
    if sum(shares.values()) != 100 or min(shares.values()) < 0:
        raise change.fault("budget-shares", **{f"{name}_share": _plain(shares[name]) for name in PARTS})
    draft.inputs["shares"] = {name: _plain(shares[name]) for name in PARTS}


def current_shares(inputs: dict[str, Any], settings: PlanSettings) -> dict[str, Fraction]:
    """Return key, general and reserve in percent as inputs have them, the office's settings where they say nothing."""
    given = inputs.get("shares") or {}
    key = Fraction(given.get("key", settings.key_percent))
    reserve = Fraction(given.get("reserve", settings.reserve_percent))
    return {"key": key, "general": Fraction(given.get("general", 100 - key - reserve)), "reserve": reserve}


def _plain(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _change_statutory_days(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "to", "reason"), required=("to",))
    draft.inputs.pop("statutory_days", None)
    draft.inputs.pop("statutory_days_reason", None)
    if change.at("to").value is None:
        return
    reason = change.find("reason")
    if reason is None:
        raise change.at("reason").fault("json-member-missing")
    draft.inputs["statutory_days"] = Decimal(change.at("to").whole())
    draft.inputs["statutory_days_reason"] = reason.text()


def _change_ratio(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "class", "to"), required=("class", "to"))
    draft.inputs.setdefault("ratios", {})[change.at("class").text()] = change.at("to").text()


def _change_frequency(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "rule", "visits", "workload"), required=("rule", "visits"))
    rules = draft.inputs.setdefault("frequencies", {})
    rule = rules.setdefault(change.at("rule").text(), {})
    rule["visits"] = Decimal(change.at("visits").whole())
    if workload := change.find("workload"):
        rule["workload"] = workload.value


def _add_campaign(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "campaign"), required=("campaign",))
    campaign = change.at("campaign")
    name = _campaign_id(campaign)
    campaigns = draft.inputs.setdefault("campaigns", [])
    if any(each.get("id") == name for each in campaigns):
        raise campaign.at("id").fault("scenario-campaign-twice", id=name)
    campaigns.append(deepcopy(campaign.value))


def _campaign_id(campaign: Field) -> str:
    if not isinstance(campaign.value, dict):
        raise campaign.fault("json-not-object")
    return campaign.at("id").text()


def _remove_campaign(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "id"), required=("id",))
    name = change.at("id").text()
    campaigns = draft.inputs.get("campaigns", [])
    left = [each for each in campaigns if each.get("id") != name]
    if len(left) == len(campaigns):
        known = ", ".join(str(each.get("id")) for each in campaigns) or "-"
        raise change.at("id").fault("scenario-campaign-unknown", id=name, known=known)
    draft.inputs["campaigns"] = left
    if not left:
        del draft.inputs["campaigns"]


def _change_closed_months(draft: Draft, change: Field) -> None:
    change.check_members(("kind", "to"), required=("to",))
    to = change.at("to")
    if not isinstance(to.value, list):
        raise to.fault("json-not-list")
    draft.inputs["closed_months"] = deepcopy(to.value)
    if not to.value:
        del draft.inputs["closed_months"]


KINDS: dict[str, Callable[[Draft, Field], None]] = {
    "staff": _change_staff,
    "days": _change_days,
    "shares": _change_shares,
    "statutory-days": _change_statutory_days,
    "ratio": _change_ratio,
    "frequency": _change_frequency,
    "add-campaign": _add_campaign,
    "remove-campaign": _remove_campaign,
    "closed-months": _change_closed_months,
}
