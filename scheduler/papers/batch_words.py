"""A batch of the general tier in the words of a paper: its title, day, scope, items, and who carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.words import month_span


def batch_days(plan: PlanContents, batch: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and last day of a batch: its day, or its month in documents that name no day."""
    if "on" in batch:
        day = date.fromisoformat(batch["on"])
        return day, day
    return month_span(plan.view.summary.year, batch["month"])


def batch_when(plan: PlanContents, batch: Mapping[str, Any]) -> str:
    """Write when a batch is drawn."""
    words = plan.words
    if "on" in batch:
        return words.day(date.fromisoformat(batch["on"]))
    return words.say("month-of-year", year=plan.view.summary.year, month=words.month(batch["month"]))


def batch_task(plan: PlanContents, batch: Mapping[str, Any]) -> str:
    """Return the title of a batch: the planner's, else year and number."""
    stated: str = batch.get("title", "")
    return stated or plan.words.say("task-draw", year=plan.view.summary.year, number=batch["number"])


def batch_scope(plan: PlanContents, batch: Mapping[str, Any]) -> str:
    """Write whom a batch may draw."""
    words, scope = plan.words, batch.get("filter", {})
    if not scope:
        return words.say("objects-general-all")
    named = {"sectors": words.sector, "districts": words.district, "risks": words.risk}
    parts = [words.listed([named.get(name, str)(value) for value in values]) for name, values in sorted(scope.items())]
    return words.say("objects-directed", scope=("；" if words.language == "zh" else "; ").join(parts))


def batch_items(plan: PlanContents, batch: Mapping[str, Any]) -> str:
    """Write the items of a batch; without any of its own, those of the list that apply."""
    names = {item.id: item.name for item in plan.items}
    own: Sequence[str] = batch.get("items", ())
    if not own:
        return plan.words.say("content-draw", items=len(plan.items))
    return plan.words.listed([names.get(item, item) for item in own])


def batch_body(plan: PlanContents, batch: Mapping[str, Any]) -> str:
    """Name who carries a batch out: the office, of a directed batch also the divisions that visits fall to."""
    divisions = [name for division, name in plan.divisions.items() if batch["expected_days"].get(division)]
    if not batch.get("filter") or not divisions:
        return plan.office
    return plan.words.say("body-divisions", office=plan.office, divisions=plan.words.listed(divisions))
