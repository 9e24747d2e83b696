"""The part of a scenario's form that concerns the year's months: those closed to visits, and a campaign more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.language import t
from api.pages.work.what_if_entry import Entry
from api.people import shown_divisions
from scheduler.errors import InvalidInput
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.scenarios.computing import ScenarioBase

_BETWEEN = re.compile(r"[\s,，、;；月]+")
CAMPAIGN = "what-if"


def closed_entry(inputs: Mapping[str, Any]) -> Entry:
    """Return the field of the months in which nobody is visited; closures of some divisions or sectors stay."""
    given = inputs.get("closed_months", [])
    partly = [each for each in given if each.get("divisions") or each.get("sectors")]
    wholly = [each for each in given if each not in partly]
    months = sorted({int(month) for each in wholly for month in each["months"]})
    words = t("what_if.closed")

    def change(text: Any) -> dict[str, Any]:
        asked = _months(str(text), words)
        closed = [{"months": asked, "reason": t("what_if.reason")}] if asked else []
        return {"kind": "closed-months", "to": [*partly, *closed]}

    return Entry("closed", words, ", ".join(map(str, months)), change, number=False)


def campaign_entries(base: ScenarioBase) -> list[Entry]:
    """Return the fields of a campaign that the plan does not have; all empty is none."""
    inputs: Any = base.inputs.value
    words = t("what_if.campaign.months")
    fields = [
        Entry("new.title", t("what_if.campaign.title"), "", lambda text: _part(title=text), number=False),
        Entry("new.months", words, "", lambda text: _part(months=_months(text, words)), number=False),
        Entry("new.extra", t("what_if.campaign.extra"), "", lambda extra: _part(visits={"extra": extra})),
    ]
    for (division_id, name), given in zip(shown_divisions(base.divisions), inputs["divisions"], strict=True):
        fields.append(_days_entry(division_id, t("what_if.campaign.days", division=name), str(given["name"])))
    return fields


def _days_entry(division_id: str, words: str, named: str) -> Entry:
    return Entry(f"new.days.{division_id}", words, "", lambda days: _part(days={named: days}))


def _part(**members: Any) -> dict[str, Any]:
    return {"kind": "add-campaign", "campaign": members}


def joined_campaign(parts: list[dict[str, Any]], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change that the filled fields of a campaign ask for together."""
    campaign: dict[str, Any] = {
        "id": _free_id(inputs),
        "title": t("what_if.campaign.untitled"),
        "reason": t("what_if.reason"),
    }
    days: dict[str, Any] = {}
    for part in parts:
        days |= part["campaign"].get("days", {})
        campaign |= part["campaign"]
    if days:
        campaign["days"] = days
    if "months" not in campaign:
        raise InvalidInput("scenario-months", path=t("what_if.campaign.months"), value="")
    return {"kind": "add-campaign", "campaign": campaign}


def _free_id(inputs: Mapping[str, Any]) -> str:
    taken = {each.get("id") for each in inputs.get("campaigns", ())}
    names = (CAMPAIGN, *(f"{CAMPAIGN}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _months(text: str, words: str) -> list[Decimal]:
    """Read months written as "1, 2" or "1月、2月"; nothing written is none."""
    parts = [part for part in _BETWEEN.split(text) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 and int(part) in MONTHS for part in parts):
        raise InvalidInput("scenario-months", path=words, value=text)
    return [Decimal(month) for month in sorted({int(part) for part in parts})]
