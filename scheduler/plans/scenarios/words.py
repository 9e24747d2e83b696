"""Changes of a scenario in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.messages import is_listed, render
from config.workdays import row_key, workday_catalogue
from scheduler.plans.json_input import Field
from scheduler.plans.scenarios.changes import list_of_changes


def changes_in_words(changes: Field, names: Mapping[str, str], language: str) -> list[str]:
    """Return one sentence for each change; `names` are the names of divisions by id."""
    return [_in_words(change.value, names, language) for change in list_of_changes(changes)]


def _in_words(change: Any, names: Mapping[str, str], language: str) -> str:
    kind = change["kind"]
    told: dict[str, object] = {
        name: _plain(value) for name, value in change.items() if not isinstance(value, dict | list)
    }
    told["division"] = names.get(change.get("division", ""), change.get("division", ""))
    if kind in ("staff", "days"):
        told["amount"] = _amount(change)
    if kind == "days":
        told["what"] = _row_name(change, language)
    if kind == "shares":
        parts = [
            f"{render(f'page.budget.{name}', language)} {_plain(change[name])} %"
            for name in ("key", "general", "reserve")
            if name in change
        ]
        told["parts"] = ("，" if language == "zh" else ", ").join(parts)
    if kind == "statutory-days" and change.get("to") is None:
        kind = "statutory-days-calendar"
    if kind == "frequency" and "workload" in change:
        kind = "frequency-workload"
    if kind == "add-campaign":
        told["title"] = change["campaign"].get("title", change["campaign"].get("id", ""))
    if kind == "closed-months":
        told["count"] = len(change["to"])
    key = f"page.scenario.change-{kind}"
    return render(key, language, **told) if is_listed(key) else str(kind)


def _amount(change: Mapping[str, Any]) -> str:
    return _plain(change["to"]) if "to" in change else f"{change['by']:+f}"


def _plain(value: object) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _row_name(change: Mapping[str, Any], language: str) -> str:
    deduction = change["deduction"]
    if "row" not in change:
        return render(f"page.budget.{deduction}", language)
    for row in getattr(workday_catalogue(), deduction):
        if row_key(change["row"]) in {row_key(name) for name in (row.id, row.zh, row.en)}:
            return str(getattr(row, language))
    return str(change["row"])
