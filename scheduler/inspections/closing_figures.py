"""The completion a plan is closed with: of the visits that the lottery gave each month, those that were made."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from scheduler.inspections.standing import read_standing
from scheduler.plans.life_cycle.closing import Completion, complete
from scheduler.plans.queries import published_version


def closing_completion(session: Session, plan_id: str) -> Completion:
    """Return what was due and done by division and month; nothing at all before the publication.

    A visit counts in the month that the lottery gave it, whenever in the year it was made: so each counts once, and
    those that rolled on show where they were left.
    """
    if published_version(session, plan_id) is None:
        return Completion(())
    standing = read_standing(session, plan_id)
    due = Counter(standing.visits.values())
    done = Counter(place for visit, place in standing.visits.items() if visit in standing.done)
    return complete(due, done)
