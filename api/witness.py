"""What a witness may enter: dice, which everyone in the room sees; other values are for the operator."""

from __future__ import annotations

from flask_login import current_user
from sqlalchemy.orm import Session

from scheduler.draws.record import find_draw, named_sources
from scheduler.errors import NotAllowed


def check_witness(session: Session, draw_id: str, source_id: str) -> None:
    """Raise `NotAllowed` when a witness enters a value other than dice."""
    if current_user.has_role("operator"):
        return
    types = {source["id"]: source["type"] for source in named_sources(session, find_draw(session, draw_id))}
    if types.get(source_id, "dice/d10") != "dice/d10":
        raise NotAllowed("witness-enters-dice")
