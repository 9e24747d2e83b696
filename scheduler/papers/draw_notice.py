"""The announcement of a draw's outcome: one page with what anyone needs to verify it."""

from __future__ import annotations

from scheduler.papers.draw_contents import DrawContents
from scheduler.papers.draw_tables import strata_table
from scheduler.papers.identifiers import identifiers_table
from scheduler.papers.word import WordPaper
from scheduler.papers.words import OFFICE_TIME


def write_draw_notice(draw: DrawContents) -> bytes:
    """Return the announcement as a Word document."""
    say, words, summary = draw.words.say, draw.words, draw.view.summary
    mark = say("mark-long") if summary.demonstration else ""
    paper = WordPaper(
        language=words.language, title=say("notice-title"), author=draw.office, mark=mark, created=draw.conducted
    )
    paper.paragraph(say("notice-title"), "Title")
    if mark:
        paper.mark(mark)
    if summary.state == "void":
        paper.mark(say("notice-void"))
    for text in _facts(draw):
        paper.paragraph(text, "Compact")
    paper.table(strata_table(draw), say("table-strata"))
    paper.table(identifiers_table(draw.view, words), say("table-identifiers"))
    paper.paragraph(say("notice-verify", draw=summary.id), "Compact")
    paper.paragraph(draw.office, "Signature")
    paper.paragraph(words.day(draw.conducted.astimezone(OFFICE_TIME).date()), "Signature")
    return paper.to_bytes()


def _facts(draw: DrawContents) -> list[str]:
    say, words, summary = draw.words.say, draw.words, draw.view.summary
    result = draw.view.result or {}
    facts = [
        say(
            "notice-draw", title=draw.title, draw=summary.id, sealed=words.instant(summary.sealed_at),
            conducted=words.instant(draw.conducted),
        ),
        say(
            "notice-counts", population=summary.population, take=summary.take, unfilled=result.get("unfilled", 0),
            load=result.get("max_load", 0),
        ),
    ]  # fmt: skip
    changed = [line for line in draw.lines if line.standing != "drawn"]
    if draw.view.events:
        facts.append(say("notice-events", events=len(draw.view.events), changed=len(changed)))
    return facts
