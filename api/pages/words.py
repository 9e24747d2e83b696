"""Words for the codes that records hold: strata, classes of a lottery, reasons."""

from __future__ import annotations

import re

from flask import Flask

from api.formats import district
from api.language import label, language, t
from config.catalogues.reasons import reason_catalogue
from scheduler.draws.settings import DEMONSTRATION

_CLASS = re.compile(r"([a-z-]+)\.(\d+)x(\d+)")


def stratum_name(name: str) -> str:
    """Name a stratum (risk class, or risk class and district) or a class of a lottery (sector, visits, person-days)."""
    if found := _CLASS.fullmatch(name):
        sector, visits, days = found.groups()
        return t("word.visit_class", sector=label("classification.sector", sector), visits=visits, days=days)
    risk, _, area = name.partition(".")
    named = t("word.risk.U") if risk == "U" else t("word.risk_class", risk=risk)
    return f"{named} · {district(area)}" if area else named


def reason_name(code: str) -> str:
    """Name a reason code; anything else is returned as it is."""
    reason = reason_catalogue().get(code)
    return reason.names[language()] if reason else code


def bare_title(title: str) -> str:
    """Return a draw's title without the mark of a demonstration, which pages show as a banner."""
    return title.removeprefix(DEMONSTRATION)


def use_words(app: Flask) -> None:
    """Give pages these words."""
    app.jinja_env.globals.update(bare_title=bare_title, stratum_name=stratum_name, reason_name=reason_name)
