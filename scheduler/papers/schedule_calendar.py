"""The calendar of an inspector: the days of the visits in the months' schedules; for this person alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from config.settings import Office
from scheduler.inspections.queries import InspectorDays, inspector_days
from scheduler.inspections.visit_lines import VisitLine
from scheduler.papers.calendar_text import Event, write_calendar
from scheduler.papers.words import Words


def inspector_calendar(session: Session, office: Office, plan_id: str, inspector: str, language: str = "zh") -> bytes:
    """Return the calendar of an inspector's visits; raises `NotFound` (`plan-unknown`, `schedule-inspector`)."""
    mine, words = inspector_days(session, plan_id, inspector), Words(language)
    mark = words.say("mark") if mine.plan.demonstration else ""
    name = words.say("calendar-inspector", mark=mark, name=mine.name, number=mine.inspector, plan=plan_id)
    events = [event for visit in mine.visits for event in _events(office, mine, visit, words, mark)]
    # before the first schedule the calendar is empty, and as old as time: the same bytes whenever it is asked for
    return write_calendar(name, events, mine.made_at or datetime(1970, 1, 1, tzinfo=UTC))


def _events(office: Office, mine: InspectorDays, visit: VisitLine, words: Words, mark: str) -> Iterator[Event]:
    others = [name for number, name in zip(visit.team, visit.names, strict=True) if number != mine.inspector]
    for place, (first, last) in enumerate(_runs([date.fromisoformat(day) for day in visit.days]), start=1):
        yield Event(
            uid=f"{mine.plan.plan_id}-{visit.id}-{place}@{office.agency}",
            first=first,
            last=last,
            summary=words.say("event-day", mark=mark, name=visit.name),
            description=words.say(
                "event-day-text",
                uscc=visit.enterprise,
                visit=visit.id.rpartition(".")[2],
                others=words.listed(others),
                state=words.text(f"page.months.state.{visit.state}"),
            ),
            category=words.say("tier-key"),
            confidential=True,
        )


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each run of days that follow each other: a weekend between them is left free."""
    first = last = days[0]
    for day in days[1:]:
        if day - last > timedelta(days=1):
            yield first, last
            first = day
        last = day
    yield first, last
