"""The calendar of a division: its key visits and the draw batches, each in its month.

A directed batch stands in the calendars of the divisions that its visits may fall to, an undirected one in all.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.papers.batch_words import batch_days, batch_task
from scheduler.papers.calendar_text import Event, write_calendar
from scheduler.papers.plan_contents import KeyEnterprise, PlanContents
from scheduler.papers.words import month_span


def division_calendar(plan: PlanContents, division: str) -> bytes:
    """Return the calendar of one division of the plan; before the lottery it holds the batches alone."""
    name = plan.words.say("calendar-name", mark=_mark(plan), division=plan.divisions[division], title=plan.title)
    return write_calendar(name, [*_visits(plan, division), *_batches(plan, division)], plan.created)


def _mark(plan: PlanContents) -> str:
    return plan.words.say("mark") if plan.view.summary.demonstration else ""


def _uid(plan: PlanContents, *parts: object) -> str:
    summary = plan.view.summary
    named = "-".join(map(str, (summary.plan_id, f"v{summary.version}", *parts)))
    return f"{named}@{plan.document['agency']}"


def _visits(plan: PlanContents, division: str) -> Iterator[Event]:
    for each in plan.enterprises:
        if each.visit_class["division"] == division:
            for visit, month in enumerate(each.months, start=1):
                yield _visit(plan, each, visit, month)


def _visit(plan: PlanContents, each: KeyEnterprise, visit: int, month: int) -> Event:
    words, rule = plan.words, each.visit_class
    first, last = month_span(plan.view.summary.year, month)
    sector = words.sector(rule["sector"])
    return Event(
        uid=_uid(plan, each.uscc, visit),
        first=first,
        last=last,
        summary=words.say("event-visit", mark=_mark(plan), name=each.name, visit=visit, visits=rule["visits"]),
        description=words.say(
            "event-visit-text", uscc=each.uscc, sector=sector, district=words.district(each.district),
            days=rule["workload"], title=plan.title, version=plan.view.summary.version,
        ),
        category=sector,
    )  # fmt: skip


def _batches(plan: PlanContents, division: str) -> Iterator[Event]:
    words = plan.words
    for batch in plan.document["batches"]:
        if batch.get("filter") and not batch["expected_days"].get(division):
            continue
        first, last = batch_days(plan, batch)
        yield Event(
            uid=_uid(plan, "batch", batch["number"], division),
            first=first,
            last=last,
            summary=words.say("event-batch", mark=_mark(plan), number=batch["number"])
            if not batch.get("title")
            else f"{_mark(plan)}{batch_task(plan, batch)}",
            description=words.say(
                "event-batch-text", size=batch["size"], days=batch["expected_days"].get(division, 0),
                title=plan.title, version=plan.view.summary.version,
            ),
            category=words.say("tier-general"),
        )  # fmt: skip
