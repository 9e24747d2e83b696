"""A month's schedule and a year's completion as a reader at the terminal sees them."""

from __future__ import annotations

from collections.abc import Sequence

from config.messages import render
from scheduler.commands.text_table import text_table
from scheduler.inspections.completion import Completion
from scheduler.inspections.queries import MonthView
from scheduler.inspections.visit_lines import VisitLine


def _say(name: str, language: str, /, **params: object) -> str:
    return render(f"page.months.{name}", language, **params)


def month_page(view: MonthView, language: str) -> str:
    """Return the page of a month: head, visits with day and team, visits without."""
    parts = [_head(view, language)]
    if view.placed:
        head = ["day", "enterprise", "code", "division", "team", "state"]
        rows = [_placed(view, each, language) for each in view.placed]
        parts.append(text_table([_say(f"column.{name}", language) for name in head], rows, words=len(head)))
    if view.unplaced:
        rows = [[each.id, each.name, _division(view, each, language), _why(each, language)] for each in view.unplaced]
        head = [_say(f"column.{name}", language) for name in ("code", "enterprise", "division", "reason")]
        parts.append(_say("without", language, count=len(rows)) + "\n" + text_table(head, rows, words=4))
    return "\n\n".join(parts)


def _head(view: MonthView, language: str) -> str:
    lines = [_say("heading", language, plan=view.plan.plan_id, month=view.month, title=view.plan.title)]
    if view.document is None:
        lines.append(_say("none.title", language))
    else:
        lines.append(_say("version", language, number=view.document["version"]))
        lines += [
            _say("waiting", language, month=each["month"], visits=each["visits"]) for each in view.document["waiting"]
        ]
    lines.append(
        _say("counts", language, due=len(view.visits), placed=len(view.placed), rolled=view.rolled_in,
             without=len(view.unplaced))
    )  # fmt: skip
    if view.stale:
        lines.append(_say("stale", language, count=view.stale))
    if view.plan.demonstration:
        lines.append(render("page.plan.demonstration", language))
    return "\n".join([*lines, _say("secret", language)])


def _placed(view: MonthView, each: VisitLine, language: str) -> list[str]:
    days = each.day if len(each.days) == 1 else f"{each.day} +{len(each.days) - 1}"
    division = _division(view, each, language)
    if each.neighbours:
        division += _say("neighbours-short", language)
    team = " ".join(f"{name} ({number})" for number, name in zip(each.team, each.names, strict=True))
    return [days, each.name, each.id, division, team or "-", _say(f"state.{each.state}", language)]


def _division(view: MonthView, each: VisitLine, language: str) -> str:
    zh, en = view.divisions.get(each.division, (each.division, ""))
    return (en or zh) if language == "en" else zh


def _why(each: VisitLine, language: str) -> str:
    return _say(f"reason.{each.reason}" if each.reason else f"state.{each.state}", language)


def completion_page(rows: Sequence[Completion], language: str) -> str:
    """Return the completion by division and month, and its sum."""
    names = ("planned", "rolled_in", "done", "rolled_on", "open")
    head = ["division", "month", *names]
    body = [
        [each.division, str(each.month), *(str(getattr(each, name)) for name in names)] for each in rows if each.due
    ]
    planned, done = sum(each.planned for each in rows), sum(each.done for each in rows)
    table = text_table([_say(f"column.{name}", language) for name in head], body)
    return f"{table}\n\n{_say('completed', language, done=done, planned=planned)}"
