"""The report of an import as text for a terminal, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.messages import render
from scheduler.directory.refused_file import fault_text
from scheduler.directory.report import Difference, ImportReport

SHOWN = 20


def report_lines(report: ImportReport, language: str) -> Iterator[str]:
    """Yield the lines of a report: figures first, then what a person has to look at."""

    def say(name: str, /, **params: object) -> str:
        return render(f"page.import.{name}", language, **params)

    def cut(shown: int, total: int) -> Iterator[str]:
        if total > shown:
            yield "  " + say("more", count=total - shown)

    yield say("figures", file=report.file, **{name: f"{count:,}" for name, count in report.figures().items()})
    if report.dry_run:
        yield say("dry-run")
    elif not report.applied:
        yield say("strict")
    if report.personal:
        yield say("personal", columns=", ".join(report.personal))
    if report.unknown:
        yield say("unknown", columns=", ".join(report.unknown))
    if report.leaving_skipped:
        yield say("leaving-skipped")
    for each in report.duplicates[:SHOWN]:
        yield "  " + say("duplicate", line=each.line, first=each.first_line, entry=each.key, name=each.name)
    yield from cut(SHOWN, report.counts["duplicates"])
    for code, count in sorted(report.refused_by_reason.items(), key=lambda item: (-item[1], item[0])):
        yield "  " + say("reason", count=f"{count:,}", code=code)
    for refusal in report.refusals[:SHOWN]:
        fault = refusal.faults[0]
        text = fault_text(fault, language)
        yield "  " + say("refused", line=refusal.line, column=fault.column or "-", value=fault.value[:60], text=text)
    yield from cut(SHOWN, report.counts["refused"])
    changes = [each for each in report.differences if report.dry_run or each.kind != "entered"]
    for change in changes[:SHOWN]:
        yield "  " + say(f"change-{_word(change)}", entry=change.key, name=change.name, fields=_fields(change))
    changed = sum(report.counts[name] for name in ("changed", "returned", "left"))
    yield from cut(SHOWN, changed + (report.counts["entered"] if report.dry_run else 0))
    if report.refused_file:
        yield say("refused-file", path=report.refused_file)


def _word(change: Difference) -> str:
    return "changed" if change.kind == "decided" else change.kind


def _fields(change: Difference) -> str:
    return "; ".join(
        _field(name, change.before[name], value) for name, value in change.after.items() if name in change.before
    )


def _field(name: str, before: Any, after: Any) -> str:
    if name == "decisions":
        rules = ((aspect, _rule(before[aspect]), _rule(after[aspect])) for aspect in after)
        return ", ".join(
            f"{aspect} by {was} -> {now}" if was != now else f"{aspect} by {now}" for aspect, was, now in rules
        )
    return f"{name}: {_short(before)} -> {_short(after)}"


def _rule(decision: Any) -> str:
    return str(decision["rule"]) if decision else "-"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
