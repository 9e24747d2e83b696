"""The batches of a plan on its page: whom, what and when, the state of each draw, and how far the tier is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.formats import district
from api.language import label, language, t
from api.pages.words import reason_name, stratum_name
from scheduler.directory.models import InspectionItem
from scheduler.draws.queries import DrawSummary, list_draws
from scheduler.plans.queries import PlanView


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch of the document with its items by name, its filter in words, its rules of cool-down, and its draws."""

    batch: Mapping[str, Any]
    items: Sequence[tuple[str, str]]
    scope: Sequence[tuple[str, str]]
    cool_down: Sequence[str]
    days: Fraction
    draws: Sequence[DrawSummary]


def batches_context(session: Session, plan: PlanView) -> dict[str, Any]:
    """Return what the section on batches shows; documents of earlier versions hold less and show less."""
    draws: dict[int | None, list[DrawSummary]] = {}
    for draw in reversed(list_draws(session, plan.summary.plan_id, "enterprises")):
        draws.setdefault(draw.batch, []).append(draw)
    batches = plan.document["batches"]
    names = _item_names(session, {item for batch in batches for item in batch.get("items", ())})
    return {
        "batch_lines": [_line(batch, names, draws.get(batch["number"], ())) for batch in batches],
        "general": plan.document.get("general"),
        "curves": _curves(plan.document.get("general")),
    }


def _item_names(session: Session, items: set[str]) -> dict[str, str]:
    rows = session.execute(select(InspectionItem.id, InspectionItem.name).where(InspectionItem.id.in_(sorted(items))))
    return {item: name for item, name in rows}  # noqa: C416 (a row is no pair to the type checker)


def _line(batch: Mapping[str, Any], names: Mapping[str, str], draws: Sequence[DrawSummary]) -> BatchLine:
    return BatchLine(
        batch=batch,
        items=[(item, names.get(item, item)) for item in batch.get("items", ())],
        scope=[(name, _values(name, values)) for name, values in batch.get("filter", {}).items()],
        cool_down=[_rule(reason, change) for reason, change in batch.get("cool_down", {}).items()],
        days=sum((Fraction(days) for days in batch["expected_days"].values()), Fraction(0)),
        draws=draws,
    )


def said_of_plan(session: Session, settings: Mapping[str, Any]) -> list[tuple[str, Sequence[str]]]:
    """Return what a draft takes over from its plan and no form changes: items, other filters, rules of cool-down."""
    items, scope = settings.get("items") or (), settings.get("filter") or {}
    names = _item_names(session, set(items))
    others = [(name, [_values(name, scope[name])]) for name in ("kinds", "industries") if scope.get(name)]
    said = [
        (t("plans.batches.items"), [names.get(item, item) for item in items]),
        *((t(f"plans.batches.filter.{name}"), values) for name, values in others),
        (t("plans.batches.rules"), [_rule(*each) for each in (settings.get("cool_down") or {}).items()]),
    ]
    return [(title, values) for title, values in said if values]


def _values(name: str, values: Sequence[str]) -> str:
    words = {
        "sectors": lambda value: label("classification.sector", value),
        "districts": district,
        "risks": stratum_name,
    }.get(name, str)
    return ("、" if language() == "zh" else ", ").join(words(value) for value in values)


def _rule(reason: str, change: bool | int) -> str:
    if change is False:
        return t("plans.batches.rule_off", reason=reason_name(reason))
    return t("plans.batches.rule_months", reason=reason_name(reason), months=change)


@dataclass(frozen=True, slots=True)
class Curve:
    """A risk class's share never visited after each year: percent, and the height of its point out of 1,000.

    `label` is how far down its name stands, such that names do not cover each other.
    """

    id: str
    points: Sequence[tuple[int, str, int]]
    label: int


def _curves(general: Mapping[str, Any] | None) -> list[Curve]:
    points = {
        each["id"]: [(0, "100.0", 1000), *(_point(never) for never in each["never"])]
        for each in (general or {}).get("classes", ())
    }
    curves, last = [], 0
    for name in sorted(points, key=lambda name: (-points[name][-1][2], name)):
        last = max(226 - points[name][-1][2] // 5, last + 15)
        curves.append(Curve(name, points[name], last))
    return curves


def _point(never: Mapping[str, Any]) -> tuple[int, str, int]:
    return never["years"], never["percent"], int(Fraction(never["percent"]) * 10)
