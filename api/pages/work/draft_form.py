"""The form of a draft's settings, read into the JSON form that drafts hold; the drafts themselves check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from scheduler.errors import InvalidInput

Form = MultiDict[str, str]
# Filters that the form offers; the others of a draft stay as they are.
OFFERED = ("sectors", "districts", "risks")


def read_form(form: Form, stands: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes a form asks for, over the settings that stand."""
    return {
        "title": form.get("title", "").strip(),
        "on": form.get("on", ""),
        "strata": form.get("strata", "risk"),
        "filter": _filter(form, stands.get("filter") or {}),
        "rules": {name: _rule(form, name, rule) for name, rule in stands["rules"].items()},
        "randomness": read_sources(form, stands),
    }


def _filter(form: Form, stands: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: values for name, values in stands.items() if name not in OFFERED}
    return kept | {name: form.getlist(name) for name in OFFERED if form.getlist(name)}


def _rule(form: Form, name: str, stands: Mapping[str, Any]) -> dict[str, Any]:
    if stands["kind"] != "ratio":
        return {**stands, "count": _number(form, f"count.{name}")}
    return {
        **stands,
        "numerator": _number(form, f"numerator.{name}"),
        "denominator": _number(form, f"denominator.{name}"),
        "minimum": _number(form, f"minimum.{name}"),
    }


def read_sources(form: Form, stands: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sources: those of types the form does not offer stay, the office's secret among them."""
    offered = {"dice/d10", "drand/quicknet", "lottery/cn-kl8"}
    sources: list[dict[str, Any]] = []
    if form.get("dice"):
        sources.append({"id": "dice", "type": "dice/d10", "count": _number(form, "dice_count")})
    if form.get("drand"):
        sources.append({"id": "drand", "type": "drand/quicknet"})
    if form.get("kl8"):
        time = f"{form.get('kl8_time', '')}:00+08:00"
        sources.append(
            {"id": "kl8", "type": "lottery/cn-kl8", "issue": form.get("kl8_issue", "").strip(), "time": time}
        )
    return sources + [dict(source) for source in stands["randomness"] if source["type"] not in offered]


def _number(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidInput("number-needed", field=name, value=text[:20])
    return int(text)
