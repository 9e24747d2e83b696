"""Words for the codes that records hold: strata, classes of a lottery, reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Flask

from api.formats import district
from api.language import label, language, pick, t
from api.service import service
from config.catalogues.reasons import reason_catalogue
from scheduler.draws.settings import DEMONSTRATION

_DISTRICT = re.compile(r"[0-9]{6}")
_PLACE = re.compile(r"(?P<member>[a-z_]+)\[(?P<place>\d+)\]")
_CLASS = re.compile(r"([a-z-]+)\.(\d+)x(\d+)")


def stratum_name(name: str, campaigns: Mapping[str, str] = MappingProxyType({})) -> str:
    """Name a stratum (risk class, or risk class and district) or a class of a lottery by the rule that made it.

    `campaigns` are the titles of the plan's campaigns by id.

    Lotteries sealed before there were rules named sector, visits and person-days.
    """
    first, _, rest = name.partition(".")
    rule = next((each for each in service().settings.plan.visits.rules if each.id == first), None)
    if rule is not None:
        return " · ".join([pick(rule.zh, rule.en), *(_class_part(part, campaigns) for part in rest.split("."))])
    if found := _CLASS.fullmatch(name):
        sector, visits, days = found.groups()
        return t("word.visit_class", sector=label("classification.sector", sector), visits=visits, days=days)
    risk, _, area = name.partition(".")
    named = t("word.risk.U") if risk == "U" else t("word.risk_class", risk=risk)
    return f"{named} · {district(area)}" if area else named


def _class_part(part: str, campaigns: Mapping[str, str]) -> str:
    """Name a part of a class's id: its district, its sector where the rule is for several, else a campaign."""
    if _DISTRICT.fullmatch(part):
        return district(part)
    return campaigns.get(part) or label("classification.sector", part)


def reason_name(code: str) -> str:
    """Name a reason code; anything else is returned as it is."""
    reason = reason_catalogue().get(code)
    return reason.names[language()] if reason else code


def in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an error, its rule by name and its place in the year's inputs in words."""
    found = dict(params)
    rule = next((each for each in service().settings.plan.visits.rules if each.id == params.get("rule")), None)
    if rule is not None:
        found["rule"] = pick(rule.zh, rule.en)
    place = _PLACE.match(str(params.get("path", "")))
    if place is not None and (name := label("workdays.field", place["member"])) != place["member"]:
        found["path"] = t("workdays.place", name=name, number=int(place["place"]) + 1, path=params["path"])
    return found


def source_names(sources: Sequence[Mapping[str, Any]], wanted: Collection[str]) -> str:
    """Name sources of randomness by what they are; by their ids too where there are several of a kind."""
    types = [str(source["type"]).split("/")[0] for source in sources]
    named = []
    for source, kind in zip(sources, types, strict=True):
        if source["id"] in wanted:
            name = t(f"draws.randomness.type.{kind}.name")
            named.append(f"{name} {source['id']}" if types.count(kind) > 1 else name)
    return t("word.comma").join(named)


def bare_title(title: str) -> str:
    """Return a draw's title without the mark of a demonstration, which pages show as a banner."""
    return title.removeprefix(DEMONSTRATION)


def use_words(app: Flask) -> None:
    """Give pages these words."""
    app.jinja_env.globals.update(bare_title=bare_title, stratum_name=stratum_name, reason_name=reason_name)
