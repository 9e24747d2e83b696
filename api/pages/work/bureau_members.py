"""The members of the bureau's part that are lists or objects, as forms: entries are added to their JSON and taken out.

The JSON as typed stays the one thing that is kept, so whatever a form cannot say may be written there.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from config.catalogues import load_catalogues
from scheduler.directory.overrides import values_of
from scheduler.errors import InvalidInput, ServiceError
from scheduler.plans.drafting.cells import read_count, read_days
from scheduler.plans.json_input import Field, parse_json, write_json

LISTED = ("closed_months", "campaigns")
Form = MultiDict[str, str]


def value_of(text: str) -> Any:
    """Return the value of a member's JSON, None when there is none or it is none."""
    try:
        return parse_json(text.encode("utf-8", "replace")).value if text.strip() else None
    except ServiceError:
        return None


def entries_of(text: str) -> list[dict[str, Any]] | None:
    """Return the entries of a list member, None when its JSON is not a list of objects."""
    value = value_of(text) if text.strip() else []
    return value if isinstance(value, list) and all(isinstance(entry, dict) for entry in value) else None


def composed(form: Form, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with what the plain fields say: ratios by risk class, visits a year by rule."""
    found = dict(texts)
    if "ratios.asked" in form:
        ratios = {name: text for name in usual_ratios() if (text := form.get(f"ratios.{name}", "").strip())}
        found["ratios"] = _json(ratios)
    changed = value_of(found.get("frequencies", ""))
    if "frequencies.asked" in form and isinstance(changed, dict | None):
        found["frequencies"] = _json(_frequencies(form, changed or {}))
    return found


def usual_ratios() -> dict[str, str]:
    """Return the catalogue's draw ratio of each risk class, as it would be typed."""
    return {each.id: f"{each.ratio.numerator}/{each.ratio.denominator}" for each in load_catalogues().risk.classes}


def sectors() -> list[str]:
    """Return the sectors an entry may be for."""
    return [name for name in values_of("sector") if "." not in name]


def _frequencies(form: Form, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the visits a year that are typed over what the JSON states of each rule."""
    found = {name: dict(change) for name, change in stated.items() if isinstance(change, dict)}
    for name in form.getlist("frequencies.asked"):
        text = form.get(f"frequencies.{name}", "").strip()
        change = found.setdefault(name, {})
        change.pop("visits", None)
        if text:
            change["visits"] = Decimal(read_count(text) or 0)
    return {name: change for name, change in found.items() if change}


def with_step(step: str, form: Form, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts after an entry was added (`add:<member>`) or taken out (`remove:<member>:<place>`).

    Raises `InvalidInput` for a number in the entry that is none.
    """
    verb, _, rest = step.partition(":")
    member, _, place = rest.partition(":")
    entries = entries_of(texts.get(member, "")) if member in LISTED else None
    if entries is None:
        return dict(texts)
    if verb == "add":
        entries.append(_campaign(form) if member == "campaigns" else _closed(form))
    elif verb == "remove" and place.isascii() and place.isdigit() and int(place) < len(entries):
        del entries[int(place)]
    return {**texts, member: _json(entries)}


def _closed(form: Form) -> dict[str, Any]:
    return {"months": _months(form, "closed_months"), **_named(form, "closed_months"), **_reason(form, "closed_months")}


def _campaign(form: Form) -> dict[str, Any]:
    days = {
        name.removeprefix("campaigns.days."): _decimal_days(text)
        for name, text in form.items()
        if name.startswith("campaigns.days.") and text.strip()
    }
    extra = read_count(form.get("campaigns.extra", ""))
    visits: dict[str, Any] = {} if extra is None else {**_named(form, "campaigns"), "extra": Decimal(extra)}
    return {
        "id": form.get("campaigns.id", "").strip(),
        "title": form.get("campaigns.title", "").strip(),
        "months": _months(form, "campaigns"),
        **_reason(form, "campaigns"),
        **({"days": days} if days else {}),
        **({"visits": visits} if visits else {}),
    }


def _decimal_days(text: str) -> Decimal:
    days = read_days(text)
    if days is None:
        raise InvalidInput("cell-not-number", value=text[:20])
    return Decimal(days.numerator) / Decimal(days.denominator)


def _months(form: Form, member: str) -> list[Decimal]:
    return [Decimal(month) for month in form.getlist(f"{member}.months") if month.isascii() and month.isdigit()]


def _named(form: Form, member: str) -> dict[str, list[str]]:
    return {name: chosen for name in ("divisions", "sectors") if (chosen := form.getlist(f"{member}.{name}"))}


def _reason(form: Form, member: str) -> dict[str, str]:
    return {"reason": form.get(f"{member}.reason", "").strip()}


def _json(value: Any) -> str:
    return write_json(Field(value, "")).decode() if value else ""
