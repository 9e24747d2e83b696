"""Scenarios as a reader at the terminal sees them: their figures beside the plan's, differences marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.messages import render
from scheduler.commands.plan_page import year_sections
from scheduler.commands.text_table import text_table
from scheduler.plans.scenarios.kept import Scenario
from scheduler.plans.scenarios.outcome import Line, compare_outcomes

MARK = "*"


def _say(name: str, language: str, **params: object) -> str:
    return render(f"page.scenario.{name}", language, **params)


def comparison_page(
    heads: Sequence[str], outcomes: Sequence[Mapping[str, Any]], changes: Sequence[Sequence[str]], language: str
) -> str:
    """Return the figures of outcomes side by side; `changes` are those of each outcome in words."""
    lines = compare_outcomes(outcomes)
    names = {unit["id"]: unit["name"] for each in outcomes for unit in each["budget"]["divisions"]}
    sections = [f"{head}: " + "; ".join(told) for head, told in zip(heads, changes, strict=True) if told]
    sections.append(_table(_say("bureau", language), heads, [each for each in lines if not each.division], language))
    for division, name in names.items():
        sections.append(_table(name, heads, [each for each in lines if each.division == division], language))
    sections.append(_say("marked", language, mark=MARK))
    return "\n\n".join(sections)


def outcome_page(head: str, outcome: Mapping[str, Any], language: str) -> str:
    """Return the months of an outcome, what is proven of them, and its shortages."""
    names = {unit["id"]: unit["name"] for unit in outcome["budget"]["divisions"]}
    return "\n\n".join([f"== {head}", *year_sections(outcome, names, language)])


def _table(title: str, heads: Sequence[str], lines: Sequence[Line], language: str) -> str:
    rows = [
        [
            _say(f"figure-{line.name}", language),
            *(
                ("-" if value is None else str(value)) + (MARK if differs else " ")
                for value, differs in zip(line.values, line.differs, strict=True)
            ),
        ]
        for line in lines
    ]
    return text_table([title, *(f"{head} " for head in heads)], rows)


def scenarios_page(kept: Sequence[Scenario], language: str) -> str:
    """Return the list of a plan's kept scenarios."""
    if not kept:
        return _say("none", language)
    head = [_say(f"column-{name}", language) for name in ("name", "version", "by", "at", "code")]
    rows = [
        [each.name, f"v{each.version}", each.created_by, f"{each.created_at:%Y-%m-%d %H:%M} UTC", each.code]
        for each in kept
    ]
    return text_table(head, rows, words=5)
