"""A draw as text for a terminal, and as JSON for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from config.messages import render
from scheduler.commands.text_table import text_table
from scheduler.draws.models import DrawDraft
from scheduler.draws.queries import DrawSummary, DrawView
from scheduler.draws.teams import Team

_LONGEST_NAME = 24


def list_lines(drafts: Sequence[DrawDraft], draws: Sequence[DrawSummary], language: str) -> list[str]:
    """Return drafts, then draws, one a line."""
    if not drafts and not draws:
        return [render("command.draw.none", language)]
    head = [render(f"command.draw.column.{name}", language) for name in ("id", "state", "title", "take", "population")]
    rows = [[each.id, _state("draft", language), str(each.settings["title"]), "-", "-"] for each in drafts]
    rows += [
        [each.id, _state(each.state, language), each.title, str(each.take), str(each.population)] for each in draws
    ]
    return [text_table(head, rows, words=3)]


def draw_lines(view: DrawView, language: str) -> list[str]:
    """Return one draw as text."""

    def say(name: str, **params: object) -> str:
        return render(f"command.draw.{name}", language, **params)

    summary = view.summary
    lines = [say("head", draw=summary.id, title=summary.title, state=_state(summary.state, language))]
    lines.append(say("manifest-is", manifest=summary.manifest_sha256))
    for source in view.sources:
        due = f" ({source.due.isoformat()})" if source.due else ""
        lines.append(say("source", source=source.id, type=source.type, due=due, value=source.value or say("waiting")))
    names = ("stratum", "population", "take", "cutoff")
    head = [say(f"column.{name}") for name in names]
    rows = [[each.id, str(each.population), str(each.take), each.cutoff or "-"] for each in view.strata]
    lines += ["", text_table(head, rows)] if rows else []
    if view.seed:
        lines += ["", say("seed", seed=view.seed)]
    if view.result:
        lines.append(
            say("result", level=view.result["level"], load=view.result["max_load"], unfilled=view.result["unfilled"])
        )
    for event in view.events:
        lines.append(
            say("event-line", sequence=event.sequence, kind=event.kind, subject=event.subject, detail=event.detail)
        )
    return [*lines, say("files", files=", ".join(view.files))]


def team_lines(teams: Sequence[Team], count: int, language: str) -> list[str]:
    """Return the first of `count` enterprises drawn now with their people; nothing before the draw."""
    if not teams:
        return []
    head = [render(f"command.draw.column.{name}", language) for name in ("entry", "enterprise", "people", "state")]
    vacant = render("command.draw.vacant", language)
    rows = [
        [
            team.entry,
            team.name[:_LONGEST_NAME],
            ", ".join(f"{person} {name}".strip() if person else vacant for person, name in team.people),
            render(f"command.draw.seat-{team.status}", language),
        ]
        for team in teams
    ]
    lines = ["", render("command.draw.teams", language), text_table(head, rows, words=len(head))]
    if count > len(teams):
        lines.append(render("command.draw.teams-more", language, count=count - len(teams)))
    return lines


def draw_json(view: DrawView) -> dict[str, Any]:
    """Return one draw as JSON values."""
    return {
        **summary_json(view.summary),
        "manifest": dict(view.manifest),
        "sources": [_plain(asdict(source)) for source in view.sources],
        "strata": [_plain(asdict(stratum)) for stratum in view.strata],
        "steps": _plain(dict(view.steps)),
        "result": view.result,
        "seed": view.seed,
        "events": [
            {
                "sequence": event.sequence,
                "kind": event.kind,
                "subject": event.subject,
                "detail": event.detail,
                "evidence": event.evidence,
                "at": event.at.isoformat(),
                "actor": event.actor,
            }
            for event in view.events
        ],
        "short": dict(view.short),
        "files": dict(view.files),
    }


def summary_json(summary: DrawSummary) -> dict[str, Any]:
    """Return a draw of a list as JSON values."""
    return _plain(asdict(summary))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _state(state: str, language: str) -> str:
    return render(f"command.draw.state.{state}", language)
