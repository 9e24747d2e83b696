"""The words of a difference between two versions, for its page and for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.catalogues.reasons import reason_name
from config.messages import is_listed, render
from config.workdays import workday_catalogue
from scheduler.plans.difference import Change
from scheduler.plans.workday_budget.budget import DEDUCTIONS

# Figures whose value is a list of months.
MONTH_LISTS = ("months", "window")


def figure_words(change: Change, language: str, stratum: Callable[[str], str]) -> str:
    """Name a figure; `stratum` names a stratum. A row of the budget is named by the catalogue."""
    kind, _, rest = change.figure.partition(".")
    if kind in DEDUCTIONS and rest:
        rows = getattr(workday_catalogue(), kind)
        return next((row.en if language == "en" else row.zh for row in rows if row.id == rest), rest)
    if kind in ("stratum", "population", "rule", "ratio") and rest:
        return render(f"page.difference.part.{kind}", language, name=stratum(rest))
    if kind == "cool_down":
        return render("page.difference.part.cool_down", language, name=reason_name(rest, language))
    if kind == "tier":
        return render("page.difference.part.tier", language, name=_word("classification.tier", rest, language))
    return _word("difference.figure", change.figure, language)


def value_words(change: Change, value: Any, language: str) -> str:
    """Write a value that is neither a number nor a list of months: yes and no, ids of sectors and districts."""
    if isinstance(value, bool):
        return _word("difference", "yes" if value else "no", language)
    if isinstance(value, tuple):
        area = {"filter.sectors": "classification.sector", "filter.districts": "word.district"}.get(change.figure, "")
        return ("、" if language == "zh" else ", ").join(_word(area, str(each), language) for each in value)
    return "–" if value in (None, "") else str(value)


def _word(area: str, code: str, language: str) -> str:
    key = f"page.{area}.{code}"
    return render(key, language) if is_listed(key) else code
