"""What a role allows only for the whole bureau: a planner of one division drafts its part and marks its visits."""

from __future__ import annotations

from collections.abc import Iterable

from flask_login import current_user

from scheduler.errors import NotAllowed
from scheduler.plans.life_cycle.steps import REMARKS, RULES


def need_bureau(*names: str) -> None:
    """Raise `NotAllowed` (`planner-of-division`) where an account holds one of these roles for its division alone."""
    if current_user.has_role(*names) and not current_user.serves_bureau(*names):
        raise NotAllowed("planner-of-division")


def need_step(step: str) -> None:
    """Raise `NotAllowed` for a step of a plan's life that is the bureau's; remarks are everybody's who has the role."""
    if step in RULES and step not in REMARKS:
        need_bureau(*RULES[step].roles)


def need_visits_of_own(divisions: Iterable[str]) -> None:
    """Raise `NotAllowed` (`visit-of-other-division`) unless the account may mark visits of these divisions."""
    if not current_user.serves_bureau("planner", "operator") and set(divisions) - {current_user.division_id}:
        raise NotAllowed("visit-of-other-division")
